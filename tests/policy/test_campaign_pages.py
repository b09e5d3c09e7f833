"""Re-issuing, reading and signing in the browser: who gets in, what is asked, what is handed out."""

import csv
import io
import re
import time
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from audit.models import Entry
from people import proof
from people.models import Employee, Unit
from people.spreadsheets import safe
from policy import comprehension
from policy.models import Acknowledgement, Campaign, CampaignState, PaperSignature
from policy.services import campaigns, signing
from tests.factories import cast
from tests.policy.campaign_helpers import answer_all, gather, make_campaign, row_of, sign, started

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PNG = b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d49484452000000010000000108020000009077 53de".replace(" ", "")) + b"canary-scan"


@pytest.fixture(autouse=True)
def relaxed(settings):
    """No second factor, as in the demonstration: it has tests of its own."""
    settings.DEMO = True


@pytest.fixture
def admin(world, policy_admin):
    return policy_admin


@pytest.fixture
def manager(top, admin):
    return cast.make_person("050", "Wei Lan", manager=top.employee)


@pytest.fixture
def worker(manager):
    return cast.make_person("051", "Hu Jie", manager=manager.employee)


@pytest.fixture
def running(worker, admin):
    return started(admin, now=timezone.now() - timedelta(minutes=5), starts_on=timezone.localdate())


def text_of(answer) -> str:
    return answer.content.decode()


def at(name, *args) -> str:
    return reverse(name, args=args)


# --- who gets in ----------------------------------------------------------------------------------


def admin_pages(campaign) -> list[str]:
    row = campaign.acknowledgements.first()
    inner = ["show", "edit", "start", "close", "questions", "question_new", "board", "people"]
    return [
        at("campaigns:list"),
        at("campaigns:new"),
        *(at(f"campaigns:{n}", campaign.pk) for n in inner),
        at("campaigns:person", campaign.pk, row.pk),
    ]


ADMIN_ACTS = ["start", "close", "discard", "take_list", "edit"]


def test_only_policy_administrators_reach_the_admin_pages(running, admin, manager, sysadmin, overseer, client, signed_in):
    for person in (manager, sysadmin, overseer):
        outsider = signed_in(person)
        for path in admin_pages(running):
            assert outsider.get(path).status_code == 404, path
        for name in ADMIN_ACTS:
            assert outsider.post(at(f"campaigns:{name}", running.pk)).status_code == 404, name
    for path in admin_pages(running):
        assert client.get(path).status_code == 302, path
    insider = signed_in(admin)
    assert {insider.get(path).status_code for path in admin_pages(running) if "questions/new" not in path} <= {200, 302}
    assert "This role cannot open reports." in text_of(insider.get(at("campaigns:show", running.pk)))


def test_nobody_reaches_somebody_elses_row(running, worker, manager, client, signed_in):
    row = row_of(running, worker)
    names = ["start", "read", "sign", "done"]
    other = signed_in(manager)
    for name in names:
        assert other.get(at(f"sign:{name}", row.pk)).status_code == 404
        assert client.get(at(f"sign:{name}", row.pk)).status_code == 302
    assert other.post(at("sign:question", row.pk, 1), {"choice": "0"}).status_code == 404
    assert other.post(at("sign:sign", row.pk)).status_code == 404
    assert not row_of(running, worker).opened_at
    assert signed_in(worker).get(at("sign:start", row.pk)).status_code == 200


