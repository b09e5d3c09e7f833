"""Messages both ways between the reporter and the case team, questions, and who has read what (A10).

Words are sealed to the statement compartment before the transaction begins. A message is never edited.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.actions import Action
from audit.actors import REPORTER, Actor, staff
from audit.services import record
from complaints.models import Attachment, Complaint, Message, Side, Thread
from complaints.services.access import openable
from complaints.services.attaching import attach, seal_uploads
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.once import new_token, once_id
from complaints.services.telling import tell_team
from complaints.states import EventKind
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Damaged, NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import OpeningKeys, SealingKey
from vault.models import SealedFile
from vault.services.changes import require_current, retried

# What a message of the case team settles, besides answering the reporter.
FACT_OF_PURPOSE = {
    "acknowledgement": EventKind.ACKNOWLEDGED,
    "update": EventKind.UPDATE_SENT,
    "plan": EventKind.PLAN_TOLD,
}
PURPOSES = frozenset({*FACT_OF_PURPOSE, "question", "answer", "protection", "notice", "plain", "aftercare"})


class EmptyMessage(Exception):
    """Neither words nor a file."""


class NotYourQuestion(Exception):
    """The message is no open question of this complaint."""


class NeedsDate(Exception):
    """An acknowledgement must name the date of the next step (C4)."""


class NotStarted(Exception):
    """A report kept private has no team that could be written to."""


@dataclass(frozen=True, repr=False)
class OpenedMessage:
    """A message with its words, for one page. `text` is None when it is sealed to an epoch this reader can't open."""

    row: Message
    text: str | None
    files: tuple[Attachment, ...]


@retried
def write_to_team(
    *,
    complaint: Complaint,
    keyring: Keyring,
    text: str,
    token: str,
    now: datetime,
    uploads: Sequence = (),
    question_id: UUID | None = None,
) -> Message:
    """The reporter writes, or answers the open question `question_id`. The same `token` again returns the same message.

    Raises EmptyMessage, NotYourQuestion, NotStarted, NoAccess.
    """
    if not text.strip() and not uploads:
        raise EmptyMessage
    _require_started(complaint)
    keys = openable(complaint=complaint, keyring=keyring).statement
    message = Message(id=once_id(complaint.pk, "message", token), complaint=complaint, side=Side.REPORTER, author_role="reporter", at=now)
    if earlier := Message.objects.filter(pk=message.pk).first():
        return earlier
    seal_column(message, "body_sealed", {"text": text.strip()}, keys.current)
    files = seal_uploads(uploads, key=keys.current, given_by="reporter", now=now)
    try:
        with transaction.atomic():
            row = locked(complaint, keys.current)
            question = _open_question(row, question_id) if question_id else None
            message.answers = question
            message.purpose = "answer" if question else "plain"
            message.save(force_insert=True)
            attach(files, complaint=row, message=message, now=now)
            if question:
                _close(row, question, "answered", now)
            touched(row, now=now)
            happened(complaint=row, kind=EventKind.REPORTER_WROTE, by=REPORTER, now=now, subject=str(message.pk))
            tell_team(complaint=row, about=str(message.pk), now=now)
            record(
                by=REPORTER,
                action=Action.REPORTER_WROTE,
                subject_id=row.pk,
                object_kind="message",
                object_id=message.pk,
                facts={"files": len(files), "answers": bool(question)},
                now=now,
            )
    except IntegrityError:
        # The same form arrived twice at once.
        return Message.objects.get(pk=message.pk)
    return message


def decline(*, complaint: Complaint, question_id: UUID, now: datetime) -> Message:
    """The reporter would rather not answer. Declining twice changes nothing. Raises NotYourQuestion."""
    with transaction.atomic():
        row = locked(complaint)
        question = _question(row, question_id)
        if question.question_state:
            return question
        _close(row, question, "declined", now)
        touched(row, now=now)
        tell_team(complaint=row, about=f"declined:{question.pk}", now=now)
        record(
            by=REPORTER,
            action=Action.QUESTION_DECLINED,
            subject_id=row.pk,
            object_kind="message",
            object_id=question.pk,
            facts={},
            now=now,
        )
    return question


