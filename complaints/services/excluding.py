"""The reporter keeps somebody else out (A9): their access ends at once, and a date says when we confirm it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from complaints.models import Complaint
from complaints.services.access import exclude_people, openable
from complaints.services.naming import listed_names
from complaints.services.telling import tell_oversight, tell_team
from complaints.states import State
from vault.keyring import Keyring


class NothingNew(Exception):
    """Everyone named is kept out already."""


class NotStarted(Exception):
    """A private report is open to nobody; names are asked for when it is sent."""


def exclude(*, complaint: Complaint, keyring: Keyring, names: Sequence[str], now: datetime) -> bool:
    """Keep `names` out. Returns whether somebody lost access just now. Raises NothingNew, NotStarted, NoAccess."""
    if complaint.state == State.PRIVATE:
        raise NotStarted
    keys = openable(complaint=complaint, keyring=keyring).statement
    known = {each.name.casefold() for each in listed_names(complaint=complaint, keys=keys)}
    new = [name for name in dict.fromkeys(names) if name.casefold() not in known]
    if not new:
        raise NothingNew
    lost_access = exclude_people(complaint=complaint, keyring=keyring, names=new, now=now)
    with transaction.atomic():
        told = tell_team(complaint=complaint, about=f"excluded:{now.isoformat()}", now=now)
        if not told:
            # Nobody of the team is left: oversight must give it to somebody else.
            tell_oversight(complaint=complaint, about=f"excluded:{now.isoformat()}", now=now)
    return lost_access