def test_a_manager_sees_the_own_line_and_nobody_else(running, worker, manager, top, admin, signed_in):
    below = cast.make_person("052", "Bao San", manager=worker.employee)
    gather(timezone.now() + timedelta(minutes=30))
    leader = signed_in(manager)
    assert "0 of 2" in text_of(leader.get(at("sign:team")))
    people = text_of(leader.get(at("sign:team_people", running.pk), {"show": "outstanding"}))
    assert worker.employee.name in people and below.employee.name in people and "Gu Wenbo" not in people and "Pan Li" not in people
    rows = list(csv.reader(io.StringIO(b"".join(leader.post(at("sign:team_list", running.pk))).decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == ["051", "052"]
    assert Entry.objects.filter(action="campaign_list_taken", role="manager", facts__own_line=True).count() == 1
    for path in (at("sign:team"), at("sign:team_board", running.pk), at("sign:team_people", running.pk)):
        assert signed_in(below).get(path).status_code == 404
    assert signed_in(below).post(at("sign:team_list", running.pk)).status_code == 404
    assert "Gu Wenbo" not in people and signed_in(top).get(at("sign:team_board", running.pk)).status_code == 200


# --- reading, answering, signing ------------------------------------------------------------------


def wrong(question) -> int:
    return (question.right + 1) % len(question.options)


def confirmed(client, row, monkeypatch=None) -> str:
    """Go to prove who one is, give the password, come back: the address of the signature with its ticket."""
    away = client.post(at("sign:confirm", row.pk))["Location"]
    assert away.startswith("/a/reauthenticate/?next=")
    form = client.get(away)
    data = {"password": cast.PASSWORD, "next": re.search(r'name="next" value="([^"]+)"', text_of(form)).group(1).replace("&amp;", "&")}
    return client.post("/a/reauthenticate/", data)["Location"]


def test_an_employee_opens_answers_and_signs(running, worker, signed_in):
    client, row = signed_in(worker), row_of(running, worker)
    questions = comprehension.read(running.questions)
    assert at("sign:start", row.pk) in text_of(client.get(at("sign:due")))
    # The text comes first.
    assert client.get(at("sign:question", row.pk, 1))["Location"] == at("sign:read", row.pk)
    assert client.get(at("sign:sign", row.pk))["Location"] == at("sign:read", row.pk)
    assert client.post(at("sign:sign", row.pk))["Location"] == at("sign:read", row.pk)
    page = text_of(client.get(at("sign:read", row.pk)))
    assert "You have reached the end" in page and "In one minute" in page
    assert row_of(running, worker).opened_at
    for number, question in enumerate(questions, 1):
        path = at("sign:question", row.pk, number)
        assert "Choose one of the answers" in text_of(client.post(path, {}))
        again = client.post(path, {"choice": str(wrong(question))})
        passage = text_of(again)
        assert again.status_code == 200 and "Not quite. This is what the text says:" in passage and "checked" not in passage
        assert row_of(running, worker).answered == [each.id for each in questions[: number - 1]]
        on = client.post(path, {"choice": str(question.right)})["Location"]
        assert on == (at("sign:question", row.pk, number + 1) if number < len(questions) else at("sign:sign", row.pk))
    unproved = text_of(client.get(at("sign:sign", row.pk)))
    assert "Sign now" not in unproved and running.version.content_hash in unproved
    client.post(at("sign:sign", row.pk), {"t": proof.ticket(worker.user, f"sign:{row.pk}")})
    assert not row_of(running, worker).signed_at
    back = confirmed(client, row)
    ready = text_of(client.get(back))
    assert "Sign now" in ready
    ticket = re.search(r'name="t" value="([^"]+)"', ready).group(1)
    assert client.post(at("sign:sign", row.pk), {"t": ticket})["Location"] == at("sign:done", row.pk)
    done = text_of(client.get(at("sign:done", row.pk)))
    assert running.version.content_hash in done and "Signed. Thank you." in done
    signed = row_of(running, worker)
    # Signing twice changes nothing, and what was signed leads to its page.
    client.post(at("sign:sign", row.pk), {"t": ticket})
    assert client.get(at("sign:question", row.pk, 1))["Location"] == at("sign:done", row.pk)
    assert row_of(running, worker).signed_at == signed.signed_at
    assert "Nothing to sign." in text_of(client.get(at("sign:due")))


def test_a_ticket_is_for_one_person_and_one_act_and_needs_a_proof_after_it(running, worker, manager, signed_in, rf, monkeypatch):
    client, row = signed_in(worker), row_of(running, worker)
    client.get(at("sign:read", row.pk))
    answer_all(row, timezone.now())
    back = confirmed(client, row)
    mine, act = parse_qs(urlsplit(back).query)["t"][0], f"sign:{row.pk}"
    request = rf.get("/")
    request.user, request.session = worker.user, client.session
    assert proof.proved_at(request, act, mine)
    assert not proof.proved_at(request, "sign:other", mine)
    assert not proof.proved_at(request, act, mine[:-2] + "xx")
    assert not proof.proved_at(request, act, proof.ticket(manager.user, act))
    assert not proof.proved_at(request, act, proof.ticket(worker.user, act)), "the proof came before this ticket"
    later = time.time() + 400
    monkeypatch.setattr(time, "time", lambda: later)
    assert not proof.proved_at(request, act, mine), "the proof is too old"


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_home_page_says_what_is_due(running, worker, signed_in, client, language):
    headers = {"accept-language": language}
    words = {"en": ("Something is waiting for you, due", "Nothing due"), "zh-hans": ("有一份文件等您签署", "没有待办")}[language]
    mine = signed_in(worker)
    assert words[0] in text_of(mine.get("/", headers=headers))
    sign(running, worker, now=timezone.now())
    after = text_of(mine.get("/", headers=headers))
    assert words[0] not in after
    visitor = client.get("/", headers=headers)
    assert words[0] not in text_of(visitor) and not visitor.cookies


def test_no_english_sentence_is_left_on_the_chinese_pages(running, admin, worker, manager, signed_in):
    Unit.objects.update(name="门店")
    Employee.objects.update(name="某人")
    row = row_of(running, worker)
    mine = signed_in(worker)
    pages = [
        (mine, at("sign:due")),
        (mine, at("sign:start", row.pk)),
        (mine, at("sign:read", row.pk)),
        (mine, at("sign:question", row.pk, 1)),
    ]
    boss, leader = signed_in(admin), signed_in(manager)
    draft = make_campaign(admin, now=timezone.now())
    pages += [(leader, at("sign:team")), (leader, at("sign:team_board", running.pk))]
    pages += [(boss, path) for path in admin_pages(running)[:3]]
    pages += [(boss, at(f"campaigns:{name}", draft.pk)) for name in ("show", "edit", "start", "question_new")]
    pages += [(boss, at(f"campaigns:{name}", running.pk)) for name in ("close", "board", "people")]
    for client, path in pages:
        page = text_of(client.get(path, headers={"accept-language": "zh-hans"}, follow=True))
        main = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
        assert not re.search(r"[A-Za-z]{3,} [A-Za-z]{3,}", main), path


# --- the administrator ----------------------------------------------------------------------------


def settings_form(**more) -> dict:
    today = timezone.localdate()
    plain = {"version": "1", "audience": "everybody", "starts_on": today.isoformat(), "due_value": "14", "due_unit": "calendar_day"}
    return plain | more


def question_form(**more) -> dict:
    plain = {"section": "support", "text_en": "Who helps?", "text_zh": "谁来帮忙？", "right": "1", "row_version": "1"}
    plain |= {"option_1_en": "Nobody", "option_1_zh": "没人", "option_2_en": "These lines", "option_2_zh": "这些热线"}
    return plain | more


def test_from_the_empty_list_to_a_running_campaign(worker, admin, signed_in):
    client = signed_in(admin)
    assert "Nobody has been asked" in text_of(client.get(at("campaigns:list")))
    assert "Choose the unit" in text_of(client.post(at("campaigns:new"), settings_form(audience="unit")))
    assert "Give a number from 1 to 365" in text_of(client.post(at("campaigns:new"), settings_form(due_value="0")))
    made = client.post(at("campaigns:new"), settings_form())["Location"]
    campaign = Campaign.objects.get()
    added = client.post(at("campaigns:question_new", campaign.pk), question_form())
    assert added["Location"] == at("campaigns:questions", campaign.pk)
    assert comprehension.read(Campaign.objects.get().questions)[-1].text.zh_hans == "谁来帮忙？"
    client.post(at("campaigns:question_up", campaign.pk, "own-1"), {"row_version": "2"})
    assert [each["id"] for each in Campaign.objects.get().questions][-2] == "own-1"
    client.post(at("campaigns:question_remove", campaign.pk, "own-1"), {"row_version": "3"})
    assert len(Campaign.objects.get().questions) == 6
    assert f"Ask {Employee.objects.count()} people" in text_of(client.get(at("campaigns:start", campaign.pk)))
    assert client.get(at("campaigns:board", campaign.pk)).status_code == 404
    client.post(at("campaigns:start", campaign.pk))
    assert "People are being asked" in text_of(client.get(made))
    gather(timezone.now())
    assert Campaign.objects.get().state == CampaignState.RUNNING
    assert "How far it has come" in text_of(client.get(made))
    actions = list(Entry.objects.filter(object_kind="campaign").values_list("action", flat=True))
    assert actions == ["campaign_created", "campaign_edited", "campaign_edited", "campaign_edited", "campaign_started"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"text_zh": ""}, "Write it in both languages"),
        ({"option_2_en": ""}, "Write it in both languages"),
        ({"option_2_en": "", "option_2_zh": ""}, "Give at least two answers"),
        ({"right": "4"}, "The right answer is an empty one"),
        ({"section": "nowhere"}, "Choose the section it is about"),
    ],
)
def test_a_question_needs_both_languages_two_answers_and_a_right_one(admin, signed_in, change, says):
    campaign = make_campaign(admin)
    answer = signed_in(admin).post(at("campaigns:question_new", campaign.pk), question_form(**change))
    assert answer.status_code == 200 and says in text_of(answer)
    assert len(Campaign.objects.get().questions) == 6


