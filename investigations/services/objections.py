"""Somebody who handles a case isn't free to (R20): their access rests at once, oversight decides by a date, and the answer is told.

While it rests the seat opens nothing and counts for nothing (`complaints.selectors.IN_FORCE`); its keys stay, so that access can come back.
When the objection is upheld the seat ends for good and keys follow when somebody opens the case (`complaints.services.leaving`).
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import REPORTER, SYSTEM, Actor, staff
from audit.services import record
from complaints.models import TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.permissions import may_oversee
from complaints.selectors import open_seats
from complaints.services import leaving
from complaints.services.access import openable
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.telling import tell, tell_oversight, tell_team
from complaints.signals import seats_lost
from complaints.states import EventKind, State
from investigations.models import Objection, Party
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services import compartments
from vault.services.changes import retried
from vault.staff import staff_keyholders


class NobodyToDecide(Exception):
    """Nobody else in oversight could decide: the outside routes are what is left."""


class NoSuchSeat(Exception):
    """This person does not handle the case (any more)."""


class DecidedAlready(Exception):
    """Somebody else of oversight has decided; their decision stands."""


@dataclass(frozen=True, repr=False)
class OpenedObjection:
    """An objection with its words; `answer` is "" while oversight has not decided. `from_reporter` is False for another party's."""

    row: Objection
    reason: str
    answer: str

    @property
    def from_reporter(self) -> bool:
        return self.row.compartment_id is None


def seats_to_object_to(complaint: Complaint) -> list[Seat]:
    """Whoever works on the case or was called to decide it. An overseer only where oversight handles it, and never the last one."""
    seats = list(open_seats(complaint))
    overseers = [seat for seat in seats if seat.role == SeatRole.OVERSIGHT]
    found = [seat for seat in seats if seat.role in TEAM_ROLES or (seat.role == SeatRole.DECISION_MAKER and seat.called_at)]
    if complaint.oversight_handles and len({seat.user_id for seat in overseers}) > 1:
        found += overseers
    return found


def mark_of(seat: Seat) -> str:
    """What stands for a seat on a page of somebody who objects: its number would tell how many seats there are in the whole portal."""
    return blake2b(str(seat.pk).encode(), key=seat.complaint_id.bytes, digest_size=8).hexdigest()


def seat_id_of(complaint: Complaint, mark: str) -> int:
    """The seat that `mark` stands for; 0, which is nobody's, when it can't be objected to any more."""
    return next((seat.pk for seat in seats_to_object_to(complaint) if mark_of(seat) == mark), 0)


def can_be_decided(complaint: Complaint) -> bool:
    return complaint.state != State.PRIVATE and open_seats(complaint, SeatRole.OVERSIGHT).exists()


@retried
def object_by_reporter(*, complaint: Complaint, keyring: Keyring, seat_id: int, text: str, token: str, now: datetime) -> Objection:
    """The reporter says that the holder of seat `seat_id` isn't free to handle this. The same `token` again returns the same row.

    Raises NobodyToDecide, NoSuchSeat, NoAccess; ValueError for an empty reason.
    """
    row = _begun(complaint, text, token, now)
    if earlier := Objection.objects.filter(pk=row.pk).first():
        return earlier
    keys = openable(complaint=complaint, keyring=keyring).oversight
    if keys is None:
        raise NoAccess("no grant")
    seal_column(row, "reason_sealed", {"text": text.strip()}, keys.current)
    return _made(row, seat_id, by=REPORTER, side="reporter", now=now, sealed_with=(keys.current,))


@retried
def object_by_party(*, party: Party, seat_id: int, text: str, token: str, now: datetime) -> Objection:
    """A respondent or witness objects. Sealed to a compartment of their own, which their code and oversight open; the team does not.

    Raises NobodyToDecide, NoSuchSeat, NoAccess (an invitation that has ended); ValueError for an empty reason.
    """
    complaint = party.investigation.lead
    row = _begun(complaint, text, token, now)
    if earlier := Objection.objects.filter(pk=row.pk).first():
        return earlier
    if party.keyholder is None or party.revoked_at is not None:
        raise NoAccess("this invitation has ended")
    holders = staff_keyholders([seat.user for seat in open_seats(complaint, SeatRole.OVERSIGHT)])
    if not holders:
        raise NobodyToDecide
    kind = f"object:{row.pk.hex[:20]}"
    prepared = compartments.prepare(subject_id=complaint.pk, members={kind: [*holders.values(), party.keyholder]}, now=now)
    row.compartment, row.party = prepared.compartments[kind], party
    seal_column(row, "reason_sealed", {"text": text.strip()}, prepared.keys[kind])
    return _made(row, seat_id, by=SYSTEM, side=party.side, now=now, prepared=prepared)


def _begun(complaint: Complaint, text: str, token: str, now: datetime) -> Objection:
    if not text.strip():
        raise ValueError("an objection says why")
    if not can_be_decided(complaint):
        raise NobodyToDecide
    return Objection(id=once_id(complaint.pk, "objection", token), complaint=complaint, at=now)


