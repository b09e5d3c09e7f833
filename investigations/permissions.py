"""Who may do what on a case's pages, one condition a line. Every rule starts from an open seat that works on the case."""

from complaints.models import Complaint, Seat, SeatRole
from complaints.permissions import may_read, may_work_on, seat_may_read, working_seat
from complaints.selectors import seat_of
from complaints.states import State
from investigations.models import Triage
from investigations.steps import TriageStep, is_done

__all__ = [
    "may_ask_oversight",
    "may_assign",
    "may_close",
    "may_decide_way",
    "may_go_on",
    "may_hand_over",
    "may_open_pages",
    "may_read",
    "may_take_step",
    "may_work_on",
    "seat_may_open_pages",
    "seat_may_read",
    "working_seat",
]


def may_open_pages(user, complaint: Complaint, triage: Triage | None) -> bool:
    """The case's pages come after the narrative was read in full (C4)."""
    return seat_may_open_pages(working_seat(user, complaint), triage)


def seat_may_open_pages(seat: Seat | None, triage: Triage | None) -> bool:
    """`may_open_pages` for a working seat that was looked up already."""
    return seat_may_read(seat) and is_done(triage, TriageStep.READ)


def may_take_step(user, complaint: Complaint, triage: Triage | None, step: TriageStep) -> bool:
    """A step of the forced order may be taken when every step before it is done."""
    return may_work_on(user, complaint) and all(is_done(triage, earlier) for earlier in TriageStep.before(step))


def may_assign(user, complaint: Complaint, triage: Triage | None) -> bool:
    return may_take_step(user, complaint, triage, TriageStep.ASSIGN)


def may_decide_way(user, complaint: Complaint) -> bool:
    """The assigned handler decides how it is looked into; oversight does where it handles the case itself."""
    return (
        may_work_on(user, complaint)
        and complaint.state == State.ASSESSED
        and (seat_of(user, complaint, SeatRole.HANDLER) is not None or complaint.oversight_handles)
    )


def may_hand_over(user, complaint: Complaint) -> bool:
    return may_work_on(user, complaint)


def may_close(user, complaint: Complaint) -> bool:
    """Whoever runs the case closes it, from aftercare or after a withdrawal; what stands in the way is the service's."""
    return _runs(user, complaint) and complaint.state in (State.AFTERCARE, State.WITHDRAWN)


def may_go_on(user, complaint: Complaint) -> bool:
    return _runs(user, complaint) and complaint.state == State.WITHDRAWN


def _runs(user, complaint: Complaint) -> bool:
    handles = seat_of(user, complaint, SeatRole.HANDLER, SeatRole.INTAKE) is not None
    return may_work_on(user, complaint) and (handles or complaint.oversight_handles)


def may_ask_oversight(user, complaint: Complaint) -> bool:
    return may_work_on(user, complaint) and not complaint.oversight_handles
