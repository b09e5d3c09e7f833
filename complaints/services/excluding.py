"""The reporter keeps somebody else out (A9): their access ends at once, and a date says when we confirm it."""

from collections.abc import Sequence
from datetime import datetime

from complaints.models import Complaint
from complaints.services.keeping_out import NothingNew, exclude_people
from complaints.states import State
from vault.keyring import Keyring

__all__ = ["NotStarted", "NothingNew", "exclude"]


class NotStarted(Exception):
    """A private report is open to nobody; names are asked for when it is sent."""


def exclude(*, complaint: Complaint, keyring: Keyring, names: Sequence[str], now: datetime) -> bool:
    """Keep `names` out. Returns whether somebody lost access just now. Raises NothingNew, NotStarted, NoAccess."""
    if complaint.state == State.PRIVATE:
        raise NotStarted
    return exclude_people(complaint=complaint, keyring=keyring, names=names, now=now)