def test_two_editors_at_once_lose_nothing(admin, signed_in):
    campaign, client = make_campaign(admin), signed_in(admin)
    client.post(at("campaigns:question", campaign.pk, "worse-shifts"), question_form(text_en="The first editor’s words"))
    second = client.post(at("campaigns:question", campaign.pk, "worse-shifts"), question_form(text_en="The second editor’s words"))
    page = text_of(second)
    assert second.status_code == 409 and "The first editor’s words" in page and "The second editor’s words" in page
    assert 'name="row_version" value="2"' in page
    settings = client.post(at("campaigns:edit", campaign.pk), settings_form(row_version="1", due_value="30"))
    assert settings.status_code == 409 and 'value="30"' in text_of(settings)
    assert client.post(at("campaigns:question_remove", campaign.pk, "worse-shifts"), {"row_version": "1"}).status_code == 302
    assert len(Campaign.objects.get().questions) == 6 and Campaign.objects.get().due_value == 14


def test_a_signature_on_paper_is_recorded_with_its_scan(running, admin, worker, manager, signed_in):
    client, row = signed_in(admin), row_of(running, worker)
    path, today = at("campaigns:person", running.pk, row.pk), timezone.localdate()

    def record(content=PNG, **more):
        data = {"signed_on": today.isoformat(), "reason": "canary-reason", "file": SimpleUploadedFile("x.png", content)}
        return client.post(path, data | more)

    assert "Choose the scan" in text_of(client.post(path, {"signed_on": today.isoformat(), "reason": "x"}))
    assert "This is no PDF, JPG or PNG" in text_of(record(b"<html>hello</html>"))
    assert "The date lies before" in text_of(record(signed_on="2025-01-01"))
    assert "The date lies before" in text_of(record(signed_on=(today + timedelta(days=2)).isoformat()))
    assert not PaperSignature.objects.exists() and not row_of(running, worker).signed_at
    assert record().status_code == 302
    signed = row_of(running, worker)
    assert (signed.method, signed.recorded_by, signed.version_hash) == ("paper", admin.user, running.version.content_hash)
    assert record().status_code == 302 and PaperSignature.objects.count() == 1
    paper = PaperSignature.objects.get()
    assert b"canary" not in bytes(paper.reason_sealed) and b"canary" not in bytes(paper.file.manifest_sealed)
    assert "canary-reason" in text_of(client.get(path))
    scan = client.post(at("campaigns:scan", running.pk, row.pk))
    assert b"".join(scan) == PNG and scan["Content-Disposition"] == 'attachment; filename="signed-page.png"'
    assert Entry.objects.filter(action="paper_scan_seen", user=admin.user).count() == 1
    assert Entry.objects.filter(action="signed_on_paper").count() == 1
    for outsider in (worker, manager):
        assert signed_in(outsider).post(at("campaigns:scan", running.pk, row.pk)).status_code == 404
    assert signing.open_reason(paper) == "canary-reason"


