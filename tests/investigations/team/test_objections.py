"""Somebody isn't free to handle it: access rests at once, oversight decides, and nobody on the team reads why."""

import pytest
from django.utils import timezone

from audit.models import Entry
from complaints.clock_selectors import deadlines_of
from complaints.models import Deadline, Seat
from complaints.permissions import may_read
from complaints.selectors import complaints_visible_to
from complaints.services import leaving
from complaints.services.access import openable
from complaints.services.once import new_token
from complaints.services.reminders import may_know_of_complaint
from complaints.services.taking_on import NothingToTakeOn, take_on
from investigations import selectors
from investigations.models import Objection
from investigations.services import handing_over, objections
from tests.attacks.comparing import bare
from tests.factories.filing import file_story
from vault.errors import NoAccess

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
REASON = "CANARY-objection he is his cousin 金丝雀"


@pytest.fixture
def seat(handler_desk, investigator):
    return Seat.objects.get(complaint=handler_desk.complaint, user=investigator.user, until=None)


def object_to(desk, seat, **changes):
    values = {"text": REASON, "token": new_token(), "now": timezone.now(), "seat_id": seat.pk} | changes
    return objections.object_by_reporter(complaint=desk.complaint, keyring=desk.filed.keyring, **values)


@pytest.fixture
def objected(handler_desk, seat):
    return object_to(handler_desk, seat)


def decide(objected, overseer, upheld, **changes):
    values = {"complaint": objected.complaint, "keyring": overseer.keyring, "by": overseer.user, "text": "CANARY-answer we looked"}
    return objections.decide(**values | {"objection_id": objected.pk, "upheld": upheld, "now": timezone.now()} | changes)


def test_access_rests_at_once_everywhere(handler_desk, objected, investigator):
    complaint, user = handler_desk.complaint, investigator.user
    for address in ("", "report/", "tasks/", "messages/", "access/", "people/", "conflict/"):
        assert handler_desk.get(address).status_code == 404, address
    assert handler_desk.client.get("/w/").status_code == 200
    assert complaint.ref not in handler_desk.client.get("/w/").content.decode()
    assert complaint.ref not in handler_desk.client.get("/w/cases/").content.decode()
    assert not complaints_visible_to(user).exists() and not selectors.cases_worked_by(user).exists()
    assert not may_read(user, complaint) and not may_know_of_complaint(user, complaint.pk, timezone.now())
    assert selectors.team_seats(complaint) == [] and selectors.case_rows([complaint], timezone.now())[0].handler == ""


def test_without_an_objection_the_same_handler_reads_on(handler_desk, investigator):
    assert handler_desk.get("report/").status_code == 200
    assert may_know_of_complaint(investigator.user, handler_desk.complaint.pk, timezone.now())


def test_who_is_objected_to_can_not_tell_it_from_a_case_that_is_not_there(handler_desk, objected):
    rested, absent = handler_desk.path(), "/c/ZZZZZZZZ/"
    assert bare(handler_desk.client.get(rested), path=rested) == bare(handler_desk.client.get(absent), path=absent)


def test_only_the_reporter_and_oversight_read_why(handler_desk, objected, investigator, overseer, signed_in):
    assert [each.reason for each in objections.opened(complaint=objected.complaint, keyring=handler_desk.filed.keyring)] == [REASON]
    page = signed_in(overseer).get(f"/o/c/{objected.complaint.ref}/objection/{objected.pk}/")
    assert REASON in page.content.decode()
    assert Entry.objects.filter(action="opened_escalation", object_id=objected.pk).exists()
    assert objections.opened(complaint=objected.complaint, keyring=investigator.keyring) == []


def test_a_team_sees_nothing_of_it_in_timeline_and_dates(handler_desk, objected, overseer):
    decide(objected, overseer, False)
    assert not {event.kind for event in selectors.case_timeline(handler_desk.complaint, "")} & {"objection_made", "objection_decided"}
    rows = selectors.promises_to_reporter(handler_desk.complaint, deadlines_of(handler_desk.complaint, timezone.now()), (), timezone.now())
    assert not [row for row in rows if row.limit_id == "objection_answer"]


def test_not_upheld_gives_access_back_and_tells_the_reporter(handler_desk, objected, overseer, reporter_client):
    decide(objected, overseer, False)
    assert handler_desk.get("report/").status_code == 200
    page = reporter_client(handler_desk.filed.code).get("/f/who/").content.decode()
    assert "CANARY-answer" in page and "Their access came back" in page
    assert Deadline.objects.get(complaint=objected.complaint, limit_id="objection_answer").met_at


