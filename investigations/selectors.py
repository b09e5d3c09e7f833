"""Lists and counts for staff. Everything starts from open seats; nothing here opens anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, Min, OuterRef, Q, QuerySet, Subquery, UUIDField

from audit.actions import Action
from audit.selectors import accesses
from complaints.clock_selectors import HIDDEN_LIMITS, promises_among
from complaints.followup_selectors import whose_access, zone_of
from complaints.models import TEAM_ROLES, Complaint, Deadline, DeadlineChange, Event, Measure, Message, ProtectionRequest, Seat, SeatRole
from complaints.public_words import OVERSIGHT_ONLY, role_from
from complaints.selectors import IN_FORCE
from complaints.services.engine import rules_of
from complaints.states import ENDED, EventKind, State
from investigations.models import CasePerson, Note, Task, Triage
from people.models import User
from people.selectors import outsiders
from policy.event_words import EVENT_WORDS
from vault.kept_queries import KeptQuery

PAGE_SIZE = 25
# Counting stops here: "more than 1,000" says as much as the number and costs the same at any size.
MOST_COUNTED = 1000
# Up to this many seats the list starts from the person's seats; above, from the complaints in the order of the page.
FEW_SEATS = 2000
MOST_PER_LIST = 20
WEEK = timedelta(days=7)
# Whose deadlines are no work of the team's.
NOT_OURS = frozenset({"party", "authority"})

WORKING = Q(role__in=TEAM_ROLES) | Q(role=SeatRole.OVERSIGHT, complaint__oversight_handles=True)


def cases_worked_by(user) -> QuerySet[Complaint]:
    """Complaints in which `user` has a seat to work from. A standby seat shows nothing; an absent seat isn't even counted."""
    mine = Seat.objects.filter(IN_FORCE, user_id=user.pk)
    if mine.filter(role__in=TEAM_ROLES)[: FEW_SEATS + 1].count() <= FEW_SEATS:
        return Complaint.objects.filter(pk__in=mine.filter(WORKING).values("complaint_id"))
    # One value a complaint, not EXISTS: PostgreSQL would gather all of the person's seats before it looks at the first complaint of a page.
    here = mine.filter(complaint_id=OuterRef("pk")).values("pk")
    found = Complaint.objects.alias(
        worked=Subquery(here.filter(role__in=TEAM_ROLES)[:1]), overseen=Subquery(here.filter(role=SeatRole.OVERSIGHT)[:1])
    )
    return found.filter(Q(worked__isnull=False) | Q(oversight_handles=True, overseen__isnull=False))


@dataclass(frozen=True)
class Filters:
    """What the case list is narrowed to. Empty strings mean “any”."""

    state: str = ""
    late: bool = False
    handler: str = ""
    identity: str = ""
    third_party: bool = False
    risk: str = ""


@dataclass(frozen=True)
class Due:
    """The next open deadline of a complaint, in the words of its policy. `days`: calendar days from today, negative when late."""

    label: object
    due_at: datetime
    due_date: date
    late: bool
    days: int


@dataclass(frozen=True)
class CaseRow:
    complaint: Complaint
    due: Due | None
    handler: str


SORTS = {
    "received": ("-received_at", "pk"),
    "-received": ("received_at", "pk"),
    "ref": ("ref",),
    "-ref": ("-ref",),
    "state": ("state", "-received_at"),
    "-state": ("-state", "-received_at"),
    "due": (F("next_due").asc(nulls_last=True), "pk"),
    "-due": (F("next_due").desc(nulls_last=True), "pk"),
}


def open_deadlines() -> QuerySet[Deadline]:
    """Open deadlines of ours that the team may know of."""
    found = Deadline.objects.filter(met_at__isnull=True, ended_at__isnull=True)
    return found.exclude(limit_id__in=HIDDEN_LIMITS).exclude(responsible_role__in=NOT_OURS)


def is_for_team(row: Deadline) -> bool:
    """The same for one row that was looked up already."""
    return row.limit_id not in HIDDEN_LIMITS and row.responsible_role not in NOT_OURS


