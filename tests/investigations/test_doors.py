"""Doors of a case that the matrix (`tests/attacks`) does not know: standby seats, private reports, seats that end while reading."""

import pytest
from django.urls import get_resolver

from complaints.models import Complaint, Seat
from investigations.selectors import cases_worked_by
from tests.factories.filing import file_story
from tests.investigations.conftest import Desk

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

CASE_PAGES = (
    "",
    "conflict/",
    "triage/",
    "triage/read/",
    "triage/assign/",
    "report/",
    "timeline/",
    "tasks/",
    "tasks/add/",
    "people/",
    "people/add/",
    "people/reveal/",
    "files/",
    "files/1/",
    "measures/",
    "measures/add/",
    "messages/",
    "access/",
    "preview/",
    "print/",
    "handover/",
    "way/",
    "oversight/",
)


@pytest.mark.parametrize("who", ["decision_maker", "overseer"])
def test_a_standby_seat_shows_nothing(filed, request, signed_in, who):
    person = request.getfixturevalue(who)
    assert Seat.objects.filter(complaint=filed.complaint, user=person.user, until__isnull=True).exists()
    client = signed_in(person)
    for page in CASE_PAGES:
        assert client.get(f"/c/{filed.complaint.ref}/{page}").status_code == 404
    assert filed.complaint.ref not in client.get("/w/").content.decode()
    assert not cases_worked_by(person.user).exists()


def test_a_private_report_is_in_no_list(handlers, now, signed_in, intake_officer):
    filed = file_story(now=now, keep_private=True)
    assert filed.complaint.ref not in signed_in(intake_officer).get("/w/cases/").content.decode()
    assert Complaint.objects.get().state == "private"


def addresses(resolver):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern)
        else:
            yield pattern


def test_every_case_address_stands_behind_the_door():
    resolver = next(p for p in get_resolver().url_patterns if getattr(p, "urlconf_name", None) and "investigations" in str(p.urlconf_name))
    case = next(p for p in resolver.url_patterns if p.namespace == "case")
    for pattern in addresses(case):
        view, wrapped = pattern.callback, False
        while view is not None:
            wrapped = wrapped or getattr(view, "needs_unlocked_vault", False)
            view = getattr(view, "__wrapped__", None)
        assert wrapped, pattern.name


def test_a_handler_who_was_taken_off_while_reading_is_out_at_once(handler_desk, open_seat):
    assert handler_desk.get().status_code == 200
    Seat.objects.filter(complaint=handler_desk.complaint, user=handler_desk.person.user).update(until=handler_desk.complaint.received_at)
    assert handler_desk.get().status_code == 404
    assert isinstance(handler_desk, Desk)
