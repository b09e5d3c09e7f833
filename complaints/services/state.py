"""The one function through which a complaint changes its state."""

from datetime import datetime

from audit.actions import Action
from audit.actors import Actor
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked, touched
from complaints.states import STEPS, State


class StepNotAllowed(Exception):
    """There is no such step from the state the complaint is in."""


def move(*, complaint: Complaint, to: State, by: Actor, now: datetime) -> Complaint:
    """Move `complaint` to `to` (a value of State) on its locked row, inside the caller's transaction, and return the row.

    Moving to the state it is in already changes nothing. Raises StepNotAllowed.
    """
    row = locked(complaint)
    if row.state == to:
        return row
    if to not in STEPS[row.state]:
        raise StepNotAllowed(f"{row.state} -> {to}")
    before = row.state
    touched(row, now=now, state=to)
    complaint.state, complaint.row_version, complaint.updated_at = row.state, row.row_version, row.updated_at
    record(by=by, action=Action.STATUS_MOVED, subject_id=row.pk, facts={"from": str(before), "to": str(to)}, now=now)
    return row
