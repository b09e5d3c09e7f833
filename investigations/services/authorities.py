"""Notices to authorities as tracked tasks (R40): which ones there are says the policy of the case; who sent one notes the day."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils import timezone

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Deadline, Event
from complaints.services.changing import locked_while_open
from complaints.services.events import happened
from people.models import User
from policy.event_words import EVENT_WORDS
from policy.selectors import limit_parts, version_by_id

# Facts about an authority that a handler notes: what the organisation sent, and what came back.
NOTICES = frozenset(
    {
        "authority_told",
        "authority_result_told",
        "authority_decision_notified",
        "authority_notice_received",
        "fatality_learnt",
        "fatality_reported",
        "police_told",
    }
)


class NoSuchNotice(Exception):
    """The policy of this case knows no such notice."""


class NotYet(Exception):
    """The day has not come."""


@dataclass(frozen=True)
class AuthorityTask:
    """One notice of the policy. `due`: the open deadline it meets, if any; `done_on`: the day that was noted last."""

    kind: str
    words: object
    due: Deadline | None
    done_on: date | None


def tasks_of(complaint: Complaint) -> list[AuthorityTask]:
    """The notices that limits of the pinned policy start from or are met by, those with an open date first."""
    kinds = _kinds(complaint)
    if not kinds:
        return []
    done = {e.kind: timezone.localdate(e.at) for e in Event.objects.filter(complaint=complaint, kind__in=kinds).order_by("at", "pk")}
    open_rows = Deadline.objects.filter(complaint=complaint, met_at__isnull=True, ended_at__isnull=True).order_by("-due_at")
    due = {kind: row for row in open_rows for kind in kinds if row.limit_id in kinds[kind]}
    tasks = [AuthorityTask(kind, EVENT_WORDS[kind], due.get(kind), done.get(kind)) for kind in sorted(kinds)]
    waiting = sorted((task for task in tasks if task.due), key=lambda task: task.due.due_at)
    return waiting + [task for task in tasks if task.due is None]


def _kinds(complaint: Complaint) -> dict[str, set[str]]:
    """{fact: limits that it meets}."""
    version = version_by_id(complaint.policy_version_id)
    found: dict[str, set[str]] = {}
    for part in limit_parts(version).values() if version else ():
        for kind in NOTICES & {part.anchor, part.fallback, *part.met_by}:
            found.setdefault(kind, set())
            if kind in part.met_by:
                found[kind].add(part.id)
    return found


def note(*, complaint: Complaint, by: User, role: str, kind: str, done_on: date, now: datetime) -> Event:
    """Note that it was done on `done_on`, which meets or starts dates. The same day twice is one fact.

    Raises NoSuchNotice, NotYet, CaseEnded.
    """
    if kind not in _kinds(complaint):
        raise NoSuchNotice
    if done_on > timezone.localdate(now):
        raise NotYet
    actor = staff(by, role)
    with transaction.atomic():
        row = locked_while_open(complaint)
        if earlier := Event.objects.filter(complaint=row, kind=kind, date=done_on).first():
            return earlier
        event = happened(complaint=row, kind=kind, by=actor, now=now, at=_moment(done_on, now), date=done_on)
        record(by=actor, action=Action.AUTHORITY_NOTED, subject_id=row.pk, object_kind="authority", facts={"kind": kind}, now=now)
    return event


def _moment(day: date, now: datetime) -> datetime:
    """The end of that day, or now: what started on the day itself is met by it."""
    return min(now, datetime.combine(day, time(23, 59), tzinfo=timezone.get_current_timezone()).astimezone(UTC))
