"""The locked row every change of a complaint starts from."""

from datetime import datetime

from complaints.models import Complaint
from complaints.states import ENDED
from vault.keys import SealingKey
from vault.services.changes import require_current


def locked(complaint: Complaint, *sealed_with: SealingKey) -> Complaint:
    """The complaint's row, locked until the caller's transaction ends.

    `sealed_with`: keys of what is about to be written; raises Changed when one of them is not the newest any more. Always asked for
    after the complaint is locked, because whoever ends somebody's access locks in the same order.
    """
    row = Complaint.objects.select_for_update().get(pk=complaint.pk)
    if sealed_with:
        require_current(*sealed_with)
    return row


class CaseEnded(Exception):
    """The case is closed: the team plans nothing more in it."""


def locked_while_open(complaint: Complaint, *sealed_with: SealingKey) -> Complaint:
    """As `locked`. Raises CaseEnded when the case is closed, also when that happened while somebody filled in a form."""
    row = locked(complaint, *sealed_with)
    if row.state in ENDED:
        raise CaseEnded
    return row


def touched(row: Complaint, *, now: datetime, **changes) -> Complaint:
    """Write `changes` and count the row's version up, so that two editors never overwrite each other."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.updated_at = now
    row.row_version += 1
    row.save(update_fields=[*changes, "updated_at", "row_version"])
    return row
