"""Who may do what with a complaint, one condition a line. All of them need an open seat first."""

from collections.abc import Iterable

from complaints.models import TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.selectors import seat_of
from complaints.states import ENDED, State


def working_seat(user, complaint: Complaint) -> Seat | None:
    """Return the seat from which `user` works on the case: a team seat, or oversight's when oversight handles it."""
    return seat_of(user, complaint, *_working_roles(complaint))


def working_seat_among(seats: Iterable[Seat], user, complaint: Complaint) -> Seat | None:
    """`working_seat` among the open seats of the case, which were looked up already."""
    roles = _working_roles(complaint)
    return next((seat for seat in seats if seat.user_id == user.pk and seat.role in roles), None)


def _working_roles(complaint: Complaint) -> frozenset[str]:
    return TEAM_ROLES | {SeatRole.OVERSIGHT} if complaint.oversight_handles else TEAM_ROLES


def may_read(user, complaint: Complaint) -> bool:
    """Content is shown only after the conflict question was answered with no."""
    return seat_may_read(working_seat(user, complaint))


def seat_may_read(seat: Seat | None) -> bool:
    """`may_read` for a working seat that was looked up already."""
    return seat is not None and seat.conflict_declared_at is not None


def may_work_on(user, complaint: Complaint) -> bool:
    return may_read(user, complaint) and complaint.state not in ENDED


def may_oversee(user, complaint: Complaint) -> bool:
    return seat_of(user, complaint, SeatRole.OVERSIGHT) is not None


def may_be_written_to(complaint: Complaint) -> bool:
    return complaint.state != State.PRIVATE