def case_list(user, filters: Filters, sort: str, now: datetime) -> QuerySet[Complaint]:
    """The complaints of one list, in order. `sort`: a key of SORTS."""
    found = cases_worked_by(user).exclude(state=State.PRIVATE)
    if filters.state:
        found = found.filter(state=filters.state)
    if filters.identity:
        found = found.filter(identity=filters.identity)
    if filters.third_party:
        found = found.filter(third_party=True)
    if filters.risk == "not_safe":
        found = found.filter(not_safe=True)
    if filters.risk == "ahead":
        found = found.filter(ahead_date__isnull=False)
    if filters.risk == "retaliation":
        found = found.filter(retaliation=True)
    if filters.late:
        found = found.exclude(state__in=ENDED).filter(Exists(open_deadlines().filter(complaint_id=OuterRef("pk"), due_at__lte=now)))
    if filters.handler == "none":
        found = found.exclude(Exists(_handler_seats()))
    elif filters.handler:
        found = found.filter(Exists(_handler_seats().filter(user_id=int(filters.handler))))
    if sort.endswith("due"):
        found = found.annotate(next_due=Min("deadlines__due_at", filter=Q(deadlines__met_at__isnull=True)))
    return found.order_by(*SORTS[sort])


def _handler_seats():
    return Seat.objects.filter(IN_FORCE, complaint_id=OuterRef("pk"), role=SeatRole.HANDLER)


def handlers_for(user) -> list[tuple[int, str]]:
    """Colleagues who handle a case that `user` works on: for the filter. Nobody else's name appears."""
    # Asked person by person: there are few of them, and the first common case settles it.
    common = Seat.objects.filter(WORKING, IN_FORCE, user_id=user.pk, complaint_id=OuterRef("complaint_id"))
    handling = Seat.objects.filter(Exists(common), IN_FORCE, user_id=OuterRef("pk"), role=SeatRole.HANDLER)
    return list(User.objects.filter(Exists(handling)).order_by("display_name").values_list("pk", "display_name")[:100])


def bounded_count(found: QuerySet) -> int:
    """How many, up to MOST_COUNTED + 1."""
    return found.order_by()[: MOST_COUNTED + 1].count()


def case_rows(complaints: Iterable[Complaint], now: datetime) -> list[CaseRow]:
    """The complaints with their next deadline and handler, in three queries."""
    complaints = list(complaints)
    dues = next_dues(complaints, now)
    handlers: dict[UUID, str] = {}
    # The first handler stays the one that is shown when a second reader gets a seat beside them (as in `handler_among`).
    seats = Seat.objects.filter(IN_FORCE, complaint__in=complaints, role=SeatRole.HANDLER).select_related("user")
    seats = seats.order_by("since", "pk")
    for seat in seats:
        handlers.setdefault(seat.complaint_id, seat.user.display_name)
    return [CaseRow(c, dues.get(c.pk), handlers.get(c.pk, "")) for c in complaints]


def handler_among(seats: Iterable[Seat]) -> str:
    """The name of the first handler among the open seats of a case, oldest first; "" without one."""
    return next((seat.user.display_name for seat in seats if seat.role == SeatRole.HANDLER), "")


def next_due(complaint: Complaint, deadlines: Iterable[Deadline], now: datetime) -> Due | None:
    """The earliest open deadline of one case that the team may know of, among its `deadlines` in order of date. None of an ended one."""
    if complaint.state in ENDED or complaint.state == State.WITHDRAWN:
        return None
    ours = (row for row in deadlines if row.is_open and is_for_team(row))
    return next((due for row in ours if (due := due_words(complaint, row, now))), None)


def next_dues(complaints: Iterable[Complaint], now: datetime) -> dict[UUID, Due]:
    """The earliest open deadline of each complaint that is not ended."""
    by_id = {c.pk: c for c in complaints if c.state not in ENDED and c.state != State.WITHDRAWN}
    dues: dict[UUID, Due] = {}
    for row in open_deadlines().filter(complaint_id__in=by_id).order_by("due_at"):
        if row.complaint_id not in dues and (due := due_words(by_id[row.complaint_id], row, now)):
            dues[row.complaint_id] = due
    return dues


def due_words(complaint: Complaint, row: Deadline, now: datetime) -> Due | None:
    part = rules_of(complaint.policy_version_id).parts.get(row.limit_id) if complaint.policy_version_id else None
    if part is None or part.outside or part.anchor in OVERSIGHT_ONLY:
        return None
    today = now.astimezone(zone_of()).date()
    return Due(part.label, row.due_at, row.due_date, now >= row.due_at, (row.due_date - today).days)


@dataclass(frozen=True)
class MyWork:
    """The four lists of C2, each at most MOST_PER_LIST rows, soonest first."""

    late: list[CaseRow]
    due: list[CaseRow]
    new: list[CaseRow]
    waiting: list[CaseRow]
    tasks: list[Task]

    @property
    def is_empty(self) -> bool:
        return not (self.late or self.due or self.new or self.waiting or self.tasks)


