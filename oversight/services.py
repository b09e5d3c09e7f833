"""What oversight does about a case that stands still. Answering the reporter is `complaints.services.escalation`."""

from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.clock_selectors import called_in_at
from complaints.models import Complaint, SeatRole
from complaints.permissions import may_oversee
from complaints.selectors import responsible_seats
from complaints.services.access import hand_over, openable, seatable
from complaints.services.events import happened
from complaints.services.telling import tell
from complaints.states import ENDED, EventKind
from people.models import Role, User
from vault.errors import NoAccess
from vault.keyring import Keyring


class NotOverseen(Exception):
    """The user has no oversight seat in this complaint (any more)."""


class AskedAlready(Exception):
    """Oversight has asked for this case to be handed over, and it has not been handed over yet."""


class CaseEnded(Exception):
    """A closed case is not handed over."""


def call_in(*, complaint: Complaint, by: User, now: datetime) -> None:
    """Ask whoever holds the case to hand it to somebody else. The reporter sees that oversight asked.

    Oversight holds no key to a report that was not routed to it, so only somebody who does can re-seal it; until then the case page says so
    on every visit. Raises NotOverseen, AskedAlready, CaseEnded.
    """
    actor = staff(by, SeatRole.OVERSIGHT)
    with transaction.atomic():
        row = Complaint.objects.select_for_update().get(pk=complaint.pk)
        if not may_oversee(by, row):
            raise NotOverseen
        if row.state in ENDED:
            raise CaseEnded
        if called_in_at(row):
            raise AskedAlready
        fact = happened(complaint=row, kind=EventKind.CALLED_IN, by=actor, now=now)
        tell(complaint=row, seats=responsible_seats(row), template="update", about=f"called-in:{fact.pk}", now=now)
        record(by=actor, action=Action.CALLED_IN, subject_id=row.pk, now=now)


def candidates(*, complaint: Complaint, keyring: Keyring, by: User, now: datetime) -> list[User]:
    """Who could take the case, if `keyring` opens it (a case that oversight itself handles); nobody otherwise."""
    if not complaint.oversight_handles or complaint.state in ENDED:
        return []
    try:
        keys = openable(complaint=complaint, keyring=keyring)
    except NoAccess:
        return []
    if keys.statement is None:
        return []
    found = {
        user.pk: user
        for role in (Role.INVESTIGATOR, Role.INTAKE_OFFICER)
        for user in seatable(complaint=complaint, keys=keys, role=role, now=now)
        if user.pk != by.pk
    }
    return sorted(found.values(), key=lambda user: user.display_name)


def reassign(*, complaint: Complaint, keyring: Keyring, by: User, to: User, now: datetime) -> None:
    """Give a case that oversight handles to `to` as its handler.

    Raises NotOverseen, CaseEnded, NotFreeOfConflict, NoVaultKeys, NoAccess.
    """
    if not may_oversee(by, complaint):
        raise NotOverseen
    if complaint.state in ENDED:
        raise CaseEnded
    hand_over(complaint=complaint, keyring=keyring, by=by, to=to, role=SeatRole.HANDLER, now=now, keep_own_seat=True)
