"""Who is reminded when: pure dates."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.calendars import WorkCalendar
from training import reminding

CALENDAR = WorkCalendar("Asia/Shanghai")
DUE = date(2026, 12, 23)  # a Wednesday


def at(day: date, hour: int = 12) -> datetime:
    from datetime import time

    return CALENDAR.moment(day, time(hour))


def walk(start: datetime, end: datetime, due: date = DUE) -> list[tuple[str, date]]:
    """Follow `next_at` from `start` to `end`; which reminders come on which days."""
    now, position, told = start, reminding.start(due, CALENDAR, start).position, []
    while True:
        step = reminding.step(due, CALENDAR, position, now)
        if step.due:
            told.append((step.due.kind, CALENDAR.local_date(now)))
        position, now = step.position, step.next_at
        if now > end:
            return told


def test_a_month_of_reminders():
    told = walk(at(date(2026, 11, 23)), at(date(2027, 1, 8)))
    assert told == [
        ("soon", date(2026, 12, 16)),
        ("soon", date(2026, 12, 22)),
        ("late", date(2026, 12, 24)),
        ("late", date(2026, 12, 31)),
        ("late", date(2027, 1, 7)),
    ]


def test_mornings_off_move_to_working_days():
    # Due on Monday: a day before is Friday; a week before is a working Monday; late from Tuesday on.
    told = walk(at(date(2026, 11, 23)), at(date(2026, 12, 16)), due=date(2026, 12, 14))
    assert told == [("soon", date(2026, 12, 7)), ("soon", date(2026, 12, 11)), ("late", date(2026, 12, 15))]


def test_the_first_message_is_not_followed_by_a_reminder_at_once():
    assert reminding.start(DUE, CALENDAR, at(date(2026, 12, 17))).due is None
    assert walk(at(date(2026, 12, 17)), at(date(2026, 12, 23))) == [("soon", date(2026, 12, 22))]


def test_a_worker_that_was_down_sends_one_reminder():
    step = reminding.step(DUE, CALENDAR, "", at(date(2027, 1, 20)))
    assert step.due.key.endswith("/late-3")
    assert reminding.step(DUE, CALENDAR, step.position, at(date(2027, 1, 20), 13)).due is None


def test_the_manager_hears_at_once_and_every_fourth_week():
    managers = []
    position, now = "", at(date(2026, 12, 23))
    for _step in range(12):
        step = reminding.step(DUE, CALENDAR, position, now)
        if step.due and step.due.tell_manager:
            managers.append(CALENDAR.local_date(now))
        position, now = step.position, step.next_at
    assert managers == [date(2026, 12, 24), date(2027, 1, 21), date(2027, 2, 18)]


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(-60, 400), st.sampled_from(["", "x"]))
def test_there_is_always_a_next_moment_and_it_lies_ahead(due, days, position):
    now = at(due + timedelta(days=days))
    step = reminding.step(due, CALENDAR, position, now)
    assert now < step.next_at <= now + timedelta(days=70)
    assert reminding.step(due, CALENDAR, step.position, now).due is None


@pytest.mark.parametrize("moved", [timedelta(days=30), timedelta(days=-3)])
def test_a_date_that_was_moved_begins_anew(moved):
    before = reminding.step(DUE, CALENDAR, "", at(date(2026, 12, 25)))
    after = reminding.step(DUE + moved, CALENDAR, before.position, at(date(2026, 12, 25)))
    assert (after.due is None) == (moved > timedelta())
