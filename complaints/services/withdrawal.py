"""Pausing and withdrawing (A14). The reporter's silence or withdrawal never closes a case by itself (trap T2 of the rules)."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone as local_time

from audit.actions import Action
from audit.actors import REPORTER, staff
from audit.services import record
from complaints.models import Complaint, Statement, StatementKind
from complaints.services import state
from complaints.services.access import openable
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.messages import prepare_to_reporter
from complaints.services.once import once_id
from complaints.services.telling import tell_team
from complaints.states import ENDED, STEPS, EventKind, State
from people.models import User
from vault.columns import seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.services.changes import retried

PAUSE, WITHDRAW = "pause", "withdraw"
PAUSE_DAYS = 30


class NothingToWithdraw(Exception):
    """The case is closed or was never sent."""


class AlreadyAsked(Exception):
    """A withdrawal was asked for and is not answered yet."""


class NotPaused(Exception):
    """There is no pause to end."""


class NeedsReason(Exception):
    """The reporter is told in words what stops and what cannot."""


@retried
def ask(*, complaint: Complaint, keyring: Keyring, how: str, reason: str, token: str, now: datetime, language: str) -> Statement:
    """The reporter asks to pause for 30 days or to withdraw. The case team must answer by a date; nothing is closed here.

    `reason` may be blank. Raises NothingToWithdraw, AlreadyAsked, NoAccess; ValueError for another `how`.
    """
    if how not in {PAUSE, WITHDRAW}:
        raise ValueError("pause or withdraw")
    if complaint.state in ENDED or complaint.state in {State.PRIVATE, State.WITHDRAWN}:
        raise NothingToWithdraw
    keys = openable(complaint=complaint, keyring=keyring).statement
    statement = Statement(id=once_id(complaint.pk, "withdrawal", token), complaint=complaint, kind=StatementKind.WITHDRAWAL, at=now)
    if earlier := Statement.objects.filter(pk=statement.pk).first():
        return earlier
    seal_column(statement, "body_sealed", {"v": 1, "lang": language, "text": reason.strip(), "fields": {"how": how}}, keys.current)
    try:
        with transaction.atomic():
            row = locked(complaint, keys.current)
            if asked_at(row) and how == WITHDRAW:
                raise AlreadyAsked
            statement.save(force_insert=True)
            changes = {"paused_until": local_time.localdate(now) + timedelta(days=PAUSE_DAYS)} if how == PAUSE else {}
            touched(row, now=now, **changes)
            # The request first: its answer date must not be met by what follows from it.
            happened(complaint=row, kind=EventKind.WITHDRAWAL_ASKED, by=REPORTER, now=now, subject=str(statement.pk))
            if how == PAUSE:
                happened(complaint=row, kind=EventKind.PAUSED, by=REPORTER, now=now, date=row.paused_until)
            tell_team(complaint=row, about=str(statement.pk), now=now)
            record(
                by=REPORTER,
                action=Action.WITHDRAWAL_ASKED,
                subject_id=row.pk,
                object_kind="statement",
                object_id=statement.pk,
                facts={"how": how},
                now=now,
            )
    except IntegrityError:
        return Statement.objects.get(pk=statement.pk)
    complaint.paused_until = row.paused_until
    return statement


def resume(*, complaint: Complaint, now: datetime) -> Complaint:
    """The reporter ends the pause, or takes a withdrawn report up again. Raises NotPaused."""
    with transaction.atomic():
        row = locked(complaint)
        if not row.paused_until and row.state != State.WITHDRAWN:
            raise NotPaused
        if row.state == State.WITHDRAWN:
            state.move(complaint=row, to=State.RECEIVED, by=REPORTER, now=now)
            row = locked(complaint)
        touched(row, now=now, paused_until=None)
        happened(complaint=row, kind=EventKind.RESUMED, by=REPORTER, now=now)
        tell_team(complaint=row, about=f"resumed:{now.isoformat()}", now=now)
        record(by=REPORTER, action=Action.RESUMED, subject_id=row.pk, facts={}, now=now)
    return row


@retried
def answer(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, duty_remains: bool, text: str, now: datetime, token: str | None = None
) -> Complaint:
    """The case team answers: what stops, and whether a duty to act remains (danger to others, the law). Only without one it is withdrawn.

    Raises NeedsReason without words for the reporter, NothingToWithdraw when nothing was asked, NoAccess, StepNotAllowed.
    """
    if not text.strip():
        raise NeedsReason
    if _open_request(complaint) is None:
        raise NothingToWithdraw
    if openable(complaint=complaint, keyring=keyring).statement is None:
        raise NoAccess("no grant")
    actor = staff(by, role)
    message = prepare_to_reporter(complaint=complaint, keyring=keyring, by=by, role=role, text=text, purpose="answer", now=now, token=token)
    with transaction.atomic():
        row = locked(complaint)
        asked = _open_request(row)
        if asked is None:
            raise NothingToWithdraw
        message.save(row, now)
        withdrawn = not duty_remains and row.paused_until is None and State.WITHDRAWN in STEPS[row.state]
        if withdrawn:
            state.move(complaint=row, to=State.WITHDRAWN, by=actor, now=now)
            happened(complaint=row, kind=EventKind.WITHDRAWN, by=actor, now=now)
        happened(complaint=row, kind=EventKind.WITHDRAWAL_ANSWERED, by=actor, now=now, subject=asked.subject)
        record(
            by=actor,
            action=Action.WITHDRAWAL_ANSWERED,
            subject_id=row.pk,
            facts={"duty_remains": duty_remains, "withdrawn": withdrawn},
            now=now,
        )
    return row


def asked_at(complaint: Complaint) -> datetime | None:
    """When the reporter asked to withdraw or pause, while that is unanswered."""
    event = _open_request(complaint)
    return event.at if event else None


def _open_request(complaint: Complaint):
    answered = complaint.events.filter(kind=EventKind.WITHDRAWAL_ANSWERED).values_list("subject", flat=True)
    return complaint.events.filter(kind=EventKind.WITHDRAWAL_ASKED).exclude(subject__in=list(answered)).order_by("-at", "-pk").first()
