"""Facts make deadlines, move them and meet them."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from audit.actors import REPORTER
from complaints.models import Deadline, DeadlineChange, Inaction
from complaints.services.events import happened, recompute
from policy.selectors import limit_parts
from tests.clocks.helpers import deadline, run_until_quiet, say
from tests.factories.filing import file_story

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_filing_makes_a_row_for_everything_we_owe(filed, now):
    rows = {row.limit_id for row in Deadline.objects.filter(complaint=filed.complaint)}
    assert {"open", "acknowledge", "safety_answer", "plan", "update", "investigate"} <= rows
    parts = limit_parts(filed.complaint.policy_version)
    assert all(parts[name].responsible in {"intake", "handler", "decision_maker", "oversight"} and not parts[name].outside for name in rows)


def test_outside_clocks_and_windows_of_others_are_never_our_rows(filed):
    parts = limit_parts(filed.complaint.policy_version)
    others = {name for name, part in parts.items() if part.outside or part.responsible in ("party", "authority")}
    assert others, "the policy has such limits"
    assert not Deadline.objects.filter(limit_id__in=others).exists()


def test_promises_count_working_days_of_the_site(filed):
    # Received on Monday morning in Shanghai: two working days later is Wednesday.
    assert deadline(filed.complaint, "acknowledge").due_date == date(2026, 11, 25)


def test_an_event_meets_its_deadline_and_silences_it(filed, now):
    say(filed.complaint, "opened", now + timedelta(hours=1))
    row = deadline(filed.complaint, "open")
    assert row.met_at == now + timedelta(hours=1)
    assert row.next_at is None
    assert deadline(filed.complaint, "acknowledge").met_at is None


def test_every_request_has_its_own_deadline(filed, now):
    first = say(filed.complaint, "protection_requested", now, subject="a")
    second = say(filed.complaint, "protection_requested", now, subject="b")
    say(filed.complaint, "protection_answered", now + timedelta(hours=2), subject="b")
    assert deadline(filed.complaint, "protection_answer", str(first.pk)).met_at is None
    assert deadline(filed.complaint, "protection_answer", str(second.pk)).met_at == now + timedelta(hours=2)


def test_a_recurring_duty_begins_again_when_it_is_met(filed, now):
    say(filed.complaint, "update_sent", now + timedelta(days=3))
    assert deadline(filed.complaint, "update", "1").met_at == now + timedelta(days=3)
    following = deadline(filed.complaint, "update", "2")
    assert following.starts_at == now + timedelta(days=3)
    assert following.is_open


def test_what_ends_a_duty_stops_it_without_meeting_it(filed, now):
    say(filed.complaint, "decision_notified", now + timedelta(days=1))
    row = deadline(filed.complaint, "update")
    assert (row.met_at, row.ended_at, row.next_at) == (None, now + timedelta(days=1), None)


def test_recomputing_twice_changes_nothing(filed, now):
    before = list(Deadline.objects.order_by("pk").values())
    with transaction.atomic():
        recompute(complaint=filed.complaint, now=now)
    assert list(Deadline.objects.order_by("pk").values()) == before
    assert not DeadlineChange.objects.exists()


def test_a_fact_that_becomes_known_later_moves_the_date_and_keeps_the_old_one(filed, now):
    """A letter handed in on Friday is recorded on Monday: what counts is Friday."""
    before = deadline(filed.complaint, "acknowledge")
    say(filed.complaint, "complaint_received", now, at=now - timedelta(days=3))
    row = deadline(filed.complaint, "acknowledge")
    change = DeadlineChange.objects.get(deadline=row)
    assert row.due_at < before.due_at
    assert (change.kind, change.old_due_at, change.new_due_at) == ("recomputed", before.due_at, row.due_at)


def test_doing_it_late_closes_the_entry_in_the_register(filed, now):
    run_until_quiet(deadline(filed.complaint, "open").due_at + timedelta(minutes=1))
    entry = Inaction.objects.get(deadline__limit_id="open")
    assert entry.done_at is None
    done = now + timedelta(days=4)
    say(filed.complaint, "opened", done)
    entry.refresh_from_db()
    assert entry.done_at == done


def test_a_private_report_starts_no_clock(handlers, now):
    private = file_story(now=now, keep_private=True)
    assert not Deadline.objects.filter(complaint=private.complaint).exists()


def test_a_fact_belongs_into_a_transaction(filed, now, monkeypatch):
    class Outside:
        in_atomic_block = False

    monkeypatch.setattr(transaction, "get_connection", lambda: Outside())
    with pytest.raises(transaction.TransactionManagementError):
        happened(complaint=filed.complaint, kind="opened", by=REPORTER, now=now)


def test_filing_stays_cheap(filed, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(10), transaction.atomic():
        happened(complaint=filed.complaint, kind="opened", by=REPORTER, now=now)
