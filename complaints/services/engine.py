"""Between the rows of a complaint and the pure deadline engine: what the engine is given, and what its answer means for a row.

A published policy never changes, so its limits are kept per process.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from uuid import UUID

from complaints.models import Deadline, DeadlineChange, Event
from complaints.states import EventKind
from policy import deadlines as engine
from policy import ladder
from policy.calendars import WorkCalendar
from policy.fallbacks import with_stand_ins
from policy.limits import EXPIRED, Limit
from policy.models import PolicyVersion
from policy.parts import LimitPart
from policy.selectors import calendar_of, limit_parts, version_by_id

# Who inside the organisation can owe something. Limits of parties and outside bodies are shown from the policy, never kept as rows.
INTERNAL = frozenset({"intake", "handler", "decision_maker", "oversight", "support", "employer"})
EXTENSION, LATE_REASON, RECOMPUTED, REFUSED, CALENDAR = "extension", "late_reason", "recomputed", "refused", "calendar"
_KEPT_VERSIONS = 32
_versions: OrderedDict[UUID, "Rules"] = OrderedDict()


@dataclass(frozen=True)
class Rules:
    """The limits of one policy version that the organisation itself owes, and what is needed to reckon them."""

    version: PolicyVersion
    limits: tuple[Limit, ...]

    @cached_property
    def by_id(self) -> dict[str, Limit]:
        return {limit.id: limit for limit in self.limits}

    @cached_property
    def parts(self) -> dict[str, LimitPart]:
        """The limits with their words, by id."""
        return with_stand_ins(limit_parts(self.version))

    @cached_property
    def owed(self) -> frozenset[str]:
        parts = self.parts
        return frozenset(
            limit.id for limit in self.limits if limit.is_ours and limit.responsible in INTERNAL and not parts[limit.id].outside
        )

    @cached_property
    def fixed(self) -> tuple[Limit, ...]:
        return tuple(limit for limit in self.limits if limit.recurring == "fixed" and limit.id in self.owed)

    def needed_for(self, limit_id: str) -> tuple[Limit, ...]:
        """The limit with those it waits for or is joined with: enough to reckon it alone."""
        found = self._needed.get(limit_id)
        if found is None:
            found = self._needed[limit_id] = self._closure(limit_id)
        return found

    def kinds_needed_for(self, limit_id: str) -> frozenset[str]:
        """The kinds of facts that can matter to it: a long case has thousands of others, which need not be read."""
        kinds = set()
        for limit in self.needed_for(limit_id):
            kinds |= {limit.anchor, limit.fallback, *limit.met_by, *limit.ends_with, *limit.counts, *limit.reset_by}
            kinds |= {limit.longstop.anchor} if limit.longstop else set()
        return frozenset(kinds)

    @cached_property
    def _needed(self) -> dict[str, tuple[Limit, ...]]:
        return {}

    def _closure(self, limit_id: str) -> tuple[Limit, ...]:
        wanted, waiting = {}, [limit_id]
        while waiting:
            name = waiting.pop()
            limit = self.by_id.get(name)
            if limit is None or name in wanted:
                continue
            wanted[name] = limit
            waiting += [limit.fallback.removeprefix(EXPIRED)] if limit.fallback.startswith(EXPIRED) else []
            waiting += [other.id for other in self.limits if other.joined_to == name]
        return tuple(wanted.values())


def rules_of(version_id: UUID) -> Rules:
    """Return the limits of a policy version. Raises PolicyVersion.DoesNotExist."""
    rules = _versions.get(version_id)
    if rules is None:
        version = version_by_id(version_id)
        parts = with_stand_ins(limit_parts(version))
        rules = Rules(version, tuple(_until_withdrawn(part.rule) for part in parts.values()))
        if version.published_at is not None:
            _versions[version_id] = rules
            if len(_versions) > _KEPT_VERSIONS:
                _versions.popitem(last=False)
    return rules


def _until_withdrawn(limit: Limit) -> Limit:
    """Whatever the policy says: once a report is withdrawn, nobody is owed an answer about it."""
    return replace(limit, ends_with=(*limit.ends_with, EventKind.WITHDRAWN.value)) if limit.is_ours else limit


def facts_of(events: Iterable[Event]) -> list[engine.Event]:
    return [engine.Event(row.kind, row.at, id=str(row.pk), subject=row.subject, date=row.date) for row in events]


def fact_at(kind: str, at: datetime) -> engine.Event:
    """A fact that is not recorded, to reckon what it would start."""
    return engine.Event(kind, at, id="1")


def extensions_of(changes: Iterable[DeadlineChange], calendar: WorkCalendar) -> list[engine.Extension]:
    """The extensions that still stand, given the changes of some deadlines in order of time. A refusal undoes those before it."""
    standing: dict[int, list[DeadlineChange]] = {}
    for change in changes:
        if change.kind == EXTENSION:
            standing.setdefault(change.deadline_id, []).append(change)
        elif change.kind == REFUSED:
            standing.pop(change.deadline_id, None)
    return [
        engine.Extension(
            limit_id=change.deadline.limit_id,
            occurrence=change.deadline.occurrence,
            granted_at=change.at,
            # The new due moment is the first one after the promised date.
            until=calendar.local_date(change.new_due_at - timedelta(microseconds=1)),
            reason_recorded=True,
            # The reporter sees the reason and the new date from this moment on.
            told_at=change.at,
        )
        for rows in standing.values()
        for change in rows
    ]


def reckon(
    rules: Rules,
    limits: Sequence[Limit],
    facts: Sequence[engine.Event],
    extensions: Sequence[engine.Extension],
    calendar: WorkCalendar,
    now: datetime,
) -> list[engine.Deadline]:
    """The deadlines we owe under `limits`, those with a due moment only.

    A duty on fixed dates is reckoned one round ahead, so that its next round is there before the clock needs it.
    """
    facts, breaks = _without_breaks(facts)
    if breaks:
        extensions = [*extensions, *_made_up(engine.deadlines(limits, facts, calendar, now, extensions), breaks, calendar)]
    found = engine.deadlines(limits, facts, calendar, now, extensions)
    fixed = [limit for limit in limits if limit.recurring == "fixed"]
    if fixed:
        known = {(each.limit_id, each.occurrence) for each in found}
        last = max((each.due_at for each in found if rules.by_id[each.limit_id].recurring == "fixed" and each.due_at), default=now)
        ahead = engine.deadlines(limits, facts, calendar, max(last, now), extensions)
        found += [
            each for each in ahead if (each.limit_id, each.occurrence) not in known and rules.by_id[each.limit_id].recurring == "fixed"
        ]
    return [each for each in found if each.limit_id in rules.owed and each.due_at is not None and each.ours]


def _without_breaks(facts: Sequence[engine.Event]) -> tuple[list[engine.Event], list[tuple[datetime, datetime]]]:
    """The facts without withdrawals that were taken back, and when each of those began and ended."""
    kept, breaks = [], []
    for fact in facts:
        if fact.kind == EventKind.RESUMED and kept and (since := _open_withdrawal(kept)):
            kept.remove(since)
            breaks.append((since.at, fact.at))
        kept.append(fact)
    return kept, breaks


def _open_withdrawal(facts: list[engine.Event]) -> engine.Event | None:
    return next((fact for fact in facts if fact.kind == EventKind.WITHDRAWN), None)


def _made_up(found: Iterable[engine.Deadline], breaks, calendar: WorkCalendar) -> list[engine.Extension]:
    """What was open when a report was withdrawn is owed that much later once it is taken up again: nobody was idle meanwhile."""
    more = []
    for each in found:
        due = each.due_at
        for began, ended in breaks:
            if due is None or each.starts_at > began or due <= began or (each.met_at and each.met_at < began):
                continue
            due += ended - began
            until = calendar.local_date(due - timedelta(microseconds=1))
            more.append(engine.Extension(each.limit_id, began, until=until, occurrence=each.occurrence, told_at=ended))
    return more


def write_truth(row: Deadline, truth: engine.Deadline) -> bool:
    """Bring `row` in line with what the facts say. Returns whether anything changed; what was told so far stays."""
    values = {
        "starts_at": truth.starts_at,
        "due_at": truth.due_at,
        "due_date": truth.due_date,
        "met_at": truth.met_at,
        "ended_at": truth.ended_at,
        "responsible_role": truth.responsible,
        "escalates_to": truth.escalates_to,
    }
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    return bool(changed)


def set_next_moment(row: Deadline, truth: engine.Deadline, calendar: WorkCalendar, now: datetime) -> None:
    """Set the next moment at which somebody must be told something: at once when a rung has been passed, never when it is settled."""
    step = ladder.step(truth, calendar, row.last_rung, now)
    if step.due or step.escalate or step.oversight:
        # The reminder loop does the telling; the position it starts from stays as it was.
        row.next_at = now
        return
    row.next_at, row.last_rung = step.next_at, step.position


def calendar_of_rules(rules: Rules) -> WorkCalendar:
    """The calendar that dates the promises of a version."""
    return calendar_of(rules.version)