def my_work(user, now: datetime) -> MyWork:
    """What must be done today and this week. A coming event puts a new report first."""
    mine = cases_worked_by(user).exclude(state__in=[*ENDED, State.PRIVATE, State.WITHDRAWN])
    # Read at most a page of each list; the case list has the rest.
    late = _soonest(mine, open_deadlines().filter(due_at__lte=now))
    week = _soonest(mine.exclude(state=State.RECEIVED), open_deadlines().filter(due_at__gt=now, due_at__lte=now + WEEK))
    new = mine.filter(state=State.RECEIVED).order_by(F("ahead_date").asc(nulls_last=True), "-not_safe", "received_at")[:MOST_PER_LIST]
    waiting = mine.filter(waiting_since__isnull=False).order_by("waiting_since")[:MOST_PER_LIST]
    tasks = Task.objects.filter(owner=user, done_at__isnull=True, complaint__in=mine).select_related("complaint").order_by("due_date")
    # Each case is in one list, the first it belongs to: what is late is not also "new".
    seen: set[UUID] = set()
    return MyWork(
        late=_unseen(_by_due(case_rows(late, now), late=True), seen),
        due=_unseen(_by_due(case_rows(week, now), late=False), seen),
        new=_unseen(case_rows(new, now), seen),
        waiting=_unseen(case_rows(waiting, now), seen),
        tasks=list(tasks[:MOST_PER_LIST]),
    )


def _soonest(mine: QuerySet[Complaint], deadlines: QuerySet[Deadline]) -> list[Complaint]:
    """The complaints whose deadlines among `deadlines` come first, at most MOST_PER_LIST."""
    # A complaint has few open deadlines, so five times the page holds a page of complaints.
    first = deadlines.filter(complaint__in=mine).order_by("due_at").values_list("complaint_id", flat=True)[: 5 * MOST_PER_LIST]
    return list(mine.filter(pk__in=list(dict.fromkeys(first))[:MOST_PER_LIST]))


def _unseen(rows: list[CaseRow], seen: set[UUID]) -> list[CaseRow]:
    fresh = [row for row in rows if row.complaint.pk not in seen]
    seen.update(row.complaint.pk for row in fresh)
    return fresh


def _by_due(rows: list[CaseRow], *, late: bool) -> list[CaseRow]:
    return sorted((row for row in rows if row.due and row.due.late == late), key=lambda row: row.due.due_at)


def month_of_deadlines(user, first: date, last: date, now: datetime) -> list[tuple[Deadline, Due]]:
    """Open deadlines of the cases `user` works on with a due date from `first` to `last` (C9), at most 300."""
    rows = open_deadlines().filter(complaint__in=cases_worked_by(user), due_date__gte=first, due_date__lte=last)
    rows = rows.exclude(complaint__state__in=[*ENDED, State.WITHDRAWN]).select_related("complaint").order_by("due_at")[:300]
    return [(row, due) for row in rows if (due := due_words(row.complaint, row, now))]


def month_of_tasks(user, first: date, last: date) -> list[Task]:
    tasks = Task.objects.filter(owner=user, done_at__isnull=True, due_date__gte=first, due_date__lte=last)
    return list(tasks.filter(complaint__in=cases_worked_by(user)).select_related("complaint")[:300])


def triage_of(complaint: Complaint) -> Triage | None:
    return _TRIAGE.first(complaint_id=complaint.pk)


_TRIAGE = KeptQuery(lambda complaint_id: Triage.objects.filter(complaint_id=complaint_id), complaint_id=UUIDField())


def open_wishes(complaint_id) -> QuerySet[ProtectionRequest]:
    return ProtectionRequest.objects.filter(complaint_id=complaint_id, answered_at__isnull=True)


def unread_messages(complaint_id) -> QuerySet[Message]:
    return Message.objects.filter(complaint_id=complaint_id, thread="team", side="reporter", read_at__isnull=True)


def people_of(complaint: Complaint) -> list[CasePerson]:
    return list(CasePerson.objects.filter(complaint=complaint).select_related("changed_by"))


def person_of(complaint: Complaint, person_id: UUID) -> CasePerson:
    """Raises CasePerson.DoesNotExist."""
    return CasePerson.objects.select_related("changed_by").get(complaint=complaint, pk=person_id)


def tasks_of(complaint: Complaint) -> list[Task]:
    return _TASKS.all(complaint_id=complaint.pk)


_TASKS = KeptQuery(
    lambda complaint_id: Task.objects.filter(complaint_id=complaint_id).select_related("owner", "changed_by"), complaint_id=UUIDField()
)


