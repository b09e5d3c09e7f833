"""The gate: every step from every state, allowed or refused."""

import itertools

import pytest
from django.db import transaction

from audit.actors import staff
from audit.models import Entry
from complaints.models import Complaint
from complaints.services.state import StepNotAllowed, move
from complaints.states import STEPS, State

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_every_state_has_steps():
    assert set(STEPS) == set(State.values)
    assert all(to in State.values for targets in STEPS.values() for to in targets)


def test_every_pair_of_states(filed, intake_officer, now):
    by = staff(intake_officer.user, "intake")
    for old, new in itertools.product(State.values, State.values):
        if old == new:
            continue
        Complaint.objects.filter(pk=filed.complaint.pk).update(state=old)
        if new in STEPS[old]:
            with transaction.atomic():
                move(complaint=filed.complaint, to=new, by=by, now=now)
            expected = new
        else:
            with pytest.raises(StepNotAllowed), transaction.atomic():
                move(complaint=filed.complaint, to=new, by=by, now=now)
            expected = old
        assert Complaint.objects.get(pk=filed.complaint.pk).state == expected, (old, new)


def test_a_step_is_recorded_and_raises_the_version(filed, intake_officer, now):
    before = Complaint.objects.get(pk=filed.complaint.pk)
    with transaction.atomic():
        move(complaint=filed.complaint, to=State.ACKNOWLEDGED, by=staff(intake_officer.user, "intake"), now=now)
    after = Complaint.objects.get(pk=filed.complaint.pk)
    assert after.row_version == before.row_version + 1
    entry = Entry.objects.filter(action="status_moved").get()
    assert entry.facts == {"from": "received", "to": "acknowledged"}
    assert entry.user_id == intake_officer.user.pk


def test_the_locked_row_decides_not_the_stale_instance(filed, intake_officer, now):
    stale = Complaint.objects.get(pk=filed.complaint.pk)
    Complaint.objects.filter(pk=stale.pk).update(state=State.WITHDRAWN)
    with pytest.raises(StepNotAllowed), transaction.atomic():
        move(complaint=stale, to=State.ACKNOWLEDGED, by=staff(intake_officer.user, "intake"), now=now)
