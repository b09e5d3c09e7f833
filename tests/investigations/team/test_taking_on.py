"""A case that was given to somebody is theirs when they say so; until then the clock runs and oversight hears of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Deadline, Seat
from notices.models import Notice
from tests.clocks.helpers import run_until_quiet
from tests.investigations.conftest import Desk

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def accept_row(complaint):
    return Deadline.objects.get(complaint=complaint, limit_id="accept")


def test_assigning_starts_the_time_and_taking_on_ends_it(handler_desk):
    assert accept_row(handler_desk.complaint).is_open
    assert "Take it on" in handler_desk.get().content.decode()
    assert handler_desk.get("take-on/").status_code == 302
    assert accept_row(handler_desk.complaint).is_open, "looking at the address takes nothing on"
    handler_desk.post("take-on/")
    handler_desk.post("take-on/")
    assert accept_row(handler_desk.complaint).met_at
    assert Seat.objects.get(complaint=handler_desk.complaint, role="handler").accepted_at
    assert handler_desk.complaint.events.filter(kind="assignment_accepted").count() == 1
    assert "Take it on" not in handler_desk.get().content.decode()


def test_before_the_conflict_question_nothing_is_offered_or_taken(desk, investigator, signed_in):
    desk.triage(to=investigator)
    mine = Desk(signed_in(investigator), desk.filed, investigator)
    assert mine.post("take-on/").headers["Location"].endswith("/conflict/")
    assert not Seat.objects.get(complaint=desk.complaint, role="handler").accepted_at


def test_nobody_else_takes_it_on(handler_desk, signed_in, stranger, overseer):
    for person in (stranger, overseer):
        assert Desk(signed_in(person), handler_desk.filed, person).post("take-on/").status_code == 404
    assert not Seat.objects.get(complaint=handler_desk.complaint, role="handler").accepted_at


def test_not_taken_on_goes_to_oversight(handler_desk, overseer):
    later = timezone.now() + timedelta(days=6)
    run_until_quiet(later)
    assert accept_row(handler_desk.complaint).escalated_at
    assert Notice.objects.filter(recipient=overseer.user, template="oversight", about_id=handler_desk.complaint.pk).exists()


def test_taken_on_is_not_passed_on(handler_desk, overseer):
    handler_desk.post("take-on/")
    run_until_quiet(timezone.now() + timedelta(days=6))
    assert accept_row(handler_desk.complaint).escalated_at is None


def test_handing_over_instead_ends_the_wait_and_starts_the_next_persons(handler_desk, second_investigator):
    data = {"to": second_investigator.user.pk, "reason": "I am away", "told": "Somebody else looks after it.", "once": "h1"}
    assert handler_desk.post("handover/", data).status_code == 302
    first, second = Deadline.objects.filter(complaint=handler_desk.complaint, limit_id="accept").order_by("starts_at", "pk")
    assert first.met_at and second.is_open


def test_deciding_the_way_takes_it_on(handler_desk):
    version = handler_desk.complaint.row_version
    data = {"way": "investigate", "reason": "We begin.", "version": version, "once": "w1"}
    assert handler_desk.post("way/", data).status_code == 302
    assert accept_row(handler_desk.complaint).met_at


def test_the_reporter_sees_both(handler_desk, reporter_client):
    page = reporter_client(handler_desk.filed.code).get("/f/home/").content.decode()
    assert "A case handler was asked to take it on" in page and "took it on" not in page.replace("asked to take it on", "")
    handler_desk.post("take-on/")
    assert "Your case handler took it on" in reporter_client(handler_desk.filed.code).get("/f/home/").content.decode()
