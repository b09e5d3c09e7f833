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
from complaints.services.access import Keys, finish_hand_over, openable, prepare_hand_over, seatable
from complaints.services.access import kept_out as barred
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.telling import tell
from complaints.states import ENDED, EventKind
from investigations.services import wishes
from investigations.services.handing_over import ROLES_THAT_HANDLE
from people.models import User
from people.seating import Bar
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.services.changes import retried


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


def _keys_of_own(complaint: Complaint, keyring: Keyring) -> Keys | None:
    """The keys of an open case that oversight itself handles; None where there is nothing to give away or `keyring` opens nothing."""
    if not complaint.oversight_handles or complaint.state in ENDED:
        return None
    try:
        keys = openable(complaint=complaint, keyring=keyring)
    except NoAccess:
        return None
    return keys if keys.statement is not None else None


def kept_out(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[tuple[User, Bar]]:
    """Who can't be given a case that oversight handles, and what is missing (R09); nobody where `keyring` opens nothing."""
    keys = _keys_of_own(complaint, keyring)
    if keys is None:
        return []
    found = {}
    for role in ROLES_THAT_HANDLE:
        found |= {user.pk: (user, bar) for user, bar in barred(complaint=complaint, keys=keys, role=role, now=now)}
    return sorted(found.values(), key=lambda each: each[0].display_name)


def candidates(*, complaint: Complaint, keyring: Keyring, by: User, now: datetime) -> list[User]:
    """Who could take the case, if `keyring` opens it (a case that oversight itself handles); nobody otherwise."""
    keys = _keys_of_own(complaint, keyring)
    if keys is None:
        return []
    found = {
        user.pk: user
        for role in ROLES_THAT_HANDLE
        for user in seatable(complaint=complaint, keys=keys, role=role, now=now)
        if user.pk != by.pk
    }
    by_name = sorted(found.values(), key=lambda user: user.display_name)
    return wishes.in_order(by_name, wishes.wish_of(complaint=complaint, keyring=keyring))


@retried
def reassign(*, complaint: Complaint, keyring: Keyring, by: User, to: User, token: str, now: datetime, why_not_wished: str = "") -> None:
    """Give a case that oversight handles to `to` as its handler.

    `why_not_wished`: what the reporter reads when `to` is not whom they asked to speak to.
    Raises NotOverseen, CaseEnded, NeedsExplanation, NotFreeOfConflict, NoVaultKeys, NoAccess; nothing is written then.
    """
    if not may_oversee(by, complaint):
        raise NotOverseen
    if complaint.state in ENDED:
        raise CaseEnded
    reach = {"complaint": complaint, "keyring": keyring, "by": by, "role": SeatRole.OVERSIGHT, "now": now}
    explained = wishes.explained(**reach, to=to, reason=why_not_wished, token=token)
    change = prepare_hand_over(complaint=complaint, keyring=keyring, to=to, role=SeatRole.HANDLER, now=now, keep_own_seat=True)
    with transaction.atomic():
        row = locked(complaint)
        if explained:
            # Before the keys change: it is sealed to the epoch that ends here, and whoever takes over reads it.
            explained.save(row, now)
        finish_hand_over(change, row=row, by=by, now=now)
