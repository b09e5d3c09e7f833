"""Whether a respondent was one before (`vault.md` section 7): an index over directory entries, made by an officer, never over names.

A mark is Argon2id under the blind-index key of the server's keys file. Equal marks mean the same person; the row does not say who, and a
copy of the database alone can't find out. A handler is told only of cases they sit in; of others oversight is told, by reference.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Seat, SeatRole
from complaints.permissions import may_read
from complaints.selectors import IN_FORCE
from complaints.services.changing import locked_while_open
from complaints.services.telling import tell
from investigations.models import CasePerson, PersonKind, RepeatMark
from investigations.selectors import person_of
from investigations.services import rechecking
from investigations.services.changed import require_version
from investigations.services.joining import complaints_of, investigation_of
from investigations.services.people import recorded
from investigations.services.reading import team_keys
from people.models import Employee, User
from vault.columns import open_column, seal_column
from vault.encoding import ctx
from vault.keyring import Keyring
from vault.keysfile import ServerKey, server_keys
from vault.primitives import argon2id
from vault.services.changes import require_current, retried

MEMORY_KIB = 19_456
ITERATIONS = 2
PURPOSE = "blind_index"


class NotARespondent(Exception):
    """Only somebody who is complained about gets a mark."""


@dataclass(frozen=True, repr=False)
class _Marks:
    """The mark under the key in use, and under every key that is still read: older rows were made with those."""

    current: bytes
    readable: tuple[bytes, ...]


def mark_of(employee_id: UUID, key: ServerKey) -> bytes:
    """32 bytes; about 30 ms, so that walking through a directory takes its time even with the keys file."""
    salt = server_keys().active("salt").secret
    return argon2id(ctx("repeat", employee_id.bytes), salt=salt, pepper=key.secret, memory_kib=MEMORY_KIB, iterations=ITERATIONS)


def _marks(employee_id: UUID) -> _Marks:
    keys = server_keys()
    current = mark_of(employee_id, keys.active(PURPOSE))
    return _Marks(current, tuple(mark_of(employee_id, key) for key in keys.readable(PURPOSE)))


@retried
def link(*, complaint: Complaint, keyring: Keyring, by: User, role: str, person_id: UUID, employee: Employee, now: datetime) -> CasePerson:
    """Say which directory entry a respondent is: the case's seats are judged again, and the mark is made.

    What comes back says nothing about other cases. Raises NotARespondent, CasePerson.DoesNotExist, CaseEnded, NoAccess.
    """
    row = person_of(complaint, person_id)
    if row.kind != PersonKind.RESPONDENT:
        raise NotARespondent
    keys = team_keys(complaint=complaint, keyring=keyring)
    detail = open_column(row, "detail_sealed", keys.file).json()
    marks = _marks(employee.pk)
    naming = rechecking.naming_of(kind=row.kind, name=detail.get("name", ""), owner=detail.get("owner", ""), entry=employee.pk)
    again = rechecking.prepare(complaint=complaint, keyring=keyring, naming=naming, now=now)
    version = row.row_version
    row.row_version += 1
    row.changed_at, row.changed_by = now, by
    key = again.key_after(complaint.file_compartment) or keys.file.current
    seal_column(row, "detail_sealed", detail | {"employee": str(employee.pk)}, key)
    with transaction.atomic():
        again.lock()
        owner = locked_while_open(complaint, keys.file.current)
        require_version(row, version)
        again.save(by=staff(by, role), now=now)
        require_current(key)
        row.save()
        RepeatMark.objects.update_or_create(person=row, defaults={"complaint": owner, "mark": marks.current, "made_at": now, "made_by": by})
        _tell_oversight(owner, row, marks, by, now)
        recorded(row, by, role, now)
        record(by=staff(by, role), action=Action.REPEAT_MARKED, subject_id=owner.pk, object_kind="person", object_id=row.pk, now=now)
    return row


def _tell_oversight(complaint: Complaint, row: CasePerson, marks: _Marks, by: User, now: datetime) -> None:
    """Oversight hears of earlier cases that whoever made the mark may not see: overseers who sit in both, and nobody else."""
    earlier = RepeatMark.objects.filter(mark__in=marks.readable).exclude(complaint__in=_one_matter(complaint))
    hidden = [each for each in Complaint.objects.filter(pk__in=earlier.values("complaint_id")) if not may_read(by, each)]
    seats = Seat.objects.filter(IN_FORCE, complaint=complaint, role=SeatRole.OVERSIGHT).select_related("user")
    told = [seat for seat in seats if _oversees_any(seat.user, hidden)]
    tell(complaint=complaint, seats=told, template="oversight", about=f"repeat:{row.pk}:{row.row_version}", now=now)


def _oversees_any(user: User, complaints: list[Complaint]) -> bool:
    return Seat.objects.filter(IN_FORCE, complaint__in=complaints, user=user, role=SeatRole.OVERSIGHT).exists()


def earlier_cases(*, complaint: Complaint, user: User) -> list[Complaint]:
    """Other cases about the same respondent in which `user` reads too. Cases they don't sit in leave no trace here, not even a count."""
    return [each for each in _same_person(complaint) if may_read(user, each)]


def repeats_for_oversight(*, complaint: Complaint, user: User) -> list[Complaint]:
    """Other cases about the same respondent which `user` oversees as well."""
    seats = Seat.objects.filter(IN_FORCE, user=user, role=SeatRole.OVERSIGHT)
    return list(_same_person(complaint).filter(pk__in=seats.values("complaint_id")))


def _same_person(complaint: Complaint):
    marks = [bytes(mark) for mark in RepeatMark.objects.filter(complaint=complaint).values_list("mark", flat=True)]
    found = RepeatMark.objects.filter(mark__in=marks).exclude(complaint__in=_one_matter(complaint))
    return Complaint.objects.filter(pk__in=found.values("complaint_id")).order_by("received_at", "pk")


def _one_matter(complaint: Complaint) -> list[Complaint]:
    """Complaints that are looked into together are one matter, no repetition."""
    investigation = investigation_of(complaint)
    return complaints_of(investigation) if investigation else [complaint]
