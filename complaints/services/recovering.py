"""The recovery ceremony: the key from the safe lets named people into a case to which nobody at work holds a key any more.

The key bypasses nobody's exclusion: it opens the list of people who must never see the case, and whoever is on it, or stands in a named
person's line, is refused. The reporter sees who was let in, beside the openings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from audit.actions import Action
from audit.actors import SYSTEM
from audit.services import record
from complaints.models import ROLES_FOR_SEAT, TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.selectors import open_seats
from complaints.services import leaving
from complaints.services.access import compartments_of_role, free_of_conflict, let_into, openable
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.telling import tell
from complaints.states import EventKind, State
from people.models import User
from people.selectors import roles_of
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.models import Grant
from vault.staff import staff_keyholder


class Refusal(StrEnum):
    """Why somebody can't be let in."""

    NO_ROLE = "no_role"
    NO_KEYS = "no_keys"
    CONFLICT = "conflict"


class Refused(Exception):
    """Nothing was changed. `user` can't be let in, for `reason`."""

    def __init__(self, user: User, reason: Refusal):
        super().__init__(str(reason))
        self.user, self.reason = user, reason


class NotSealedToIt(Exception):
    """The recovery key does not open this case: it is kept private, or was filed under another recovery key, or was destroyed."""


@dataclass(frozen=True)
class LetIn:
    user: User
    role: str


def recover(*, complaint: Complaint, keyring: Keyring, users: Sequence[User], now: datetime) -> list[LetIn]:
    """Let `users` into `complaint` with the recovery `keyring`: into the seat they have, else as handlers or oversight by their role.

    All of them or nobody. Raises Refused, NotSealedToIt. Call it outside any transaction.
    """
    try:
        keys = openable(complaint=complaint, keyring=keyring)
    except NoAccess:
        raise NotSealedToIt from None
    if complaint.state == State.PRIVATE or keys.statement is None:
        raise NotSealedToIt
    chosen = [(user, _role_for(user, complaint, now)) for user in users]
    for user, _ in chosen:
        if staff_keyholder(user) is None:
            raise Refused(user, Refusal.NO_KEYS)
        if not free_of_conflict(complaint=complaint, keys=keys, user=user):
            raise Refused(user, Refusal.CONFLICT)
    done = [_let_in(complaint, keyring, user, role, now) for user, role in chosen]
    leaving.put_in_order(complaint=complaint, keyring=keyring, now=now)
    return done


def _role_for(user: User, complaint: Complaint, now: datetime) -> str:
    """The seat from which `user` will work. Raises Refused when no role of theirs fits one."""
    roles = roles_of(user, now)
    sits = {seat.role for seat in open_seats(complaint) if seat.user_id == user.pk}
    for role in (SeatRole.HANDLER, SeatRole.INTAKE, SeatRole.OVERSIGHT):
        if role in sits and roles & ROLES_FOR_SEAT[role]:
            return role
    for role in (SeatRole.HANDLER, SeatRole.OVERSIGHT):
        if roles & ROLES_FOR_SEAT[role]:
            return role
    raise Refused(user, Refusal.NO_ROLE)


def _let_in(complaint: Complaint, keyring: Keyring, user: User, role: str, now: datetime) -> LetIn:
    # Keys first: without a seat nobody reaches the case yet, and giving a key twice changes nothing.
    if role == SeatRole.OVERSIGHT and not open_seats(complaint, *TEAM_ROLES).exists():
        Complaint.objects.filter(pk=complaint.pk).update(oversight_handles=True)
        complaint.oversight_handles = True
    holder = staff_keyholder(user)
    for compartment in compartments_of_role(complaint, role):
        let_into(compartment, holder, keyring, now)
    with transaction.atomic():
        row = locked(complaint)
        seat, made = Seat.objects.get_or_create(complaint=row, user=user, role=role, until=None, defaults={"since": now})
        if made:
            happened(complaint=row, kind=EventKind.HANDED_OVER, by=SYSTEM, now=now)
        tell(complaint=row, seats=[seat], template="new_item", about=f"recovered:{row.pk}:{now.isoformat()}", now=now)
        record(by=SYSTEM, action=Action.RECOVERY_KEY_USED, subject_id=row.pk, facts={"to": user.pk, "role": role}, now=now)
    return LetIn(user, role)


def cases_nobody_opens() -> QuerySet[Complaint]:
    """Cases at work (not private, not destroyed) whose statement no staff key in use opens: what the ceremony is for."""
    readable = Grant.objects.filter(
        compartment=OuterRef("statement_compartment"),
        epoch=F("compartment__epoch"),
        keyholder__kind="staff",
        keyholder__retired_at__isnull=True,
        keyholder__user__seats__complaint=OuterRef("pk"),
        keyholder__user__seats__until__isnull=True,
    )
    return Complaint.objects.exclude(state=State.PRIVATE).filter(~Exists(readable)).order_by("received_at")
