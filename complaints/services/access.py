"""Seats and keys: giving access, ending it, excluding people and handing over.

A seat without a grant opens nothing and a grant without a seat reaches nothing; both change together here. Like everything that seals,
a change is prepared first and written afterwards: `prepare_…` seals and writes nothing, `.save` runs on the locked complaint and raises
`Changed` when seats, exclusions or keys are no longer those that the change was prepared from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import SYSTEM, Actor, staff
from audit.services import record
from complaints.models import ROLES_FOR_SEAT, TEAM_ROLES, Complaint, ExclusionList, Seat, SeatRole
from complaints.selectors import IN_FORCE
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.routing import may_be_seated
from complaints.services.taking_on import given, given_up
from complaints.services.within import OF_LINKED
from complaints.signals import seats_lost
from complaints.states import EventKind
from people.lines import reporting_line_conflicts
from people.models import Role, User
from people.seating import ROLES_JUDGED, Bar, bars
from people.selectors import users_with_role
from vault.columns import open_column
from vault.errors import Changed
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.models import Compartment, Keyholder
from vault.services import compartments
from vault.services.changes import Change, apply, retried
from vault.staff import staff_keyholder, staff_keyholders


class NotFreeOfConflict(Exception):
    """The person chosen is excluded from this case or stands in a named person's reporting line."""


class MayNotBeSeated(NotFreeOfConflict):
    """The person chosen can't be given any case now (R09: no valid training). `bar`: why."""

    def __init__(self, bar: Bar):
        self.bar = bar
        super().__init__(bar.code)


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


# What was said by and to one respondent or witness: "party:<number>", opened by them and by whoever opens the file.
PARTY = "party:"


def party_compartments(complaint: Complaint) -> list[Compartment]:
    """Return the compartments of the respondents and witnesses of this case, in one order for everybody."""
    return list(Compartment.objects.filter(subject_id=complaint.pk, kind__startswith=PARTY).order_by("pk"))


def compartments_of_role(complaint: Complaint, role: str) -> list[Compartment]:
    """Return which compartments a seat of `role` opens."""
    team = [complaint.statement_compartment, complaint.file_compartment, *party_compartments(complaint)]
    if role in TEAM_ROLES:
        return team
    if role == SeatRole.OVERSIGHT:
        return [complaint.oversight_compartment, *(team if complaint.oversight_handles else [])]
    return []


def compartments_of_seat(complaint: Complaint, seat: Seat) -> list[Compartment]:
    """As `compartments_of_role`; a decision-maker who was called to decide opens what the team opens."""
    if seat.role == SeatRole.DECISION_MAKER and seat.called_at:
        return [complaint.statement_compartment, complaint.file_compartment, *party_compartments(complaint)]
    return compartments_of_role(complaint, seat.role)


def exclusions(*, complaint: Complaint, keys: Keys) -> dict:
    """Return the opened exclusion list (names, groups, employees, respondents)."""
    return open_column(ExclusionList.objects.get(complaint=complaint), "list_sealed", keys.statement).json()


def free_of_conflict(*, complaint: Complaint, keys: Keys, user: User) -> bool:
    """Whether `user` may be given a seat: not excluded, not named, not above or below a respondent, not objected to (R20)."""
    return user.pk not in barred(complaint) and _free(user, complaint, exclusions(complaint=complaint, keys=keys))


def barred(complaint: Complaint) -> set[int]:
    """The accounts somebody objected to: while oversight decides, and for good when the objection was upheld."""
    return set(Seat.objects.filter(complaint=complaint, suspended_at__isnull=False).values_list("user_id", flat=True))


def _free(user: User, complaint: Complaint, listed: Mapping) -> bool:
    if listed.get(OF_LINKED) and not Seat.objects.filter(IN_FORCE, complaint=complaint.linked_to_id, user=user).exists():
        return False
    blocked = {UUID(i) for i in listed.get("employees", ())}
    respondents = {UUID(i) for i in listed.get("respondents", ())}
    employee = getattr(user, "employee", None)
    if employee and reporting_line_conflicts(respondents, [employee.pk]):
        return False
    return may_be_seated(user=user, blocked=blocked)


def seatable(*, complaint: Complaint, keys: Keys, role: Role, now: datetime) -> list[User]:
    """Return the holders of `role` who may be given a seat, have vault keys, and are kept out by nothing else (R09)."""
    free = _free_with_keys(complaint, keys, role, now)
    stopped = bars(free, now) if role in ROLES_JUDGED else {}
    return [user for user in free if user.pk not in stopped]


def kept_out(*, complaint: Complaint, keys: Keys, role: Role, now: datetime) -> list[tuple[User, Bar]]:
    """Return the holders of `role` who could be given a seat if nothing outside the case kept them from it, and what is missing."""
    free = _free_with_keys(complaint, keys, role, now)
    stopped = bars(free, now) if role in ROLES_JUDGED else {}
    return [(user, stopped[user.pk]) for user in free if user.pk in stopped]