def test_leave_and_back_from_the_persons_page(running, admin, worker, signed_in):
    client, row = signed_in(admin), row_of(running, worker)
    client.post(at("campaigns:aside", running.pk, row.pk))
    assert "Hu Jie" in text_of(client.get(at("campaigns:people", running.pk), {"show": "aside"}))
    assert "Nothing to sign here" in text_of(signed_in(worker).get(at("sign:read", row.pk)))
    client.post(at("campaigns:back", running.pk, row.pk))
    assert row_of(running, worker).is_open


def test_the_board_counts_each_unit_with_what_is_below_it(running, admin, worker, manager, signed_in):
    plant = Unit.objects.create(code="plant", name="Plant")
    line = Unit.objects.create(code="line", name="Line 2", parent=plant)
    Employee.objects.filter(number="051").update(unit=line)
    Employee.objects.filter(number="050").update(unit=plant)
    sign(running, worker, now=timezone.now())
    client = signed_in(admin)
    board = text_of(client.get(at("campaigns:board", running.pk)))
    assert re.search(r"Plant</a></th>\s*<td[^>]*>1 of 2</td>", board)
    inside = text_of(client.get(at("campaigns:board", running.pk), {"unit": "plant"}))
    assert re.search(r"Line 2</a></th>\s*<td[^>]*>1 of 1</td>", inside) and re.search(
        r"Directly in this unit</th>\s*<td[^>]*>0 of 1</td>", inside
    )
    assert client.get(at("campaigns:board", running.pk), {"unit": "nowhere"}).status_code == 404
    assert client.get(at("campaigns:people", running.pk), {"show": "everything"}).status_code == 404
    late = client.get(at("campaigns:people", running.pk), {"show": "late"})
    assert "Nobody." in text_of(late)
    Acknowledgement.objects.filter(campaign=running, signed_at__isnull=True).update(due_at=timezone.now())
    named = text_of(client.get(at("campaigns:people", running.pk), {"show": "late", "q": "wei"}))
    assert "Wei Lan" in named and "Pan Li" not in named


