"""Parties at the same moment, with real threads: one invitation is left, a code that ended writes nothing, nobody joins without keys."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.services import verify
from investigations.models import Interview, Party, PartyDocument
from investigations.selectors_parties import party_of
from investigations.services import papers, parties, party_side, talks
from tests.investigations.parties.conftest import inquiry  # noqa: F401 (a fixture)
from tests.races.test_editors import at_once, kinds
from vault.errors import NoAccess
from vault.models import Keyholder
from vault.services.changes import current_members
from vault.verify import problems

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)


@pytest.fixture(autouse=True)
def everything_still_holds():
    yield
    assert verify() == [] and list(problems()) == []


def again(party: Party) -> Party:
    return party_of(party.investigation, party.number)


def test_two_invitations_at_once_leave_one_code_that_works(inquiry, now):  # noqa: F811
    party = inquiry.party()

    def invite(token):
        return lambda: parties.invite(party=party, token=token, replaces=None, expires_at=now + timedelta(days=9), **inquiry.by())

    results = at_once(invite("a"), invite("b"))
    assert kinds(results) == ["InvitedMeanwhile", "str"], results
    code = next(each for each in results if isinstance(each, str))
    assert party_side.enter(text=code, now=now).party.pk == party.pk
    assert Keyholder.objects.filter(kind="invitation").count() == 1


def test_the_same_form_twice_at_once_makes_one_code(inquiry, now):  # noqa: F811
    party = inquiry.party()

    def invite():
        return parties.invite(party=party, token="same", replaces=None, expires_at=now + timedelta(days=9), **inquiry.by())

    first, second = at_once(invite, invite)
    assert first == second and Keyholder.objects.filter(kind="invitation").count() == 1


def test_a_code_that_ends_while_its_holder_writes(inquiry, now):  # noqa: F811
    party = inquiry.party()
    inquiry.serve(party)
    mine = party_side.enter(text=inquiry.invite(party), now=now)
    kept = papers.party_keys(again(party), mine.keyring)

    def write(token):
        return lambda: party_side.write(party=mine.party, keyring=mine.keyring, kind="answer", text="x", token=token, now=now)

    results = at_once(lambda: parties.revoke(party=again(party), **inquiry.by()), write("a"), write("b"))
    assert results[0] is None and all(isinstance(each, PartyDocument | NoAccess) for each in results[1:]), results
    written = [each for each in results[1:] if isinstance(each, PartyDocument)]
    assert PartyDocument.objects.filter(kind="answer").count() == len(written)
    # Whatever was kept was written before the code ended, under keys that its holder may have.
    assert all(papers.open_one(each, kept).body for each in written)
    with pytest.raises(NoAccess):
        write("c")()


def test_a_party_is_added_while_the_case_is_handed_over(inquiry, second_investigator, now):  # noqa: F811
    from complaints.models import Complaint
    from complaints.services import access

    person = inquiry.person("witness", "Wu")
    results = at_once(
        lambda: parties.add_party(
            investigation=inquiry.investigation, person_id=person.pk, language="en", third_party=False, **inquiry.by()
        ),
        lambda: access.hand_over(
            complaint=inquiry.complaint, keyring=inquiry.handler.keyring, by=inquiry.handler.user, to=second_investigator.user, now=now
        ),
    )
    assert not isinstance(results[1], Exception) and isinstance(results[0], Party | NoAccess), results
    complaint = Complaint.objects.get(pk=inquiry.complaint.pk)
    for party in Party.objects.all():
        assert current_members(party.compartment) == current_members(complaint.file_compartment)


def test_both_sides_planned_for_one_day_at_once(inquiry, now):  # noqa: F811
    party = inquiry.party()
    inquiry.serve(party)
    reporter = inquiry.person("reporter", "the reporter")
    at = timezone.now() + timedelta(days=9)

    def plan(person, token):
        return lambda: talks.plan(
            investigation=inquiry.investigation, person_id=person.pk, planned_at=at, words={}, guide=[], token=token, **inquiry.by()
        )

    results = at_once(plan(party.person, "a"), plan(reporter, "b"))
    assert kinds(results) == ["Interview", "SameDay"], results
    assert Interview.objects.count() == 1
