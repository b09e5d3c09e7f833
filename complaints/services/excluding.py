"""The reporter keeps somebody else out (A9): their access ends at once, and a date says when we confirm it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from complaints.models import Complaint, ExclusionList
from complaints.services.access import Keys, exclude_people, openable
from complaints.services.telling import tell_oversight, tell_team
from complaints.states import State
from vault.columns import open_column
from vault.keyring import Keyring


class NothingNew(Exception):
    """Everyone named is kept out already."""


class NotStarted(Exception):
    """A private report is open to nobody; names are asked for when it is sent."""


@dataclass(frozen=True, repr=False)
class ExcludedName:
    name: str
    source: str


def exclude(*, complaint: Complaint, keyring: Keyring, names: Sequence[str], now: datetime) -> bool:
    """Keep `names` out. Returns whether somebody lost access just now. Raises NothingNew, NotStarted, NoAccess."""
    if complaint.state == State.PRIVATE:
        raise NotStarted
    known = {each.name.casefold() for each in excluded_names(complaint=complaint, keys=openable(complaint=complaint, keyring=keyring))}
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


def excluded_names(*, complaint: Complaint, keys: Keys) -> list[ExcludedName]:
    """Everyone the report names as kept out, in the order in which they were named."""
    row = ExclusionList.objects.get(complaint=complaint)
    listed = open_column(row, "list_sealed", keys.statement).json().get("names", ())
    return [ExcludedName(each["name"], each["source"]) for each in listed]
