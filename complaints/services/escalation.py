"""Past the handler to oversight, and oversight's answer (A13, A16).

The words are sealed to the oversight compartment: the case team holds no key to them, sees no event and gets no notice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import REPORTER, staff
from audit.services import record
from complaints.models import Complaint, Escalation, EscalationReason, Message, SeatRole, Side, Thread
from complaints.selectors import open_seats
from complaints.services.access import openable
from complaints.services.attaching import attach, seal_uploads
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.messages import EmptyMessage, OpenedMessage, open_thread
from complaints.services.once import new_token, once_id
from complaints.services.telling import tell_oversight
from complaints.states import EventKind, State
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Damaged, NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

ESCALATION, REVIEW = "escalation", "review"
ASKED = {ESCALATION: EventKind.ESCALATED, REVIEW: EventKind.REVIEW_REQUESTED}
RECORDED = {ESCALATION: Action.REPORTER_ESCALATED, REVIEW: Action.REVIEW_ASKED}
ANSWERED = {ESCALATION: EventKind.ESCALATION_ANSWERED, REVIEW: EventKind.REVIEW_ANSWERED}


class NoOversight(Exception):
    """Nobody in oversight is free of this case: only the outside routes are left, and the page shows them."""


class AlreadyAnswered(Exception):
    """This request was answered before; nothing was overwritten."""


@dataclass(frozen=True, repr=False)
class OpenedEscalation:
    """A request to oversight with its words; `reason` is a value of EscalationReason or of ReviewReason."""

    row: Escalation
    text: str
    reason: str


def escalate(
    *, complaint: Complaint, keyring: Keyring, reason: str, text: str, token: str, now: datetime, uploads: Sequence = ()
) -> Escalation:
    """Ask oversight to step in. The same `token` again returns the same row. Raises NoOversight, NoAccess; ValueError for a reason."""
    if reason not in EscalationReason.values:
        raise ValueError("unknown reason")
    return send_past_the_team(
        complaint=complaint, keyring=keyring, kind=ESCALATION, reason=reason, text=text, token=token, now=now, uploads=uploads
    )


@retried
def send_past_the_team(
    *,
    complaint: Complaint,
    keyring: Keyring,
    kind: str,
    reason: str,
    text: str,
    token: str,
    now: datetime,
    uploads: Sequence = (),
    facts: dict | None = None,
) -> Escalation:
    """Seal a message to oversight and start its answer date. `facts`: enumerated facts for the audit row."""
    if not has_oversight(complaint):
        raise NoOversight
    keys = openable(complaint=complaint, keyring=keyring).oversight
    if keys is None:
        raise NoAccess("no grant")
    message = Message(
        id=once_id(complaint.pk, kind, token),
        complaint=complaint,
        thread=Thread.OVERSIGHT,
        side=Side.REPORTER,
        author_role="reporter",
        at=now,
    )
    if earlier := Escalation.objects.filter(message_id=message.pk).first():
        return earlier
    seal_column(message, "body_sealed", {"text": text.strip(), "reason": reason}, keys.current)
    files = seal_uploads(uploads, key=keys.current, given_by="reporter", now=now)
    row = Escalation(complaint=complaint, message=message, kind=kind, at=now)
    try:
        with transaction.atomic():
            owner = locked(complaint, keys.current)
            message.save(force_insert=True)
            row.save(force_insert=True)
            attach(files, complaint=owner, message=message, now=now)
            happened(complaint=owner, kind=ASKED[kind], by=REPORTER, now=now, subject=str(row.pk))
            tell_oversight(complaint=owner, about=str(row.pk), now=now)
            record(
                by=REPORTER,
                action=RECORDED[kind],
                subject_id=owner.pk,
                object_kind="escalation",
                object_id=row.pk,
                facts={"kind": kind, "files": len(files), **(facts or {})},
                now=now,
            )
    except IntegrityError:
        return Escalation.objects.get(message_id=message.pk)
    return row


@retried
def answer(
    *,
    escalation: Escalation,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    text: str,
    now: datetime,
    promised_date: date | None = None,
    token: str | None = None,
) -> Message:
    """Oversight answers the reporter. Raises EmptyMessage, AlreadyAnswered, NoAccess; Escalation.DoesNotExist for another case's row."""
    if not text.strip():
        raise EmptyMessage
    keys = openable(complaint=complaint, keyring=keyring).oversight
    if keys is None:
        raise NoAccess("no grant")
    message = Message(
        id=once_id(complaint.pk, "oversight-answer", token or new_token()),
        complaint=complaint,
        thread=Thread.OVERSIGHT,
        side=Side.STAFF,
        author=by,
        author_role=SeatRole.OVERSIGHT,
        at=now,
        purpose="answer",
        answers_id=escalation.message_id,
        promised_date=promised_date,
    )
    if earlier := Message.objects.filter(pk=message.pk).first():
        return earlier
    seal_column(message, "body_sealed", {"text": text.strip()}, keys.current)
    actor = staff(by, SeatRole.OVERSIGHT)
    with transaction.atomic():
        owner = locked(complaint, keys.current)
        row = Escalation.objects.select_for_update().get(pk=escalation.pk, complaint=owner)
        if row.answered_at:
            raise AlreadyAnswered
        row.answered_at, row.answered_by = now, by
        row.save(update_fields=["answered_at", "answered_by"])
        message.save(force_insert=True)
        happened(complaint=owner, kind=ANSWERED[row.kind], by=actor, now=now, subject=str(row.pk))
        record(
            by=actor,
            action=Action.OVERSIGHT_ANSWERED,
            subject_id=owner.pk,
            object_kind="escalation",
            object_id=row.pk,
            facts={"kind": row.kind},
            now=now,
        )
    return message


def open_escalations(*, complaint: Complaint, keys: OpeningKeys, kind: str | None = None) -> list[OpenedEscalation]:
    """The requests to oversight with their words, oldest first, for whoever holds the oversight keys."""
    rows = Escalation.objects.filter(complaint=complaint).select_related("message", "answered_by").order_by("at", "pk")
    rows = rows.filter(kind=kind) if kind else rows
    opened = []
    for row in rows:
        try:
            body = open_column(row.message, "body_sealed", keys).json()
        except (NoAccess, Damaged):
            continue
        opened.append(OpenedEscalation(row=row, text=body["text"], reason=body["reason"]))
    return opened


def read_by_oversight(
    *, complaint: Complaint, keyring: Keyring, by: User, now: datetime
) -> tuple[list[OpenedEscalation], list[OpenedMessage]]:
    """Open what the reporter addressed to oversight, recorded as an access which the reporter sees. Raises NoAccess."""
    keys = openable(complaint=complaint, keyring=keyring).oversight
    if keys is None:
        raise NoAccess("no grant")
    requests = open_escalations(complaint=complaint, keys=keys)
    thread = open_thread(complaint=complaint, keys=keys, thread=Thread.OVERSIGHT)
    with transaction.atomic():
        Message.objects.filter(complaint=complaint, thread=Thread.OVERSIGHT, side=Side.REPORTER, read_at__isnull=True).update(
            read_at=now, read_by=by
        )
        record(
            by=staff(by, SeatRole.OVERSIGHT),
            action=Action.OPENED_ESCALATION,
            subject_id=complaint.pk,
            object_kind="thread",
            facts={"requests": len(requests)},
            now=now,
        )
    return requests, thread


def has_oversight(complaint: Complaint) -> bool:
    """Whether somebody in oversight has a seat, and the report was sent at all."""
    return complaint.state != State.PRIVATE and open_seats(complaint, SeatRole.OVERSIGHT).exists()
