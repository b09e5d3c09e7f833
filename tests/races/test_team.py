"""Two people at the same moment over who may handle a case, with real threads: one decision, one join, no lock that waits for another."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from audit.actors import SYSTEM
from audit.services import verify
from complaints.models import Event, Seat
from complaints.services import excluding
from complaints.services.once import new_token
from complaints.services.taking_on import take_on
from investigations.models import Allegation, Investigation, JoinedCase, Objection
from investigations.services import informal, joining, objections, papers, party_side, people
from investigations.services.reading import team_keys
from tests.factories.filing import file_story
from tests.investigations.team.conftest import investigated, reach
from tests.investigations.team.test_informal import invited
from tests.races.test_editors import at_once, kinds
from vault.codes import INVITATION, derive
from vault.columns import seal_column
from vault.verify import problems

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def lead(handlers, intake_officer, investigator, signed_in, now):
    return investigated(file_story(now=now), intake_officer, investigator, signed_in)


@pytest.fixture
def other(lead, intake_officer, investigator, signed_in, now):
    return investigated(file_story(now=now), intake_officer, investigator, signed_in)


@pytest.fixture(autouse=True)
def everything_still_holds():
    yield
    assert verify() == [] and list(problems()) == []


def object_to(desk, token):
    seat = Seat.objects.get(complaint=desk.complaint, role="handler", until=None)
    values = {"complaint": desk.complaint, "keyring": desk.filed.keyring, "seat_id": seat.pk, "text": "x", "now": timezone.now()}
    return lambda: objections.object_by_reporter(**values, token=token)


def test_two_objections_at_once_are_one(lead):
    results = at_once(object_to(lead, "a"), object_to(lead, "b"))
    assert kinds(results) == ["NoSuchSeat", "Objection"]
    assert kinds(at_once(object_to_again(lead), object_to_again(lead))) == ["NoSuchSeat", "NoSuchSeat"]


def object_to_again(desk):
    seat_id = Objection.objects.get().seat_id
    values = {"complaint": desk.complaint, "keyring": desk.filed.keyring, "seat_id": seat_id, "text": "x", "now": timezone.now()}
    return lambda: objections.object_by_reporter(**values, token=new_token())


def test_one_form_twice_at_once_is_one_objection(lead):
    first, second = at_once(object_to(lead, "same"), object_to(lead, "same"))
    assert first.pk == second.pk and Objection.objects.count() == 1


def test_two_decisions_at_once_are_one(lead, overseer):
    row = object_to(lead, "a")()
    values = {"complaint": lead.complaint, "keyring": overseer.keyring, "by": overseer.user, "objection_id": row.pk, "text": "x"}
    jobs = [lambda upheld=upheld: objections.decide(**values, upheld=upheld, now=timezone.now()) for upheld in (True, False)]
    assert kinds(at_once(*jobs)) == ["DecidedAlready", "Objection"]
    seat = Seat.objects.get(pk=row.seat_id)
    upheld = Objection.objects.get().upheld
    assert (seat.until is not None) == upheld and (seat.suspended_at is not None) == upheld


def test_objecting_while_it_is_taken_on(lead, investigator):
    at_once(object_to(lead, "a"), lambda: take_on(complaint=lead.complaint, by=investigator.user, now=timezone.now()))
    assert Seat.objects.get(complaint=lead.complaint, role="handler", until=None).suspended_at


def test_an_exclusion_on_a_joined_report_and_a_naming_in_the_lead_do_not_wait_for_each_other(lead, other, second_investigator):
    joining.join(
        investigation=Investigation.objects.get(lead=lead.complaint),
        **{key: value for key, value in reach(lead).items() if key != "complaint"},
        ref=other.complaint.ref,
    )
    excluded = {"complaint": other.complaint, "keyring": other.filed.keyring, "names": ["Fang Yi"], "now": timezone.now()}
    values = reach(lead)
    results = at_once(
        lambda: excluding.exclude(**excluded),
        lambda: people.add_person(kind="respondent", detail={"name": "Somebody else"}, **values),
        lambda: excluding.exclude(**excluded | {"complaint": lead.complaint, "keyring": lead.filed.keyring}),
    )
    assert not [each for each in results if isinstance(each, Exception)], results


def test_a_respondents_review_and_an_exclusion_on_a_joined_report_do_not_wait_for_each_other(lead, other, second_investigator):
    """A review starts a clock in every case it concerns: joined ones are locked first and the lead last, there too."""
    joining.join(
        investigation=Investigation.objects.get(lead=lead.complaint),
        **{key: value for key, value in reach(lead).items() if key != "complaint"},
        ref=other.complaint.ref,
    )
    party = invited(lead)
    outcome_of(lead, party)
    allegation_about(lead, party, [lead.complaint, other.complaint])
    keyring = derive("4821 7305 1196 8840 2257", INVITATION).keyring(party.keyholder_id)
    excluded = {"complaint": other.complaint, "keyring": other.filed.keyring, "names": ["Fang Yi"], "now": timezone.now()}
    results = at_once(
        lambda: party_side.write(party=party, keyring=keyring, kind="appeal", text="x", token="a", now=timezone.now()),
        lambda: excluding.exclude(**excluded),
        lambda: excluding.exclude(**excluded | {"complaint": lead.complaint, "keyring": lead.filed.keyring}),
    )
    assert not [each for each in results if isinstance(each, Exception)], results
    asked = Event.objects.filter(kind="respondent_review_requested").values_list("complaint", flat=True)
    assert set(asked) == {lead.complaint.pk, other.complaint.pk}


def outcome_of(desk, party) -> None:
    keys = papers.party_keys(party, desk.person.keyring)
    letter = {"party": party, "keys": keys, "kind": "outcome", "body": {"text": "It was found."}, "by": desk.person.user}
    paper = papers.prepare(**letter, actor=SYSTEM, token="o", now=timezone.now())
    with transaction.atomic():
        paper.save()


def allegation_about(desk, party, complaints) -> None:
    row = Allegation(
        id=uuid4(), investigation=party.investigation, number=1, respondent=party.person, added_at=timezone.now(),
        added_by=desk.person.user, changed_at=timezone.now(), changed_by=desk.person.user,
    )  # fmt: skip
    seal_column(row, "detail_sealed", {"text": "x"}, team_keys(complaint=desk.complaint, keyring=desk.person.keyring).file.current)
    row.save(force_insert=True)
    row.complaints.set(complaints)


def test_joining_twice_at_once_is_once(lead, other):
    values = {key: value for key, value in reach(lead).items() if key != "complaint"}
    values |= {"investigation": Investigation.objects.get(lead=lead.complaint), "ref": other.complaint.ref}
    results = at_once(lambda: joining.join(**values), lambda: joining.join(**values))
    assert JoinedCase.objects.count() == 1 and "JoinedCase" in kinds(results)
    assert kinds(results)[1] in {"NoSuchCase", "NotJoined"}


def test_agreeing_while_the_terms_change(lead):
    ask = {"complaint": lead.complaint, "keyring": lead.filed.keyring, "text": "", "token": "i", "now": timezone.now(), "language": "en"}
    informal.ask(**ask)
    informal.write_terms(**reach(lead), text="one", no_money=True, version=1)
    version = informal.current(lead.complaint).row_version
    values = reach(lead) | {"text": "two", "no_money": True, "version": version}
    at_once(
        lambda: informal.confirm_by_reporter(complaint=lead.complaint, version=version, now=timezone.now()),
        lambda: informal.write_terms(**values),
    )
    row = informal.current(lead.complaint)
    assert row.reporter_confirmed_at is None or row.row_version == version, "nobody agrees to words they have not seen"
