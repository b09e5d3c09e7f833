"""When people work, and how a span of time is counted.

Pure: no Django, no clock, no database. A `WorkCalendar` is a frozen value, so the same question always has
the same answer; the rows it is built from live in `policy.models`.

Two different things are kept apart on purpose:

* the calendar says which days and hours are worked (per site, holidays and make-up working days included);
* the `DayCountRule` says how a law counts (what a month is, and what happens when the last day is a day off).
"""

import calendar as _months
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MONDAY, SATURDAY, SUNDAY = 0, 5, 6
ONE_DAY = timedelta(days=1)

# A calendar with no working day at all would make every search endless: stop after this many days.
_LONGEST_BREAK_DAYS = 400
_MOST_KEPT_DAYS = 4_000


class CalendarError(ValueError):
    """The calendar can't answer: no working day, no office hours, or hours that overlap."""


# --- how laws count ------------------------------------------------------------------------------


@dataclass(frozen=True)
class DayCountRule:
    """How one legal order counts days and months. The first day is excluded in all of them.

    `month_end`: "corresponding" = the day with the same number, or the last day of a shorter month;
    "taiwan" = the day before the one that corresponds to the first *counted* day (Civil Code Art 121).
    `last_day_off`: what happens when a span in calendar days, months or years ends on a day off:
    "stays", "next_working_day" (of the calendar), or "next_open_day" (past `closed_weekdays` and
    holidays, whatever week the employer works).
    """

    name: str
    month_end: str = "corresponding"
    last_day_off: str = "stays"
    closed_weekdays: frozenset[int] = frozenset()


RULES = {
    # Civil Code Arts 201-203. Weekly rest days count as days off here, make-up working days don't.
    "cn": DayCountRule("cn", last_day_off="next_working_day"),
    # Civil Code Arts 120-121. Whether Art 122 moves an employer's own limit is unclear: the earlier date is safe.
    "tw": DayCountRule("tw", month_end="taiwan"),
    "us_eeoc": DayCountRule("us_eeoc", last_day_off="next_working_day"),
    # Civil Act Arts 157, 161: Saturday or public holiday, also where the employer works on Saturdays.
    "kr": DayCountRule("kr", last_day_off="next_open_day", closed_weekdays=frozenset({SATURDAY, SUNDAY})),
    "eu": DayCountRule("eu", last_day_off="next_working_day"),
    "in": DayCountRule("in", last_day_off="next_working_day"),
    # Interpretation Act ss 26, 35: Sundays and listed holidays move the last day, Saturdays do not.
    "ca": DayCountRule("ca", last_day_off="next_open_day", closed_weekdays=frozenset({SUNDAY})),
    "plain": DayCountRule("plain"),
}


# --- when people work ----------------------------------------------------------------------------


@dataclass(frozen=True)
class WorkCalendar:
    """The working time of one site.

    `zone_name`: IANA name. `working_week`: weekdays worked, Monday is 0. `holidays` and `makeup_workdays`:
    local dates; a make-up working day wins over both the weekend and a holiday. `office_hours`: local
    (opens, closes) spans in order; a lunch break is the gap between two of them. `known_years`: the years
    whose holidays were really entered; outside them only the working week is known.
    """

    zone_name: str = "UTC"
    working_week: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    holidays: frozenset[date] = frozenset()
    makeup_workdays: frozenset[date] = frozenset()
    office_hours: tuple[tuple[time, time], ...] = ((time(9), time(18)),)
    known_years: frozenset[int] = frozenset()
    rule: DayCountRule = RULES["plain"]
    zone: ZoneInfo = field(init=False, repr=False, compare=False)
    # The office hours of days that were asked for; a calendar lives as long as its process, and is asked for the same days again and again.
    _spans: dict[date, tuple[tuple[datetime, datetime], ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self):
        object.__setattr__(self, "zone", ZoneInfo(self.zone_name))
        last = None
        for opens, closes in self.office_hours:
            if opens >= closes or (last is not None and opens < last):
                raise CalendarError("office hours must be in order and must not overlap")
            last = closes

    # days

    def is_working_day(self, day: date) -> bool:
        """Whether the site works on this local date."""
        if day in self.makeup_workdays:
            return True
        return day.weekday() in self.working_week and day not in self.holidays

    def knows(self, day: date) -> bool:
        """Whether the holidays of that date's year were entered, so that a promise made with it is sound."""
        return day.year in self.known_years

    # moments

    def local_date(self, at: datetime) -> date:
        """The date on the wall of the site at an aware moment."""
        return _aware(at).astimezone(self.zone).date()

    def moment(self, day: date, at: time = time.min) -> datetime:
        """The UTC moment of a local wall time. A time skipped by daylight saving is the moment of the jump."""
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)

    def start_of(self, day: date) -> datetime:
        """The first moment of a local date, in UTC."""
        return self.moment(day)

    def end_of(self, day: date) -> datetime:
        """The first moment *after* a local date, in UTC: what is done before it was done on that date."""
        return self.moment(day + ONE_DAY)

    def spans(self, day: date) -> tuple[tuple[datetime, datetime], ...]:
        """The office hours of one local date as UTC moments; empty on a day off."""
        found = self._spans.get(day)
        if found is None:
            hours = self.office_hours if self.is_working_day(day) else ()
            found = tuple((self.moment(day, opens), self.moment(day, closes)) for opens, closes in hours)
            if len(self._spans) < _MOST_KEPT_DAYS:
                self._spans[day] = found
        return found

    def opening(self, day: date) -> datetime:
        """When the office opens on that date, or on the next working day."""
        if not self.office_hours:
            raise CalendarError("no office hours")
        day = day if self.is_working_day(day) else next_working_day(self, day)
        return self.moment(day, self.office_hours[0][0])

    def day_length(self) -> timedelta:
        """Working time of a full day."""
        return sum((_since_midnight(closes) - _since_midnight(opens) for opens, closes in self.office_hours), timedelta())

    def is_open(self, at: datetime) -> bool:
        """Whether the moment falls within office hours."""
        return any(opens <= at < closes for opens, closes in self.spans(self.local_date(at)))


