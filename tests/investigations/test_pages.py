"""Every page of a case, walked once, and what must hold on them."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Entry
from audit.selectors import accesses
from complaints.models import Attachment, Complaint, Message, Seat
from complaints.questions import FIRST
from complaints.services.messages import write_to_team
from complaints.states import State
from investigations.models import CasePerson, Note, Task
from investigations.services import asking
from investigations.suggestions import suggested_tasks
from oversight.selectors import open_questions
from tests.factories.filing import STORY
from vault.errors import NoAccess

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def last_action(complaint) -> str:
    return accesses(complaint.pk).first().action


def test_every_page_opens_for_the_handler_and_is_on_record(handler_desk):
    desk = handler_desk
    for page in (
        "",
        "report/",
        "timeline/",
        "timeline/?show=dates",
        "tasks/",
        "tasks/add/",
        "people/",
        "people/add/",
        "files/",
        "measures/",
        "measures/add/",
        "messages/",
        "messages/?template=plan",
        "access/",
        "preview/",
        "print/",
        "handover/",
        "way/",
        "oversight/",
    ):
        response = desk.get(page)
        assert response.status_code == 200, page
    assert STORY in desk.get("report/").content.decode()
    assert accesses(desk.complaint.pk).filter(user=desk.person.user).count() >= 10
    for path in ("/w/", "/w/cases/", "/w/calendar/", "/w/search/", "/w/regrants/", "/w/record/"):
        assert desk.client.get(path).status_code == 200, path
    assert desk.complaint.ref in desk.client.get("/w/cases/?sort=due&state=assessed").content.decode()
    assert desk.complaint.ref not in desk.client.get("/w/cases/?state=decided").content.decode()


def test_people_are_added_changed_and_never_overwritten(handler_desk):
    desk = handler_desk
    assert desk.post("people/add/", {"kind": "witness", "name": "CANARY-Wit", "note": "first"}).status_code == 302
    row = CasePerson.objects.get()
    assert b"CANARY-Wit" not in bytes(row.detail_sealed)
    path = f"people/{row.pk}/"
    assert desk.post(path, {"kind": "witness", "name": "CANARY-Wit", "note": "second", "version": "1"}).status_code == 302
    late = desk.post(path, {"kind": "witness", "name": "CANARY-Wit", "note": "third", "version": "1"})
    assert late.status_code == 409 and "saved a change" in late.content.decode() and "second" in late.content.decode()
    row.refresh_from_db()
    assert row.row_version == 2
    assert desk.post(path, {"kind": "witness", "name": "CANARY-Wit", "note": "third", "version": "2"}).status_code == 302


def test_tasks_and_notes(handler_desk, stranger):
    desk = handler_desk
    due = (timezone.now() + timedelta(days=3)).date().isoformat()
    assert desk.post("tasks/add/", {"title": "Ask the desk", "to": stranger.user.pk, "due_date": due}).status_code == 200
    assert not Task.objects.exists()
    assert desk.post("tasks/add/", {"title": "Ask the desk", "to": desk.person.user.pk, "due_date": due}).status_code == 302
    task = Task.objects.get()
    data = {"title": "Ask the desk", "to": desk.person.user.pk, "due_date": due, "done": "on", "version": "1"}
    assert desk.post(f"tasks/{task.pk}/", data).status_code == 302
    assert desk.post(f"tasks/{task.pk}/", data).status_code == 409
    assert desk.post("tasks/", {"text": "CANARY-Note"}).status_code == 302
    assert "CANARY-Note" in desk.get("tasks/").content.decode()


def test_a_draft_is_private_and_a_message_promises_a_date(handler_desk):
    desk = handler_desk
    desk.post("messages/", {"go": "draft", "text": "CANARY-Draft"})
    assert "CANARY-Draft" in desk.get("messages/").content.decode()
    sent = Message.objects.filter(complaint=desk.complaint).count()
    day = (timezone.now() + timedelta(days=4)).date().isoformat()
    data = {"purpose": "update", "text": "We spoke with two people.", "promised_date": day, "once": "m1"}
    assert "What the reporter will see" in desk.post("messages/", data | {"go": "preview"}).content.decode()
    assert Message.objects.filter(complaint=desk.complaint).count() == sent
    for _ in range(2):
        assert desk.post("messages/", data | {"go": "send"}).status_code == 302
    assert Message.objects.filter(complaint=desk.complaint).count() == sent + 1
    assert not Note.objects.filter(kind="draft").exists()
    assert desk.post("messages/", {"purpose": "question", "text": "Where?\nWhen?", "once": "m2", "go": "send"}).status_code == 302
    assert desk.complaint.waiting_since


def test_the_way_is_decided_with_words_and_not_on_a_changed_case(handler_desk, filed, now):
    desk = handler_desk
    version = desk.complaint.row_version
    data = {"way": "investigate", "reason": "We speak with both sides.", "version": version, "once": "w1"}
    assert desk.post("way/", data | {"reason": ""}).status_code == 200
    write_to_team(complaint=desk.complaint, keyring=filed.keyring, text="One more thing", token="r1", now=timezone.now())
    changed = desk.post("way/", data)
    assert "Nothing was saved" in changed.content.decode() and desk.complaint.state == State.ASSESSED
    assert desk.post("way/", data | {"version": desk.complaint.row_version}).status_code == 302
    assert desk.complaint.state == State.IN_INVESTIGATION
    assert {"plan_told", "assessed", "investigation_started"} <= set(desk.complaint.events.values_list("kind", flat=True))
    assert desk.get("way/").status_code == 404


def test_a_date_moves_only_after_the_reporters_view_of_it(handler_desk):
    desk = handler_desk
    deadline = desk.complaint.deadlines.get(limit_id="plan")
    until = deadline.due_date + timedelta(days=3)
    path = f"dates/{deadline.pk}/"
    # The only way on from the form leads past the reporter's view.
    assert set(re.findall(r'name="go" value="(\w+)"', desk.get(path).content.decode())) == {"preview"}
    assert desk.post(path, {"until": until.isoformat(), "reason": "", "go": "preview"}).status_code == 200
    seen = desk.post(path, {"until": until.isoformat(), "reason": "Two people are away.", "go": "preview"})
    assert "What the reporter will see" in seen.content.decode()
    deadline.refresh_from_db()
    assert deadline.due_date < until
    desk.post(path, {"until": until.isoformat(), "reason": "Two people are away.", "go": "save"})
    deadline.refresh_from_db()
    assert deadline.due_date == until
    assert "Two people are away." in desk.get("tasks/").content.decode()


def test_handing_over_takes_access_and_tells_the_reporter(handler_desk, second_investigator, open_seat):
    desk = handler_desk
    data = {"to": second_investigator.user.pk, "reason": "CANARY-Leave", "told": "Somebody else from today.", "once": "h1"}
    assert desk.post("handover/", data | {"reason": ""}).status_code == 200 and open_seat(desk.complaint, desk.person.user)
    assert desk.post("handover/", data).headers["Location"] == "/w/handed-over/"
    assert not open_seat(desk.complaint, desk.person.user) and open_seat(desk.complaint, second_investigator.user)
    assert desk.get().status_code == 404


def test_oversight_reads_the_question_answers_once_and_the_asker_reads_it(handler_desk, overseer, signed_in):
    desk = handler_desk
    assert desk.post("oversight/", {"text": ""}).status_code == 200
    assert desk.post("oversight/", {"text": "CANARY-May I go on?"}).status_code == 302
    asked = asking.questions_to_oversight(complaint=desk.complaint, keyring=overseer.keyring)
    assert [q.text for q in asked] == ["CANARY-May I go on?"]
    client, note = signed_in(overseer), Note.objects.get(kind="oversight")
    assert desk.complaint.ref in client.get("/o/late/").content.decode()
    case, path = f"/o/c/{desk.complaint.ref}/", f"/o/c/{desk.complaint.ref}/question/{note.pk}/"
    assert "CANARY-May I go on?" in client.get(case).content.decode()
    field = f"a{note.pk.hex[:8]}-text"
    assert "Write an answer" in client.post(path, {field: ""}).content.decode()
    for text in ("CANARY-Yes, go on.", "Second"):
        assert client.post(path, {field: text}).status_code == 302
    note.refresh_from_db()
    assert note.answered_by == overseer.user and b"CANARY" not in bytes(note.answer_sealed)
    assert "CANARY-Yes, go on." in desk.get().content.decode()
    assert "handlers asked" not in client.get("/o/late/").content.decode() and not open_questions(overseer.user)


def test_only_oversight_answers(handler_desk, overseer):
    desk = handler_desk
    desk.post("oversight/", {"text": "May I go on?"})
    note = Note.objects.get(kind="oversight")
    answer = {"complaint": desk.complaint, "note_id": note.pk, "text": "Yes", "now": timezone.now()}
    with pytest.raises(NoAccess):
        asking.answer_question(by=desk.person.user, keyring=desk.person.keyring, **answer)
    assert asking.answer_question(by=overseer.user, keyring=overseer.keyring, **answer).answered_at


def test_a_letter_comes_in_the_reporters_language_and_not_out_with_blanks(handler_desk):
    desk = handler_desk
    Complaint.objects.filter(pk=desk.complaint.pk).update(language="zh-hans")
    page = desk.get("messages/?template=question").content.decode()
    assert ("请问" in page and 'value="question" checked' in page.replace("id=", "").replace("  ", " ")) or 'value="question"' in page
    sent = Message.objects.count()
    assert "still a blank" in desk.post("messages/", {"purpose": "plain", "text": "Next: ____", "once": "b1"}).content.decode()
    assert Message.objects.count() == sent


def test_tasks_worth_starting_with_follow_from_the_kind_of_report(handler_desk):
    desk = handler_desk
    Complaint.objects.filter(pk=desk.complaint.pk).update(retaliation=True, third_party=False, ahead_date=None, not_safe=False)
    assert list(suggested_tasks(desk.complaint)) == ["compare", "records", "order"]
    assert "tasks/add/?start=compare" in desk.get("tasks/").content.decode()
    assert "Compare appraisal, pay and shifts" in desk.get("tasks/add/?start=compare").content.decode()
    assert desk.get("tasks/add/?start=unheard-of").status_code == 200


def test_search_words_stay_out_of_address_and_record(handler_desk):
    desk = handler_desk
    found = desk.client.post("/w/search/", {"words": "canary-7F3A"})
    assert desk.complaint.ref in found.content.decode()
    entry = Entry.objects.filter(action="searched").get()
    assert entry.facts == {"cases": 1, "found": 1} and entry.subject_id is None
    assert desk.complaint.ref not in desk.client.get("/w/search/?words=canary").content.decode()


def test_printing_is_chosen_marked_and_recorded(handler_desk):
    desk = handler_desk
    assert desk.post("print/", {}).status_code == 200 and last_action(desk.complaint) != "printed_case"
    page = desk.post("print/", {"parts": ["report"]}).content.decode()
    assert STORY in page and "Confidential" in page and desk.person.user.display_name in page
    assert last_action(desk.complaint) == "printed_case"


def test_staff_and_reporter_read_the_same_list_of_accesses(handler_desk):
    from complaints.followup_selectors import access_list
    from investigations.selectors import staff_accesses

    handler_desk.get("report/")
    ours, theirs = staff_accesses(handler_desk.complaint), access_list(handler_desk.complaint)
    assert [(at, name) for at, name, _, _ in ours] == [(row.at, row.name) for row in theirs] and ours


def test_a_call_is_recorded_read_back_and_filed_with_a_slip(handlers, investigator, signed_in):
    client = signed_in(investigator)
    assert client.post("/w/record/", {"channel": "hotline", "language": "en"}).status_code == 302
    assert client.post("/w/record/1/", {"story": ""}).status_code == 200
    name = FIRST.fields[0].name
    assert client.post(f"/w/record/{FIRST.id}/", {name: "CANARY-Call he shouted", "go": "check"}).status_code == 302
    add_a_letter(client)
    assert "CANARY-Call" in client.get("/w/record/check/").content.decode()
    assert "CANARY-letter.txt" in client.get("/w/record/check/").content.decode()
    assert client.post("/w/record/check/", {}).status_code == 200 and not Complaint.objects.exists()
    assert client.post("/w/record/check/", {"read_back": "on"}).status_code == 302
    filed = Complaint.objects.get()
    assert filed.channel == "hotline" and filed.statements.get().taken_by == investigator.user
    assert "Your code" in client.get("/w/record/slip/").content.decode()
    client.post("/w/record/slip/")
    assert client.get("/w/record/slip/").status_code == 302
    assert not Seat.objects.filter(complaint=filed, user=investigator.user).exists()
    letter = Attachment.objects.get(complaint=filed)
    assert not letter.by_reporter and letter.statement == filed.statements.get()


def add_a_letter(client) -> None:
    """Question 10: one empty, one good, one removed again, one that is added by simply going on."""
    empty = client.post("/w/record/10/", {"file": SimpleUploadedFile("e.txt", b""), "note": "the letter", "end": "1", "go": "add"})
    assert "The file is empty" in empty.content.decode() and "the letter" in empty.content.decode()
    for name in ("wrong.txt", "CANARY-letter.txt"):
        go = "add" if name == "wrong.txt" else "next"
        sent = {"file": SimpleUploadedFile(name, b"CANARY-body"), "note": "by post", "end": "1", "go": go}
        assert client.post("/w/record/10/", sent).status_code == 302
    wrong = re.search(r'name="remove" value="([0-9a-f-]+)"', client.get("/w/record/10/").content.decode())[1]
    assert client.post("/w/record/10/", {"remove": wrong, "end": "1"}).status_code == 302
    page = client.get("/w/record/10/").content.decode()
    assert "CANARY-letter.txt" in page and "by post" in page and "wrong.txt" not in page


def test_the_reporter_checks_a_record_with_its_files_and_gets_a_fresh_code(
    handlers, investigator, intake_officer, signed_in, reporter_client
):
    client = signed_in(investigator)
    client.post("/w/record/", {"channel": "letter", "language": "en"})
    client.post("/w/record/1/", {FIRST.fields[0].name: "he shouted", "go": "next"})
    add_a_letter(client)
    client.post("/w/record/check/", {"read_back": "on"})
    slip = client.get("/w/record/slip/").content.decode()
    code = re.sub(r"\D", "", re.search(r'id="code"[^>]*>(.*?)</p>', slip, re.S)[1])
    assert len(code) == 20
    theirs = reporter_client(code)
    assert theirs.get("/f/home/").headers["Location"] == "/f/confirm/"
    page = theirs.get("/f/confirm/").content.decode()
    assert "CANARY-letter.txt" in page and investigator.user.display_name in page
    assert b"".join(theirs.get("/f/file/1/").streaming_content) == b"CANARY-body"
    assert theirs.post("/f/confirm/", {"is_right": "no", "correction": "he screamed", "once": "c1", "go": "next"}).status_code == 302
    assert theirs.get("/f/home/").status_code == 200
    filed = Complaint.objects.get()
    assert filed.statements.get(kind="report").confirmed_at and filed.statements.filter(kind="addition").count() == 1
    # Somebody else has seen the code of the slip.
    assert "/f/code/" in theirs.get("/f/home/").content.decode()
