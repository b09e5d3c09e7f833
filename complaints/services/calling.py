"""Giving somebody a seat beside the team: a second reader, or a decision-maker who is called to decide (R20, R32).

Nobody who works on the case loses anything by it; whoever comes reads what the team reads.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Seat, SeatRole
from complaints.services.access import (
    AccessChange,
    NotFreeOfConflict,
    NoVaultKeys,
    as_it_stands,
    free_of_conflict,
    openable,
    party_compartments,
    require_fit,
    seen_of,
)
from complaints.services.telling import tell
from people.models import User
from vault.errors import NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.models import Compartment
from vault.services import compartments
from vault.staff import staff_keyholder


@dataclass(repr=False, eq=False)
class Call(Hidden):
    """A seat with its keys that is not written yet."""

    complaint: Complaint
    change: AccessChange

    def save(self, row: Complaint, *, by: User, role: str, now: datetime) -> Seat:
        """Write it on the locked complaint. Raises Changed when seats, exclusions or keys are others by now."""
        seat = self.change.save(row, now)
        if seat.role == SeatRole.DECISION_MAKER and seat.called_at is None:
            seat.called_at = now
            seat.save(update_fields=["called_at"])
        tell(complaint=row, seats=[seat], template="new_item", about=f"called:{seat.pk}:{now.isoformat()}", now=now)
        facts = {"user": seat.user_id, "role": str(seat.role)}
        record(by=staff(by, role), action=Action.SEATED, subject_id=row.pk, object_kind="seat", facts=facts, now=now)
        return seat


def prepare_call(
    *, complaint: Complaint, keyring: Keyring, to: User, seat_role: str, more: Iterable[Compartment] = (), now: datetime
) -> Call:
    """Seal what the team reads to `to`. `more`: compartments that come with it, as far as `keyring` opens them.

    Raises NotFreeOfConflict, MayNotBeSeated, NoVaultKeys, NoAccess.
    """
    require_fit(to, seat_role, now)
    complaint = as_it_stands(complaint)
    seen = seen_of(complaint)
    keys = openable(complaint=complaint, keyring=keyring)
    if keys.statement is None or keys.file is None:
        raise NoAccess("no key for this case")
    if not free_of_conflict(complaint=complaint, keys=keys, user=to):
        raise NotFreeOfConflict
    holder = staff_keyholder(to)
    if not holder:
        raise NoVaultKeys
    parts = {part.pk: part for part in (complaint.statement_compartment, complaint.file_compartment)}
    parts |= {part.pk: part for part in (*party_compartments(complaint), *more) if _opens(part, keyring)}
    changes = [compartments.prepare_change(compartment=parts[pk], joining=[holder], keyring=keyring, now=now) for pk in sorted(parts)]
    return Call(complaint, AccessChange(complaint, seen, [], changes, joins=(to, seat_role)))


def _opens(compartment: Compartment, keyring: Keyring) -> bool:
    try:
        compartments.open_keys(compartment=compartment, keyring=keyring)
    except NoAccess:
        return False
    return True
