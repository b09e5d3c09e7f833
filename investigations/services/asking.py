"""Asking oversight, and oversight's answer (C8). Sealed to the asker and oversight alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet, UUIDField

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, SeatRole
from complaints.permissions import may_oversee
from complaints.selectors import open_seats
from complaints.services.telling import tell_oversight
from investigations.models import Note
from notices.services import owe
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.kept_queries import KeptQuery
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services import compartments
from vault.staff import staff_keyholders


class NobodyToAsk(Exception):
    """No overseer has a seat in this case, or none has made vault keys."""


class AnsweredAlready(Exception):
    """Somebody of oversight has answered; their answer stands."""


@dataclass(frozen=True, repr=False)
class Question:
    """What a handler asked oversight, and the answer ("" while there is none)."""

    row: Note
    text: str
    answer: str


def ask_oversight(*, complaint: Complaint, keyring: Keyring, by: User, role: str, text: str, now: datetime) -> Note:
    """Ask oversight something. Sealed to the asker and oversight alone: oversight learns what is written here, nothing else of the case.

    Raises NobodyToAsk; ValueError for an empty question.
    """
    if not text.strip():
        raise ValueError("an empty question")
    overseers = [seat.user for seat in open_seats(complaint, SeatRole.OVERSIGHT)]
    holders = staff_keyholders([*overseers, by])
    if not set(holders) & {user.pk for user in overseers}:
        raise NobodyToAsk
    note = Note(id=uuid4(), complaint=complaint, kind="oversight", at=now, by=by)
    kind = f"ask:{note.pk.hex[:20]}"
    prepared = compartments.prepare(subject_id=complaint.pk, members={kind: list(holders.values())}, now=now)
    note.compartment = prepared.compartments[kind]
    seal_column(note, "body_sealed", {"text": text.strip()}, prepared.keys[kind])
    with transaction.atomic():
        prepared.save()
        note.save(force_insert=True)
        tell_oversight(complaint=complaint, about=str(note.pk), now=now, template="oversight")
        record(
            by=staff(by, role),
            action=Action.OVERSIGHT_ASKED,
            subject_id=complaint.pk,
            object_kind="note",
            object_id=note.pk,
            facts={},
            now=now,
        )
    return note


def questions_to_oversight(*, complaint: Complaint, keyring: Keyring) -> list[Question]:
    """The questions that this keyring opens, oldest first: an overseer's, or the asker's own."""
    rows = _QUESTIONS.all(complaint_id=complaint.pk)
    return [question for row in rows if (question := _opened(row, keyring))]


def _questions(complaint_id) -> QuerySet[Note]:
    return Note.objects.filter(complaint_id=complaint_id, kind="oversight").select_related("by", "answered_by", "compartment")


_QUESTIONS = KeptQuery(_questions, complaint_id=UUIDField())


def answer_question(*, complaint: Complaint, keyring: Keyring, by: User, note_id: UUID, text: str, now: datetime) -> Note:
    """Oversight answers a handler, who is told without a word of it. The reporter is not part of this.

    Raises Note.DoesNotExist, AnsweredAlready, NoAccess (also for somebody without an oversight seat); ValueError for an empty answer.
    """
    if not text.strip():
        raise ValueError("an empty answer")
    if not may_oversee(by, complaint):
        raise NoAccess("no oversight seat")
    asked = Note.objects.select_related("compartment").get(pk=note_id, complaint=complaint, kind="oversight")
    seal_column(asked, "answer_sealed", {"text": text.strip()}, _keys(asked, keyring).current)
    with transaction.atomic():
        row = Note.objects.select_for_update().select_related("by").get(pk=asked.pk)
        if row.answered_at:
            raise AnsweredAlready
        row.answer_sealed, row.answered_at, row.answered_by = asked.answer_sealed, now, by
        row.save(update_fields=["answer_sealed", "answered_at", "answered_by"])
        owe(key=f"answer:{row.pk}", recipient=row.by, template="update", about_kind="complaint", about_id=complaint.pk, now=now)
        record(
            by=staff(by, SeatRole.OVERSIGHT),
            action=Action.OVERSIGHT_ANSWERED,
            subject_id=complaint.pk,
            object_kind="note",
            object_id=row.pk,
            facts={},
            now=now,
        )
    return row


def _keys(row: Note, keyring: Keyring) -> OpeningKeys:
    return compartments.open_keys(compartment=row.compartment, keyring=keyring)


def _opened(row: Note, keyring: Keyring) -> Question | None:
    try:
        keys = _keys(row, keyring)
    except NoAccess:
        return None
    answer = open_column(row, "answer_sealed", keys).json()["text"] if row.answer_sealed else ""
    return Question(row, open_column(row, "body_sealed", keys).json()["text"], answer)
