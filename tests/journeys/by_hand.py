"""Reckoning dates the way a person does it, with a wall calendar and the public table of limits: day by day, without the product's engine.

Nothing here may import from the product. What is slow and plain is so on purpose.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# English words of the public table, and 中文.
UNITS = {
    "hour": "hour", "hours": "hour", "working hour": "working_hour", "working hours": "working_hour", "day": "day", "days": "day",
    "working day": "working_day", "working days": "working_day", "month": "month", "months": "month", "year": "year", "years": "year",
    "小时": "hour", "个工作小时": "working_hour", "天": "day", "个工作日": "working_day", "个月": "month", "年": "year",
}  # fmt: skip


@dataclass(frozen=True)
class Wall:
    """The calendar on the wall. `law`: whose rules say what a month is and what happens when the last day is a day off."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    days_off: frozenset[date]
    extra_days: frozenset[date]
    hours: tuple[tuple[time, time], ...]
    law: str

    def works(self, day: date) -> bool:
        return day in self.extra_days or (day.weekday() in self.weekdays and day not in self.days_off)

    def date_of(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    def last_moment(self, day: date) -> datetime:
        """The first moment after that day, which is the first at which it is late."""
        return datetime.combine(day + DAY, time(0), tzinfo=self.zone).astimezone(UTC)

    def is_open(self, at: datetime) -> bool:
        here = at.astimezone(self.zone)
        return self.works(here.date()) and any(opens <= here.time() < closes for opens, closes in self.hours)


@dataclass(frozen=True)
class Due:
    """`day`: the last day, or the date of the moment. `moment`: where an exact time was promised."""

    day: date
    late_from: datetime
    moment: datetime | None = None


def number_in(words: str) -> tuple[int, str]:
    """(2, "working_day") from “2 working days” or “2 个工作日”; a row without a number is “on the date set”: (0, "day")."""
    head, _space, tail = words.strip().partition(" ")
    return (int(head), UNITS[tail.strip()]) if head.isdecimal() else (0, "day")


def after(wall: Wall, number: tuple[int, str], at: datetime, day: date) -> Due:
    """`number` after something that happened at `at`, which is dated `day`."""
    count, unit = number
    if unit == "hour":
        return _exactly(wall, at + timedelta(hours=count))
    if unit == "working_hour":
        return _exactly(wall, _working_minutes(wall, at, count * 60))
    return _by_day(wall, _last_day(wall, count, unit, day))


def before(wall: Wall, number: tuple[int, str], day: date) -> Due:
    """`number` before the day of something that is coming up."""
    count, unit = number
    if unit == "working_day" and count:
        while count:
            day -= DAY
            count -= wall.works(day)
        return _by_day(wall, day)
    return _by_day(wall, day - (count or 1) * DAY)


def _exactly(wall: Wall, at: datetime) -> Due:
    return Due(wall.date_of(at), at.astimezone(UTC), at.astimezone(UTC))


def _by_day(wall: Wall, day: date) -> Due:
    return Due(day, wall.last_moment(day))


def _working_minutes(wall: Wall, at: datetime, minutes: int) -> datetime:
    """One minute after the other; only those in which the office is open count."""
    at = at.astimezone(UTC)
    while minutes:
        if wall.is_open(at):
            minutes -= 1
            at += timedelta(minutes=1)
        else:
            at += timedelta(minutes=1)
    return at


def _last_day(wall: Wall, count: int, unit: str, day: date) -> date:
    if unit == "working_day":
        if count == 0:
            while not wall.works(day):
                day += DAY
        while count:
            day += DAY
            count -= wall.works(day)
        return day
    if count == 0:
        return day
    if unit == "day":
        for _ in range(count):
            day += DAY
    else:
        day = _months_later(wall, day, count if unit == "month" else 12 * count)
    while _is_off_by_law(wall, day):
        day += DAY
    return day


def _months_later(wall: Wall, day: date, count: int) -> date:
    """The same number of the month, or its last day. In Taiwan counting begins on the next day; the day before its number is the last."""
    if wall.law == "tw":
        first_counted = day + DAY
        there = _same_number(first_counted, count)
        return there if there.day < first_counted.day else there - DAY
    return _same_number(day, count)


def _same_number(day: date, count: int) -> date:
    year, month = day.year, day.month
    for _ in range(count):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    for number in range(day.day, 0, -1):
        try:
            return date(year, month, number)
        except ValueError:
            continue
    raise AssertionError


def _is_off_by_law(wall: Wall, day: date) -> bool:
    """Whether a span can't end on this day: China, India, the EU and the EEOC go by what is worked; Korea has Saturdays and Sundays off,
    Canada Sundays, whatever the employer works; Taiwan and a plain count leave the last day where it is."""
    if wall.law in ("cn", "in", "eu", "us_eeoc"):
        return not wall.works(day)
    closed = {"kr": (5, 6), "ca": (6,)}.get(wall.law)
    if closed is None or day in wall.extra_days:
        return False
    return day.weekday() in closed or day in wall.days_off
