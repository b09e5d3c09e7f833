"""When somebody may not sit in a case any more: the role ended, the account was closed, the last day came.

Two halves, because the first one may run in the worker, which holds no key (Q7). `end_seats_without_right` ends the seats at once, calls a
successor and marks the case. `put_in_order` is the second half: the next person who opens the case with a key of their own gives called
people their keys and starts new epochs without those who left.

The successor is called from the seats that are there: nobody can be chosen anew without opening the list of excluded people. So the
rest of the team goes on; without one, oversight's seats, which were chosen free of conflict at filing, take over.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import receiver

from audit.actions import Action
from audit.actors import SYSTEM
from audit.services import Line, record_many
from complaints.models import ROLES_FOR_SEAT, TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.selectors import open_seats, resting_seats
from complaints.services.access import Keys, compartments_of_seat, free_of_conflict, let_into, openable, party_compartments
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.routing import STANDBY_SIZE, draw
from complaints.services.taking_on import given_up
from complaints.services.telling import tell, tell_team
from complaints.signals import seats_lost
from complaints.states import ENDED, EventKind, State
from notices.services import owe_many
from people.models import Role, User
from people.seating import ROLES_JUDGED, bars
from people.selectors import users_with_any_role, users_with_role
from people.signals import roles_ended
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.models import Compartment, Keyholder
from vault.services import compartments
from vault.staff import staff_keyholders

# Where these seats are empty, the next opener fills them again: without them nothing would climb.
STANDBY = {SeatRole.DECISION_MAKER: Role.DECISION_MAKER, SeatRole.OVERSIGHT: Role.OVERSIGHT}


@receiver(roles_ended)
def _roles_ended(sender, users: list[int], now: datetime, **kwargs) -> None:
    end_seats_without_right(now=now, users=users)


@receiver(seats_lost)
def _linked_reports_too(sender, complaint: Complaint, users: Iterable[int], now: datetime, employees: Iterable = (), **kwargs) -> None:
    """Whoever may not read a report may not read what is linked to it either (R34): its writer can't know who is kept out."""
    who = Q(user__in=users) | Q(user__employee__in=employees)
    for linked in Complaint.objects.filter(linked_to=complaint).order_by("pk"):
        row = locked(linked)
        if ending := list(Seat.objects.filter(who, complaint=row, until__isnull=True).select_related("user")):
            end_seats(complaint=row, seats=ending, now=now)
        _linked_reports_too(sender, row, users, now, employees)


def end_seats_without_right(*, now: datetime, users: Iterable[int] | None = None) -> int:
    """End every open seat (of `users`, ids, when given) whose holder has not the role for it any more. Returns how many.

    Needs no key. Each case is a transaction of its own unless the caller holds one; running twice changes nothing.
    """
    found = seats_without_right(now)
    if users is not None:
        found = found.filter(user_id__in=list(users))
    return sum(_end_in_case(pk, now, users) for pk in found.order_by().values_list("complaint_id", flat=True).distinct())


def seats_without_right(now: datetime) -> QuerySet[Seat]:
    """Open seats whose holder does not hold a role that the seat needs at `now`."""
    wrong = Q(pk__in=[])
    for seat_role, roles in ROLES_FOR_SEAT.items():
        wrong |= Q(role=seat_role) & ~Q(user__in=users_with_any_role(roles, now))
    return Seat.objects.filter(wrong, until__isnull=True)


def _end_in_case(complaint_id, now: datetime, users) -> int:
    with transaction.atomic():
        complaint = locked(Complaint(pk=complaint_id))
        ending = seats_without_right(now).filter(complaint=complaint)
        ending = list(ending.filter(user_id__in=list(users)) if users is not None else ending)
        end_seats(complaint=complaint, seats=ending, now=now)
    return len(ending)


