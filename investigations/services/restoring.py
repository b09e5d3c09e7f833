"""Letting a colleague in again who forgot the vault passphrase and made a new key."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.dispatch import receiver

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Seat
from complaints.permissions import working_seat
from complaints.services.access import compartments_of_role, free_of_conflict
from complaints.services.changing import locked
from investigations.selectors import WORKING, cases_worked_by, team_seats
from investigations.selectors_regrant import Regrant, waiting_for_access
from investigations.services.reading import team_keys
from notices.services import owe
from people.models import User
from people.signals import keys_replaced
from vault.errors import Changed
from vault.keyring import Keyring
from vault.models import Compartment
from vault.services import compartments
from vault.services.changes import retried


class NothingToRestore(Exception):
    """This colleague does not wait for access to this case."""


@retried
def restore(*, complaint: Complaint, keyring: Keyring, by: User, user_id: int, now: datetime) -> None:
    """Seal the case to the colleague's new key and end the old one. Raises NothingToRestore, NoAccess.

    Only for somebody who still sits in the case and is free of conflict: a seat is judged again, not taken for granted.
    """
    waiting = _waiting(by, complaint, user_id)
    keys = team_keys(complaint=complaint, keyring=keyring)
    if not free_of_conflict(complaint=complaint, keys=keys, user=waiting.user):
        raise NothingToRestore
    seats = list(Seat.objects.filter(WORKING, complaint=complaint, user_id=user_id, until__isnull=True))
    own = working_seat(by, complaint)
    mine = {c.pk for c in compartments_of_role(complaint, own.role)}
    opened = {c.pk: c for seat in seats for c in compartments_of_role(complaint, seat.role) if c.pk in mine}
    changes = [
        compartments.prepare_change(
            compartment=Compartment.objects.get(pk=pk), joining=[waiting.new], leaving=[waiting.old], keyring=keyring, now=now
        )
        for pk in sorted(opened)
    ]
    with transaction.atomic():
        row = locked(complaint)
        if set(Seat.objects.filter(pk__in=[seat.pk for seat in seats], until__isnull=True)) != set(seats):
            raise Changed("a seat ended in between")
        for change in changes:
            change.save()
        record(by=staff(by, own.role), action=Action.ACCESS_RESTORED, subject_id=row.pk, facts={"to": user_id}, now=now)


def _waiting(by: User, complaint: Complaint, user_id: int) -> Regrant:
    for each in waiting_for_access(by):
        if each.complaint.pk == complaint.pk and each.user.pk == user_id:
            return each
    raise NothingToRestore


@receiver(keys_replaced)
def ask_colleagues(sender, user: User, keyholder_id: UUID, now: datetime, **kwargs) -> None:
    """Tell whoever shares a case with `user` that access has to be restored."""
    asked: set[int] = set()
    for complaint in cases_worked_by(user):
        for seat in team_seats(complaint):
            if seat.user_id != user.pk and seat.user_id not in asked:
                asked.add(seat.user_id)
                owe(
                    key=f"regrant:{keyholder_id}:{seat.user_id}",
                    recipient=seat.user,
                    template="regrant",
                    about_kind="",
                    about_id=None,
                    now=now,
                )
