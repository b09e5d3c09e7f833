"""A calendar changes: open dates are counted anew, once, in batches, and those who answer for them are told."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client

from audit.actors import SYSTEM
from complaints.clock_selectors import promises_of
from complaints.followup_selectors import timeline
from complaints.models import Deadline, DeadlineChange, Event, Redating
from complaints.services import redating, reminders
from complaints.services.events import happened
from complaints.services.moving import note_moves
from complaints.states import EventKind
from config.date_tags import weekday_date_text
from notices.models import Notice
from people.models import Site
from policy.models import SiteCalendar
from policy.services import import_days, seed_calendar
from tests.clocks.helpers import deadline
from tests.factories.cast import SINCE
from tests.factories.filing import file_story

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture(autouse=True)
def nothing_waits(world):
    """Setting up the calendar asked for a count of its own."""
    drain(SINCE)
    Redating.objects.all().delete()


@pytest.fixture
def day_off(policy_admin):
    """Return a function that makes a working day a day off."""

    def change(day: date, now):
        calendar = SiteCalendar.objects.get(site__isnull=True)
        import_days(calendar=calendar, text=f"{day},休,", by=policy_admin.user, now=now, dry_run=False)

    return change


def drain(now) -> int:
    batches = 0
    while redating.do_next(now=now):
        batches += 1
    return batches


def test_a_new_day_off_moves_the_dates_that_count_over_it(filed, day_off, now):
    before = {row.limit_id: row.due_date for row in Deadline.objects.all()}
    later = now + timedelta(hours=1)
    day_off(date(2026, 11, 25), later)
    assert deadline(filed.complaint, "plan").due_date == before["plan"]
    drain(later)
    after = {row.limit_id: row.due_date for row in Deadline.objects.all()}
    assert after["plan"] == before["plan"] + timedelta(days=1)
    # Calendar days don't care about days off in between.
    assert after["investigate"] == before["investigate"]
    change = DeadlineChange.objects.get(deadline=deadline(filed.complaint, "plan"))
    assert (change.kind, change.reason_sealed) == ("calendar", None)
    shown = next(each for each in promises_of(filed.complaint, later) if each.limit_id == "plan")
    assert (shown.first_due, shown.by_calendar) == (before["plan"], True)


def test_whoever_answers_for_a_moved_date_is_told_once(filed, day_off, now):
    Notice.objects.all().delete()
    day_off(date(2026, 11, 25), now + timedelta(hours=1))
    drain(now + timedelta(hours=1))
    drain(now + timedelta(hours=2))
    readers = set(filed.complaint.seats.filter(role__in=["intake", "handler"], until__isnull=True).values_list("user_id", flat=True))
    told = Notice.objects.filter(template="date_moved")
    assert {notice.recipient_id for notice in told} == readers
    assert told.count() == len(readers)


def test_the_reporter_reads_the_old_date_and_why_it_moved(filed, day_off, now, monkeypatch):
    later = now + timedelta(hours=1)
    before = deadline(filed.complaint, "plan").due_date
    day_off(date(2026, 11, 25), later)
    drain(later)
    assert [row.title for row in timeline(filed.complaint)].count("We moved a promised date") == 1
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    reporter = Client(headers={"accept-language": "en"})
    reporter.post("/f/", {"code": filed.code})
    html = reporter.get("/f/home/").content.decode()
    assert f"First promised by {weekday_date_text(before)}. A working calendar was changed" in html


@pytest.mark.parametrize("first", ["a fact", "the reminder loop"])
def test_whoever_counts_it_first_says_why_and_tells_once(filed, day_off, now, first):
    """A fact or the reminder loop may find the date moved before the count in the background comes round to it."""
    Notice.objects.all().delete()
    later = now + timedelta(hours=1)
    day_off(date(2026, 11, 25), later)
    if first == "a fact":
        with transaction.atomic():
            happened(complaint=filed.complaint, kind=EventKind.SUSPENDED, by=SYSTEM, now=later)
    else:
        Deadline.objects.filter(limit_id="plan").update(next_at=later)
        reminders.do_next(now=later)
    drain(later + timedelta(minutes=1))
    change = DeadlineChange.objects.get(deadline=deadline(filed.complaint, "plan"))
    assert (change.kind, change.at) == ("calendar", later)
    readers = set(filed.complaint.seats.filter(role__in=["intake", "handler"], until__isnull=True).values_list("user_id", flat=True))
    told = Notice.objects.filter(template="date_moved", key__contains=f"{later:%H%M%S}")
    assert {notice.recipient_id for notice in told} == readers


def test_a_date_that_moves_when_no_calendar_changed_is_not_blamed_on_one(filed, now):
    row = deadline(filed.complaint, "plan")
    Deadline.objects.filter(pk=row.pk).update(due_at=row.due_at - timedelta(days=1))
    with transaction.atomic():
        happened(complaint=filed.complaint, kind=EventKind.SUSPENDED, by=SYSTEM, now=now)
    assert DeadlineChange.objects.get(deadline=row).kind == "recomputed"
    assert not Notice.objects.filter(template="date_moved").exists()


def test_what_runs_between_reporter_and_oversight_is_not_told_to_the_team(filed, day_off, now):
    with transaction.atomic():
        happened(complaint=filed.complaint, kind=EventKind.ESCALATED, by=SYSTEM, now=now, subject="1")
    Deadline.objects.exclude(limit_id="escalation_answer").delete()
    Notice.objects.all().delete()
    day_off(date(2026, 11, 25), now)
    moves = [DeadlineChange(deadline=row, at=now, old_due_at=row.due_at, new_due_at=row.due_at) for row in Deadline.objects.all()]
    assert moves
    note_moves(complaint=filed.complaint, moves=moves, now=now)
    assert not Notice.objects.exists()
    assert not Event.objects.filter(kind=EventKind.DEADLINE_MOVED).exists()


def test_a_change_that_moves_nothing_tells_nobody(filed, day_off, now):
    Notice.objects.all().delete()
    day_off(date(2028, 11, 22), now)
    drain(now)
    assert not DeadlineChange.objects.exists()
    assert not Notice.objects.exists()


def test_the_calendar_of_another_site_moves_nothing(filed, policy_admin, now):
    london = Site.objects.create(code="london", name="London", country="GB", time_zone="Europe/London")
    seed_calendar(site=london, country="GB", time_zone="Europe/London", years=[2026], by=policy_admin.user, now=now)
    assert not Redating.objects.exists()


def test_it_goes_on_where_a_worker_died_and_visits_everybody_once(handlers, day_off, now, monkeypatch):
    complaints = [file_story(now=now).complaint for _each in range(5)]
    monkeypatch.setattr(redating, "BATCH", 2)
    later = now + timedelta(hours=1)
    day_off(date(2026, 11, 25), later)
    assert redating.do_next(now=later)
    visit = redating._count_anew

    def dies(*_args):
        raise SystemExit

    monkeypatch.setattr(redating, "_count_anew", dies)
    with pytest.raises(SystemExit):
        redating.do_next(now=later)
    monkeypatch.setattr(redating, "_count_anew", visit)
    drain(later)
    moved = DeadlineChange.objects.filter(deadline__limit_id="plan").values_list("deadline__complaint_id", flat=True)
    assert sorted(moved) == sorted(complaint.pk for complaint in complaints)
    assert not redating.do_next(now=later)


def test_a_later_change_replaces_one_that_waits(filed, day_off, now):
    day_off(date(2026, 11, 25), now)
    day_off(date(2026, 11, 26), now)
    assert Redating.objects.filter(finished_at__isnull=True).count() == 2
    drain(now)
    assert not Redating.objects.filter(finished_at__isnull=True).exists()
    assert DeadlineChange.objects.filter(deadline__limit_id="plan").count() == 1
