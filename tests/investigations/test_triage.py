"""The conflict question comes first, the order can't be skipped by address, and nothing ends without its answers (C4)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from complaints.models import Event, Message, Seat
from complaints.states import State
from investigations.models import ConflictDeclaration
from investigations.steps import TriageStep
from tests.factories.filing import STORY, file_story
from tests.investigations.conftest import Desk, wish_answers

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PAGES = (
    "",
    "report/",
    "timeline/",
    "tasks/",
    "people/",
    "files/",
    "measures/",
    "messages/",
    "access/",
    "preview/",
    "print/",
    "handover/",
    "way/",
    "oversight/",
)


def actions(complaint) -> list[str]:
    return list(Entry.objects.filter(subject_id=complaint.pk).values_list("action", flat=True))


@pytest.mark.parametrize("address", [*PAGES, "triage/", *[f"triage/{s.value}/" for s in TriageStep]])
def test_before_the_conflict_question_every_address_leads_to_it(desk, address):
    response = desk.get(address)
    assert response.status_code == 302 and response.headers["Location"] == desk.path("conflict/")
    assert "opened_report" not in actions(desk.complaint)


def test_the_conflict_question_shows_names_and_no_word_of_the_story(desk):
    page = desk.get("conflict/").content.decode()
    assert "CANARY-Boss Zhou" in page
    assert "CANARY-7f3a" not in page and "drink" not in page and "金丝雀" not in page
    assert "opened_exclusions" in actions(desk.complaint)


def test_free_text_is_not_shown_before_the_declaration_only_names_the_directory_knows(handlers, stranger, now, signed_in):
    filed = file_story(now=now)
    from complaints.models import Statement
    from complaints.services.access import openable
    from vault.columns import open_column, seal_column

    row = Statement.objects.get(complaint=filed.complaint)
    keys = openable(complaint=filed.complaint, keyring=filed.keyring).statement
    body = open_column(row, "body_sealed", keys).json()
    body["answers"].append({"id": "8", "question": "Who saw", "value": "Ye Fan saw him touch me", "shown": "Ye Fan saw him touch me"})
    row.row_version += 1
    seal_column(row, "body_sealed", body, keys.current)
    row.save()
    desk = Desk(signed_in(handlers[0]), filed, handlers[0])
    page = desk.get("conflict/").content.decode()
    assert "Ye Fan" in page and "touch me" not in page


def test_no_conflict_opens_the_way_and_is_recorded(desk, intake_officer):
    assert desk.declare_free().status_code == 302
    assert Seat.objects.get(complaint=desk.complaint, user=intake_officer.user).conflict_declared_at
    assert "no_conflict_declared" in actions(desk.complaint)
    assert STORY in desk.client.get(desk.path("triage/read/")).content.decode() or desk.get("triage/").status_code == 302


def test_a_conflict_ends_access_before_anything_was_shown(desk, open_seat, intake_officer):
    response = desk.post("conflict/", {"conflict": "yes"})
    assert response.headers["Location"] == "/w/stepped-back/"
    assert not open_seat(desk.complaint, intake_officer.user)
    assert desk.get("conflict/").status_code == 404 and desk.get().status_code == 404
    assert ConflictDeclaration.objects.get().has_conflict
    assert "opened_report" not in actions(desk.complaint)


def test_when_the_last_of_the_team_steps_back_oversight_takes_over(desk, second_officer, overseer, signed_in):
    desk.post("conflict/", {"conflict": "yes"})
    other = Desk(signed_in(second_officer), desk.filed, second_officer)
    assert other.post("conflict/", {"conflict": "yes"}).headers["Location"] == "/w/with-oversight/"
    assert desk.complaint.oversight_handles
    assert Desk(signed_in(overseer), desk.filed, overseer).get("conflict/").status_code == 200


def test_an_unanswered_conflict_question_is_an_error(desk):
    response = desk.post("conflict/")
    assert response.status_code == 200 and "Error: " in response.content.decode()
    assert not ConflictDeclaration.objects.exists()


@pytest.mark.parametrize("reached", list(TriageStep))
def test_later_steps_cannot_be_reached_or_done_by_their_address(desk, investigator, reached, triage_of):
    desk.triage(until=reached, to=investigator)
    later = list(TriageStep)[list(TriageStep).index(reached) + 1 :]
    for step in later:
        assert desk.get(f"triage/{step.value}/").headers["Location"] == desk.path("triage/")
        data = {"text": "x", "urgency": "today", "to": investigator.user.pk, "promised_date": "2099-01-01", **wish_answers()}
        assert desk.post(f"triage/{step.value}/", data).headers["Location"] == desk.path("triage/")
    assert desk.get("triage/").headers["Location"] == desk.path(f"triage/{reached.value}/")
    assert not triage_of(desk.complaint).assigned_at


@pytest.mark.parametrize("address", PAGES)
def test_the_case_pages_wait_until_the_narrative_was_read(desk, address):
    desk.declare_free()
    assert desk.get(address).headers["Location"] == desk.path("triage/")


def test_reading_shows_the_words_in_full_and_meets_the_promise_once(desk):
    desk.declare_free()
    desk.get("triage/")
    for _ in range(2):
        assert STORY in desk.get("triage/read/").content.decode()
    assert Event.objects.filter(complaint=desk.complaint, kind="opened").count() == 1
    assert actions(desk.complaint).count("opened_report") == 2
    assert desk.complaint.deadlines.get(limit_id="open").met_at


def test_saying_read_without_opening_it_changes_nothing(desk, triage_of):
    desk.declare_free()
    desk.get("triage/")
    desk.post("triage/read/")
    assert not triage_of(desk.complaint).read_at
    desk.get("triage/read/")
    desk.post("triage/read/")
    assert triage_of(desk.complaint).read_at


def test_every_wish_needs_an_answer(desk, triage_of):
    desk.triage(until=TriageStep.PROTECTION)
    response = desk.post("triage/protection/", {})
    assert response.status_code == 200 and "Error: " in response.content.decode()
    assert not triage_of(desk.complaint).protection_answered_at


@pytest.mark.parametrize(
    "changes",
    [
        {"w0-decision": "refused"},
        {"w0-decision": "partly"},
        {"w0-start_date": ""},
        {"w0-review_date": ""},
        {"w0-review_date": "2020-01-01"},
    ],
)
def test_a_no_needs_a_reason_and_a_yes_needs_dates(desk, changes, triage_of):
    desk.triage(until=TriageStep.PROTECTION)
    assert desk.post("triage/protection/", wish_answers(**changes)).status_code == 200
    assert not triage_of(desk.complaint).protection_answered_at


def test_answering_safety_and_wishes_keeps_both_promises(desk):
    desk.triage(until=TriageStep.URGENCY)
    kinds = set(Event.objects.filter(complaint=desk.complaint).values_list("kind", flat=True))
    assert {"safety_answered", "protection_answered", "measure_review_set"} <= kinds


def test_a_measure_that_burdens_the_reporter_waits_for_consent(desk):
    desk.triage(until=TriageStep.PROTECTION)
    desk.post("triage/protection/", wish_answers(**{"w0-burdens_reporter": "on"}))
    measure = desk.complaint.measures.get()
    assert measure.burdens_reporter and measure.start_date is None and measure.consent_at is None


@pytest.mark.parametrize(
    "changes",
    [{"promised_date": ""}, {"promised_date": "2020-01-01"}, {"text": "Next: ____"}, {"text": "接下来：【　】"}, {"text": ""}],
)
def test_the_acknowledgement_must_be_complete_and_name_a_date_ahead(desk, changes, triage_of):
    desk.triage(until=TriageStep.ACKNOWLEDGE)
    good = {"text": "Thank you.", "promised_date": (timezone.now() + timedelta(days=2)).date().isoformat(), "once": "x"}
    assert desk.post("triage/acknowledge/", good | changes).status_code == 200
    assert not triage_of(desk.complaint).acknowledged_at
    assert not Message.objects.filter(complaint=desk.complaint, purpose="acknowledgement").exists()
    assert desk.post("triage/acknowledge/", good).status_code == 302
    assert desk.complaint.state == State.ACKNOWLEDGED


def test_the_template_is_in_the_reporters_language(handlers, now, signed_in):
    filed = file_story(now=now, language="zh-hans")
    desk = Desk(signed_in(handlers[0]), filed, handlers[0]).triage(until=TriageStep.ACKNOWLEDGE)
    assert "谢谢您" in desk.get("triage/acknowledge/").content.decode()


def test_assigning_ends_the_rotas_access_and_gives_it_to_the_handler(desk, investigator, second_officer, open_seat, signed_in):
    desk.triage(to=investigator)
    assert desk.complaint.state == State.ASSESSED
    assert open_seat(desk.complaint, investigator.user)
    for person in (desk.person, second_officer):
        assert not open_seat(desk.complaint, person.user)
    assert desk.get().status_code == 404
    assert Desk(signed_in(investigator), desk.filed, investigator).get().headers["Location"] == desk.path("conflict/")


def test_people_in_a_respondents_line_are_not_offered(handlers, respondent_manager, respondent, now, signed_in):
    from tests.factories.cast import make_person

    conflicted = make_person("060", "Wei Lan", "investigator", manager=respondent.employee)
    filed = file_story(now=now, respondents=("Zhou Qiang",))
    person = next(p for p in handlers if Seat.objects.filter(complaint=filed.complaint, user=p.user, role="intake").exists())
    desk = Desk(signed_in(person), filed, person).triage(until=TriageStep.ASSIGN)
    page = desk.get("triage/assign/").content.decode()
    assert "Xu Ning" in page and "Wei Lan" not in page
    assert desk.post("triage/assign/", {"to": conflicted.user.pk}).status_code == 200
    assert not Seat.objects.filter(user=conflicted.user).exists()