def end_seats(*, complaint: Complaint, seats: list[Seat], now: datetime) -> None:
    """End `seats` without any key, inside the transaction that holds the lock of `complaint`; keys follow when somebody opens the case."""
    Seat.objects.filter(pk__in=[seat.pk for seat in seats], until__isnull=True).update(until=now)
    if seats:
        Complaint.objects.filter(pk=complaint.pk).update(keys_due=True)
        given_up(complaint, seats, by=SYSTEM, now=now)
        _call_successor(complaint, seats, now)
    _recorded(complaint, Action.UNSEATED, seats, now)


def _recorded(complaint: Complaint, action: Action, seats: Iterable[Seat], now: datetime) -> None:
    lines = [Line(SYSTEM, action, complaint.pk, "seat", None, {"user": seat.user_id, "role": seat.role}) for seat in seats]
    record_many(lines, now=now)


def _call_successor(complaint: Complaint, ended: list[Seat], now: datetime) -> None:
    """Say that somebody left, and to whom the case falls now. A standby seat that ended is filled when somebody opens the case."""
    if complaint.state in ENDED or complaint.state == State.PRIVATE:
        return
    works = TEAM_ROLES | ({SeatRole.OVERSIGHT} if complaint.oversight_handles else set())
    if not any(seat.role in works for seat in ended):
        return
    happened(complaint=complaint, kind=EventKind.ACCESS_ENDED, by=SYSTEM, now=now)
    about = f"left:{complaint.pk}:{now.isoformat()}"
    if open_seats(complaint, *TEAM_ROLES).exists():
        tell_team(complaint=complaint, about=about, now=now)
        return
    if not complaint.oversight_handles:
        Complaint.objects.filter(pk=complaint.pk).update(oversight_handles=True)
        happened(complaint=complaint, kind=EventKind.OVERSIGHT_CALLED, by=SYSTEM, now=now)
    if not tell(complaint=complaint, seats=open_seats(complaint, SeatRole.OVERSIGHT), template="oversight", about=about, now=now):
        _tell_administrators(about, now)


def _tell_administrators(about: str, now: datetime) -> None:
    """No seat is left at all: `manage.py recover` is the way, and whoever runs the portal must know."""
    admins = users_with_role(Role.SYSTEM_ADMIN, now)
    owe_many([{"key": f"system:{about}:{admin.pk}", "recipient": admin, "template": "system"} for admin in admins], now=now)


def put_in_order(*, complaint: Complaint, keyring: Keyring, now: datetime) -> bool:
    """Do what a departure left to do, as far as `keyring` (reporter's, colleague's, recovery key's) can. Returns whether it is done.

    Called outside any transaction: each change of keys is short and repeatable, and seats come after the keys.
    """
    try:
        keys = openable(complaint=complaint, keyring=keyring)
    except NoAccess:
        return False
    if keys.statement is None:
        return False
    filled = [] if complaint.state in ENDED else _fill_standby(complaint, keys, now)
    waiting = _let_called_in(complaint, keys, keyring, now)
    for compartment in _compartments(complaint):
        _without_leavers(compartment, complaint, now)
    done = not waiting and filled is not None
    if done:
        Complaint.objects.filter(pk=complaint.pk).update(keys_due=False)
        complaint.keys_due = False
    return done


def hand_back(*, user: User, keyring: Keyring, now: datetime) -> None:
    """Whoever lost their seats but not yet their keys gives the file to those who go on, without seeing it, and loses them.

    Otherwise what only they could open would be lost with them: the reporter's code opens no file. Called when they open their own work.
    """
    mine = Seat.objects.filter(user=user)
    left = mine.filter(until__isnull=False).exclude(complaint__in=mine.filter(until__isnull=True).values("complaint_id"))
    for complaint in Complaint.objects.filter(keys_due=True, pk__in=left.values("complaint_id")):
        put_in_order(complaint=complaint, keyring=keyring, now=now)


