"""When is what due? One pure function over limits, dated facts and a calendar. No Django, no clock, no database.

`tests/policy/deadlines.csv` is the specification in rows: a given, and the date a person reckons by hand.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from policy.calendars import (
    ONE_DAY,
    WorkCalendar,
    add_months,
    add_working_days,
    add_working_hours,
    next_working_day,
    roll,
)
from policy.limits import (  # noqa: F401 (the engine's vocabulary is imported from here)
    COUNT_UNITS,
    EXPIRED,
    HOUR_UNITS,
    Deadline,
    Event,
    Extension,
    ExtensionRule,
    Limit,
    LimitError,
    Longstop,
    NumbersMissing,
    Span,
)

# A monthly duty over fifty years. More than that is a broken calendar, not a duty.
_MOST_REPETITIONS = 600


def deadlines(
    limits: Iterable[Limit],
    events: Iterable[Event],
    calendar: WorkCalendar,
    now: datetime,
    extensions: Sequence[Extension] = (),
) -> list[Deadline]:
    """Every deadline these facts have started, in order of due moment.

    `now` (aware) only decides how many repetitions of a fixed recurring limit exist and what is provisional:
    facts are facts whenever they are dated. Raises `NumbersMissing` for a limit of ours without a number and
    `LimitError` for limits that refer to each other in a circle or to none.
    """
    limits = list(limits)
    missing = [limit.id for limit in limits if limit.is_ours and not limit.has_number]
    if missing:
        raise NumbersMissing(missing)
    engine = _Engine(
        {limit.id: limit for limit in limits},
        # In UTC: adding hours to a local time would ignore a change of clocks in between.
        sorted((replace(event, at=event.at.astimezone(UTC)) for event in events), key=lambda event: (event.at, event.id)),
        calendar,
        now,
        sorted(extensions, key=lambda extension: extension.granted_at),
    )
    found = [each for limit in limits if not limit.joined_to for each in engine.of(limit)]
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at or each.starts_at, each.limit_id, each.occurrence))


@dataclass(frozen=True)
class _Start:
    """Where one deadline begins: `day` is counted from, `since` is when facts begin to meet it."""

    anchor: str
    id: str
    at: datetime
    day: date
    since: datetime
    subject: str = ""
    occurrence: str = "1"
    provisional: bool = False


@dataclass(frozen=True)
class _Due:
    """A due moment and its date; neither while a count is incomplete."""

    at: datetime | None
    day: date | None
    unit: str


class _Engine:
    """The inputs of one run, so that the steps below need not pass them around. Holds nothing else."""

    def __init__(self, limits, history, calendar, now, extensions):
        self.limits: dict[str, Limit] = limits
        self.history: list[Event] = history
        self.calendar: WorkCalendar = calendar
        self.now: datetime = now
        self.extensions: list[Extension] = extensions

    def of(self, limit: Limit) -> list[Deadline]:
        """The deadlines of one limit, with the limits joined to it merged in."""
        own = self._alone(limit)
        for other in self.limits.values():
            if other.joined_to == limit.id:
                own = _join(own, self._alone(other), other.join, limit)
        return own

    def _alone(self, limit: Limit, path: tuple[str, ...] = ()) -> list[Deadline]:
        if limit.id in path:
            raise LimitError("limits refer to each other in a circle: " + ", ".join(path))
        if not limit.has_number:
            return []
        if limit.unit in COUNT_UNITS:
            return self._counted(limit)
        if limit.recurring == "after_met":
            return list(self._after_met(limit, path))
        if limit.recurring == "fixed":
            return list(self._fixed(limit, path))
        return [self._one(limit, start) for start in self._starts(limit, path)]

    # anchors

    def _starts(self, limit: Limit, path: tuple[str, ...]) -> list[_Start]:
        anchors = [event for event in self.history if event.kind == limit.anchor]
        if limit.per_event:
            return [self._start(event, occurrence=event.id or str(n)) for n, event in enumerate(anchors, 1)]
        first = self._start(anchors[0]) if anchors else None
        if limit.fallback.startswith(EXPIRED):
            expiry = self._expiry(limit.fallback, (*path, limit.id))
            # A late acknowledgement must not buy time: the expiry of the earlier limit stays the latest start.
            candidates = [start for start in (first, expiry) if start]
            return sorted(candidates, key=lambda start: start.at)[:1]
        if first is None and limit.fallback:
            first = next((self._start(event) for event in self.history if event.kind == limit.fallback), None)
        return [first] if first else []

    def _start(self, event: Event, occurrence: str = "1") -> _Start:
        day = event.date or self.calendar.local_date(event.at)
        return _Start(event.kind, event.id, event.at, day, event.at, event.subject, occurrence)

    def _expiry(self, fallback: str, path: tuple[str, ...]) -> _Start | None:
        other = self.limits.get(fallback.removeprefix(EXPIRED))
        if other is None:
            raise LimitError(f"no such limit: {fallback.removeprefix(EXPIRED)}")
        before = self._alone(other, path)
        if not before or before[0].due_at is None:
            return None
        due = before[0]
        return _Start(fallback, due.anchor_id, due.due_at, due.due_date, due.starts_at, provisional=due.due_at > self.now)

    # one deadline

    def _one(self, limit: Limit, start: _Start, again: bool = False) -> Deadline:
        """`again`: this start is itself an answer, which must not meet the next round too."""
        first = self._stopped(limit, self._due(limit, start), start)
        due, used = self._extended(limit, start, first)
        met, ended = self._outcome(limit, start, again)
        return self._deadline(limit, start, due, first, met, ended, used)

    def _outcome(self, limit: Limit, start: _Start, again: bool = False) -> tuple[Event | None, Event | None]:
        """What met it and what ended it: whichever came first, never both."""
        met, ended = self._met(limit, start, again), self._first(limit.ends_with, start.since)
        if met and ended and ended.at < met.at:
            return None, ended
        return met, None if met else ended

    def _deadline(self, limit, start, due, first, met, ended, used=()) -> Deadline:
        return Deadline(
            limit_id=limit.id,
            occurrence=start.occurrence,
            kind=limit.kind,
            unit=due.unit,
            anchor=start.anchor,
            anchor_id=start.id,
            subject=start.subject,
            # A fallback anchor in the future has not begun; what is shown begins with the limit it waits for.
            starts_at=start.since if start.provisional else start.at,
            due_at=due.at,
            due_date=due.day,
            first_due_at=first.at,
            met_at=met.at if met else None,
            met_id=met.id if met else "",
            ended_at=ended.at if ended else None,
            extensions=tuple(used),
            provisional=start.provisional,
            calendar_known=due.day is None or self.calendar.knows(due.day),
            ours=limit.is_ours,
            responsible=limit.responsible,
            escalates_to=limit.escalates_to,
        )

    def _due(self, limit: Limit, start: _Start, more: int = 0) -> _Due:
        if limit.direction == "before":
            return self._before(limit, start)
        # What may last at most three months does not last longer because they end on a Sunday.
        rolls = limit.kind != "max_duration"
        return self._after(Span(limit.value + more, limit.unit), start.at, start.day, rolls)

    def _after(self, span: Span, at: datetime, day: date, rolls: bool = True) -> _Due:
        if span.unit == "hour":
            return self._moment(at + timedelta(hours=span.value), span.unit)
        if span.unit == "working_hour":
            return self._moment(add_working_hours(self.calendar, at, span.value), span.unit)
        return self._end_of(_last_day(self.calendar, day, span, rolls), span.unit)

    def _before(self, limit: Limit, start: _Start) -> _Due:
        due = self._counted_back(limit, start.day)
        if limit.floor is None:
            return due
        floor = self._after(limit.floor, start.at, self.calendar.local_date(start.at))
        return max(due, floor, key=lambda each: each.at)

    def _counted_back(self, limit: Limit, day: date) -> _Due:
        if limit.unit == "hour":
            return self._moment(self.calendar.start_of(day) - timedelta(hours=limit.value), "hour")
        if limit.value == 0:
            # "Before the day": finished when that day begins.
            return self._end_of(day - ONE_DAY, limit.unit)
        if limit.unit == "calendar_day":
            return self._end_of(day - timedelta(days=limit.value), limit.unit)
        if limit.unit == "working_day":
            return self._end_of(add_working_days(self.calendar, day, -limit.value), limit.unit)
        months = limit.value * (12 if limit.unit == "year" else 1)
        return self._end_of(add_months(self.calendar.rule, day, -months), limit.unit)

    def _moment(self, at: datetime, unit: str) -> _Due:
        return _Due(at.astimezone(UTC), self.calendar.local_date(at), unit)

    def _end_of(self, day: date, unit: str) -> _Due:
        return _Due(self.calendar.end_of(day), day, unit)

    def _stopped(self, limit: Limit, due: _Due, start: _Start) -> _Due:
        if limit.longstop is None:
            return due
        event = next((event for event in self.history if event.kind == limit.longstop.anchor), None)
        if event is None:
            return due
        from_event = self._start(event)
        return min(due, self._after(limit.longstop.span, from_event.at, from_event.day), key=lambda each: each.at)

    # extensions

    def _extended(self, limit: Limit, start: _Start, due: _Due) -> tuple[_Due, list[Extension]]:
        used, more = [], 0
        for extension in self.extensions:
            if (extension.limit_id, extension.occurrence) != (limit.id, start.occurrence):
                continue
            if not _counts(extension, limit, due):
                continue
            if extension.until is not None:
                longer = self._end_of(extension.until, "calendar_day")
            elif _same_unit([*used, extension], limit):
                # Counted from the anchor as one longer limit, so that a rolled or shortened last day doesn't drift.
                more += extension.span.value
                longer = self._due(limit, start, more)
            else:
                longer = self._after(extension.span, due.at, due.day)
            longer = self._stopped(limit, longer, start)
            if longer.at > due.at:
                due, used = longer, [*used, extension]
        return due, used

    # meeting and ending

    def _met(self, limit: Limit, start: _Start, again: bool = False) -> Event | None:
        for event in self.history:
            if event.kind not in limit.met_by or event.at < start.since or (again and event.at == start.since):
                continue
            if limit.met_subject and event.subject != limit.met_subject:
                continue
            if limit.per_event and not limit.one_answer_meets_all and event.subject != start.subject:
                continue
            return event
        return None

    def _first(self, kinds: tuple[str, ...], since: datetime) -> Event | None:
        return next((event for event in self.history if event.kind in kinds and event.at >= since), None)

    # repetitions

    def _after_met(self, limit: Limit, path: tuple[str, ...]) -> Iterator[Deadline]:
        for start in self._starts(limit, path):
            for n in range(1, _MOST_REPETITIONS + 1):
                start = replace(start, occurrence=str(n))
                met, _ended = self._outcome(limit, start, again=n > 1)
                yield self._one(limit, start, again=n > 1)
                if met is None:
                    return
                ended = self._first(limit.ends_with, met.at)
                if ended and ended.at == met.at:
                    return
                start = self._start(met)

    def _fixed(self, limit: Limit, path: tuple[str, ...]) -> Iterator[Deadline]:
        for anchor in self._starts(limit, path):
            ended = self._first(limit.ends_with, anchor.since)
            since = anchor.since
            for n in range(1, _MOST_REPETITIONS + 1):
                if since > self.now or (ended and since >= ended.at):
                    break
                start = replace(anchor, occurrence=str(n), since=since)
                due = self._due(limit, start, more=limit.value * (n - 1))
                following = self._due(limit, start, more=limit.value * n)
                longer, used = self._extended(replace(limit, value=limit.value * n), start, due)
                met = self._met(limit, start)
                yield self._repetition(limit, start, longer, due, met, ended, following, used)
                since = due.at

    def _repetition(self, limit, start, due, first, met, ended, following, used) -> Deadline:
        """One round of a fixed schedule. When the next round falls due it takes over: one late item, never a heap."""
        takes_over = Event("next_round_due", following.at)
        ends = ended if ended and ended.at < following.at else takes_over
        if met and met.at >= ends.at:
            met = None
        not_yet = ends is takes_over and takes_over.at > self.now
        found = self._deadline(limit, start, due, first, met, None if met or not_yet else ends, used)
        return replace(found, starts_at=start.since)

    # counts

    def _counted(self, limit: Limit) -> list[Deadline]:
        run: list[Event] = []
        for event in self.history:
            if event.kind in limit.reset_by and len(run) < limit.value:
                run = []
            elif event.kind in limit.counts and len(run) < limit.value:
                run.append(event)
        if not run:
            return []
        start = self._start(run[0])
        reached = run[-1] if len(run) == limit.value else None
        due = self._moment(reached.at, limit.unit) if reached else _Due(None, None, limit.unit)
        met, ended = self._outcome(limit, start)
        found = self._deadline(limit, start, due, due, met, ended)
        # A count opens a way (an order in absence); only one with something to do can be late.
        ours = limit.is_ours and bool(limit.met_by)
        return [replace(found, counted=len(run), needed=limit.value, ours=ours)]


def _last_day(calendar: WorkCalendar, day: date, span: Span, rolls: bool) -> date:
    """The last day of a span in days, months or years, moved off a day off where the law says so."""
    if span.unit == "working_day":
        if span.value == 0 and not calendar.is_working_day(day):
            return next_working_day(calendar, day)
        return add_working_days(calendar, day, span.value)
    if span.value == 0:
        # A date somebody chose stays the date they chose.
        return day
    if span.unit == "calendar_day":
        last = day + timedelta(days=span.value)
    else:
        last = add_months(calendar.rule, day, span.value * (12 if span.unit == "year" else 1))
    return roll(calendar, last) if rolls else last


def _counts(extension: Extension, limit: Limit, due: _Due) -> bool:
    """An extension counts if it came in time, with a reason, and those who must be told were told."""
    if not extension.reason_recorded or extension.granted_at >= due.at:
        return False
    must_tell = limit.extension is not None and limit.extension.tells
    return not must_tell or extension.told_at is not None


def _same_unit(extensions: list[Extension], limit: Limit) -> bool:
    return limit.direction == "after" and all(each.span and each.span.unit == limit.unit for each in extensions)


def _join(own: list[Deadline], others: list[Deadline], join: str, limit: Limit) -> list[Deadline]:
    """Merge a joined limit into the one it belongs to: the later (or the earlier) of the two is the deadline."""
    both = [each for each in (*own, *others) if each.due_at is not None]
    if not both:
        return own
    pick = max if join == "later_of" else min
    chosen = pick(both, key=lambda each: each.due_at)
    shell = own[0] if own else chosen
    return [
        replace(
            shell,
            limit_id=limit.id,
            kind=limit.kind,
            anchor=chosen.anchor,
            anchor_id=chosen.anchor_id,
            unit=chosen.unit,
            due_at=chosen.due_at,
            due_date=chosen.due_date,
            first_due_at=chosen.first_due_at,
            extensions=chosen.extensions,
            provisional=chosen.provisional,
            calendar_known=chosen.calendar_known,
        )
    ]
