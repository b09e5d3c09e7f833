"""What oversight reads of a decision: why a sanction is outside the published schedule (T16). Nothing else of the case."""

from datetime import datetime

from audit.actions import Action
from complaints.models import Complaint, SeatRole
from investigations.models import DecisionItem
from investigations.selectors_decisions import outside_items
from investigations.services.reading import note_access
from people.models import User
from vault.columns import open_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.services import compartments


def read_outside(*, complaint: Complaint, keyring: Keyring, by: User, now: datetime) -> list[tuple[DecisionItem, str]]:
    """The reasons that this keyring opens, once the decision was made. Recorded as an access."""
    found = []
    for row in outside_items(complaint):
        try:
            keys = compartments.open_keys(compartment=row.outside_compartment, keyring=keyring)
        except NoAccess:
            continue
        found.append((row, open_column(row, "outside_note_sealed", keys).json()["text"]))
    if found:
        note_access(complaint=complaint, by=by, role=SeatRole.OVERSIGHT, action=Action.OPENED_DECISION, now=now, object_kind="outside")
    return found
