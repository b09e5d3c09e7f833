"""Into aftercare, and the end of a case: never before the first check, never silently over a promise, never by withdrawal alone (T2)."""

from datetime import datetime

from django.db import transaction

from audit.actors import staff
from complaints.models import Complaint
from complaints.services import messages
from complaints.services.access import ChangedMeanwhile
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.state import StepNotAllowed, move
from complaints.states import STEPS, EventKind, State
from investigations import selectors_aftercare as read
from investigations.models import Investigation
from investigations.services import back_pay
from investigations.services.investigating import begin
from investigations.services.reading import team_keys
from investigations.services.tasks import prepare_note
from people.models import User
from vault.keyring import Keyring
from vault.services.changes import retried


class FirstCheckMissing(Exception):
    """The first check with the reporter was not made."""


class NeedsReason(Exception):
    """Something is still owed: closing all the same needs a written reason."""


class NeedsWords(Exception):
    """The reporter is told in words that and why it ends."""


class DangerToOthers(Exception):
    """Somebody else is in danger or a law makes us act: the reporter's withdrawal does not end that."""


class BackPayOpen(Exception):
    """A suspension without pay was not settled yet (R23)."""


class StillToCarryOut(Exception):
    """Something that was decided is not carried out yet."""


def begin_aftercare(*, complaint: Complaint, by: User, role: str, now: datetime) -> Complaint:
    """From a decision, a referral or no case into aftercare. Raises StillToCarryOut, StepNotAllowed."""
    with transaction.atomic():
        row = locked(complaint)
        if State.AFTERCARE not in STEPS[row.state]:
            raise StepNotAllowed
        if read.to_carry_out(row):
            raise StillToCarryOut
        return move(complaint=row, to=State.AFTERCARE, by=staff(by, role), now=now)


@retried
def close(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    told: str,
    reason: str,
    danger_remains: bool,
    version: int,
    token: str,
    now: datetime,
) -> Complaint:
    """Close the case and tell the reporter. `reason`, for the file, is needed while anything is owed and after a withdrawal.

    `danger_remains`: others are in danger or the law makes us act; a withdrawn report is then not closed. `version`: the row version that
    was seen. Raises NeedsWords, ChangedMeanwhile, FirstCheckMissing, DangerToOthers, NeedsReason, BackPayOpen, StepNotAllowed, NoAccess.
    """
    if not told.strip():
        raise NeedsWords
    if back_pay.any_open(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring).statement):
        raise BackPayOpen
    actor = staff(by, role)
    note = prepare_note(complaint=complaint, keyring=keyring, by=by, text=reason, now=now) if reason.strip() else None
    message = messages.prepare_to_reporter(
        complaint=complaint, keyring=keyring, by=by, role=role, text=told, purpose="notice", token=token, now=now
    )
    with transaction.atomic():
        row = locked(complaint)
        if row.row_version != version:
            raise ChangedMeanwhile
        _require_ripe(row, danger_remains=danger_remains, has_reason=note is not None, now=now)
        message.save(row, now)
        row = move(complaint=row, to=State.CLOSED, by=actor, now=now)
        happened(complaint=row, kind=EventKind.CASE_CLOSED, by=actor, now=now)
        if note:
            note.save(role, now)
    return row


def _require_ripe(row: Complaint, *, danger_remains: bool, has_reason: bool, now: datetime) -> None:
    if row.state not in (State.AFTERCARE, State.WITHDRAWN):
        raise StepNotAllowed
    if row.state == State.WITHDRAWN and danger_remains:
        raise DangerToOthers
    if row.state == State.AFTERCARE and read.first_check_missing(row):
        raise FirstCheckMissing
    if not has_reason and (row.state == State.WITHDRAWN or read.still_owed(row, now)):
        raise NeedsReason


@retried
def go_on_without(*, complaint: Complaint, keyring: Keyring, by: User, role: str, told: str, token: str, now: datetime) -> Complaint:
    """Look into a withdrawn report all the same, because others are in danger or the law makes us; the reporter is told.

    Raises NeedsWords, StepNotAllowed, NoAccess.
    """
    if not told.strip():
        raise NeedsWords
    actor = staff(by, role)
    message = messages.prepare_to_reporter(
        complaint=complaint, keyring=keyring, by=by, role=role, text=told, purpose="notice", token=token, now=now
    )
    with transaction.atomic():
        row = locked(complaint)
        if row.state != State.WITHDRAWN:
            raise StepNotAllowed
        row = move(complaint=row, to=State.IN_INVESTIGATION, by=actor, now=now)
        touched(row, now=now, paused_until=None)
        happened(complaint=row, kind=EventKind.RESUMED, by=actor, now=now)
        if not Investigation.objects.filter(lead=row).exists():
            happened(complaint=row, kind=EventKind.INVESTIGATION_STARTED, by=actor, now=now)
            begin(complaint=row, by=by, now=now)
        message.save(row, now)
    return row