def _free_with_keys(complaint: Complaint, keys: Keys, role: Role, now: datetime) -> list[User]:
    candidates = users_with_role(role, now).select_related("employee")
    ready = staff_keyholders(list(candidates))
    listed, out = exclusions(complaint=complaint, keys=keys), barred(complaint)
    return [u for u in candidates if u.pk in ready and u.pk not in out and _free(u, complaint, listed)]


def require_fit(user: User, seat_role: str, now: datetime) -> None:
    """Raises MayNotBeSeated when something outside the case keeps `user` from this seat."""
    if ROLES_FOR_SEAT[seat_role] & ROLES_JUDGED and (found := bars([user], now)):
        raise MayNotBeSeated(found[user.pk])


@dataclass(repr=False, eq=False)
class AccessChange(Hidden):
    """Seats and keys that change together. `seen`: what it was prepared from; `joins`: who gets a seat, as what."""

    complaint: Complaint
    seen: tuple
    ending: list[Seat] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    joins: tuple[User, str] | None = None
    to_oversight: bool = False

    def save(self, row: Complaint, now: datetime, by: Actor = SYSTEM) -> Seat | None:
        """Write it on the locked complaint and return the new seat, if any. Raises Changed; the caller prepares again then."""
        if seen_of(row) != self.seen:
            raise Changed("seats or exclusions changed in between")
        seat = None
        if self.joins:
            user, role = self.joins
            seat, _ = Seat.objects.get_or_create(complaint=row, user=user, role=role, until=None, defaults={"since": now})
        if self.to_oversight:
            row.oversight_handles = True
            Complaint.objects.filter(pk=row.pk).update(oversight_handles=True, updated_at=now)
        Seat.objects.filter(pk__in=[seat.pk for seat in self.ending]).update(until=now)
        for change in self.changes:
            change.save()
        given_up(row, self.ending, by=by, now=now)
        return seat

    def change_of(self, compartment: Compartment) -> Change | None:
        return next((change for change in self.changes if change.compartment == compartment), None)


def as_it_stands(complaint: Complaint) -> Complaint:
    """The row and its compartments as they are now, to prepare a change from."""
    parts = ("statement_compartment", "file_compartment", "oversight_compartment")
    return Complaint.objects.select_related(*parts).get(pk=complaint.pk)


def seen_of(complaint: Complaint) -> tuple:
    """Open seats, version of the exclusions, who handles, whose compartments there are: read before anything else is."""
    seats = Seat.objects.filter(complaint=complaint, until__isnull=True).values_list("pk", flat=True)
    version = ExclusionList.objects.filter(complaint=complaint).values_list("row_version", flat=True).first()
    parties = frozenset(compartment.pk for compartment in party_compartments(complaint))
    return frozenset(seats), version, complaint.oversight_handles, parties


def _key_changes(
    complaint: Complaint,
    *,
    joining: Mapping[UUID, list[Keyholder]],
    ending: list[Seat],
    staying: User | None,
    keyring: Keyring,
    now: datetime,
) -> list[Change]:
    """What the keys of each compartment do when `ending` end and `joining` ({compartment id: keyholders}) come, in one order for all."""
    found = []
    for compartment in sorted(_parts(complaint), key=lambda each: each.pk):
        arriving, leaving = joining.get(compartment.pk, []), _who_lose(compartment, ending, complaint, staying)
        if arriving or leaving:
            change = compartments.prepare_change(compartment=compartment, joining=arriving, leaving=leaving, keyring=keyring, now=now)
            found.append(change)
    return found


def _parts(complaint: Complaint) -> list[Compartment]:
    own = [complaint.statement_compartment, complaint.file_compartment, complaint.oversight_compartment]
    return own + party_compartments(complaint)


def _who_lose(compartment: Compartment, ending: list[Seat], complaint: Complaint, staying: User | None) -> list[Keyholder]:
    gone = {seat.pk for seat in ending}
    still = {
        seat.user_id
        for seat in Seat.objects.filter(complaint=complaint, until__isnull=True).exclude(pk__in=gone)
        if compartment in compartments_of_seat(complaint, seat)
    } | ({staying.pk} if staying else set())
    users = {seat.user_id for seat in ending} - still
    return [holder for holder in compartments.members(compartment) if holder.user_id in users] if users else []


# handing over


