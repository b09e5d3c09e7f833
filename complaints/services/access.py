"""Seats and keys: giving access, ending it, excluding people and handing over.

A seat without a grant opens nothing and a grant without a seat reaches nothing; both change together here.
"""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import REPORTER, Actor, staff
from audit.services import record
from complaints.models import TEAM_ROLES, Complaint, ExclusionList, Seat, SeatRole
from complaints.services.events import happened
from complaints.services.routing import may_be_seated
from complaints.states import EventKind
from people.lines import reporting_line_conflicts
from people.matching import employees_named_in
from people.models import Role, User
from people.selectors import users_with_role
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.models import Compartment, Keyholder
from vault.services import compartments
from vault.staff import staff_keyholder, staff_keyholders

# Where a name in the exclusion list comes from when the reporter adds it after filing, and how a name was settled.
LATER = "later"
EMPLOYEE, OUTSIDE = "employee", "outside"


class NotFreeOfConflict(Exception):
    """The person chosen is excluded from this case or stands in a named person's reporting line."""


class NoVaultKeys(Exception):
    """The person chosen has not made a vault key pair yet, so nothing can be sealed to them."""


class ChangedMeanwhile(Exception):
    """Somebody else changed the row first; nothing was overwritten."""


@dataclass(frozen=True, repr=False)
class Keys:
    """What a keyring opens of one complaint; a compartment it doesn't open is None."""

    statement: OpeningKeys | None
    file: OpeningKeys | None
    oversight: OpeningKeys | None


def openable(*, complaint: Complaint, keyring: Keyring) -> Keys:
    """Open what `keyring` may open of `complaint`. Raises NoAccess when it opens nothing."""
    found = compartments.open_subject(subject_id=complaint.pk, keyring=keyring)
    return Keys(found.get("statement"), found.get("file"), found.get("oversight"))


def compartments_of_role(complaint: Complaint, role: str) -> list[Compartment]:
    """Return which compartments a seat of `role` opens."""
    team = [complaint.statement_compartment, complaint.file_compartment]
    if role in TEAM_ROLES:
        return team
    if role == SeatRole.OVERSIGHT:
        return [complaint.oversight_compartment, *(team if complaint.oversight_handles else [])]
    return []


def exclusions(*, complaint: Complaint, keys: Keys) -> dict:
    """Return the opened exclusion list (names, groups, employees, respondents)."""
    return open_column(complaint.exclusion_list, "list_sealed", keys.statement).json()


def free_of_conflict(*, complaint: Complaint, keys: Keys, user: User) -> bool:
    """Whether `user` may be given a seat: not excluded, not named, not above or below a respondent (R20)."""
    listed = exclusions(complaint=complaint, keys=keys)
    blocked = {UUID(i) for i in listed.get("employees", ())}
    respondents = {UUID(i) for i in listed.get("respondents", ())}
    employee = getattr(user, "employee", None)
    if employee and reporting_line_conflicts(respondents, [employee.pk]):
        return False
    return may_be_seated(user=user, blocked=blocked)


def seatable(*, complaint: Complaint, keys: Keys, role: Role, now: datetime) -> list[User]:
    """Return the holders of `role` who may be given a seat and have vault keys."""
    candidates = users_with_role(role, now).select_related("employee")
    ready = staff_keyholders(list(candidates))
    return [u for u in candidates if u.pk in ready and free_of_conflict(complaint=complaint, keys=keys, user=u)]


def hand_over(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    to: User,
    role: SeatRole = SeatRole.HANDLER,
    now: datetime,
    keep_own_seat: bool = False,
) -> Seat:
    """Give `to` the case as `role` and take it from `by` (and from every earlier handler), re-sealing what remains.

    Raises NotFreeOfConflict, NoVaultKeys, NoAccess.
    """
    keys = openable(complaint=complaint, keyring=keyring)
    if not free_of_conflict(complaint=complaint, keys=keys, user=to):
        raise NotFreeOfConflict
    new_holder = staff_keyholder(to)
    if not new_holder:
        raise NoVaultKeys
    leaving = [] if keep_own_seat else _seats_that_end(complaint, to, role)
    with transaction.atomic():
        locked = Complaint.objects.select_for_update().get(pk=complaint.pk)
        seat, _ = Seat.objects.get_or_create(complaint=locked, user=to, role=role, until=None, defaults={"since": now})
        for compartment in compartments_of_role(complaint, role):
            compartments.add_member(compartment=compartment, keyholder=new_holder, keyring=keyring, now=now)
        _end(leaving, staying=to, complaint=complaint, now=now)
        actor = staff(by, role)
        happened(complaint=locked, kind=EventKind.HANDED_OVER, by=actor, now=now)
        record(by=actor, action=Action.HANDED_OVER, subject_id=complaint.pk, facts={"to": to.pk, "role": str(role)}, now=now)
    return seat


def _seats_that_end(complaint: Complaint, to: User, role: str) -> list[Seat]:
    """When a case is assigned, the intake rota and the earlier handler leave; standby seats stay."""
    ending = TEAM_ROLES if role in TEAM_ROLES else {role}
    return list(Seat.objects.filter(complaint=complaint, until__isnull=True, role__in=ending).exclude(user=to))


def step_back(*, complaint: Complaint, keyring: Keyring, seat: Seat, by: User, now: datetime) -> None:
    """End the seat of somebody who declared a conflict, before they saw anything. The others on the rota remain.

    When nobody of the team is left, oversight takes the report over.
    """
    with transaction.atomic():
        _oversight_takes_over_if_last([seat], complaint=complaint, keyring=keyring, now=now)
        _end([seat], staying=None, complaint=complaint, now=now)
        record(by=staff(by, seat.role), action=Action.STEPPED_BACK, subject_id=complaint.pk, facts={}, now=now)