@dataclass(repr=False, eq=False)
class ToReporter(Hidden):
    """A sealed message of the case team that is not written yet. `key`: what it was sealed with; None when it was sent before."""

    message: Message
    files: list[SealedFile]
    key: SealingKey | None
    by: Actor

    def save(self, row: Complaint, now: datetime) -> Message:
        """Write it on the locked complaint `row`. Raises Changed when somebody lost access since it was sealed."""
        if self.key is not None:
            require_current(self.key)
            # The same form may have been faster in another request.
            if not Message.objects.filter(pk=self.message.pk).exists():
                _save_from_staff(row, [self.message], self.files, by=self.by, now=now)
        return self.message


@retried
def send_to_reporter(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    text: str,
    now: datetime,
    purpose: str = "plain",
    promised_date: date | None = None,
    uploads: Sequence = (),
    token: str | None = None,
) -> Message:
    """The case team writes to the reporter. Raises as `prepare_to_reporter`."""
    prepared = prepare_to_reporter(
        complaint=complaint,
        keyring=keyring,
        by=by,
        role=role,
        text=text,
        now=now,
        purpose=purpose,
        promised_date=promised_date,
        uploads=uploads,
        token=token,
    )
    with transaction.atomic():
        return prepared.save(locked(complaint), now)


def prepare_to_reporter(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    text: str,
    now: datetime,
    purpose: str = "plain",
    promised_date: date | None = None,
    uploads: Sequence = (),
    token: str | None = None,
) -> ToReporter:
    """Seal a message to the reporter, for a service that writes it together with what it tells. Writes nothing.

    `promised_date` is shown to the reporter as a promise. An acknowledgement without one is refused.
    Raises EmptyMessage, NeedsDate, NotStarted, NoAccess; ValueError for an unknown purpose.
    """
    if purpose not in PURPOSES:
        raise ValueError("unknown purpose of a message")
    if not text.strip() and not uploads:
        raise EmptyMessage
    if purpose == "acknowledgement" and promised_date is None:
        raise NeedsDate
    _require_started(complaint)
    keys = openable(complaint=complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no grant")
    message = Message(
        id=once_id(complaint.pk, "staff-message", token or new_token()),
        complaint=complaint,
        side=Side.STAFF,
        author=by,
        author_role=role,
        at=now,
        purpose=purpose,
        promised_date=promised_date,
    )
    if earlier := Message.objects.filter(pk=message.pk).first():
        return ToReporter(earlier, [], None, staff(by, role))
    seal_column(message, "body_sealed", {"text": text.strip()}, keys.current)
    files = seal_uploads(uploads, key=keys.current, given_by=role, now=now)
    return ToReporter(message, files, keys.current, staff(by, role))


@retried
def ask(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    questions: Sequence[str],
    now: datetime,
    promised_date: date | None = None,
    token: str | None = None,
) -> list[Message]:
    """Ask the reporter numbered questions; each can be answered or declined on its own. Raises as `send_to_reporter`."""
    asked = [text.strip() for text in questions if text.strip()]
    if not asked:
        raise EmptyMessage
    _require_started(complaint)
    keys = openable(complaint=complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no grant")
    token = token or new_token()
    rows = [
        Message(
            id=once_id(complaint.pk, f"question-{place}", token),
            complaint=complaint,
            side=Side.STAFF,
            author=by,
            author_role=role,
            at=now,
            purpose="question",
            promised_date=promised_date,
        )
        for place in range(len(asked))
    ]
    if earlier := list(Message.objects.filter(pk__in=[row.pk for row in rows]).order_by("question_number")):
        return earlier
    for row, text in zip(rows, asked, strict=True):
        seal_column(row, "body_sealed", {"text": text}, keys.current)
    try:
        with transaction.atomic():
            complaint_row = locked(complaint, keys.current)
            last = Message.objects.filter(complaint=complaint_row).aggregate(last=Max("question_number"))["last"] or 0
            for number, row in enumerate(rows, last + 1):
                row.question_number = number
            _save_from_staff(complaint_row, rows, [], by=staff(by, role), now=now)
    except IntegrityError:
        return list(Message.objects.filter(pk__in=[row.pk for row in rows]).order_by("question_number"))
    return rows


def _save_from_staff(row: Complaint, messages: Sequence[Message], files: Sequence[SealedFile], *, by: Actor, now: datetime) -> None:
    for message in messages:
        message.save(force_insert=True)
        if message.purpose == "question":
            happened(complaint=row, kind=EventKind.QUESTION_ASKED, by=by, now=now, subject=str(message.pk))
    first = messages[0]
    attach(files, complaint=row, message=first, now=now, by_reporter=False)
    if fact := FACT_OF_PURPOSE.get(first.purpose):
        happened(complaint=row, kind=fact, by=by, now=now, subject=str(first.pk))
    happened(complaint=row, kind=EventKind.REPORTER_ANSWERED, by=by, now=now, subject=str(first.pk))
    waiting = {"waiting_since": row.waiting_since or now} if first.purpose == "question" else {}
    touched(row, now=now, **waiting)
    record(
        by=by,
        action=Action.WROTE_TO_REPORTER,
        subject_id=row.pk,
        object_kind="message",
        object_id=first.pk,
        facts={"purpose": first.purpose, "files": len(files), "messages": len(messages)},
        now=now,
    )


def open_thread(*, complaint: Complaint, keys: OpeningKeys, thread: str = Thread.TEAM) -> list[OpenedMessage]:
    """Every message of one thread with its words, oldest first. Who may hold `keys` was decided by whoever opened them."""
    rows = Message.objects.filter(complaint=complaint, thread=thread).select_related("author", "answers", "read_by")
    return [
        OpenedMessage(row=row, text=_text(row, keys), files=tuple(row.attachments.all()))
        for row in rows.prefetch_related("attachments__file").order_by("at", "question_number", "pk")
    ]


def _text(row: Message, keys: OpeningKeys) -> str | None:
    try:
        return open_column(row, "body_sealed", keys).json()["text"]
    except (NoAccess, Damaged):
        return None


def seen_by_reporter(*, complaint: Complaint, now: datetime, thread: str = Thread.TEAM) -> int:
    """Note that the reporter's page showed what was written to them. Returns how many were new."""
    return Message.objects.filter(complaint=complaint, thread=thread, side=Side.STAFF, read_at__isnull=True).update(read_at=now)


def seen_by_staff(*, complaint: Complaint, by: User, role: str, now: datetime, thread: str = Thread.TEAM) -> int:
    """Note that a member of staff opened the reporter's messages; recorded as an access, which the reporter sees (R21)."""
    with transaction.atomic():
        new = Message.objects.filter(complaint=complaint, thread=thread, side=Side.REPORTER, read_at__isnull=True).update(
            read_at=now, read_by=by
        )
        record(
            by=staff(by, role),
            action=Action.OPENED_MESSAGES,
            subject_id=complaint.pk,
            object_kind="thread",
            facts={"thread": str(thread), "new": new},
            now=now,
        )
    return new


def open_questions(complaint: Complaint) -> list[Message]:
    """Questions the reporter has neither answered nor declined, by number. Not opened."""
    return list(_questions(complaint).filter(question_state="").order_by("question_number"))


def unread_for_reporter(complaint: Complaint) -> int:
    """How many messages of the case team the reporter has not seen."""
    return Message.objects.filter(complaint=complaint, thread=Thread.TEAM, side=Side.STAFF, read_at__isnull=True).count()


def _questions(complaint: Complaint):
    return Message.objects.filter(complaint=complaint, thread=Thread.TEAM, side=Side.STAFF, purpose="question")


def _question(complaint: Complaint, question_id: UUID) -> Message:
    found = _questions(complaint).filter(pk=question_id).first()
    if found is None:
        raise NotYourQuestion
    return found


def _open_question(complaint: Complaint, question_id: UUID) -> Message:
    found = _question(complaint, question_id)
    if found.question_state:
        raise NotYourQuestion
    return found


def _close(row: Complaint, question: Message, how: str, now: datetime) -> None:
    question.question_state = how
    question.save(update_fields=["question_state"])
    if not _questions(row).filter(question_state="").exists():
        row.waiting_since = None
        row.save(update_fields=["waiting_since"])
    happened(complaint=row, kind=EventKind.QUESTION_CLOSED, by=REPORTER, now=now, subject=str(question.pk))


def _require_started(complaint: Complaint) -> None:
    if complaint.state == "private":
        raise NotStarted


def attachments_of(rows: Iterable[OpenedMessage]) -> list[Attachment]:
    return [attachment for row in rows for attachment in row.files]