def test_upheld_ends_it_for_good_and_oversight_takes_over(handler_desk, objected, overseer, investigator):
    decide(objected, overseer, True)
    complaint = handler_desk.complaint
    assert complaint.oversight_handles and complaint.keys_due
    assert handler_desk.get("").status_code == 404
    # Whoever lost the case gives the file away when they open their own work, and sees nothing of it.
    assert handler_desk.client.get("/w/").status_code == 200
    with pytest.raises(NoAccess):
        openable(complaint=complaint, keyring=investigator.keyring)
    keys = openable(complaint=complaint, keyring=overseer.keyring)
    assert keys.statement and keys.file


def test_upheld_bars_from_coming_back(handler_desk, objected, overseer, investigator, second_investigator):
    decide(objected, overseer, True)
    leaving.hand_back(user=investigator.user, keyring=investigator.keyring, now=timezone.now())
    found = handing_over.possible_handlers(complaint=handler_desk.complaint, keyring=overseer.keyring, now=timezone.now())
    assert second_investigator.user in found and investigator.user not in found


def test_deciding_twice_keeps_the_first(handler_desk, objected, overseer):
    decide(objected, overseer, False)
    with pytest.raises(objections.DecidedAlready):
        decide(objected, overseer, True)
    assert Objection.objects.get().upheld is False


def test_only_oversight_of_this_case_decides(handler_desk, objected, investigator, stranger):
    for person in (investigator, stranger):
        with pytest.raises(NoAccess):
            decide(objected, person, False)
    assert Seat.objects.get(pk=objected.seat_id).suspended_at


def test_the_same_form_twice_is_one_objection(handler_desk, seat):
    first = object_to(handler_desk, seat, token="t")
    assert object_to(handler_desk, seat, token="t") == first
    assert Objection.objects.count() == 1


def test_nobody_rests_twice_and_nobody_without_a_seat(handler_desk, seat, objected):
    with pytest.raises(objections.NoSuchSeat):
        object_to(handler_desk, seat)
    with pytest.raises(objections.NoSuchSeat):
        object_to(handler_desk, seat, seat_id=0)


def test_the_last_overseer_can_not_be_objected_to(handler_desk, overseer):
    seat = Seat.objects.get(complaint=handler_desk.complaint, user=overseer.user, until=None)
    with pytest.raises(objections.NoSuchSeat):
        object_to(handler_desk, seat)


def test_without_oversight_the_outside_routes_are_shown(handler_desk, seat, overseer, reporter_client):
    Seat.objects.filter(user=overseer.user).update(until=timezone.now())
    with pytest.raises(objections.NobodyToDecide):
        object_to(handler_desk, seat)
    page = reporter_client(handler_desk.filed.code).get("/f/who/").content.decode()
    assert "Nobody in oversight is free" in page


def test_the_page_from_the_reporter_to_the_decision(handler_desk, seat, overseer, reporter_client, signed_in):
    mine = reporter_client(handler_desk.filed.code)
    empty = mine.post("/f/who/", {"once": "a"}).content.decode()
    assert "Choose the person you mean" in empty and "Write in a few words why" in empty
    # The number of a seat says how many there are in the portal.
    assert f'value="{seat.pk}"' not in empty and f'value="{objections.mark_of(seat)}"' in empty
    assert mine.post("/f/who/", {"who": seat.pk, "text": REASON, "once": "a"}).status_code == 200 and not Objection.objects.exists()
    assert mine.post("/f/who/", {"who": objections.mark_of(seat), "text": REASON, "once": "a"}).status_code == 302
    page = mine.get("/f/who/").content.decode()
    assert "Their access rests" in page and "Oversight decides by" in page and REASON in page
    desk = signed_in(overseer)
    address = f"/o/c/{handler_desk.complaint.ref}/objection/{Objection.objects.get().pk}/"
    assert address in desk.get("/o/late/").content.decode()
    assert "Choose one of the answers" in desk.post(address, {}).content.decode()
    assert desk.post(address, {"upheld": "no", "text": "They hardly know each other."}).status_code == 302
    assert "They hardly know each other." in mine.get("/f/who/").content.decode()


def test_another_cases_oversight_page_is_absent(handler_desk, objected, overseer, signed_in, now):
    other = file_story(now=now)
    assert signed_in(overseer).get(f"/o/c/{other.complaint.ref}/objection/{objected.pk}/").status_code == 404


def test_a_handler_who_rests_takes_nothing_on(handler_desk, objected):
    with pytest.raises(NothingToTakeOn):
        take_on(complaint=handler_desk.complaint, by=handler_desk.person.user, now=timezone.now())
