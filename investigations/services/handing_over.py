"""Handing a case to somebody else, and asking oversight (C6, C8)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, SeatRole
from complaints.selectors import open_seats
from complaints.services import access, messages
from complaints.services.changing import locked
from complaints.services.telling import tell, tell_oversight
from investigations.models import Note
from investigations.services.tasks import prepare_note
from people.models import Role, User
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.models import Compartment
from vault.services import compartments
from vault.services.changes import retried
from vault.staff import staff_keyholders

ROLES_THAT_HANDLE = (Role.INVESTIGATOR, Role.INTAKE_OFFICER)


class NeedsReason(Exception):
    """Handing over needs a reason for the file and a sentence for the reporter."""


class NobodyToAsk(Exception):
    """No overseer has a seat in this case, or none has made vault keys."""


def possible_handlers(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[User]:
    """Who may be given the case: investigators, then intake officers; nobody excluded, named or in a respondent's line."""
    keys = access.openable(complaint=complaint, keyring=keyring)
    found: dict[int, User] = {}
    for role in ROLES_THAT_HANDLE:
        for user in access.seatable(complaint=complaint, keys=keys, role=role, now=now):
            found.setdefault(user.pk, user)
    return list(found.values())


@retried
def hand_over(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, to: User, reason: str, told: str, token: str, now: datetime
) -> None:
    """Give the case to `to`: reason into the file, `told` to the reporter, then every key of the team that leaves ends.

    Raises NeedsReason, NotFreeOfConflict, NoVaultKeys, NoAccess. Nothing is written when one of them is raised.
    """
    if not reason.strip() or not told.strip():
        raise NeedsReason
    note = prepare_note(complaint=complaint, keyring=keyring, by=by, text=reason, now=now)
    message = messages.prepare_to_reporter(
        complaint=complaint, keyring=keyring, by=by, role=role, text=told, purpose="notice", token=token, now=now
    )
    change = access.prepare_hand_over(complaint=complaint, keyring=keyring, to=to, now=now)
    with transaction.atomic():
        row = locked(complaint)
        # The words first: they are sealed to the epoch that ends with the handing over, and whoever takes over reads it.
        note.save(role, now)
        message.save(row, now)
        access.finish_hand_over(change, row=row, by=by, now=now)
        seats = open_seats(row, SeatRole.HANDLER).filter(user=to)
        tell(complaint=row, seats=seats, template="new_item", about=f"handover:{token}", now=now)


@dataclass(frozen=True, repr=False)
class Question:
    """What a handler asked oversight."""

    row: Note
    text: str


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
    """The questions that this keyring opens: an overseer's, or the asker's own."""
    rows = Note.objects.filter(complaint=complaint, kind="oversight").select_related("by", "compartment")
    return [question for row in rows if (question := _opened(row, row.compartment, keyring))]


def _opened(row: Note, compartment: Compartment, keyring: Keyring) -> Question | None:
    try:
        keys = compartments.open_keys(compartment=compartment, keyring=keyring)
    except NoAccess:
        return None
    return Question(row, open_column(row, "body_sealed", keys).json()["text"])
