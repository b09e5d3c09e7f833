"""A case's own page and the lists name the same next date, and neither names one that the team must not know of."""

from datetime import timedelta

import pytest

from complaints.clock_selectors import HIDDEN_LIMITS, deadlines_of
from complaints.models import Deadline
from complaints.states import State
from investigations.selectors import next_due, next_dues
from tests.factories.filing import file_story

pytestmark = [pytest.mark.django_db(databases=["default", "shred_keys"]), pytest.mark.usefixtures("handlers")]


def both(complaint, now):
    in_list = next_dues([complaint], now).get(complaint.pk)
    # Whether the page has asked for what is settled or not.
    for most_settled in (0, 5, None):
        assert next_due(complaint, deadlines_of(complaint, now, most_settled=most_settled), now) == in_list
    return in_list


def test_the_first_open_one_that_is_the_teams(now):
    complaint = file_story(now=now).complaint
    first = both(complaint, now)
    assert first and not first.late
    row = Deadline.objects.filter(complaint=complaint, due_at=first.due_at).order_by("pk").first()
    # What runs between reporter and oversight, and what a party owes.
    for limit_id, role in (*((name, row.responsible_role) for name in HIDDEN_LIMITS), (row.limit_id, "party")):
        Deadline.objects.create(
            complaint=complaint,
            limit_id=limit_id,
            occurrence="another",
            starts_at=now,
            due_at=now + timedelta(minutes=1),
            due_date=now.date(),
            responsible_role=role,
            escalates_to=row.escalates_to,
        )
    assert both(complaint, now) == first
    assert both(complaint, now + timedelta(days=60)).late
    Deadline.objects.filter(complaint=complaint, due_at=first.due_at).update(met_at=now)
    assert both(complaint, now).due_at > first.due_at


def test_a_round_that_has_not_begun_is_named_when_nothing_else_is_open(now):
    complaint = file_story(now=now).complaint
    open_ones = Deadline.objects.filter(complaint=complaint, met_at__isnull=True)
    last = open_ones.latest("due_at")
    open_ones.exclude(pk=last.pk).update(met_at=now)
    open_ones.update(starts_at=now + timedelta(days=1))
    assert both(complaint, now).due_at == last.due_at


@pytest.mark.parametrize("state", [State.CLOSED, State.WITHDRAWN])
def test_nothing_is_due_in_a_case_that_is_over(now, state):
    complaint = file_story(now=now).complaint
    complaint.state = state
    assert both(complaint, now) is None