def test_the_file_is_no_formula_and_reads_as_utf8(running, admin, worker, signed_in):
    Employee.objects.filter(number="051").update(name='=HYPERLINK("https://evil.example")', other_name="胡杰")
    answer = signed_in(admin).post(at("campaigns:take_list", running.pk))
    raw = b"".join(answer)
    assert raw.startswith(b"\xef\xbb\xbf") and "attachment" in answer["Content-Disposition"]
    rows = {row[0]: row for row in csv.reader(io.StringIO(raw.decode("utf-8-sig")))}
    assert rows["051"][1].startswith("'=HYPERLINK") and rows["051"][2] == "胡杰" and rows["051"][6] == "Outstanding"
    assert len(rows) == Employee.objects.count() + 1
    assert Entry.objects.filter(action="campaign_list_taken", user=admin.user, object_id=running.pk).count() == 1
    assert signed_in(admin).get(at("campaigns:take_list", running.pk)).status_code == 405


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", " =1", "＝1"])
def test_every_start_of_a_formula_gets_an_apostrophe(value):
    assert safe(value) == f"'{value}"


@pytest.mark.parametrize("value", ["", "Hu Jie", "胡杰", "051", "a=b"])
def test_other_words_stay_as_they_are(value):
    assert safe(value) == value


def test_closing_from_the_page(running, admin, worker, signed_in):
    client = signed_in(admin)
    assert "have signed. Nobody else can sign then" in text_of(client.get(at("campaigns:close", running.pk)))
    client.post(at("campaigns:close", running.pk))
    assert Campaign.objects.get(pk=running.pk).state == CampaignState.CLOSED
    assert "Nothing to sign here" in text_of(signed_in(worker).get(at("sign:start", row_of(running, worker).pk)))


def test_a_campaign_that_lacks_something_says_so_and_does_not_start(admin, signed_in):
    campaign = make_campaign(admin)
    data = campaign.questions
    data[0]["text"]["en"] = ""
    campaigns.save_questions(campaign=campaign, questions=comprehension.read(data), row_version=1, by=admin.user, now=cast.NOW)
    client = signed_in(admin)
    assert "Question 1 is not complete in both languages." in text_of(client.get(at("campaigns:show", campaign.pk)))
    client.post(at("campaigns:start", campaign.pk))
    assert Campaign.objects.get().state == CampaignState.DRAFT
