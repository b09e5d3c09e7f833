"""Handing a case to somebody else (C6)."""

from datetime import datetime

from django.db import transaction

from complaints.models import Complaint, SeatRole
from complaints.selectors import open_seats
from complaints.services import access, messages
from complaints.services.changing import locked
from complaints.services.telling import tell
from investigations.services import wishes
from investigations.services.tasks import prepare_note
from people.models import Role, User
from people.seating import Bar
from vault.keyring import Keyring
from vault.services.changes import retried

ROLES_THAT_HANDLE = (Role.INVESTIGATOR, Role.INTAKE_OFFICER, Role.EXTERNAL_INVESTIGATOR)


class NeedsReason(Exception):
    """Handing over needs a reason for the file and a sentence for the reporter."""


def possible_handlers(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[User]:
    """Who may be given the case: investigators, then intake officers; nobody excluded, named or in a respondent's line."""
    keys = access.openable(complaint=complaint, keyring=keyring)
    found: dict[int, User] = {}
    for role in ROLES_THAT_HANDLE:
        for user in access.seatable(complaint=complaint, keys=keys, role=role, now=now):
            found.setdefault(user.pk, user)
    return wishes.in_order(list(found.values()), wishes.wish_of(complaint=complaint, keyring=keyring))


def kept_out(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[tuple[User, Bar]]:
    """Who of them can't be given the case now, and what is missing (R09), for the page."""
    keys = access.openable(complaint=complaint, keyring=keyring)
    found = {}
    for role in ROLES_THAT_HANDLE:
        found |= {user.pk: (user, bar) for user, bar in access.kept_out(complaint=complaint, keys=keys, role=role, now=now)}
    return sorted(found.values(), key=lambda each: each[0].display_name)


@retried
def hand_over(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    to: User,
    reason: str,
    told: str,
    token: str,
    now: datetime,
    why_not_wished: str = "",
) -> None:
    """Give the case to `to`: reason into the file, `told` to the reporter, then every key of the team that leaves ends.

    `why_not_wished`: what the reporter reads when `to` is not whom they asked to speak to.
    Raises NeedsReason, NeedsExplanation, NotFreeOfConflict, NoVaultKeys, NoAccess. Nothing is written when one of them is raised.
    """
    if not reason.strip() or not told.strip():
        raise NeedsReason
    note = prepare_note(complaint=complaint, keyring=keyring, by=by, text=reason, now=now)
    message = messages.prepare_to_reporter(
        complaint=complaint, keyring=keyring, by=by, role=role, text=told, purpose="notice", token=token, now=now
    )
    reach = {"complaint": complaint, "keyring": keyring, "by": by, "role": role, "now": now}
    explained = wishes.explained(**reach, to=to, reason=why_not_wished, token=token)
    change = access.prepare_hand_over(complaint=complaint, keyring=keyring, to=to, now=now)
    with transaction.atomic():
        row = locked(complaint)
        # The words first: they are sealed to the epoch that ends with the handing over, and whoever takes over reads it.
        note.save(role, now)
        message.save(row, now)
        if explained:
            explained.save(row, now)
        access.finish_hand_over(change, row=row, by=by, now=now)
        seats = open_seats(row, SeatRole.HANDLER).filter(user=to)
        tell(complaint=row, seats=seats, template="new_item", about=f"handover:{token}", now=now)
