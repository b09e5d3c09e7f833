"""The names of a report that somebody must settle: read on record, looked up in the directory, answered (R15, R20)."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from complaints.models import Complaint
from complaints.permissions import may_read
from complaints.services import naming
from complaints.services.naming import ListedName, NoSuchName
from investigations.services import rechecking
from investigations.services.reading import note_access, team_keys
from people.models import Employee, User
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.services.changes import retried

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
    employee = None if who == OUTSIDE else entry_of(who)
    entry = one(complaint=complaint, keyring=keyring, by=by, role=role, number=number, now=now)
    naming.settle(complaint=complaint, keyring=keyring, by=by, role=role, number=number, employee=employee, now=now)
    if employee is not None and entry.source in (naming.RESPONDENT, naming.TEAM_RESPONDENT):
        _judge_joined(complaint, keyring, by, role, employee, now)
    return may_read(by, complaint)


@retried
def _judge_joined(complaint: Complaint, keyring: Keyring, by: User, role: str, employee: Employee, now: datetime) -> None:
    """What is looked into together is judged together. Running twice changes nothing."""
    found = rechecking.Naming(frozenset({employee.pk}), frozenset({employee.pk}))
    try:
        again = rechecking.prepare(complaint=complaint, keyring=keyring, naming=found, now=now)
    except NoAccess:
        # Whoever settled it was meant: the seats of the other complaints end with `seats_lost`.
        return
    with transaction.atomic():
        again.lock()
        again.save(by=staff(by, role), now=now)


def entry_of(who: str) -> Employee:
    """The directory entry with this id. Raises NoSuchEntry."""
    try:
        return Employee.objects.get(pk=UUID(who))
    except (ValueError, Employee.DoesNotExist):
        raise NoSuchEntry from None