def _compartments(complaint: Complaint) -> list[Compartment]:
    kept = (complaint.statement_compartment, complaint.file_compartment, complaint.oversight_compartment)
    return [Compartment.objects.get(pk=each.pk) for each in kept if each] + party_compartments(complaint)


def _fill_standby(complaint: Complaint, keys: Keys, now: datetime) -> list[Seat] | None:
    """Seat somebody free of conflict where a standby role is empty. None when nobody can be found for one of them."""
    made, complete = [], True
    for seat_role, role in STANDBY.items():
        wanted = seat_role == SeatRole.OVERSIGHT or Seat.objects.filter(complaint=complaint, role=seat_role).exists()
        if not wanted or complaint.state == State.PRIVATE or open_seats(complaint, seat_role).exists():
            continue
        candidates = list(users_with_role(role, now).select_related("employee"))
        ready = staff_keyholders(candidates)
        barred = bars(candidates, now) if role in ROLES_JUDGED else {}
        fit = [u for u in candidates if u.pk in ready and u.pk not in barred]
        free = [u for u in fit if free_of_conflict(complaint=complaint, keys=keys, user=u)]
        chosen = draw(free, STANDBY_SIZE)
        complete = complete and bool(chosen)
        made += _seat(complaint, chosen, seat_role, now)
    return made if complete else None


def _seat(complaint: Complaint, users: list[User], role: str, now: datetime) -> list[Seat]:
    with transaction.atomic():
        row = locked(complaint)
        if open_seats(row, role).exists():
            return []
        seats = Seat.objects.bulk_create([Seat(complaint=row, user=user, role=role, since=now) for user in users])
        if role == SeatRole.OVERSIGHT:
            tell(complaint=row, seats=seats, template="oversight", about=f"called:{now.isoformat()}", now=now)
        _recorded(row, Action.SEATED, seats, now)
    return seats


def _let_called_in(complaint: Complaint, keys: Keys, keyring: Keyring, now: datetime) -> list[Seat]:
    """Give their keys to overseers, and decision-makers, who were called in. Returns the seats whose holders still have none.

    Somebody who made a new key after forgetting the passphrase is not let in by the way: a colleague says so on purpose (`restoring`).
    """
    waiting = []
    called = [seat for seat in open_seats(complaint, SeatRole.DECISION_MAKER) if seat.called_at]
    for seat in [*open_seats(complaint, SeatRole.OVERSIGHT), *called]:
        holder = staff_keyholders([seat.user]).get(seat.user_id)
        if holder is None or not free_of_conflict(complaint=complaint, keys=keys, user=seat.user) or _replaced_since(seat):
            waiting.append(seat)
            continue
        missing = [
            compartment
            for compartment in compartments_of_seat(complaint, seat)
            if not compartments.members(compartment).filter(pk=holder.pk).exists()
        ]
        if missing and seat.role == SeatRole.DECISION_MAKER and keys.file is None:
            # Whoever decides must read what is there already; only somebody of the team can give them that.
            waiting.append(seat)
            continue
        for compartment in missing:
            let_into(compartment, holder, keyring, now)
    return waiting


def _replaced_since(seat: Seat) -> bool:
    return Keyholder.objects.filter(kind=Keyholder.Kind.STAFF, user=seat.user_id, retired_at__gt=seat.since).exists()


def _without_leavers(compartment: Compartment, complaint: Complaint, now: datetime) -> None:
    """A new epoch without staff who have no seat for it any more. Skipped while it would leave nobody to open the compartment."""
    seats = [*open_seats(complaint), *resting_seats(complaint)]
    seated = {seat.user_id for seat in seats if compartment in compartments_of_seat(complaint, seat)}
    present = list(compartments.members(compartment))
    leaving = [holder for holder in present if holder.user_id and holder.user_id not in seated]
    if leaving and len(leaving) < len(present):
        compartments.remove_members(compartment=compartment, keyholders=leaving, now=now)