def task_of(complaint: Complaint, task_id: UUID) -> Task:
    """Raises Task.DoesNotExist."""
    return Task.objects.select_related("changed_by").get(complaint=complaint, pk=task_id)


def notes_of(complaint: Complaint) -> list[Note]:
    return list(Note.objects.filter(complaint=complaint, kind="internal").select_related("by"))


def draft_of(complaint: Complaint, user) -> Note | None:
    """The message `user` is writing in this case; nobody else's."""
    return Note.objects.filter(complaint=complaint, kind="draft", by=user).first()


def team_seats(complaint: Complaint) -> list[Seat]:
    return list(Seat.objects.filter(WORKING, IN_FORCE, complaint=complaint).select_related("user"))


def last_staff_change(complaint: Complaint):
    """Who of the team did something last: (event, name)."""
    return complaint.events.filter(by__isnull=False).select_related("by").order_by("-recorded_at", "-pk").first()


def staff_accesses(complaint: Complaint) -> list:
    """Who opened what, newest first: the same rows as on the reporter's page, in staff's words."""
    found = [(entry, *whose_access(entry)) for entry in accesses(complaint.pk) if entry.actor_kind != "reporter"]
    users = {user_id for _, user_id, _ in found}
    names, outside = dict(User.objects.filter(pk__in=users).values_list("pk", "display_name")), outsiders(users)
    rows = [(entry.at, names.get(user_id, ""), role_from(role, user_id in outside), entry.action) for entry, user_id, role in found]
    return [(at, name, role, Action(action).label) for at, name, role, action in rows]


# A page of a long case shows this many promises that are settled, the latest ones; all of them are printed with the case.
MOST_SETTLED = 40


def promises_to_reporter(complaint: Complaint, deadlines: Iterable[Deadline], changes: Iterable[DeadlineChange], now: datetime):
    """The promised dates the team may know of, as PromiseRows. What runs between reporter and oversight is not among them.

    `deadlines`, `changes`: of the complaint, from `clock_selectors`.
    """
    return [row for row in promises_among(complaint, deadlines, changes, now) if row.limit_id not in HIDDEN_LIMITS]


def deadline_of(complaint: Complaint, deadline_id: int) -> Deadline:
    """Raises Deadline.DoesNotExist, also for one the team must not know of."""
    return Deadline.objects.exclude(limit_id__in=HIDDEN_LIMITS).get(complaint=complaint, pk=deadline_id)


TIMELINE_KINDS = {
    "messages": {"reporter_wrote", "reporter_answered", "question_asked", "question_closed", "update_sent", "plan_told", "acknowledged"},
    "protection": {
        "protection_requested",
        "protection_answered",
        "measure_review_set",
        "measure_reviewed",
        "safety_answered",
        "unsafe_reported",
    },
    "decisions": {"assessed", "investigation_started", "findings_ready", "decision_notified", "sanction_executed", "case_closed"},
    "dates": {"late", "escalated_by_clock", "oversight_told", "deadline_moved"},
    "access": {
        "opened",
        "assigned",
        "assignment_accepted",
        "handed_over",
        "access_ended",
        "called_in",
        "exclusion_asked",
        "exclusion_confirmed",
    },
}


def event_label(kind: str) -> object:
    """The words for a fact: one of ours, or one of the law's procedures that a handler noted."""
    return EventKind(kind).label if kind in EventKind.values else EVENT_WORDS.get(kind, kind)


TIMELINE_PAGE = 50


def case_timeline(complaint: Complaint, kind: str) -> QuerySet[Event]:
    """Facts of the case, newest first; `kind` a key of TIMELINE_KINDS or "". The reporter's words to oversight are not among them."""
    events = Event.objects.filter(complaint=complaint).exclude(kind__in=OVERSIGHT_ONLY).select_related("by").order_by("-at", "-pk")
    return events.filter(kind__in=TIMELINE_KINDS[kind]) if kind in TIMELINE_KINDS else events


def version_of(complaint: Complaint) -> int:
    """The row version as it is stored now."""
    return Complaint.objects.values_list("row_version", flat=True).get(pk=complaint.pk)


def measure_of(complaint: Complaint, measure_id: UUID) -> Measure:
    """Raises Measure.DoesNotExist."""
    return Measure.objects.get(complaint=complaint, pk=measure_id)


def wish_of(complaint: Complaint, wish_id: UUID) -> ProtectionRequest:
    """Raises ProtectionRequest.DoesNotExist."""
    return ProtectionRequest.objects.get(complaint=complaint, pk=wish_id)
