"""Who must be told when, before and after a deadline. Pure: no Django, no clock, no database.

The ladder of `workflow.md` section 4: reminders 7, 2 and 1 days before (short limits: at the half and at three
quarters); at the due moment it is late and climbs to the limit's `escalates_to` role; after half the limit, at most
five working days, it climbs to oversight; then a reminder every working day until it is done.

Reminders are placed at the opening of the office; the late rung is at the due moment itself.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from policy.calendars import (
    ONE_DAY,
    WorkCalendar,
    add_working_time,
    next_working_day,
    previous_working_day,
    working_time_between,
)
from policy.limits import Deadline

REMIND, LATE, OVERSIGHT, DAILY = "remind", "late", "oversight", "daily"

DAYS_BEFORE = (7, 2, 1)
MOST_WORKING_DAYS_TO_OVERSIGHT = 5

# How far a position has climbed; only ever rises for one due moment.
_START, _LATE, _OVERSIGHT = 0, 4, 5


@dataclass(frozen=True)
class Rung:
    """A moment to tell somebody. `key` is stable for one due moment, so that a notice made from it is sent once."""

    at: datetime
    kind: str
    key: str
    height: int


@dataclass(frozen=True)
class Step:
    """What to do now. `due`: the one reminder to send, or None. `escalate`, `oversight`: must be done even when the
    ladder was jumped. `position`: hand it back next time (at most 40 characters). `next_at`: look again then; None = never.
    """

    due: Rung | None
    escalate: bool
    oversight: bool
    position: str
    next_at: datetime | None


def rungs(deadline: Deadline, calendar: WorkCalendar) -> list[Rung]:
    """Every rung but the daily ones, in order. Empty for windows of others and for counts not yet complete."""
    if not deadline.ours or deadline.due_at is None:
        return []
    stamp = _stamp(deadline.due_at)
    before = [Rung(at, REMIND, f"{stamp}:{name}", height) for at, name, height in _before(deadline, calendar)]
    late = Rung(deadline.due_at, LATE, f"{stamp}:late", _LATE)
    oversight = Rung(_oversight_at(deadline, calendar), OVERSIGHT, f"{stamp}:oversight", _OVERSIGHT)
    return [*before, late, oversight]


def step(deadline: Deadline, calendar: WorkCalendar, position: str, now: datetime) -> Step:
    """Where the ladder stands at `now`, given the position kept from last time ("" for a new deadline).

    A worker that was down sends one reminder, not ten. When the due moment has moved since `position`, the ladder
    starts anew without repeating reminders whose moment has already passed.
    """
    fixed = rungs(deadline, calendar)
    if not fixed or not deadline.is_open:
        return Step(None, False, False, position, None)
    height, told_on = _read(position, deadline, fixed, now)
    passed = [rung for rung in fixed if rung.height > height and rung.at <= now]
    daily = _daily(deadline, calendar, told_on, now)
    newest = max([*passed, *([daily] if daily else [])], key=lambda rung: (rung.at, rung.height), default=None)
    top = max([height, *(rung.height for rung in passed)])
    if daily:
        told_on = calendar.local_date(daily.at)
    return Step(
        due=newest,
        escalate=any(rung.kind == LATE for rung in passed),
        oversight=any(rung.kind == OVERSIGHT for rung in passed),
        position=_position(deadline, top, told_on),
        next_at=_next_at(deadline, calendar, fixed, top, now),
    )


# --- before it is due ----------------------------------------------------------------------------


def _before(deadline: Deadline, calendar: WorkCalendar) -> list[tuple[datetime, str, int]]:
    by_days = _days_before(deadline, calendar) if deadline.by_day else []
    return by_days or _halves(deadline, calendar)


def _days_before(deadline: Deadline, calendar: WorkCalendar) -> list[tuple[datetime, str, int]]:
    """Rungs in the second half of the limit, each on the morning of a working day; two on one morning become one."""
    middle = deadline.starts_at + (deadline.due_at - deadline.starts_at) / 2
    by_moment = {}
    for height, days in enumerate(DAYS_BEFORE, _START + 1):
        day = deadline.due_date - timedelta(days=days)
        if not calendar.is_working_day(day):
            day = previous_working_day(calendar, day)
        at = calendar.opening(day)
        if max(middle, deadline.starts_at) <= at < deadline.due_at:
            by_moment[at] = (at, f"before-{days}", height)
    return sorted(by_moment.values())


def _halves(deadline: Deadline, calendar: WorkCalendar) -> list[tuple[datetime, str, int]]:
    """The half and three quarters of a short limit: of the clock for clock hours, else of the time people work."""
    found = []
    for height, (share, name) in enumerate(((2, "half"), (4, "quarter")), _START + 1):
        at = _before_end(deadline, calendar, share)
        if deadline.starts_at < at < deadline.due_at:
            found.append((at, name, height))
    return found


def _before_end(deadline: Deadline, calendar: WorkCalendar, share: int) -> datetime:
    if deadline.unit == "hour":
        return deadline.due_at - (deadline.due_at - deadline.starts_at) / share
    length = working_time_between(calendar, deadline.starts_at, deadline.due_at)
    return add_working_time(calendar, deadline.starts_at, length - length / share)


# --- after it is due -----------------------------------------------------------------------------


def _oversight_at(deadline: Deadline, calendar: WorkCalendar) -> datetime:
    half = working_time_between(calendar, deadline.starts_at, deadline.due_at) / 2
    most = calendar.day_length() * MOST_WORKING_DAYS_TO_OVERSIGHT
    if deadline.unit == "hour":
        # A limit in clock hours does not wait for the office to open.
        clock_half = (deadline.due_at - deadline.starts_at) / 2
        return min(deadline.due_at + clock_half, add_working_time(calendar, deadline.due_at, most))
    return add_working_time(calendar, deadline.due_at, min(half, most))


def _daily(deadline: Deadline, calendar: WorkCalendar, told_on: date | None, now: datetime) -> Rung | None:
    """The newest daily reminder not yet given: on the mornings of working days after the day it became late."""
    today = calendar.local_date(now)
    day = today if calendar.is_working_day(today) else previous_working_day(calendar, today)
    if calendar.opening(day) > now:
        day = previous_working_day(calendar, day)
    if day <= calendar.local_date(deadline.due_at) or (told_on is not None and day <= told_on):
        return None
    return Rung(calendar.opening(day), DAILY, f"{_stamp(deadline.due_at)}:{day.isoformat()}", _START)


def _next_at(deadline, calendar, fixed, top, now) -> datetime:
    ahead = [rung.at for rung in fixed if rung.height > top and rung.at > now]
    day = max(calendar.local_date(now), calendar.local_date(deadline.due_at) + ONE_DAY)
    if not calendar.is_working_day(day) or calendar.opening(day) <= now:
        day = next_working_day(calendar, day)
    return min([*ahead, calendar.opening(day)])


# --- the kept position ---------------------------------------------------------------------------


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _position(deadline: Deadline, height: int, told_on: date | None) -> str:
    return f"{_stamp(deadline.due_at)}/{height}/{told_on.isoformat() if told_on else ''}"


def _read(position: str, deadline: Deadline, fixed: list[Rung], now: datetime) -> tuple[int, date | None]:
    """(height climbed, date of the last daily reminder)."""
    if not position:
        return _START, None
    stamp, height, told_on = position.split("/")
    if stamp == _stamp(deadline.due_at):
        return int(height), date.fromisoformat(told_on) if told_on else None
    # The date moved: don't repeat earlier reminders, but never swallow being late under the new date.
    gone = [rung.height for rung in fixed if rung.kind == REMIND and rung.at <= now]
    return max(gone, default=_START), None
