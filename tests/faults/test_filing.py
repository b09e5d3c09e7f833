"""`kill -9` of the web process at every step of filing: all or nothing, and the same draft still makes exactly one report (Q1, Q2, Q9)."""

import secrets
from collections import Counter
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.utils import timezone

from audit.services import verify
from complaints.models import Complaint, Draft, Event
from complaints.services import drafts
from complaints.services.access import openable
from complaints.services.additions import open_statements
from complaints.services.entering import EnteredReport, enter
from complaints.tasks import LEFTOVERS_AFTER, SHRED_LEFTOVERS_AFTER
from tests.factories.canary import file_bytes, spellings
from tests.faults.processes import Browser, Died, steps_of, web_server
from vault import sessions
from vault.codes import groups
from vault.drafts import draft_code
from vault.models import SealedFile, ShredKey, VaultSession
from vault.services import files, shred
from vault.uploads import sealed_upload
from vault.verify import problems

pytestmark = [pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True), pytest.mark.usefixtures("handlers")]
STORY = "CANARY-crash he locked the door"
EVIDENCE = "CANARY-evidence of the dinner"
SEND = {"go": "send", "readers": "intake:2"}
# Rows that come and go outside the transaction of filing.
APART = (ShredKey, VaultSession, Draft)


@pytest.fixture(autouse=True)
def nothing_of_other_tests():
    files.collect_orphans(older_than=timezone.now() + LEFTOVERS_AFTER)


@pytest.fixture(scope="module")
def port(django_db_setup):
    with web_server() as number:
        yield number


def draft(port: int, *, with_file: bool = False) -> tuple[Browser, drafts.OpenDraft]:
    """A browser in which a report is ready to be sent."""
    now = timezone.now()
    made = drafts.begin(device="own", now=now)
    at = {"draft_id": made.id, "secret": made.secret, "now": now}
    made = drafts.save_page(**at, page_id="1", values={"story": f"{STORY} {secrets.token_hex(4)}"})
    if with_file:
        upload = sealed_upload(name="a.txt", content_type="text/plain", chunks=[EVIDENCE.encode()])
        made = drafts.add_file(**at, upload=upload, note="")
    response, browser = HttpResponse(), Browser(port)
    sessions.start_draft(response, draft_id=made.id, secret=made.secret, idle_seconds=3600, now=now)
    browser.cookies |= {name: morsel.value for name, morsel in response.cookies.items()}
    return browser, made


def rows() -> Counter:
    models = [model for model in apps.get_models() if model not in APART and model._meta.managed]
    return Counter({model._meta.label: model._base_manager.count() for model in models})


def opened(code: str) -> Complaint:
    """The report that `code` opens, read through to its words."""
    entered = enter(text=code, now=timezone.now())
    assert isinstance(entered, EnteredReport)
    complaint = Complaint.objects.get(pk=entered.complaint_id)
    keys = openable(complaint=complaint, keyring=entered.keyring)
    (statement,) = open_statements(complaint=complaint, keys=keys.statement)
    assert STORY in str(statement.body)
    return complaint


def test_a_report_is_filed_whole_or_not_at_all_wherever_the_process_dies(port):
    before = rows()
    browser, _ = draft(port, with_file=True)
    steps = steps_of(browser.post("/r/check/", SEND, die_at=0))
    whole = rows() - before
    commit = steps.index("after commit default") + 1
    assert {"shred_keys insert vault_shredkey", "default insert audit_entry", "default insert notices_notice"} <= set(steps)
    for number, name in enumerate(steps, 1):
        browser, made = draft(port, with_file=True)
        before = rows()
        with pytest.raises(Died):
            browser.post("/r/check/", SEND, die_at=number)
        stored = rows() - before
        assert stored == (whole - Counter({"vault.SealedFile": 1}) if number >= commit else Counter()), name
        # The same draft once more: one report, one code, and the code opens it.
        assert browser.post("/r/check/", SEND).status == 303, name
        browser.post("/r/check/", SEND)
        code = draft_code(made.secret)
        receipt = browser.get("/r/sent/").text
        assert all(group in receipt for group in groups(code)), name
        complaint = opened(code)
        assert Complaint.objects.count() == before["complaints.Complaint"] + 1, name
        assert Event.objects.filter(complaint=complaint, kind="complaint_received").count() == 1, name
        assert SealedFile.objects.filter(owner_id=complaint.statement_compartment_id).count() == 1, name
    assert verify() == [] and list(problems()) == []
    leave_nothing_behind(steps, commit)


def leave_nothing_behind(steps: list[str], commit: int) -> None:
    """A shred key without a matter is all that is left of a report that was not filed; it goes after the time of the backups."""
    orphans = set(ShredKey.objects.values_list("subject_id", flat=True)) - set(Complaint.objects.values_list("pk", flat=True))
    assert len(orphans) == commit - (steps.index("after commit shred_keys") + 1)
    now = timezone.now()
    assert shred.collect_orphans(older_than=now - SHRED_LEFTOVERS_AFTER) == 0
    assert shred.collect_orphans(older_than=now + timedelta(minutes=1)) == len(orphans)
    assert set(ShredKey.objects.values_list("subject_id", flat=True)) == set(Complaint.objects.values_list("pk", flat=True))
    assert files.collect_orphans(older_than=now + LEFTOVERS_AFTER) == 0


def test_an_upload_that_dies_anywhere_leaves_ciphertext_that_is_collected(port):
    upload = {"file": SimpleUploadedFile("notes.txt", EVIDENCE.encode() * 40, "text/plain"), "note": "", "go": "add", "end": "1"}

    def add(browser, **how):
        upload["file"].seek(0)
        return browser.post("/r/10/", upload, multipart=True, **how)

    browser, _ = draft(port)
    steps = steps_of(add(browser, die_at=0))
    assert {"before file written", "before file named", "default insert vault_sealedfile"} <= set(steps)
    for number, name in enumerate(steps, 1):
        browser, made = draft(port)
        with pytest.raises(Died):
            add(browser, die_at=number)
        again = drafts.opened(draft_id=made.id, secret=made.secret, now=timezone.now())
        assert STORY in again.answers["1"]["story"], name
        assert add(browser).status == 303, name
        again = drafts.opened(draft_id=made.id, secret=made.secret, now=timezone.now())
        row = SealedFile.objects.get(pk=UUID(again.files[-1]["id"]))
        assert b"".join(files.stream(row, again.key)) == EVIDENCE.encode() * 40, name
    needles = spellings(EVIDENCE)
    assert not [place for place, raw in file_bytes() if any(needle in raw for needle in needles)]
    # What no draft and no report knows is removed, and what one of them knows stays.
    later = timezone.now() + LEFTOVERS_AFTER
    drafts.erase_expired(now=timezone.now() + drafts.KEPT_FOR + timedelta(minutes=1))
    files.collect_orphans(older_than=later)
    assert SealedFile.objects.count() == 0
    assert files.collect_orphans(older_than=later) == 0
