"""Who is reminded of a course, and when. Pure: no Django, no clock, no database.

Seven days and one day before the date; on the first working morning after it, and every week from then on until it is done. Whoever leads
the person hears of it on that first morning and every fourth week after.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from policy.calendars import ONE_DAY, WorkCalendar, previous_working_day

SOON, LATE = "soon", "late"
DAYS_BEFORE = (7, 1)
WEEK = 7
MANAGER_EVERY = 4


@dataclass(frozen=True)
class Rung:
    """A moment to remind. `key` is stable for one due date, so that what was sent is known. `tell_manager`: they hear of it too."""

    at: datetime
    kind: str
    key: str
    tell_manager: bool = False


@dataclass(frozen=True)
class Step:
    """What to do now: the one reminder to send, or None; `position`: to be handed back next time; `next_at`: when to look again."""

    due: Rung | None
    position: str
    next_at: datetime


def step(due_date: date, calendar: WorkCalendar, position: str, now: datetime) -> Step:
    """Where the reminders stand at `now`, given the position kept from last time ("" at the start).

    A worker that was down sends one reminder, not ten. A date that was moved begins anew.
    """
    rungs = _around(due_date, calendar, now)
    passed = [rung for rung in rungs if rung.at <= now]
    newest = passed[-1] if passed else None
    is_new = newest is not None and newest.key != position
    ahead = next(rung.at for rung in rungs if rung.at > now)
    return Step(newest if is_new else None, newest.key if newest else position, ahead)


def start(due_date: date, calendar: WorkCalendar, now: datetime) -> Step:
    """Where somebody begins who is told of the course at `now`: reminders whose moment lies behind are not sent on top of that."""
    found = step(due_date, calendar, "", now)
    return Step(None, found.position, found.next_at)


def _around(due_date: date, calendar: WorkCalendar, now: datetime) -> list[Rung]:
    """The rungs before the date, and those after it as far as they matter now, in order."""
    rungs = {}
    for days in DAYS_BEFORE:
        day = due_date - timedelta(days=days)
        day = day if calendar.is_working_day(day) else previous_working_day(calendar, day)
        rung = Rung(calendar.opening(day), SOON, f"{due_date}/soon-{days}")
        rungs[rung.at] = rung
    weeks = max(0, (calendar.local_date(now) - due_date - ONE_DAY).days // WEEK)
    for week in range(max(0, weeks - 1), weeks + 3):
        rung = Rung(
            calendar.opening(due_date + ONE_DAY + timedelta(days=week * WEEK)), LATE, f"{due_date}/late-{week}", week % MANAGER_EVERY == 0
        )
        rungs[rung.at] = rung
    return sorted(rungs.values(), key=lambda rung: rung.at)
