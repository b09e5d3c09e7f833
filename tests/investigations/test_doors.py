"""Who may not see a case gets the page of a case that does not exist, byte for byte (Q11, Q12)."""

import re

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
OWN_PAGES = ("/w/", "/w/cases/", "/w/calendar/", "/w/regrants/", "/w/search/")


def bare(response) -> tuple[int, bytes]:
    """Status and body without the one-time tokens, which differ on every request."""
    body = re.sub(rb'name="csrfmiddlewaretoken" value="[^"]*"', b"", response.content)
    # Nor may it matter that a second passed between the two: the strip counts down to the end of the session.
    body = re.sub(rb'data-[a-z-]+="\d+"', b"", body)
    return response.status_code, body


@pytest.mark.parametrize("address", CASE_PAGES)
@pytest.mark.parametrize("who", ["stranger", "respondent_manager", "sysadmin", "policy_admin"])
def test_absent_and_forbidden_are_one_page(filed, request, signed_in, who, address):
    client = signed_in(request.getfixturevalue(who))
    ref = filed.complaint.ref
    for method in (client.get, client.post):
        forbidden, absent = method(f"/c/{ref}/{address}"), method(f"/c/ZZZZZZZZ/{address}")
        body = bare(forbidden)[1].replace(ref.encode(), b"ZZZZZZZZ")
        assert (forbidden.status_code, body) == bare(absent)
        assert forbidden.status_code == 404


@pytest.mark.parametrize("who", ["decision_maker", "overseer"])
def test_a_standby_seat_shows_nothing(filed, request, signed_in, who):
    person = request.getfixturevalue(who)
    assert Seat.objects.filter(complaint=filed.complaint, user=person.user, until__isnull=True).exists()
    client = signed_in(person)
    for page in CASE_PAGES:
        assert client.get(f"/c/{filed.complaint.ref}/{page}").status_code == 404
    assert filed.complaint.ref not in client.get("/w/").content.decode()
    assert not cases_worked_by(person.user).exists()


def test_an_excluded_officers_pages_are_the_same_with_and_without_the_case(handlers, second_investigator, now, signed_in):
    from tests.factories.cast import make_person

    third = make_person("070", "Shen Yu", "intake_officer")
    client = signed_in(third)
    before = [bare(client.get(path)) for path in OWN_PAGES] + [bare(client.post("/w/search/", {"words": "CANARY"}))]
    filed = file_story(now=now, excluded=("Shen Yu",))
    assert not Seat.objects.filter(complaint=filed.complaint, user=third.user).exists()
    after = [bare(client.get(path)) for path in OWN_PAGES] + [bare(client.post("/w/search/", {"words": "CANARY"}))]
    assert before == after
    assert client.get("/w/search/").content and filed.complaint.ref.encode() not in bare(
        client.post("/w/search/", {"words": filed.complaint.ref})
    )[1].replace(b'value="' + filed.complaint.ref.encode() + b'"', b"")


def test_a_locked_vault_is_asked_for_alike_whether_the_case_exists_or_not(filed, intake_officer, client):
    client.force_login(intake_officer.user)
    for ref in (filed.complaint.ref, "ZZZZZZZZ"):
        assert client.get(f"/c/{ref}/").headers["Location"].startswith("/unlock/")


def test_a_visitor_without_sign_in_learns_nothing(filed, client):
    real, unreal = client.get(f"/c/{filed.complaint.ref}/"), client.get("/c/ZZZZZZZZ/")
    assert real.status_code == unreal.status_code == 302


def test_a_private_report_is_in_no_list(handlers, now, signed_in, intake_officer):
    filed = file_story(now=now, keep_private=True)
    assert filed.complaint.ref not in signed_in(intake_officer).get("/w/cases/").content.decode()
    assert Complaint.objects.get().state == "private"


def test_every_case_address_stands_behind_the_door():
    resolver = next(p for p in get_resolver().url_patterns if getattr(p, "urlconf_name", None) and "investigations" in str(p.urlconf_name))
    case = next(p for p in resolver.url_patterns if p.namespace == "case")
    for pattern in case.url_patterns:
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
