"""One investigation over several reports: each reporter keeps their page, and whoever may not handle one leaves the lead."""

import pytest
from django.utils import timezone

from complaints.models import Seat
from complaints.services import excluding
from complaints.services.once import new_token
from investigations.models import Investigation, JoinedCase
from investigations.services import joining, people, tasks
from tests.attacks.comparing import bare
from tests.factories.filing import file_story

from .conftest import reach

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def investigation(desk):
    return Investigation.objects.get(lead=desk.complaint)


def join(lead, other, **changes):
    values = {key: value for key, value in reach(lead).items() if key != "complaint"}
    return joining.join(**values | {"investigation": investigation(lead), "ref": other.complaint.ref} | changes)


def looked_at(*clients) -> list:
    """Every page of each reporter, once what is new has been read."""
    for client in clients:
        client.get("/f/messages/")
    return [bare(client.get(path), path=path) for client in clients for path in PAGES]


PAGES = ("/f/home/", "/f/exclude/", "/f/who/", "/f/way/", "/f/messages/", "/f/protect/")


def test_joined_and_neither_reporter_can_tell(lead, other, reporter_client):
    mine, theirs = reporter_client(lead.filed.code), reporter_client(other.filed.code)
    before = looked_at(mine, theirs)
    join(lead, other)
    assert before == looked_at(mine, theirs)
    found = joining.complaints_of(investigation(lead))
    assert found == [other.complaint, lead.complaint], "joined ones first, the lead last: the order of the locks"
    assert joining.investigation_of(other.complaint) == joining.investigation_of(lead.complaint)
    assert not Investigation.objects.filter(lead=other.complaint).exists()


def test_what_happens_to_one_leaves_no_trace_on_the_other(lead, other, reporter_client):
    join(lead, other)
    theirs = reporter_client(other.filed.code)
    before = looked_at(theirs)
    people.add_person(kind="respondent", detail={"name": "CANARY-somebody of the lead"}, **reach(lead))
    tasks.add_task(title="CANARY-task", owner=lead.person.user, due_date=timezone.now().date(), **reach(lead))
    page = reporter_client(lead.filed.code)
    page.post("/f/messages/", {"text": "CANARY-message of the first reporter", "once": new_token()})
    assert before == looked_at(theirs)


def test_only_for_somebody_who_works_on_both(lead, handlers, now):
    elsewhere = file_story(now=now).complaint
    for ref in (elsewhere.ref, "ZZZZZZZZ", lead.complaint.ref):
        with pytest.raises(joining.NoSuchCase):
            join(lead, lead, ref=ref)


def why(lead, other) -> str:
    with pytest.raises(joining.NotJoined) as error:
        join(lead, other)
    assert not JoinedCase.objects.filter(complaint=other.complaint).exists() or error.value.why == "joined"
    return error.value.why


def test_refused_with_a_kind_reason(lead, other, second_investigator):
    type(other.complaint).objects.filter(pk=other.complaint.pk).update(state="assessed")
    assert why(lead, other) == "not_started"
    type(other.complaint).objects.filter(pk=other.complaint.pk).update(state="in_investigation")
    Investigation.objects.filter(lead=other.complaint).update(state="gathering")
    assert why(lead, other) == "has_work"
    Investigation.objects.filter(lead=other.complaint).update(state="planned")
    Investigation.objects.filter(lead=lead.complaint).update(state="reported")
    assert why(lead, other) == "reported"
    Investigation.objects.filter(lead=lead.complaint).update(state="planned")
    # A colleague on the lead's team whom the other reporter keeps out.
    Seat.objects.create(complaint=lead.complaint, user=second_investigator.user, role="handler", since=timezone.now())
    excluding.exclude(complaint=other.complaint, keyring=other.filed.keyring, names=["Fang Yi"], now=timezone.now())
    assert why(lead, other) == "team_not_free"
    page = lead.post("together/", {"ref": other.complaint.ref}).content.decode()
    assert "free of conflict for that report" in page
    Seat.objects.filter(user=second_investigator.user).update(until=timezone.now())
    assert join(lead, other)


def test_an_exclusion_on_a_joined_report_ends_the_seat_on_the_lead(lead, other, investigator):
    join(lead, other)
    excluding.exclude(complaint=other.complaint, keyring=other.filed.keyring, names=["Xu Ning"], now=timezone.now())
    assert not Seat.objects.filter(user=investigator.user, until=None).exists()
    assert lead.complaint.keys_due and lead.complaint.oversight_handles
    assert lead.get("").status_code == 404


def test_without_joining_an_exclusion_stays_with_its_report(lead, other, investigator):
    excluding.exclude(complaint=other.complaint, keyring=other.filed.keyring, names=["Xu Ning"], now=timezone.now())
    assert Seat.objects.filter(user=investigator.user, until=None, complaint=lead.complaint).exists()


def test_somebody_named_in_the_lead_is_out_of_all_of_it(lead, other, second_investigator):
    join(lead, other)
    Seat.objects.create(complaint=other.complaint, user=second_investigator.user, role="handler", since=timezone.now())
    people.add_person(kind="respondent", detail={"name": "Fang Yi"}, **reach(lead))
    assert not Seat.objects.filter(user=second_investigator.user, until=None).exists()


def test_the_pages(lead, other):
    assert other.complaint.ref in lead.get("together/").content.decode()
    assert lead.post("together/", {"ref": other.complaint.ref}).status_code == 302
    assert other.complaint.ref in lead.get("together/").content.decode()
    page = other.get("together/").content.decode()
    assert lead.complaint.ref in page and "together with another one" in page
    assert "Looked into together" in lead.get("people/").content.decode()
