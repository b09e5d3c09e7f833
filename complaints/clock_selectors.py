"""What was promised, what was kept, what is late.

Lateness is reckoned when it is read, never stored: a silent scheduler can't hide it (Q5). Reads only, decrypts nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import Count, DateTimeField, Exists, Min, OuterRef, Q, QuerySet, UUIDField

from complaints.models import Complaint, Deadline, DeadlineChange, Event
from complaints.services import engine
from complaints.states import EventKind
from policy.calendars import WorkCalendar, working_days_between
from policy.deadlines import deadlines as reckoned
from policy.limits import HOUR_UNITS
from policy.records import Text
from vault.kept_queries import KeptQuery

# What runs between reporter and oversight: the team doesn't know of it.
HIDDEN_LIMITS = ("escalation_answer", "review_answer", "objection_answer")
MOVES = (engine.EXTENSION, engine.RECOMPUTED, engine.CALENDAR)
OPEN = Q(met_at__isnull=True, ended_at__isnull=True)


@dataclass(frozen=True)
class PromiseRow:
    """One promise as a row of a table.

    `due`: a date, or an aware moment in the organisation's zone where an exact time was promised. `done`: the date it was kept, or None.
    `state`: done | met_late | late | due | extended | stopped. `first_due`: the first promise where the date was moved, else None.
    `by_calendar`: a change of the working calendar moved it.
    """

    deadline: Deadline
    label: Text
    text: Text
    due: date | datetime
    done: date | None
    state: str
    first_due: date | None = None
    by_calendar: bool = False

    @property
    def limit_id(self) -> str:
        return self.deadline.limit_id

    @property
    def is_open(self) -> bool:
        return self.deadline.is_open

    @property
    def by_day(self) -> bool:
        return not isinstance(self.due, datetime)


@dataclass(frozen=True)
class Lateness:
    """How late the oldest missed promise is, for “We are 2 working days late”. `unit`: working_days | days | hours."""

    promise: PromiseRow
    days: int
    unit: str
    since: datetime
    oversight_told_at: datetime | None


@dataclass(frozen=True)
class Clock:
    """What a list shows of one complaint: the next promise still ahead, and how much is late."""

    next_due_at: datetime | None = None
    next_due_date: date | None = None
    next_limit_id: str = ""
    next_label: Text | None = None
    late: int = 0
    late_since: datetime | None = None


@dataclass(frozen=True)
class Window:
    """Time that somebody else has, such as the reporter for asking for a review: its last day, and the moment after it."""

    due_date: date
    due_at: datetime

    def passed(self, now: datetime) -> bool:
        return now >= self.due_at


def window_of(complaint: Complaint, limit_id: str, now: datetime) -> Window | None:
    """Reckon a window from the facts: it is no deadline of ours, so no row holds it. None while nothing has opened it."""
    if complaint.policy_version_id is None:
        return None
    rules = engine.rules_of(complaint.policy_version_id)
    facts = engine.facts_of(complaint.events.filter(kind__in=rules.kinds_needed_for(limit_id)).order_by("at", "id"))
    found = reckoned(rules.needed_for(limit_id), facts, engine.calendar_of_rules(rules), now)
    last = max((each for each in found if each.limit_id == limit_id and each.due_at), key=lambda each: each.due_at, default=None)
    return Window(due_date=last.due_date, due_at=last.due_at) if last else None


def window_from(complaint: Complaint, limit_id: str, *, kind: str, at: datetime, now: datetime) -> Window | None:
    """The window that a fact of `kind` at `at` opens, before it is recorded: what somebody will be promised. None without such a limit."""
    if complaint.policy_version_id is None:
        return None
    rules = engine.rules_of(complaint.policy_version_id)
    fact = engine.fact_at(kind, at)
    found = reckoned(rules.needed_for(limit_id), [fact], engine.calendar_of_rules(rules), now)
    own = next((each for each in found if each.limit_id == limit_id and each.due_at), None)
    return Window(due_date=own.due_date, due_at=own.due_at) if own else None


def changes_of(complaint: Complaint) -> list[DeadlineChange]:
    """Every moved, explained or counted anew date of a complaint, newest first."""
    return _CHANGES.all(complaint_id=complaint.pk)


_CHANGES = KeptQuery(
    lambda complaint_id: DeadlineChange.objects.filter(deadline__complaint_id=complaint_id).order_by("-at", "-pk"),
    complaint_id=UUIDField(),
)


def deadlines_of(complaint: Complaint, now: datetime, *, most_settled: int | None = None) -> list[Deadline]:
    """What is open, of rounds that have not begun yet too, and what has begun and is settled; in order of date.

    `most_settled`: of what is settled only so many, the latest ones (a long case has answered hundreds of messages); None for all.
    """
    return _deadlines(most_settled).all(complaint_id=complaint.pk, now=now)


@cache
def _deadlines(most_settled: int | None) -> KeptQuery:
    def build(complaint_id, now) -> QuerySet:
        rows = Deadline.objects.filter(complaint_id=complaint_id)
        begun = Q(starts_at__lte=now)
        if most_settled is not None:
            begun = Q(pk__in=rows.filter(begun).exclude(OPEN).order_by("-due_at", "-pk").values("pk")[:most_settled])
        return rows.filter(OPEN | begun).order_by("due_at", "limit_id", "occurrence")

    return KeptQuery(build, complaint_id=UUIDField(), now=DateTimeField())


def promises_of(complaint: Complaint, now: datetime) -> list[PromiseRow]:
    """Every promise to this reporter, in order of date. Rounds that have not begun yet are left out. Empty without a policy."""
    return promises_among(complaint, deadlines_of(complaint, now), changes_of(complaint), now)


def promises_among(
    complaint: Complaint, deadlines: Iterable[Deadline], changes: Iterable[DeadlineChange], now: datetime
) -> list[PromiseRow]:
    """`promises_of` among deadlines (`deadlines_of`) and changes (`changes_of`) that were looked up already."""
    if complaint.policy_version_id is None:
        return []
    rules = engine.rules_of(complaint.policy_version_id)
    calendar = engine.calendar_of_rules(rules)
    first, by_calendar = {}, set()
    for change in changes:
        if change.kind not in MOVES:
            continue
        first[change.deadline_id] = change.old_due_at
        if change.kind == engine.CALENDAR:
            by_calendar.add(change.deadline_id)
    begun = (row for row in deadlines if row.starts_at <= now)
    return [_promise(row, rules, calendar, now, first.get(row.pk), row.pk in by_calendar) for row in begun]


def _promise(row: Deadline, rules, calendar: WorkCalendar, now: datetime, first_due_at: datetime | None, by_calendar: bool) -> PromiseRow:
    part = _part(rules, row.limit_id)
    by_day = rules.by_id[row.limit_id].unit not in HOUR_UNITS if row.limit_id in rules.by_id else True
    moved = first_due_at is not None and first_due_at != row.due_at
    return PromiseRow(
        deadline=row,
        label=part.label,
        text=part.promise_text(),
        due=row.due_date if by_day else row.due_at.astimezone(calendar.zone),
        done=calendar.local_date(row.met_at) if row.met_at else None,
        state=state_of(row, now, moved),
        first_due=_last_day(first_due_at, calendar) if moved else None,
        by_calendar=by_calendar and moved,
    )


def _part(rules, limit_id: str):
    return rules.parts[limit_id]


def _last_day(due_at: datetime, calendar: WorkCalendar) -> date:
    return calendar.local_date(due_at - timedelta(microseconds=1))


def state_of(row: Deadline, now: datetime, moved: bool = False) -> str:
    """The state of one promise in a word of `promise_tag`."""
    if row.met_at:
        return "done" if row.met_at < row.due_at else "met_late"
    if row.ended_at:
        return "stopped" if row.ended_at < row.due_at else "met_late"
    if row.due_at <= now:
        return "late"
    return "extended" if moved else "due"


def next_promise(complaint: Complaint, now: datetime) -> PromiseRow | None:
    """The next promise still ahead: “You hear from us by …”. None when nothing more is owed."""
    ahead = [row for row in promises_of(complaint, now) if row.is_open and row.deadline.due_at > now]
    return min(ahead, key=lambda row: row.deadline.due_at, default=None)


def late_promises(complaint: Complaint, now: datetime) -> list[PromiseRow]:
    """Promises missed and not made good yet, oldest first."""
    return [row for row in promises_of(complaint, now) if row.state == "late"]


def late_since(complaint: Complaint, now: datetime) -> Lateness | None:
    """How late we are with the oldest missed promise; None when nothing is late. Needs nobody to have pressed anything."""
    late = late_promises(complaint, now)
    if not late:
        return None
    days, unit = how_late(late[0].deadline, complaint, now)
    told = min((row.deadline.oversight_told_at for row in late if row.deadline.oversight_told_at), default=None)
    return Lateness(promise=late[0], days=days, unit=unit, since=late[0].deadline.due_at, oversight_told_at=told)


def how_late(row: Deadline, complaint: Complaint, now: datetime) -> tuple[int, str]:
    """(how many, "working_days" | "days" | "hours") since `row` was due; at least 1."""
    rules = engine.rules_of(complaint.policy_version_id)
    calendar = engine.calendar_of_rules(rules)
    unit = rules.by_id[row.limit_id].unit
    today = calendar.local_date(now)
    if unit in HOUR_UNITS and now - row.due_at < timedelta(days=1):
        return max(1, int((now - row.due_at).total_seconds() // 3600)), "hours"
    working = working_days_between(calendar, row.due_date, today)
    if working and unit in ("working_day", "working_hour"):
        return working, "working_days"
    return max(1, (today - row.due_date).days), "days"


def late_reasons(complaint: Complaint) -> dict[int, list[DeadlineChange]]:
    """Reasons for lateness and moved dates by deadline, oldest first, still sealed (`services.extensions.reason_of` opens one)."""
    found: dict[int, list[DeadlineChange]] = {}
    for change in (
        DeadlineChange.objects.filter(deadline__complaint=complaint)
        .exclude(kind__in=(engine.RECOMPUTED, engine.CALENDAR))
        .select_related("by")
        .order_by("at")
    ):
        found.setdefault(change.deadline_id, []).append(change)
    return found


# --- lists ---------------------------------------------------------------------------------------


def late_deadlines(now: datetime) -> QuerySet[Deadline]:
    """Every deadline missed and still open. Narrow it to complaints the user may see before showing anything."""
    return Deadline.objects.filter(OPEN, due_at__lte=now)


def has_late(now: datetime) -> Exists:
    """A condition for complaint lists: something is late."""
    return Exists(late_deadlines(now).filter(complaint_id=OuterRef("pk")))


def has_due_before(moment: datetime, now: datetime) -> Exists:
    """A condition for complaint lists: something not yet late falls due before `moment`."""
    return Exists(Deadline.objects.filter(OPEN, due_at__gt=now, due_at__lte=moment, complaint_id=OuterRef("pk")))


def clocks_for(complaints: Iterable[Complaint], now: datetime) -> dict[UUID, Clock]:
    """The clocks of one page of a list, in two queries."""
    by_id = {complaint.pk: complaint for complaint in complaints}
    rows = Deadline.objects.filter(OPEN, complaint_id__in=by_id)
    late = {
        row["complaint_id"]: row
        for row in rows.filter(due_at__lte=now).values("complaint_id").annotate(count=Count("pk"), since=Min("due_at"))
    }
    ahead: dict[UUID, Deadline] = {}
    for row in rows.filter(due_at__gt=now, starts_at__lte=now).order_by("due_at", "pk"):
        ahead.setdefault(row.complaint_id, row)
    return {key: _clock(complaint, late.get(key), ahead.get(key)) for key, complaint in by_id.items()}


def _clock(complaint: Complaint, late: dict | None, following: Deadline | None) -> Clock:
    label = None
    if following and complaint.policy_version_id:
        label = _part(engine.rules_of(complaint.policy_version_id), following.limit_id).label
    return Clock(
        next_due_at=following.due_at if following else None,
        next_due_date=following.due_date if following else None,
        next_limit_id=following.limit_id if following else "",
        next_label=label,
        late=late["count"] if late else 0,
        late_since=late["since"] if late else None,
    )


def label_of(complaint: Complaint, limit_id: str) -> Text:
    """The words for a limit, for timelines that only hold its id."""
    return _part(engine.rules_of(complaint.policy_version_id), limit_id).label


def called_in_at(complaint: Complaint) -> datetime | None:
    """Since when oversight has been asking for this case to be handed over; None when it is not, or it was done."""
    last = Event.objects.filter(complaint=complaint, kind__in=(EventKind.CALLED_IN, EventKind.HANDED_OVER)).order_by("-at", "-pk").first()
    return last.at if last and last.kind == EventKind.CALLED_IN else None
