"""Working days, working hours, months."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.calendars import (
    RULES,
    CalendarError,
    WorkCalendar,
    add_months,
    add_working_days,
    add_working_hours,
    add_working_time,
    missing_years,
    next_working_day,
    previous_working_day,
    roll,
    working_days_between,
    working_time_between,
)

OFFICE = ((time(9), time(12)), (time(13), time(18)))
CHINA = WorkCalendar(
    zone_name="Asia/Shanghai",
    holidays=frozenset(date(2026, 10, day) for day in range(1, 8)),
    makeup_workdays=frozenset({date(2026, 9, 20), date(2026, 10, 10)}),
    office_hours=OFFICE,
    known_years=frozenset({2026}),
    rule=RULES["cn"],
)


def test_working_days():
    assert CHINA.is_working_day(date(2026, 9, 30))
    assert not CHINA.is_working_day(date(2026, 10, 1))
    assert not CHINA.is_working_day(date(2026, 11, 21))
    assert CHINA.is_working_day(date(2026, 10, 10))
    assert next_working_day(CHINA, date(2026, 9, 30)) == date(2026, 10, 8)
    assert previous_working_day(CHINA, date(2026, 10, 8)) == date(2026, 9, 30)
    assert working_days_between(CHINA, date(2026, 9, 30), date(2026, 10, 12)) == 4
    assert add_working_days(CHINA, date(2026, 10, 12), -4) == date(2026, 9, 30)


def test_a_week_from_sunday_to_thursday():
    gulf = WorkCalendar(working_week=frozenset({6, 0, 1, 2, 3}))
    assert next_working_day(gulf, date(2026, 11, 26)) == date(2026, 11, 29)


def test_a_calendar_without_working_days_says_so_instead_of_searching_for_ever():
    idle = WorkCalendar(working_week=frozenset())
    with pytest.raises(CalendarError):
        next_working_day(idle, date(2026, 1, 1))
    with pytest.raises(CalendarError):
        add_working_hours(idle, datetime(2026, 1, 1, tzinfo=UTC), 1)
    with pytest.raises(CalendarError):
        roll(WorkCalendar(working_week=frozenset(), rule=RULES["cn"]), date(2026, 1, 1))


@pytest.mark.parametrize("hours", [((time(18), time(9)),), ((time(9), time(13)), (time(12), time(18)))])
def test_office_hours_must_be_in_order(hours):
    with pytest.raises(CalendarError):
        WorkCalendar(office_hours=hours)


def test_moments_need_a_zone():
    with pytest.raises(CalendarError):
        CHINA.local_date(datetime(2026, 1, 1))


def test_the_day_ends_where_the_site_is():
    assert CHINA.end_of(date(2026, 11, 23)) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert CHINA.local_date(datetime(2026, 11, 23, 16, tzinfo=UTC)) == date(2026, 11, 24)


def test_a_midnight_that_does_not_exist_is_the_moment_of_the_jump():
    # Beirut skipped midnight on 29 March 2026: the clocks went from 0:00 to 1:00.
    beirut = WorkCalendar(zone_name="Asia/Beirut")
    assert beirut.start_of(date(2026, 3, 29)) == datetime(2026, 3, 28, 22, tzinfo=UTC)


def test_opening_moves_to_the_next_working_day():
    assert CHINA.opening(date(2026, 10, 3)) == datetime(2026, 10, 8, 1, tzinfo=UTC)
    assert CHINA.is_open(datetime(2026, 10, 8, 1, tzinfo=UTC))
    assert not CHINA.is_open(datetime(2026, 10, 8, 4, 30, tzinfo=UTC))
    assert CHINA.day_length() == timedelta(hours=8)


def test_zero_working_time_waits_for_the_office():
    saturday = datetime(2026, 11, 21, 3, tzinfo=UTC)
    assert add_working_time(CHINA, saturday, timedelta()) == datetime(2026, 11, 23, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "day", "months", "expected"),
    [
        ("plain", date(2026, 1, 31), 1, date(2026, 2, 28)),
        ("plain", date(2026, 3, 31), -1, date(2026, 2, 28)),
        ("plain", date(2026, 12, 15), 1, date(2027, 1, 15)),
        ("plain", date(2024, 2, 29), 12, date(2025, 2, 28)),
        ("tw", date(2025, 11, 30), 2, date(2026, 1, 31)),
        ("tw", date(2026, 2, 28), 2, date(2026, 4, 30)),
        ("tw", date(2025, 12, 29), 2, date(2026, 2, 28)),
        ("tw", date(2026, 5, 14), 1, date(2026, 6, 14)),
    ],
)
def test_months(rule, day, months, expected):
    assert add_months(RULES[rule], day, months) == expected


def test_missing_years_are_told_sixty_days_ahead():
    assert missing_years(CHINA, date(2026, 10, 31)) == []
    assert missing_years(CHINA, date(2026, 11, 23)) == [2027]
    assert missing_years(WorkCalendar(), date(2026, 1, 1)) == [2026]


days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
calendars = st.builds(
    WorkCalendar,
    zone_name=st.sampled_from(["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia"]),
    holidays=st.frozensets(days, max_size=20),
    makeup_workdays=st.frozensets(days, max_size=20),
    office_hours=st.sampled_from([OFFICE, ((time(9), time(18)),), ((time(0), time(23, 59)),)]),
)


@given(calendars, days, st.integers(1, 40))
@settings(max_examples=100, deadline=None)
def test_adding_and_counting_agree(calendar, day, count):
    last = add_working_days(calendar, day, count)
    assert working_days_between(calendar, day, last) == count
    back = add_working_days(calendar, last, -count)
    assert back <= day
    assert working_days_between(calendar, back, day) <= count


@given(calendars, st.datetimes(datetime(2024, 1, 1), datetime(2029, 12, 31), timezones=st.just(UTC)), st.integers(1, 2000))
@settings(max_examples=100, deadline=None)
def test_added_working_time_has_just_passed(calendar, at, minutes):
    span = timedelta(minutes=minutes)
    end = add_working_time(calendar, at, span)
    assert working_time_between(calendar, at, end) == span
    assert working_time_between(calendar, at, end - timedelta(seconds=1)) < span
