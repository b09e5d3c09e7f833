"""The reminder ladder: who is told when, once, whatever happens to the worker or the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from policy.calendars import RULES, WorkCalendar
from policy.deadlines import Event, Extension, Limit, Span, deadlines
from policy.ladder import DAILY, LATE, OVERSIGHT, REMIND, rungs, step

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = ((time(9), time(12)), (time(13), time(18)))
CALENDAR = WorkCalendar(zone_name="Asia/Shanghai", office_hours=OFFICE, rule=RULES["cn"])


def at(day: int, hour: int = 10, minute: int = 0, month: int = 11) -> datetime:
    """A wall time in Shanghai in 2026."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def deadline(value: int, unit: str, start: datetime, met: datetime | None = None, **fields):
    limit = Limit("x", fields.pop("kind", "hard"), value, unit, "complaint_received", met_by=("acknowledged",), **fields)
    events = [Event("complaint_received", start, id="1")] + ([Event("acknowledged", met, id="2")] if met else [])
    return deadlines([limit], events, CALENDAR, start)[0]


def moments(found) -> list[tuple[str, str]]:
    return [(rung.kind, rung.at.astimezone(SHANGHAI).strftime("%m-%d %H:%M")) for rung in found]


def test_a_long_limit_reminds_seven_two_and_one_day_before():
    # Monday 2 November and 45 days: Thursday 17 December. Five working days later is the most oversight waits.
    assert moments(rungs(deadline(45, "calendar_day", at(2)), CALENDAR)) == [
        (REMIND, "12-10 09:00"),
        (REMIND, "12-15 09:00"),
        (REMIND, "12-16 09:00"),
        (LATE, "12-18 00:00"),
        (OVERSIGHT, "12-24 18:00"),
    ]


def test_a_reminder_on_a_weekend_comes_on_the_friday_before_and_only_once():
    # Five working days from Friday 6 November end on Friday 13 November; from Monday 9 on Monday 16.
    found = rungs(deadline(5, "working_day", at(9)), CALENDAR)
    assert moments(found)[:2] == [(REMIND, "11-13 09:00"), (LATE, "11-17 00:00")]


def test_a_short_limit_reminds_at_the_half_and_at_three_quarters():
    # Four working hours from nine: eleven, and two in the afternoon is the end; a quarter of an hour of lunch is no work.
    assert moments(rungs(deadline(4, "working_hour", at(23, 9)), CALENDAR)) == [
        (REMIND, "11-23 11:00"),
        (REMIND, "11-23 12:00"),
        (LATE, "11-23 14:00"),
        (OVERSIGHT, "11-23 16:00"),
    ]


def test_one_working_day_reminds_within_working_time():
    # Monday 10:00 to the end of Tuesday: 7 + 8 = 15 working hours; half is 7:30, three quarters 11:15; oversight 7:30 after.
    assert moments(rungs(deadline(1, "working_day", at(23)), CALENDAR)) == [
        (REMIND, "11-24 09:30"),
        (REMIND, "11-24 14:15"),
        (LATE, "11-25 00:00"),
        (OVERSIGHT, "11-25 17:30"),
    ]


def test_clock_hours_do_not_wait_for_the_office():
    assert moments(rungs(deadline(24, "hour", at(21, 15)), CALENDAR)) == [
        (REMIND, "11-22 03:00"),
        (REMIND, "11-22 09:00"),
        (LATE, "11-22 15:00"),
        (OVERSIGHT, "11-23 03:00"),
    ]


def test_windows_of_others_and_met_deadlines_have_no_ladder():
    assert rungs(deadline(15, "working_day", at(2), kind="party_window"), CALENDAR) == []
    found = step(deadline(2, "working_day", at(2), met=at(3)), CALENDAR, "", at(20))
    assert (found.due, found.escalate, found.oversight, found.next_at) == (None, False, False, None)


def climb(target, start: datetime, end: datetime, every: timedelta = timedelta(minutes=30)):
    """Everything told from `start` to `end` by a worker that looks every half hour."""
    position, told, now = "", [], start
    while now <= end:
        found = step(target, CALENDAR, position, now)
        if found.due:
            told.append((found.due.kind, found.due.at, found.escalate, found.oversight))
        assert found.next_at is None or found.next_at > now
        position, now = found.position, now + every
    return told


def test_the_whole_climb():
    target = deadline(2, "working_day", at(23))
    told = climb(target, at(23), at(2, 10, month=12))
    # From Monday 10:00 to the end of Wednesday people work 7 + 8 + 8 = 23 hours. Half are over on Tuesday at 14:30, three
    # quarters (17:15) on Wednesday at 11:15; 11:30 more after the end are over on Friday at 13:30.
    assert [(kind, moment.astimezone(SHANGHAI).strftime("%m-%d %H:%M")) for kind, moment, *_flags in told] == [
        (REMIND, "11-24 14:30"),
        (REMIND, "11-25 11:15"),
        (LATE, "11-26 00:00"),
        (DAILY, "11-27 09:00"),
        (OVERSIGHT, "11-27 13:30"),
        (DAILY, "11-30 09:00"),
        (DAILY, "12-01 09:00"),
        (DAILY, "12-02 09:00"),
    ]
    assert [kind for kind, _at, escalate, _oversight in told if escalate] == [LATE]
    assert [kind for kind, _at, _escalate, oversight in told if oversight] == [OVERSIGHT]


