"""The names of a report that somebody must settle: read on record, looked up in the directory, answered (R15, R20)."""

from datetime import datetime
from uuid import UUID

from audit.actions import Action
from complaints.models import Complaint
from complaints.services import naming
from complaints.services.naming import ListedName, NoSuchName
from investigations.services.reading import note_access, team_keys
from people.models import Employee, User
from vault.keyring import Keyring

# The answer for a client, a merchant, a visitor.
OUTSIDE = "outside"


class NoSuchEntry(Exception):
    """The directory has no such entry."""


def listed(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[ListedName]:
    """Every name that is kept out, with how it was settled. Recorded as an access. Raises NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).statement
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_EXCLUSIONS, now=now)
    return naming.listed_names(complaint=complaint, keys=keys)


def one(*, complaint: Complaint, keyring: Keyring, by: User, role: str, number: int, now: datetime) -> ListedName:
    """One name by its place in the list. Recorded. Raises NoSuchName, NoAccess."""
    found = listed(complaint=complaint, keyring=keyring, by=by, role=role, now=now)
    if not 0 <= number < len(found):
        raise NoSuchName
    return found[number]


def answer(*, complaint: Complaint, keyring: Keyring, by: User, role: str, number: int, who: str, now: datetime) -> bool:
    """Settle a name. `who`: a directory id, or OUTSIDE. Returns whether `by` still has access.

    Raises NoSuchEntry, NoSuchName, NoAccess.
    """
    employee = None if who == OUTSIDE else _entry(who)
    return naming.settle(complaint=complaint, keyring=keyring, by=by, role=role, number=number, employee=employee, now=now)


def _entry(who: str) -> Employee:
    try:
        return Employee.objects.get(pk=UUID(who))
    except (ValueError, Employee.DoesNotExist):
        raise NoSuchEntry from None