def _made(row: Objection, seat_id: int, *, by: Actor, side: str, now: datetime, sealed_with=(), prepared=None) -> Objection:
    try:
        with transaction.atomic():
            complaint = locked(row.complaint, *sealed_with)
            seat = next((seat for seat in seats_to_object_to(complaint) if seat.pk == seat_id), None)
            if seat is None and (same := Objection.objects.filter(pk=row.pk).first()):
                return same
            if seat is None:
                raise NoSuchSeat
            row.seat = seat
            if prepared is not None:
                prepared.save()
            # Every seat of the person rests, so that a second one is no way round.
            mine = Seat.objects.filter(complaint=complaint, user_id=row.seat.user_id, until__isnull=True)
            mine.update(suspended_at=now)
            row.save(force_insert=True)
            happened(complaint=complaint, kind=EventKind.OBJECTION_MADE, by=by, now=now, subject=str(row.pk))
            tell_oversight(complaint=complaint, about=f"objection:{row.pk}", now=now, template="oversight")
            record(
                by=by,
                action=Action.OBJECTED,
                subject_id=complaint.pk,
                object_kind="objection",
                object_id=row.pk,
                facts={"side": side, "user": row.seat.user_id},
                now=now,
            )
    except IntegrityError:
        # The same form arrived twice at once.
        return Objection.objects.get(pk=row.pk)
    return row


@retried
def decide(*, complaint: Complaint, keyring: Keyring, by: User, objection_id: UUID, upheld: bool, text: str, now: datetime) -> Objection:
    """Oversight decides, with words for whoever objected. Upheld: the person's seats end for good. Not upheld: access comes back.

    Raises Objection.DoesNotExist, DecidedAlready, NoAccess (also without an oversight seat); ValueError without words.
    """
    if not text.strip():
        raise ValueError("whoever objected is told why")
    if not may_oversee(by, complaint):
        raise NoAccess("no oversight seat")
    asked = Objection.objects.select_related("compartment").get(pk=objection_id, complaint=complaint)
    key = _keys(asked, complaint, keyring).current
    seal_column(asked, "answer_sealed", {"text": text.strip()}, key)
    with transaction.atomic():
        owner = locked(complaint, key)
        row = Objection.objects.select_for_update().get(pk=asked.pk)
        if row.decided_at:
            raise DecidedAlready
        row.answer_sealed, row.decided_at, row.decided_by, row.upheld = asked.answer_sealed, now, by, upheld
        row.save(update_fields=["answer_sealed", "decided_at", "decided_by", "upheld"])
        person = Seat.objects.get(pk=row.seat_id).user
        resting = Seat.objects.filter(complaint=owner, user=person, suspended_at__isnull=False)
        if upheld:
            seats_lost.send(sender=Objection, complaint=owner, users={person.pk}, now=now)
            leaving.end_seats(complaint=owner, seats=list(resting.filter(until__isnull=True).select_related("user")), now=now)
        elif not _still_objected(owner, person):
            returned = list(resting.filter(until__isnull=True).select_related("user"))
            resting.update(suspended_at=None)
            tell(complaint=owner, seats=returned, template="update", about=f"objection:{row.pk}", now=now)
        happened(complaint=owner, kind=EventKind.OBJECTION_DECIDED, by=staff(by, SeatRole.OVERSIGHT), now=now, subject=str(row.pk))
        tell_team(complaint=owner, about=f"objected:{row.pk}", now=now)
        record(
            by=staff(by, SeatRole.OVERSIGHT),
            action=Action.OBJECTION_DECIDED,
            subject_id=owner.pk,
            object_kind="objection",
            object_id=row.pk,
            facts={"upheld": upheld},
            now=now,
        )
    return row


def _still_objected(complaint: Complaint, person: User) -> bool:
    """Whether another objection to the same person is open, or one was upheld: then access does not come back."""
    theirs = Objection.objects.filter(complaint=complaint, seat__user=person)
    return theirs.filter(decided_at__isnull=True).exists() or theirs.filter(upheld=True).exists()


def opened(*, complaint: Complaint, keyring: Keyring) -> list[OpenedObjection]:
    """The objections that `keyring` opens, oldest first: the reporter's own, a party's own, or all of them for oversight."""
    rows = Objection.objects.filter(complaint=complaint).select_related("seat__user", "decided_by", "compartment")
    found = []
    for row in rows:
        try:
            keys = _keys(row, complaint, keyring)
        except NoAccess:
            continue
        answer = open_column(row, "answer_sealed", keys).json()["text"] if row.answer_sealed else ""
        found.append(OpenedObjection(row, open_column(row, "reason_sealed", keys).json()["text"], answer))
    return found


def read_by_oversight(*, complaint: Complaint, keyring: Keyring, by: User, objection_id: UUID, now: datetime) -> OpenedObjection:
    """One objection for whoever decides about it, recorded as an access. Raises Objection.DoesNotExist, NoAccess."""
    if not may_oversee(by, complaint):
        raise NoAccess("no oversight seat")
    found = next((each for each in opened(complaint=complaint, keyring=keyring) if each.row.pk == objection_id), None)
    if found is None:
        raise Objection.DoesNotExist
    with transaction.atomic():
        record(
            by=staff(by, SeatRole.OVERSIGHT),
            action=Action.OPENED_ESCALATION,
            subject_id=complaint.pk,
            object_kind="objection",
            object_id=objection_id,
            facts={},
            now=now,
        )
    return found


def _keys(row: Objection, complaint: Complaint, keyring: Keyring) -> OpeningKeys:
    if row.compartment_id:
        return compartments.open_keys(compartment=row.compartment, keyring=keyring)
    keys = openable(complaint=complaint, keyring=keyring).oversight
    if keys is None:
        raise NoAccess("no grant")
    return keys