def test_a_worker_that_was_down_sends_one_reminder_and_forgets_nobody():
    target = deadline(45, "calendar_day", at(2))
    found = step(target, CALENDAR, "", at(28, month=12))
    assert found.due.kind == DAILY
    assert found.escalate and found.oversight
    again = step(target, CALENDAR, found.position, at(28, 11, month=12))
    assert (again.due, again.escalate, again.oversight) == (None, False, False)


def test_a_clock_that_jumps_four_hundred_days_gives_one_reminder():
    target = deadline(2, "working_day", at(23))
    found = step(target, CALENDAR, "", at(23) + timedelta(days=400))
    assert (found.due.kind, found.escalate, found.oversight) == (DAILY, True, True)
    later = step(target, CALENDAR, found.position, at(23) + timedelta(days=400, minutes=1))
    assert later.due is None and not later.escalate


def test_a_clock_that_jumps_back_repeats_nothing():
    target = deadline(2, "working_day", at(23))
    ahead = step(target, CALENDAR, "", at(30))
    back = step(target, CALENDAR, ahead.position, at(24))
    assert (back.due, back.escalate, back.oversight) == (None, False, False)


def test_jumping_over_late_to_oversight_still_escalates():
    target = deadline(4, "working_hour", at(23, 9))
    found = step(target, CALENDAR, "", at(23, 17))
    assert found.due.kind == OVERSIGHT
    assert found.escalate and found.oversight


def test_a_moved_date_does_not_repeat_old_reminders_but_starts_a_new_ladder():
    start = at(2)
    limit = Limit("x", "hard", 45, "calendar_day", "complaint_received", met_by=("acknowledged",))
    facts = [Event("complaint_received", start, id="1")]
    (old,) = deadlines([limit], facts, CALENDAR, start)
    reminded = step(old, CALENDAR, "", at(15, month=12))
    assert reminded.due.kind == REMIND
    longer = Extension("x", at(15, 12, month=12), span=Span(5, "calendar_day"))
    (new,) = deadlines([limit], facts, CALENDAR, start, [longer])
    quiet = step(new, CALENDAR, reminded.position, at(15, 13, month=12))
    assert quiet.due is None and not quiet.escalate
    assert quiet.next_at.astimezone(SHANGHAI).date() == date(2026, 12, 18)
    late = step(new, CALENDAR, quiet.position, at(23, 1, month=12))
    assert late.escalate


def test_keys_are_stable_and_differ_between_due_moments():
    target = deadline(45, "calendar_day", at(2))
    assert [rung.key for rung in rungs(target, CALENDAR)] == [rung.key for rung in rungs(target, CALENDAR)]
    moved = replace(target, due_at=target.due_at + timedelta(days=1), due_date=target.due_date + timedelta(days=1))
    assert not {rung.key for rung in rungs(target, CALENDAR)} & {rung.key for rung in rungs(moved, CALENDAR)}


def test_daily_reminders_skip_days_off():
    target = deadline(2, "working_day", at(18))
    late = step(target, CALENDAR, "", at(24, 8))
    # Due on Friday the 20th; Saturday begins the lateness, Monday the 23rd has the first daily reminder.
    assert late.due.at.astimezone(SHANGHAI).date() == date(2026, 11, 23)
    assert late.next_at.astimezone(SHANGHAI) == at(24, 9)


@given(
    st.integers(1, 60),
    st.sampled_from(["working_hour", "hour", "calendar_day", "working_day", "month"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.lists(st.integers(1, 60 * 24 * 20), min_size=1, max_size=25),
)
@settings(max_examples=100, deadline=None)
def test_however_the_worker_wakes_nothing_is_told_twice_and_nobody_is_left_out(value, unit, start, gaps):
    target = deadline(min(value, 6) if unit == "month" else value, unit, start)
    fixed = {rung.kind: rung.at for rung in rungs(target, CALENDAR) if rung.kind != REMIND}
    position, keys, escalations, oversights, now = "", [], 0, 0, start
    for gap in gaps:
        now += timedelta(minutes=gap)
        found = step(target, CALENDAR, position, now)
        if found.due:
            assert found.due.at <= now
            keys.append(found.due.key)
        escalations += found.escalate
        oversights += found.oversight
        position = found.position
        assert len(position) <= 40
        assert found.next_at > now
    assert len(keys) == len(set(keys))
    assert escalations == (fixed[LATE] <= now)
    assert oversights == (fixed[OVERSIGHT] <= now)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
    st.integers(1, 60),
)
@settings(max_examples=60, deadline=None)
def test_waking_exactly_when_asked_misses_no_rung(start, days):
    target = deadline(days, "calendar_day", start)
    position, now, seen = "", start, set()
    last = rungs(target, CALENDAR)[-1].at
    while now is not None and now <= last:
        found = step(target, CALENDAR, position, now)
        if found.due:
            seen.add(found.due.key)
        position, now = found.position, found.next_at
    assert {rung.key for rung in rungs(target, CALENDAR)} <= seen
