"""The register: originals bit for bit, derivatives beside them, a chain of custody, and nobody overwrites or deletes (R24, R25, T17)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.models import Entry
from complaints.models import Complaint
from complaints.services.changing import CaseEnded
from complaints.states import State
from investigations.models import CustodyEntry, Evidence
from investigations.services import custody, evidence, evidence_reading
from investigations.services.changed import SavedMeanwhile
from tests.factories.clamd import EICAR, fake_clamd
from tests.investigations.inquiry import without
from vault import storage
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
ORIGINAL = b"\x00original \xff" * 5000


def upload(data: bytes = ORIGINAL, name: str = "door log.csv"):
    return sealed_upload(name=name, content_type="text/csv", chunks=[data])


def take(by, now, *, token="t1", data=ORIGINAL, **more):
    detail = {"name": "Door log", "given_by": "Building security", "method": "on a drive", "about": "who came in"}
    return evidence.take_in(**by, detail=detail | more.pop("detail", {}), obtained_at=now, token=token, upload=upload(data), **more)


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def form(**more) -> dict:
    today = timezone.localdate().isoformat()
    return {"name": "Door log", "given_by": "Security", "day": today, "once": "f1"} | more


def test_an_original_comes_back_bit_for_bit(handler_desk, inquiry):
    sent = handler_desk.post("evidence/add/upload/", form(file=SimpleUploadedFile("../../x\u202e.csv", ORIGINAL)))
    assert sent.headers["Location"] == handler_desk.path("evidence/1/"), sent.content.decode()[-3000:]
    answer = handler_desk.post("evidence/1/original/")
    assert body(answer) == ORIGINAL
    assert answer.headers["Content-Type"] == "application/octet-stream" and 'filename="E-1.bin"' in answer.headers["Content-Disposition"]
    page = handler_desk.get("evidence/1/").content.decode()
    assert "Taken in" in page and "Downloaded an original file" in page and "Security" in page


def test_an_original_is_handed_out_only_after_proving_who_asks(handler_desk, by, now):
    take(by, now)
    session = handler_desk.client.session
    session["account_authentication_methods"] = []
    session.save()
    for address in ("evidence/1/original/", "evidence/bundle/"):
        assert handler_desk.post(address).headers["Location"].startswith("/a/reauthenticate/?next=")
    assert not Entry.objects.filter(action__in=("exported_file", "exported_evidence")).exists()
    assert handler_desk.get("evidence/1/").status_code == 200


def test_a_file_of_the_reporter_is_taken_over_once_and_stays_where_it_is(handler_desk, given, by, now):
    page = handler_desk.get("evidence/add/given/").content.decode()
    assert "录音 chat.txt" in page
    key = f"a{given.pk}"
    assert handler_desk.post("evidence/add/given/", form(given=key, name="Chat")).status_code == 302
    item = Evidence.objects.get()
    assert item.attachment == given and item.file is None
    assert body(handler_desk.post("evidence/1/original/")) == b"reporter's original"
    assert "in the register already" in handler_desk.get("evidence/add/given/").content.decode()
    with pytest.raises(evidence.AlreadyTaken):
        evidence.take_in(**by, detail={"name": "again"}, obtained_at=now, token="t7", attachment=given)
    assert Evidence.objects.count() == 1


def test_a_thing_kept_elsewhere_has_no_file_to_take(handler_desk, inquiry):
    assert "Say where it is kept" in handler_desk.post("evidence/add/thing/", form()).content.decode()
    assert handler_desk.post("evidence/add/thing/", form(kept_where="Safe, envelope 12")).status_code == 302
    page = handler_desk.get("evidence/1/").content.decode()
    assert "Safe, envelope 12" in page and "original/" not in page
    assert handler_desk.post("evidence/1/original/").status_code == handler_desk.post("evidence/1/check/").status_code == 404


def test_the_same_form_twice_makes_one_item(by, now):
    assert take(by, now).pk == take(by, now).pk
    assert (Evidence.objects.count(), CustodyEntry.objects.count()) == (1, 1)


def test_numbers_run_on(by, now):
    assert [take(by, now, token=f"t{n}").number for n in range(3)] == [1, 2, 3]


def test_nothing_is_taken_in_without_anything(by, now):
    with pytest.raises(evidence.NothingGiven):
        evidence.take_in(**by, detail={"name": "x"}, obtained_at=now, token="t1")


def test_a_moment_that_lies_ahead_is_refused(handler_desk, inquiry):
    ahead = (timezone.localdate() + timedelta(days=2)).isoformat()
    refused = handler_desk.post("evidence/add/thing/", form(kept_where="Safe", day=ahead))
    assert "lies ahead" in refused.content.decode() and "Safe" in refused.content.decode()


def test_a_copy_stands_beside_the_original_and_names_it(handler_desk, by, now):
    original = take(by, now)
    sent = handler_desk.post("evidence/1/copy/", {"derivation": "transcript", "name": "Words", "text": "A: no. B: come on.", "once": "d1"})
    assert sent.headers["Location"] == handler_desk.path("evidence/2/")
    copy = Evidence.objects.get(number=2)
    assert copy.derived_from == original and copy.derivation == "transcript"
    covered, shown = handler_desk.get("evidence/2/").content.decode(), handler_desk.get("evidence/2/?words=1").content.decode()
    assert "A: no. B: come on." not in covered and "A: no. B: come on." in shown
    assert "E-2" in handler_desk.get("evidence/1/").content.decode()
    assert body(handler_desk.post("evidence/1/original/")) == ORIGINAL
    assert CustodyEntry.objects.filter(evidence=original, kind="derived").count() == 1


def test_words_of_a_file_are_never_shown_even_when_it_is_text(handler_desk, given, by, now):
    evidence.take_in(**by, detail={"name": "chat"}, obtained_at=now, token="t1", attachment=given)
    assert "reporter&#x27;s original" not in handler_desk.get("evidence/1/?words=1").content.decode()


def test_two_editors_of_a_description_never_overwrite_each_other(handler_desk, by, now):
    take(by, now)
    words = {"name": "Log of the fourth floor", "version": 1}
    assert handler_desk.post("evidence/1/words/", words).status_code == 302
    late = handler_desk.post("evidence/1/words/", words | {"name": "Mine"})
    assert late.status_code == 409 and "Log of the fourth floor" in late.content.decode() and "Mine" in late.content.decode()
    assert (
        evidence_reading.open_for_form(**without(by, "complaint", "by", "role", "now"), number=1).detail["name"]
        == "Log of the fourth floor"
    )
    with pytest.raises(SavedMeanwhile):
        evidence.change(**by, number=1, version=1, detail={"name": "x"})


def test_the_original_read_again_is_compared_with_its_fingerprint(handler_desk, by, now):
    item = take(by, now)
    assert "bit for bit what was taken in" in handler_desk.client.post(handler_desk.path("evidence/1/check/"), follow=True).content.decode()
    path = storage.path_of(item.file.storage_name)
    stored = bytearray(path.read_bytes())
    stored[len(stored) // 2] ^= 1
    path.write_bytes(stored)
    assert "not what was taken in" in handler_desk.client.post(handler_desk.path("evidence/1/check/"), follow=True).content.decode()
    found = [e.facts["result"] for e in Entry.objects.filter(action="custody_noted").order_by("pk")]
    assert found == ["same", "damaged"]


def test_a_hand_over_is_noted_and_never_changed(handler_desk, by, now):
    take(by, now)
    today = timezone.localdate().isoformat()
    words = {"kind": "handed_over", "giver": "Xu Ning", "taker": "Police, Binjiang", "day": today, "how": "copy on a drive", "once": "h1"}
    assert handler_desk.post("evidence/1/custody/", words).status_code == 302
    assert handler_desk.post("evidence/1/custody/", words).status_code == 302
    assert CustodyEntry.objects.filter(kind="handed_over").count() == 1
    assert "Police, Binjiang" in handler_desk.get("evidence/1/").content.decode()
    refused = handler_desk.post("evidence/1/custody/", words | {"taker": " ", "once": "h2"})
    assert "Write a name or an office" in refused.content.decode()
    with pytest.raises(custody.NotAHandOver):
        custody.note(**by, number=1, kind="checked", at=now, giver="a", taker="b", how="", token="x")
    with pytest.raises(custody.InTheFuture):
        custody.note(**by, number=1, kind="returned", at=now + timedelta(hours=1), giver="a", taker="b", how="", token="x")


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM investigations_evidence",
        "UPDATE investigations_evidence SET file_id = NULL",
        "UPDATE investigations_evidence SET number = 9",
        "UPDATE investigations_evidence SET derivation = 'extract', derived_from_id = id",
        "DELETE FROM investigations_custodyentry",
        "UPDATE investigations_custodyentry SET kind = 'returned'",
    ],
)
def test_the_database_itself_refuses(by, now, statement):
    take(by, now)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Evidence.objects.get().file is not None and CustodyEntry.objects.get().kind == "taken_in"


def test_no_sealed_file_of_an_item_can_be_deleted(handler_desk, by, now, given):
    """No page offers it, the register says so, and the database refuses whoever tries (R25)."""
    item = take(by, now)
    evidence.take_in(**by, detail={"name": "chat"}, obtained_at=now, token="t2", attachment=given)
    for row in (item.file, given, given.file):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.delete()
    page = handler_desk.get("evidence/").content.decode()
    assert "nobody can delete or replace it" in page and "delete/" not in page


def test_a_closed_case_takes_nothing_in_but_things_are_given_back(handler_desk, by, now):
    take(by, now)
    Complaint.objects.update(state=State.CLOSED)
    for address in ("evidence/add/upload/", "evidence/1/words/", "evidence/1/copy/"):
        assert handler_desk.get(address).headers["Location"] == handler_desk.path(), address
    with pytest.raises(CaseEnded):
        take(by, now, token="t2")
    assert handler_desk.get("evidence/1/custody/").status_code == 200
    assert custody.note(**by, number=1, kind="returned", at=now, giver="a", taker="b", how="", token="x").kind == "returned"


def test_a_finding_comes_before_the_download(handler_desk, inquiry, settings):
    with fake_clamd(settings, answer=b"stream: Eicar-Test FOUND\0"):
        assert handler_desk.post("evidence/add/upload/", form(file=SimpleUploadedFile("a.txt", EICAR))).status_code == 302
    asked = handler_desk.post("evidence/1/original/").content.decode()
    assert "Eicar-Test" in asked and not Entry.objects.filter(action="exported_file").exists()
    assert body(handler_desk.post("evidence/1/original/", {"warned": "1"})) == EICAR


def test_every_view_of_an_item_is_in_its_chain_and_on_the_reporters_page(handler_desk, by, now, filed, reporter_client):
    take(by, now)
    handler_desk.get("evidence/1/")
    handler_desk.get("evidence/")
    assert Entry.objects.filter(action="opened_evidence", object_id=Evidence.objects.get().pk).count() == 1
    assert "The list of evidence, or one item of it" in reporter_client(filed.code).get("/f/home/").content.decode()


def test_numbers_of_another_case_are_absent(handler_desk, by, now):
    take(by, now)
    for address in ("evidence/9/", "evidence/9/words/", "evidence/9/copy/", "evidence/9/custody/"):
        assert handler_desk.get(address).status_code == 404
    for address in ("evidence/9/check/", "evidence/9/original/"):
        assert handler_desk.post(address).status_code == 404
    assert handler_desk.get("evidence/add/by-magic/").status_code == 404


def test_before_there_is_an_investigation_the_page_says_so(handler_desk):
    assert handler_desk.get("evidence/").headers["Location"] == handler_desk.path()
    assert "Nothing is being investigated here yet" in handler_desk.get().content.decode()
    assert "/evidence/" not in handler_desk.get().content.decode()
