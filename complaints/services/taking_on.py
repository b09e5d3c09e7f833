"""Ownership that somebody has confirmed: a case that was given to a handler is theirs when they say so; until then the clock runs.

The limit `accept` starts with `assigned` and is met by `assignment_accepted`, both about the same seat.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import Actor, staff
from audit.services import record
from complaints.models import Complaint, Event, Seat, SeatRole
from complaints.selectors import seat_of
from complaints.services.changing import locked_while_open
from complaints.services.events import happened
from complaints.states import EventKind
from people.models import User


class NothingToTakeOn(Exception):
    """This person was not given the case, or has not said yet that they are free of conflict."""


def given(row: Complaint, seat: Seat, *, by: Actor, now: datetime) -> None:
    """Start the time to take on a handler’s new seat; whoever gives a case to themselves has taken it on. Holds the lock of `row`."""
    if seat.role != SeatRole.HANDLER or seat.accepted_at or seat.since != now:
        return
    happened(complaint=row, kind=EventKind.ASSIGNED, by=by, now=now, subject=str(seat.pk))
    if seat.user_id == by.user_id:
        _accept(row, seat, by, now)


def given_up(row: Complaint, seats: Iterable[Seat], *, by: Actor, now: datetime) -> None:
    """Nobody waits any more for these seats, which just ended, to be taken on. Holds the lock of `row`."""
    waiting = {str(seat.pk) for seat in seats if seat.role == SeatRole.HANDLER and not seat.accepted_at}
    asked = Event.objects.filter(complaint=row, kind=EventKind.ASSIGNED, subject__in=waiting).values_list("subject", flat=True)
    for subject in list(asked):
        happened(complaint=row, kind=EventKind.HANDED_OVER, by=by, now=now, subject=subject)


def waits_to_be_taken_on(seat: Seat) -> bool:
    return seat.role == SeatRole.HANDLER and seat.until is None and seat.accepted_at is None


def take_on(*, complaint: Complaint, by: User, now: datetime) -> bool:
    """`by` confirms that the case is theirs. Returns whether that is new. Raises NothingToTakeOn, CaseEnded."""
    with transaction.atomic():
        row = locked_while_open(complaint)
        return take_on_now(row, by=by, now=now)


def take_on_now(row: Complaint, *, by: User, now: datetime) -> bool:
    """`take_on` inside the transaction that holds the lock of `row`: the first formal act of a handler takes the case on too."""
    seat = seat_of(by, row, SeatRole.HANDLER)
    if seat is None or seat.conflict_declared_at is None:
        raise NothingToTakeOn
    if seat.accepted_at:
        return False
    _accept(row, seat, staff(by, seat.role), now)
    return True


def _accept(row: Complaint, seat: Seat, by: Actor, now: datetime) -> None:
    seat.accepted_at = now
    Seat.objects.filter(pk=seat.pk).update(accepted_at=now)
    happened(complaint=row, kind=EventKind.ASSIGNMENT_ACCEPTED, by=by, now=now, subject=str(seat.pk))
    record(by=by, action=Action.ASSIGNMENT_ACCEPTED, subject_id=row.pk, object_kind="seat", facts={"user": seat.user_id}, now=now)
