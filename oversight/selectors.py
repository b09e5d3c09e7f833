"""The late and escalated board: references, steps and days. No names, no words of anybody (E2)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from complaints.clock_selectors import called_in_at, how_late, label_of, late_deadlines
from complaints.models import Complaint, Deadline, DeadlineChange, Escalation, Inaction, Seat, SeatRole
from complaints.selectors import IN_FORCE
from complaints.services import engine
from investigations.models import ConflictDeclaration, DocumentKind, Note, Objection, PartyDocument
from policy.records import Text


@dataclass(frozen=True)
class LateRow:
    """One missed promise. `days` and `unit` as in `clock_selectors.how_late`; `reason_given_at`: when the handler explained it."""

    complaint: Complaint
    deadline: Deadline
    step: Text
    due_date: date
    days: int
    unit: str
    responsible_role: str
    reason_given_at: datetime | None


@dataclass(frozen=True)
class AskedRow:
    """A complaint with requests to oversight that nobody has answered."""

    complaint: Complaint
    requests: int
    since: datetime
    answer_due: date | None
    is_late: bool


def overseen_by(user) -> QuerySet[Complaint]:
    """The complaints in which `user` has an open oversight seat."""
    seats = Seat.objects.filter(IN_FORCE, user_id=user.pk, role=SeatRole.OVERSIGHT)
    return Complaint.objects.filter(pk__in=seats.values("complaint_id"))


def overseen_complaint(user, ref: str) -> Complaint:
    """Return one of them through oversight's door. Raises Complaint.DoesNotExist for absent and forbidden alike."""
    return overseen_by(user).get(ref=ref)


def late_board(user, now: datetime, *, most: int = 200) -> list[LateRow]:
    """What is late, latest first, up to `most` rows."""
    rows = late_deadlines(now).filter(complaint__in=overseen_by(user)).select_related("complaint").order_by("due_at", "pk")[:most]
    return _late_rows(list(rows), now)


def late_rows_of(complaint: Complaint, now: datetime) -> list[LateRow]:
    return _late_rows(list(late_deadlines(now).filter(complaint=complaint).select_related("complaint").order_by("due_at", "pk")), now)


def late_count(user, now: datetime) -> int:
    return late_deadlines(now).filter(complaint__in=overseen_by(user)).count()


def _late_rows(rows: list[Deadline], now: datetime) -> list[LateRow]:
    reasons = {
        change.deadline_id: change.at
        for change in DeadlineChange.objects.filter(deadline__in=[row.pk for row in rows], kind=engine.LATE_REASON).order_by("at")
    }
    return [_late_row(row, reasons.get(row.pk), now) for row in rows]


def _late_row(row: Deadline, reason_given_at: datetime | None, now: datetime) -> LateRow:
    days, unit = how_late(row, row.complaint, now)
    return LateRow(
        complaint=row.complaint,
        deadline=row,
        step=label_of(row.complaint, row.limit_id),
        due_date=row.due_date,
        days=days,
        unit=unit,
        responsible_role=row.responsible_role,
        reason_given_at=reason_given_at,
    )


def asked_board(user, now: datetime) -> list[AskedRow]:
    """Requests addressed to oversight that wait for an answer, by answer date."""
    waiting = Q(escalations__answered_at__isnull=True, escalations__isnull=False)
    complaints = overseen_by(user).filter(waiting).annotate(requests=Count("escalations", filter=waiting, distinct=True))
    since = dict(_first_asked(complaints))
    due = _answer_dates(complaints)
    rows = [
        AskedRow(
            complaint=each,
            requests=each.requests,
            since=since[each.pk],
            answer_due=due[each.pk].due_date if each.pk in due else None,
            is_late=each.pk in due and due[each.pk].due_at <= now,
        )
        for each in complaints
    ]
    return sorted(rows, key=lambda row: (row.answer_due or date.max, row.since))


def open_questions(user, *, most: int = 50) -> list[Note]:
    """Questions of handlers that wait for oversight's answer, oldest first. Nothing of them is opened."""
    waiting = Note.objects.filter(kind="oversight", answered_at__isnull=True, complaint__in=overseen_by(user))
    return list(waiting.select_related("complaint").order_by("at", "pk")[:most])


