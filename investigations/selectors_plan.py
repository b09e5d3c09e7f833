"""The plan of an investigation: its lines, requests to keep records, and what is still open. Reads only."""

from datetime import date
from uuid import UUID

from complaints.models import Event
from complaints.states import ENDED, EventKind, State
from investigations.models import Interview, Investigation, PlanItem, PreservationRequest
from investigations.selectors import cases_worked_by


def lines_of(investigation: Investigation) -> list[PlanItem]:
    return list(PlanItem.objects.filter(investigation=investigation).select_related("owner", "changed_by", "person"))


def line_of(investigation: Investigation, item_id: UUID) -> PlanItem:
    """Raises PlanItem.DoesNotExist."""
    return PlanItem.objects.select_related("owner", "changed_by", "person").get(investigation=investigation, pk=item_id)


def requests_of(investigation: Investigation) -> list[PreservationRequest]:
    return list(PreservationRequest.objects.filter(investigation=investigation).select_related("asked_by"))


def request_of(investigation: Investigation, request_id: UUID) -> PreservationRequest:
    """Raises PreservationRequest.DoesNotExist."""
    return PreservationRequest.objects.select_related("asked_by").get(investigation=investigation, pk=request_id)


def plan_was_told(investigation: Investigation) -> bool:
    """Whether every reporter whom it concerns was told how it is looked into."""
    ids = {investigation.lead_id, *investigation.joined.values_list("complaint_id", flat=True)}
    told = Event.objects.filter(complaint__in=ids, kind=EventKind.PLAN_TOLD).values_list("complaint_id", flat=True)
    return ids <= set(told)


def still_open(investigation: Investigation) -> tuple[int, int, int]:
    """How many lines of the plan, requests and planned talks are not settled."""
    talks = Interview.objects.filter(investigation=investigation, held_at__isnull=True, cancelled_at__isnull=True)
    return (
        PlanItem.objects.filter(investigation=investigation, done_at__isnull=True).exclude(kind="support").count(),
        PreservationRequest.objects.filter(investigation=investigation, outcome="").count(),
        talks.count(),
    )


# the calendar of one's own work (C9)


def _mine(user):
    return cases_worked_by(user).exclude(state__in=[*ENDED, State.WITHDRAWN])


def month_of_lines(user, first: date, last: date) -> list[PlanItem]:
    """Lines of plans that `user` does, with a date in the month."""
    found = PlanItem.objects.filter(owner=user, done_at__isnull=True, due_date__range=(first, last))
    return list(found.filter(investigation__lead__in=_mine(user)).select_related("investigation__lead")[:300])


def month_of_requests(user, first: date, last: date) -> list[PreservationRequest]:
    """Answers that are due to requests of `user`'s cases."""
    found = PreservationRequest.objects.filter(outcome="", due_date__range=(first, last), investigation__lead__in=_mine(user))
    return list(found.select_related("investigation__lead")[:300])


def month_of_talks(user, start, end) -> list[Interview]:
    """Talks planned from the moment `start` until before `end` in `user`'s cases."""
    found = Interview.objects.filter(planned_at__gte=start, planned_at__lt=end, held_at__isnull=True, cancelled_at__isnull=True)
    return list(found.filter(investigation__lead__in=_mine(user)).select_related("investigation__lead").order_by("planned_at")[:300])