def prepare_hand_over(
    *, complaint: Complaint, keyring: Keyring, to: User, role: str = SeatRole.HANDLER, now: datetime, keep_own_seat: bool = False
) -> AccessChange:
    """The first half of `hand_over`. Raises NotFreeOfConflict, MayNotBeSeated, NoVaultKeys, NoAccess."""
    require_fit(to, role, now)
    complaint = as_it_stands(complaint)
    seen = seen_of(complaint)
    keys = openable(complaint=complaint, keyring=keyring)
    if not free_of_conflict(complaint=complaint, keys=keys, user=to):
        raise NotFreeOfConflict
    holder = staff_keyholder(to)
    if not holder:
        raise NoVaultKeys
    ending = [] if keep_own_seat else _seats_that_end(complaint, to, role)
    joining = {compartment.pk: [holder] for compartment in compartments_of_role(complaint, role)}
    changes = _key_changes(complaint, joining=joining, ending=ending, staying=to, keyring=keyring, now=now)
    return AccessChange(complaint, seen, ending, changes, joins=(to, role))


def finish_hand_over(change: AccessChange, *, row: Complaint, by: User, now: datetime) -> Seat:
    """The second half, on the locked complaint `row`. Raises Changed."""
    actor = staff(by, change.joins[1])
    seat = change.save(row, now, actor)
    happened(complaint=row, kind=EventKind.HANDED_OVER, by=actor, now=now)
    given(row, seat, by=actor, now=now)
    record(by=actor, action=Action.HANDED_OVER, subject_id=row.pk, facts={"to": seat.user_id, "role": str(seat.role)}, now=now)
    return seat


@retried
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
    change = prepare_hand_over(complaint=complaint, keyring=keyring, to=to, role=role, now=now, keep_own_seat=keep_own_seat)
    with transaction.atomic():
        return finish_hand_over(change, row=locked(complaint), by=by, now=now)


def _seats_that_end(complaint: Complaint, to: User, role: str) -> list[Seat]:
    """When a case is assigned, the intake rota and the earlier handler leave; standby seats stay."""
    ending = TEAM_ROLES if role in TEAM_ROLES else {role}
    return list(Seat.objects.filter(complaint=complaint, until__isnull=True, role__in=ending).exclude(user=to))


# stepping back


def prepare_step_back(*, complaint: Complaint, keyring: Keyring, seat: Seat, now: datetime) -> AccessChange:
    """End the seat of somebody who declared a conflict, before they saw anything. The others on the rota remain.

    When nobody of the team is left, oversight takes the report over.
    """
    complaint = as_it_stands(complaint)
    seen = seen_of(complaint)
    return ended(complaint, seen, [seat], keyring, now)


def finish_step_back(change: AccessChange, *, row: Complaint, by: User, now: datetime) -> None:
    """The second half, on the locked complaint `row`. Raises Changed."""
    seats_lost.send(sender=AccessChange, complaint=row, users={by.pk}, now=now)
    change.save(row, now)
    record(by=staff(by, change.ending[0].role), action=Action.STEPPED_BACK, subject_id=row.pk, facts={}, now=now)


def ended(complaint: Complaint, seen: tuple, ending: list[Seat], keyring: Keyring, now: datetime) -> AccessChange:
    """End `ending`; when they are the last seats of the team, give what they could open to oversight before it is taken from them."""
    taking_over = _oversight_that_takes_over(ending, complaint)
    joining = {}
    if taking_over is not None:
        # From here on the seats of oversight open the team's compartments.
        complaint.oversight_handles = True
        team = (complaint.statement_compartment, complaint.file_compartment, *party_compartments(complaint))
        joining = {part.pk: taking_over for part in team}
    changes = _key_changes(complaint, joining=joining, ending=ending, staying=None, keyring=keyring, now=now)
    return AccessChange(complaint, seen, ending, changes, to_oversight=taking_over is not None)


def _oversight_that_takes_over(ending: list[Seat], complaint: Complaint) -> list[Keyholder] | None:
    """Who takes the report over when `ending` leave nobody of the team; None while somebody is left or oversight handles it already."""
    team = Seat.objects.filter(IN_FORCE, complaint=complaint, role__in=TEAM_ROLES)
    if not ending or team.exclude(pk__in=[seat.pk for seat in ending]).exists() or complaint.oversight_handles:
        return None
    leaving = {seat.user_id for seat in ending}
    overseers = Seat.objects.filter(IN_FORCE, complaint=complaint, role=SeatRole.OVERSIGHT).exclude(user__in=leaving)
    return list(staff_keyholders([seat.user for seat in overseers.select_related("user")]).values())


def let_into(compartment: Compartment, holder: Keyholder, keyring: Keyring, now: datetime) -> None:
    """Give `holder` a compartment: with its past when `keyring` opens it, else from now on (the reporter's never opens the file)."""

    def prepare() -> Change:
        fresh = Compartment.objects.get(pk=compartment.pk)
        return compartments.prepare_change(compartment=fresh, joining=[holder], keyring=keyring, now=now)

    apply(prepare)
    compartment.refresh_from_db(fields=["epoch"])
