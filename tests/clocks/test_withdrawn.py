"""A withdrawn report is owed nothing; one taken up again is owed the same time as before, and nobody was idle meanwhile."""

from datetime import timedelta

import pytest

from complaints.clock_selectors import late_since, promises_of
from complaints.models import Inaction
from complaints.states import EventKind
from notices.models import Notice
from tests.clocks.helpers import deadline, run_until_quiet, say

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_nothing_is_owed_and_nobody_reminded_after_a_withdrawal(filed, now):
    say(filed.complaint, EventKind.WITHDRAWN, now + timedelta(hours=2))
    Notice.objects.all().delete()
    run_until_quiet(now + timedelta(days=90))
    assert not Inaction.objects.exists()
    assert not Notice.objects.exists()
    assert late_since(filed.complaint, now + timedelta(days=90)) is None
    assert {each.state for each in promises_of(filed.complaint, now + timedelta(days=90))} <= {"stopped"}


def test_what_was_missed_before_stays_missed(filed, now):
    later = now + timedelta(days=4)
    run_until_quiet(later)
    assert Inaction.objects.exists()
    before = Inaction.objects.count()
    say(filed.complaint, EventKind.WITHDRAWN, later)
    run_until_quiet(later + timedelta(days=30))
    assert Inaction.objects.count() == before


def test_a_report_taken_up_again_is_owed_the_rest_of_each_time(filed, now):
    before = deadline(filed.complaint, "plan")
    say(filed.complaint, EventKind.WITHDRAWN, now + timedelta(hours=2))
    back = now + timedelta(days=20, hours=2)
    say(filed.complaint, EventKind.RESUMED, back)
    row = deadline(filed.complaint, "plan")
    assert row.is_open
    assert row.due_date == before.due_date + timedelta(days=20)
    assert late_since(filed.complaint, back) is None
    run_until_quiet(back)
    assert not Inaction.objects.exists()
    run_until_quiet(back + timedelta(days=60))
    assert Inaction.objects.filter(deadline__limit_id="plan").exists()


def test_a_pause_alone_stops_no_clock(filed, now):
    before = deadline(filed.complaint, "plan")
    say(filed.complaint, EventKind.PAUSED, now + timedelta(hours=2))
    say(filed.complaint, EventKind.RESUMED, now + timedelta(days=1))
    assert deadline(filed.complaint, "plan").due_at == before.due_at


def test_withdrawing_twice_adds_both_breaks(filed, now):
    before = deadline(filed.complaint, "investigate")
    for start in (1, 10):
        say(filed.complaint, EventKind.WITHDRAWN, now + timedelta(days=start))
        say(filed.complaint, EventKind.RESUMED, now + timedelta(days=start + 5))
    assert deadline(filed.complaint, "investigate").due_date == before.due_date + timedelta(days=10)
