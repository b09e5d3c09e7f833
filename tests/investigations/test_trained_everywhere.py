"""R09 at every place where somebody gets at a case: second reader, decider, reviewer, refilled seat, a report that is joined.

Each test refuses the untrained person and takes the same person after the training.
"""

import pytest
from django.utils import timezone

from complaints.models import Seat, SeatRole
from complaints.services import leaving
from complaints.services.access import MayNotBeSeated, hand_over
from investigations.services import appeals, calling, joining
from people.models import RoleGrant
from tests.factories import cast
from tests.factories.trained import handlers_course, train
from tests.investigations.deciding.conftest import bench, reported  # noqa: F401
from tests.investigations.deciding.test_appeals import as_oversight, ask, told  # noqa: F401
from tests.investigations.findings.conftest import found, investigated, reach, ready  # noqa: F401
from tests.investigations.team.conftest import lead, other  # noqa: F401
from tests.investigations.team.test_joining import join

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def course(world, top):
    """Published when everybody of the case sits already: from here on somebody new must be trained."""
    admin = cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)
    return lambda: handlers_course(by=admin.user, now=timezone.now())


def sits(person, complaint, role: str) -> bool:
    return Seat.objects.filter(complaint=complaint, user=person.user, role=role, until=None).exists()


def test_a_second_reader(investigated, second_investigator, course, now):  # noqa: F811
    version = course()
    with pytest.raises(MayNotBeSeated) as error:
        calling.call_reader(to=second_investigator.user, **reach(investigated, now))
    assert error.value.bar.code == "untrained" and not sits(second_investigator, investigated.complaint, SeatRole.HANDLER)
    train(version, second_investigator, at=now)
    calling.call_reader(to=second_investigator.user, **reach(investigated, now))
    assert sits(second_investigator, investigated.complaint, SeatRole.HANDLER)


def test_a_decider(reported, course, now):  # noqa: F811
    new = cast.make_person("090", "Mo Lan", "decision_maker")
    version = course()
    with pytest.raises(MayNotBeSeated):
        calling.call_decider(to=new.user, **reach(reported, now))
    assert not sits(new, reported.complaint, SeatRole.DECISION_MAKER)
    train(version, new, at=now)
    calling.call_decider(to=new.user, **reach(reported, now))
    assert sits(new, reported.complaint, SeatRole.DECISION_MAKER)


def test_a_decider_who_was_drawn_at_filing_and_whose_training_ran_out_since(reported, decision_maker, course, now):  # noqa: F811
    assert sits(decision_maker, reported.complaint, SeatRole.DECISION_MAKER)
    course()
    with pytest.raises(MayNotBeSeated):
        calling.call_decider(to=decision_maker.user, **reach(reported, now))
    assert not calling.called(reported.complaint)


def test_a_reviewer(told, overseer, course, now):  # noqa: F811
    drawn = cast.make_person("090", "Mo Lan", "decision_maker")
    Seat.objects.create(complaint=told.complaint, user=drawn.user, role=SeatRole.DECISION_MAKER, since=now)
    row = ask(told, now)
    version = course()
    assert drawn.user not in appeals.candidates(told.complaint, now)
    with pytest.raises(appeals.NoSeat):
        appeals.assign(**as_oversight(told, overseer, now, row, to=drawn.user))
    train(version, drawn, at=now)
    assert appeals.assign(**as_oversight(told, overseer, now, row, to=drawn.user)).decider == drawn.user


@pytest.mark.parametrize("is_trained", [False, True])
def test_a_seat_that_became_empty(filed, decision_maker, intake_officer, investigator, course, now, is_trained):
    complaint = filed.complaint
    hand_over(complaint=complaint, keyring=intake_officer.keyring, by=intake_officer.user, to=investigator.user, now=now)
    new = cast.make_person("090", "Mo Lan", "decision_maker")
    version = course()
    if is_trained:
        train(version, new, at=now)
    RoleGrant.objects.filter(user=decision_maker.user).update(until=now)
    Seat.objects.filter(complaint=complaint, role=SeatRole.DECISION_MAKER).update(until=now)
    type(complaint).objects.filter(pk=complaint.pk).update(keys_due=True)
    complaint.refresh_from_db()
    leaving.put_in_order(complaint=complaint, keyring=investigator.keyring, now=now)
    assert sits(new, complaint, SeatRole.DECISION_MAKER) is is_trained


def test_whoever_reads_a_report_because_it_is_joined(lead, other, second_investigator, course):  # noqa: F811
    # On the lead alone, from before the training was asked for.
    Seat.objects.create(complaint=lead.complaint, user=second_investigator.user, role=SeatRole.HANDLER, since=timezone.now())
    version = course()
    with pytest.raises(joining.NotJoined) as error:
        join(lead, other)
    assert error.value.why == "team_not_trained"
    train(version, second_investigator, at=timezone.now())
    join(lead, other)


def test_who_has_both_in_hand_joins_them(lead, other, course):  # noqa: F811
    course()
    join(lead, other)
    assert [each.pk for each in joining.complaints_of(joining.investigation_of(other.complaint))] == [other.complaint.pk, lead.complaint.pk]