def open_objections(user, *, most: int = 50) -> list[Objection]:
    """Objections to whoever handles a case, waiting for a decision, oldest first."""
    waiting = Objection.objects.filter(decided_at__isnull=True, complaint__in=overseen_by(user))
    return list(waiting.select_related("complaint").order_by("at", "pk")[:most])


def reviews_to_give(user, *, most: int = 50) -> list[PartyDocument]:
    """Respondents' requests for a review that nobody was given and nobody refused, oldest first. A reporter's are on `asked_board`."""
    asked = PartyDocument.objects.filter(kind=DocumentKind.APPEAL, party__investigation__lead__in=overseen_by(user))
    waiting = asked.filter(appeal__decider__isnull=True, appeal__answered_at__isnull=True)
    return list(waiting.select_related("party__investigation__lead").order_by("at", "pk")[:most])


def objections_of(complaint: Complaint) -> list[Objection]:
    return list(Objection.objects.filter(complaint=complaint).select_related("seat__user").order_by("-at"))


def _first_asked(complaints) -> list[tuple[UUID, datetime]]:
    rows = Escalation.objects.filter(complaint__in=complaints.values("pk"), answered_at__isnull=True).order_by("-at")
    return list(rows.values_list("complaint_id", "at"))


def _answer_dates(complaints) -> dict[UUID, Deadline]:
    limits = ("escalation_answer", "review_answer", "respondent_review_answer")
    rows = Deadline.objects.filter(complaint__in=complaints.values("pk"), limit_id__in=limits, met_at__isnull=True, ended_at__isnull=True)
    found: dict[UUID, Deadline] = {}
    for row in rows.order_by("due_at"):
        found.setdefault(row.complaint_id, row)
    return found


@dataclass(frozen=True)
class LateCase:
    """One case of the board with everything that is late in it. `conflict`: one was declared, or the case was routed around HR."""

    complaint: Complaint
    rows: list[LateRow]
    conflict: bool


def by_case(rows: list[LateRow]) -> list[LateCase]:
    """The rows of the board by case, in the order in which the cases first appear."""
    found: dict[UUID, list[LateRow]] = {}
    for row in rows:
        found.setdefault(row.complaint.pk, []).append(row)
    declared = conflicted(found)
    return [
        LateCase(each[0].complaint, each, each[0].complaint.oversight_handles or each[0].complaint.pk in declared)
        for each in found.values()
    ]


def conflicted(complaint_ids) -> set[UUID]:
    """Those among them in which somebody who was given the case declared a conflict of interest."""
    rows = ConflictDeclaration.objects.filter(complaint__in=list(complaint_ids), has_conflict=True)
    return set(rows.values_list("complaint_id", flat=True))


def inaction_of(complaint: Complaint) -> list[tuple[Inaction, Text]]:
    """What stood still in this case with the words for the step, oldest first."""
    rows = Inaction.objects.filter(complaint=complaint).select_related("deadline").order_by("late_at", "pk")
    return [(row, label_of(complaint, row.deadline.limit_id)) for row in rows]


def extended_deadlines(complaint: Complaint) -> list[tuple[Deadline, Text, DeadlineChange]]:
    """Open deadlines whose date was moved and the newest move, which oversight may refuse."""
    found: dict[int, DeadlineChange] = {}
    changes = DeadlineChange.objects.filter(deadline__complaint=complaint, kind__in=(engine.EXTENSION, engine.REFUSED))
    for change in changes.select_related("deadline").order_by("at", "pk"):
        found[change.deadline_id] = change
    standing = [change for change in found.values() if change.kind == engine.EXTENSION and change.deadline.is_open]
    return [(change.deadline, label_of(complaint, change.deadline.limit_id), change) for change in standing]


def asked_for_since(complaint: Complaint) -> datetime | None:
    """Since when oversight has been asking for this case to be handed over."""
    return called_in_at(complaint)
