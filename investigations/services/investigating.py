"""The investigation itself: begun with a complaint, and its steps in one function on a locked row."""

from datetime import datetime

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from investigations.models import Investigation, InvestigationState
from investigations.states import STEPS
from people.models import User


class StepNotAllowed(Exception):
    """The investigation does not go there from where it is."""


def begin(*, complaint: Complaint, by: User, now: datetime) -> Investigation:
    """Begin the investigation that `complaint` leads, inside the caller's transaction; the one there is, when it was begun before."""
    started = {"started_at": now, "started_by": by, "changed_at": now, "changed_by": by}
    investigation, _ = Investigation.objects.get_or_create(lead=complaint, defaults=started)
    return investigation


def step(*, investigation: Investigation, to: InvestigationState, by: User, role: str, now: datetime) -> Investigation:
    """Move the investigation to `to`, inside the caller's transaction, on its locked row. Raises StepNotAllowed."""
    row = Investigation.objects.select_for_update().get(pk=investigation.pk)
    if to not in STEPS[row.state]:
        raise StepNotAllowed
    row.state, row.changed_at, row.changed_by = to, now, by
    # The version stays: what is sealed in this row is bound to it, and none of it changes here.
    fields = ["state", "changed_at", "changed_by"]
    if to == InvestigationState.REPORTED:
        row.reported_at = now
        fields.append("reported_at")
    row.save(update_fields=fields)
    record(
        by=staff(by, role),
        action=Action.INVESTIGATION_MOVED,
        subject_id=row.lead_id,
        object_kind="investigation",
        object_id=row.pk,
        facts={"to": str(to)},
        now=now,
    )
    return row
