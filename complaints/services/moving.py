"""A promised date that moved: what was promised before is kept, and when a working calendar moved it, whom it concerns is told.

A change of calendar is counted into every open report in the background (`redating`). Whatever else reckons a date in between (a new fact,
the reminder loop) finds it moved as well, so the reason is looked up here and not left to whoever comes first.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from audit.actors import SYSTEM
from complaints.clock_selectors import HIDDEN_LIMITS
from complaints.models import TEAM_ROLES, Complaint, DeadlineChange, Event, Redating, Seat, SeatRole
from complaints.selectors import IN_FORCE
from complaints.services import engine
from complaints.states import EventKind
from notices.services import owe_many


def note_moves(*, complaint: Complaint, moves: Sequence[DeadlineChange], now: datetime) -> None:
    """Store `moves` (unsaved, without a kind) with their reason, inside the transaction that moved the dates.

    Of a calendar's moves the reporter finds a line on their page, and whoever answers for the dates gets a message. Rounds that have not
    begun were never shown, and what runs between reporter and oversight is not told to the team.
    """
    if not moves:
        return
    by_calendar = _calendar_waits(complaint)
    for change in moves:
        change.kind = engine.CALENDAR if by_calendar else engine.RECOMPUTED
    DeadlineChange.objects.bulk_create(moves)
    shown = [each for each in moves if each.deadline.starts_at <= now and each.deadline.limit_id not in HIDDEN_LIMITS]
    if by_calendar and shown:
        _tell(complaint, now)


def _calendar_waits(complaint: Complaint) -> bool:
    """Whether a calendar changed that has not been counted into this report yet."""
    ahead = Q(after__isnull=True) | Q(after__lt=complaint.pk)
    # What was received after the change has been counted by it from the start.
    return Redating.objects.filter(ahead, finished_at__isnull=True, asked_at__gte=complaint.received_at).exists()


def _tell(complaint: Complaint, now: datetime) -> None:
    Event.objects.create(
        complaint=complaint, kind=EventKind.DEADLINE_MOVED, subject="calendar", at=now, recorded_at=now, by_role=SYSTEM.role or SYSTEM.kind
    )
    roles = {*TEAM_ROLES, SeatRole.OVERSIGHT} if complaint.oversight_handles else TEAM_ROLES
    seats = Seat.objects.filter(IN_FORCE, complaint=complaint, role__in=roles).select_related("user")
    owe_many(
        [
            {
                "key": f"redated:{complaint.pk}:{now:%Y%m%d%H%M%S%f}:{seat.user_id}",
                "recipient": seat.user,
                "template": "date_moved",
                "about_kind": "complaint",
                "about_id": complaint.pk,
            }
            for seat in {seat.user_id: seat for seat in seats}.values()
        ],
        now=now,
    )
