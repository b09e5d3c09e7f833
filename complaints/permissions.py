"""Who may do what with a complaint, one condition a line. All of them need an open seat first."""

from complaints.models import TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.selectors import seat_of
from complaints.states import ENDED, State


def working_seat(user, complaint: Complaint):
    """Return the seat from which `user` works on the case: a team seat, or oversight's when oversight handles it."""
    roles = set(TEAM_ROLES)
    if complaint.oversight_handles:
        roles.add(SeatRole.OVERSIGHT)
    return seat_of(user, complaint, *roles)


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