def _since_midnight(at: time) -> timedelta:
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise CalendarError("a moment needs a time zone")
    # In UTC, because adding hours to a local time ignores a change of clocks in between.
    return at.astimezone(UTC)


# --- counting days -------------------------------------------------------------------------------


def next_working_day(calendar: WorkCalendar, day: date) -> date:
    """The first working day after `day`."""
    return _seek(calendar, day, +1)


def previous_working_day(calendar: WorkCalendar, day: date) -> date:
    """The last working day before `day`."""
    return _seek(calendar, day, -1)


def _seek(calendar: WorkCalendar, day: date, step: int) -> date:
    for _ in range(_LONGEST_BREAK_DAYS):
        day += timedelta(days=step)
        if calendar.is_working_day(day):
            return day
    raise CalendarError("the calendar has no working day")


def add_working_days(calendar: WorkCalendar, day: date, count: int) -> date:
    """The `count`-th working day after `day` (before it, if negative); the day itself is not counted."""
    step = 1 if count >= 0 else -1
    for _ in range(abs(count)):
        day = _seek(calendar, day, step)
    return day


def working_days_between(calendar: WorkCalendar, first: date, last: date) -> int:
    """How many working days lie after `first`, up to and including `last`; 0 when `last` is not later."""
    days = (last - first).days
    return sum(calendar.is_working_day(first + timedelta(days=n)) for n in range(1, days + 1))


def add_months(rule: DayCountRule, day: date, count: int) -> date:
    """The last day of a span of `count` months after `day` (before it, if negative), before any rolling."""
    if rule.month_end == "taiwan" and count > 0:
        return _taiwan_month_end(day, count)
    year, month = _month_after(day, count)
    return date(year, month, min(day.day, _last_day(year, month)))


def _taiwan_month_end(day: date, count: int) -> date:
    first_counted = day + ONE_DAY
    year, month = _month_after(first_counted, count)
    if first_counted.day > _last_day(year, month):
        return date(year, month, _last_day(year, month))
    return date(year, month, first_counted.day) - ONE_DAY


def _month_after(day: date, count: int) -> tuple[int, int]:
    index = day.year * 12 + day.month - 1 + count
    return index // 12, index % 12 + 1


def _last_day(year: int, month: int) -> int:
    return _months.monthrange(year, month)[1]


def roll(calendar: WorkCalendar, day: date) -> date:
    """Where the last day of a span ends up when it is a day off, by the calendar's day-count rule."""
    rule = calendar.rule
    for _ in range(_LONGEST_BREAK_DAYS):
        if not _moves(rule, calendar, day):
            return day
        day += ONE_DAY
    raise CalendarError("the calendar has no working day")


def _moves(rule: DayCountRule, calendar: WorkCalendar, day: date) -> bool:
    if rule.last_day_off == "next_working_day":
        return not calendar.is_working_day(day)
    if rule.last_day_off == "next_open_day":
        if day in calendar.makeup_workdays:
            return False
        return day.weekday() in rule.closed_weekdays or day in calendar.holidays
    return False


# --- counting working time -----------------------------------------------------------------------


def add_working_time(calendar: WorkCalendar, at: datetime, span: timedelta) -> datetime:
    """The moment when `span` of office time has passed since `at` (UTC). Zero moves to the next open moment.

    A span used up exactly at closing time ends at closing time, not at the next opening.
    """
    left, at = span, _aware(at)
    for opens, closes in _open_spans(calendar, at):
        start = max(opens, at)
        if left <= closes - start:
            return start + left
        left -= closes - start
    raise CalendarError("the calendar has no office hours")


def add_working_hours(calendar: WorkCalendar, at: datetime, hours: int) -> datetime:
    """`add_working_time` in whole hours."""
    return add_working_time(calendar, at, timedelta(hours=hours))


def working_time_between(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """Office time between two moments; zero when `end` is not later."""
    total, start, end = timedelta(), _aware(start), _aware(end)
    if end <= start:
        return total
    for opens, closes in _open_spans(calendar, start):
        if opens >= end:
            break
        total += min(closes, end) - max(opens, start)
    return total


def _open_spans(calendar: WorkCalendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Office spans that end after `at`, in order; stops when a whole year has none."""
    # One day early: with a zone change or an office that works past midnight UTC the local date is what counts.
    day = calendar.local_date(at) - ONE_DAY
    quiet = 0
    while quiet < _LONGEST_BREAK_DAYS:
        spans = [span for span in calendar.spans(day) if span[1] > at and span[1] > span[0]]
        yield from spans
        quiet = 0 if spans else quiet + 1
        day += ONE_DAY


def missing_years(calendar: WorkCalendar, today: date, ahead_days: int = 60) -> list[int]:
    """Years that promises made within `ahead_days` of today would touch without known holidays (D5)."""
    last = today + timedelta(days=ahead_days)
    return [year for year in range(today.year, last.year + 1) if year not in calendar.known_years]