def exclude_people(*, complaint: Complaint, keyring: Keyring, names: Sequence[str], now: datetime, by: Actor = REPORTER) -> bool:
    """Add `names` to the exclusions. Whoever of them is recognised loses every seat and key at once.

    Whoever lost access is settled by that; every other name waits for somebody of the team to settle it (`services.naming`). Returns
    whether somebody lost access. Called by the reporter's pages with the receipt keyring.
    """
    keys = openable(complaint=complaint, keyring=keyring)
    recognised = {name: sorted(employees_named_in(name), key=str) for name in names}
    found = {i for ids in recognised.values() for i in ids}
    with transaction.atomic():
        row = ExclusionList.objects.select_for_update().get(complaint=complaint)
        listed = open_column(row, "list_sealed", keys.statement).json()
        seated = _employees_of(open_seats_of(complaint, found))
        listed.setdefault("names", []).extend(_as_listed(name, ids, seated, now) for name, ids in recognised.items())
        happened(complaint=complaint, kind=EventKind.EXCLUSION_ASKED, by=by, now=now)
        ended = keep_out(complaint=complaint, keyring=keyring, row=row, listed=listed, blocked=found, now=now)
        if confirms_exclusions(listed):
            happened(complaint=complaint, kind=EventKind.EXCLUSION_CONFIRMED, by=by, now=now)
        record(by=by, action=Action.EXCLUDED_SOMEBODY, subject_id=complaint.pk, facts={"lost_access": len(ended)}, now=now)
    return bool(ended)


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


def _employees_of(seats: Iterable[Seat]) -> set[UUID]:
    return {seat.user.employee.pk for seat in seats}


def keep_out(
    *, complaint: Complaint, keyring: Keyring, row: ExclusionList, listed: dict, blocked: Iterable[UUID], now: datetime
) -> set[int]:
    """Block `blocked` (directory ids) for good: their seats and keys end, and `listed` is sealed into the locked `row`.

    Returns the accounts that lost a seat. Inside the caller's transaction.
    """
    keys = openable(complaint=complaint, keyring=keyring)
    listed["employees"] = sorted({*listed.get("employees", ()), *(str(i) for i in blocked)})
    ending = open_seats_of(complaint, blocked)
    _oversight_takes_over_if_last(ending, complaint=complaint, keyring=keyring, now=now)
    _end(ending, staying=None, complaint=complaint, now=now)
    # The list is sealed to the epoch that the excluded person can't open any more. Somebody who shut themselves out knows it already:
    # then it is sealed to what they could open.
    with contextlib.suppress(NoAccess):
        keys = openable(complaint=complaint, keyring=keyring)
    row.row_version += 1
    seal_column(row, "list_sealed", listed, keys.statement.current)
    row.save(update_fields=["list_sealed", "row_version"])
    return {seat.user_id for seat in ending}


def _oversight_takes_over_if_last(ending: Iterable[Seat], *, complaint: Complaint, keyring: Keyring, now: datetime) -> None:
    """When `ending` are the last seats of the team, give what they could open to oversight before it is taken from them."""
    ending = list(ending)
    team = Seat.objects.filter(complaint=complaint, until__isnull=True, role__in=TEAM_ROLES)
    if not ending or team.exclude(pk__in=[seat.pk for seat in ending]).exists() or complaint.oversight_handles:
        return
    leaving = {seat.user_id for seat in ending}
    overseers = Seat.objects.filter(complaint=complaint, until__isnull=True, role=SeatRole.OVERSIGHT).exclude(user__in=leaving)
    for holder in staff_keyholders([seat.user for seat in overseers.select_related("user")]).values():
        compartments.add_member(compartment=complaint.statement_compartment, keyholder=holder, keyring=keyring, now=now)
        let_into(complaint.file_compartment, holder, keyring, now)
    complaint.oversight_handles = True
    Complaint.objects.filter(pk=complaint.pk).update(oversight_handles=True, updated_at=now)


def let_into(compartment: Compartment, holder: Keyholder, keyring: Keyring, now: datetime) -> None:
    """Give `holder` a compartment: with its past when `keyring` opens it, else from now on (the reporter's never opens the file)."""
    try:
        compartments.add_member(compartment=compartment, keyholder=holder, keyring=keyring, now=now)
    except NoAccess:
        compartments.let_in_from_now(compartment=compartment, keyholder=holder, now=now)


def _end(seats: Iterable[Seat], *, staying: User | None, complaint: Complaint, now: datetime) -> None:
    """End `seats` and remove their holders' keys, starting a new epoch. `staying` keeps the keys of a new seat."""
    seats = list(seats)
    if not seats:
        return
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(until=now)
    for compartment in (complaint.statement_compartment, complaint.file_compartment, complaint.oversight_compartment):
        leaving = _who_lose(compartment, seats, complaint, staying)
        if leaving:
            compartments.remove_members(compartment=compartment, keyholders=leaving, now=now)


def _who_lose(compartment: Compartment, ended: list[Seat], complaint: Complaint, staying: User | None) -> list[Keyholder]:
    still = {
        seat.user_id
        for seat in Seat.objects.filter(complaint=complaint, until__isnull=True)
        if compartment in compartments_of_role(complaint, seat.role)
    } | ({staying.pk} if staying else set())
    users = {seat.user_id for seat in ended} - still
    return [holder for holder in compartments.members(compartment) if holder.user_id in users]
