"""Telling the people who sit in a complaint that there is something new. Never what."""

from collections.abc import Iterable
from datetime import datetime

from complaints.models import Complaint
from complaints.selectors import open_seats, responsible_seats
from notices.services import owe_many


def tell(*, complaint: Complaint, seats: Iterable, template: str, about: str, now: datetime) -> int:
    """Owe each seat's account one content-free notice, inside the caller's transaction; `about` makes the key unique. Returns how many."""
    users = {seat.user_id: seat.user for seat in seats}
    owe_many(
        [
            {
                "key": f"{template}:{about}:{user_id}",
                "recipient": user,
                "template": template,
                "about_kind": "complaint",
                "about_id": complaint.pk,
            }
            for user_id, user in users.items()
        ],
        now=now,
    )
    return len(users)


def tell_team(*, complaint: Complaint, about: str, now: datetime, template: str = "update") -> int:
    """Tell whoever must act next: the assigned handler, else the intake officers, else oversight."""
    return tell(complaint=complaint, seats=responsible_seats(complaint), template=template, about=about, now=now)


def tell_oversight(*, complaint: Complaint, about: str, now: datetime, template: str = "oversight_update") -> int:
    """Tell the oversight seats, and nobody else."""
    return tell(complaint=complaint, seats=open_seats(complaint, "oversight"), template=template, about=about, now=now)
