"""Keeping people out: the sealed list, and the seats and keys that end with an entry. Prepared first, written afterwards, like `access`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import REPORTER, Actor
from audit.services import record
from complaints.models import Complaint, ExclusionList, Seat
from complaints.services.access import AccessChange, Keys, as_it_stands, ended, openable, seen_of
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.telling import tell_oversight, tell_team
from complaints.signals import seats_lost
from complaints.states import EventKind
from people.matching import employees_named_in
from vault.columns import open_column, seal_column
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import SealingKey
from vault.services import compartments
from vault.services.changes import require_current, retried

# Where a name in the exclusion list comes from when the reporter adds it after filing, and how a name was settled.
LATER = "later"
EMPLOYEE, OUTSIDE = "employee", "outside"


class NothingNew(Exception):
    """Everyone named is kept out already."""


@dataclass(frozen=True, repr=False, eq=False)
class OpenedList(Hidden):
    """The exclusion list with its words, and what a change of it is prepared from. `listed` may be changed before `prepare_exclusion`."""

    complaint: Complaint
    seen: tuple
    keys: Keys
    row: ExclusionList
    listed: dict


@dataclass(frozen=True, repr=False, eq=False)
class Exclusion(Hidden):
    """A sealed list that is not written yet, with the seats and keys that end. `key`: what it was sealed with."""

    row: ExclusionList
    change: AccessChange
    key: SealingKey
    blocked: frozenset[UUID] = frozenset()

    @property
    def lost(self) -> set[int]:
        """The accounts that lose a seat."""
        return {seat.user_id for seat in self.change.ending}

    def save(self, row: Complaint, now: datetime) -> None:
        """Write it on the locked complaint `row`. Raises Changed."""
        if self.lost or self.blocked:
            seats_lost.send(sender=Exclusion, complaint=row, users=self.lost, employees=self.blocked, now=now)
        self.change.save(row, now)
        require_current(self.key)
        self.row.save(update_fields=["list_sealed", "row_version"])


def open_exclusions(*, complaint: Complaint, keyring: Keyring) -> OpenedList:
    """Open the list of people kept out, to add to it. Raises NoAccess."""
    standing = as_it_stands(complaint)
    seen = seen_of(standing)
    keys = openable(complaint=standing, keyring=keyring)
    row = ExclusionList.objects.get(complaint=standing)
    return OpenedList(standing, seen, keys, row, open_column(row, "list_sealed", keys.statement).json())


def prepare_exclusion(opened: OpenedList, *, blocked: Iterable[UUID], keyring: Keyring, now: datetime) -> Exclusion:
    """Block `blocked` (directory ids) for good: their seats and keys end, and the list is sealed. Writes nothing."""
    blocked, listed, row = set(blocked), opened.listed, opened.row
    listed["employees"] = sorted({*listed.get("employees", ()), *(str(i) for i in blocked)})
    change = ended(opened.complaint, opened.seen, open_seats_of(opened.complaint, blocked), keyring, now)
    # Sealed to the epoch that the excluded person can't open any more.
    of_statement = change.change_of(opened.complaint.statement_compartment)
    key = (compartments.key_after(of_statement) if of_statement else None) or opened.keys.statement.current
    row.row_version += 1
    seal_column(row, "list_sealed", listed, key)
    return Exclusion(row, change, key, frozenset(blocked))


@retried
def exclude_people(*, complaint: Complaint, keyring: Keyring, names: Sequence[str], now: datetime, by: Actor = REPORTER) -> bool:
    """Add `names` to the exclusions. Whoever of them is recognised loses every seat and key at once.

    Whoever lost access is settled by that; every other name waits for somebody of the team to settle it (`services.naming`). Returns
    whether somebody lost access. Called by the reporter's pages with the receipt keyring. Raises NothingNew, NoAccess.
    """
    opened = open_exclusions(complaint=complaint, keyring=keyring)
    found = _add_names(opened, names, now)
    exclusion = prepare_exclusion(opened, blocked=found, keyring=keyring, now=now)
    with transaction.atomic():
        owner = locked(complaint)
        exclusion.save(owner, now)
        asked = happened(complaint=owner, kind=EventKind.EXCLUSION_ASKED, by=by, now=now)
        if confirms_exclusions(opened.listed):
            happened(complaint=owner, kind=EventKind.EXCLUSION_CONFIRMED, by=by, now=now)
        if not tell_team(complaint=owner, about=f"excluded:{asked.pk}", now=now):
            # Nobody of the team is left: oversight must give it to somebody else.
            tell_oversight(complaint=owner, about=f"excluded:{asked.pk}", now=now)
        facts = {"lost_access": len(exclusion.lost)}
        record(by=by, action=Action.EXCLUDED_SOMEBODY, subject_id=owner.pk, facts=facts, now=now)
    return bool(exclusion.lost)


def _add_names(opened: OpenedList, names: Iterable[str], now: datetime) -> set[UUID]:
    """Put the new ones of `names` on the list and return the directory ids recognised in them. Raises NothingNew."""
    listed = opened.listed.setdefault("names", [])
    known = {each["name"].casefold() for each in listed}
    recognised = {name: sorted(employees_named_in(name), key=str) for name in dict.fromkeys(names) if name.casefold() not in known}
    if not recognised:
        raise NothingNew
    found = {i for ids in recognised.values() for i in ids}
    seated = {seat.user.employee.pk for seat in open_seats_of(opened.complaint, found)}
    listed.extend(_as_listed(name, ids, seated, now) for name, ids in recognised.items())
    return found


def _as_listed(name: str, ids: list[UUID], seated: set[UUID], now: datetime) -> dict:
    entry = {"name": name, "source": LATER, "employee": str(ids[0]) if ids else None}
    if lost := [i for i in ids if i in seated]:
        entry |= {"employee": str(lost[0]), "settled": {"how": EMPLOYEE, "by": None, "at": now.isoformat()}}
    return entry


def confirms_exclusions(listed: dict) -> bool:
    """Whether every name that the reporter added later was settled."""
    return all(each.get("settled") for each in listed["names"] if each["source"] == LATER)


def open_seats_of(complaint: Complaint, employee_ids: Iterable[UUID]) -> list[Seat]:
    """The open seats of these people (directory ids)."""
    seats = Seat.objects.filter(complaint=complaint, until__isnull=True, user__employee__pk__in=list(employee_ids))
    return list(seats.select_related("user__employee"))
