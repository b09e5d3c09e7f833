"""Reads around decisions, what is to be carried out, letters and reviews. Nothing here opens anything."""

from uuid import UUID

from complaints.models import Complaint, Deadline, Event, Seat, SeatRole
from complaints.states import EventKind
from investigations.models import Appeal, Decision, DecisionItem, Investigation, PanelVote, Release
from people.models import User


def cases_to_decide(user) -> list[Seat]:
    """The seats from which `user` was called to decide, newest first, with their complaints."""
    seats = Seat.objects.filter(user_id=user.pk, role=SeatRole.DECISION_MAKER, until__isnull=True, called_at__isnull=False)
    return list(seats.filter(complaint__investigation__isnull=False).select_related("complaint").order_by("-called_at")[:50])


def newest_decision(investigation: Investigation) -> Decision | None:
    return investigation.decisions.select_related("decider", "changed_by").order_by("-number").first()


def made_decision(investigation: Investigation) -> Decision | None:
    """The decision that holds now."""
    return investigation.decisions.filter(made_at__isnull=False).select_related("decider", "changed_by").order_by("-number").first()


def decision_items(decision: Decision) -> list[DecisionItem]:
    """What is to be carried out, without what was taken back."""
    rows = DecisionItem.objects.filter(decision=decision, dropped_at__isnull=True)
    return list(rows.select_related("allegation", "owner", "done_by", "changed_by", "outside_compartment").order_by("added_at"))


def item_of(decision: Decision, item_id: UUID) -> DecisionItem:
    """Raises DecisionItem.DoesNotExist."""
    rows = DecisionItem.objects.select_related("owner", "changed_by", "decision", "allegation")
    return rows.get(decision=decision, pk=item_id, dropped_at__isnull=True)


def outside_items(complaint: Complaint) -> list[DecisionItem]:
    """What was decided outside the schedule in this case: for oversight."""
    rows = DecisionItem.objects.filter(decision__investigation__lead=complaint, outside_schedule=True, dropped_at__isnull=True)
    return list(
        rows.filter(decision__made_at__isnull=False).select_related("outside_compartment", "decision__decider").order_by("added_at")
    )


def votes_of(decision: Decision) -> list[PanelVote]:
    return list(PanelVote.objects.filter(decision=decision).select_related("member").order_by("at"))


def releases_of(decision: Decision) -> dict[UUID, Release]:
    """By the id of the complaint."""
    return {row.complaint_id: row for row in Release.objects.filter(decision=decision).select_related("written_by", "complaint")}


def released_to(complaint: Complaint) -> Release | None:
    """The outcome as the reporter of `complaint` may read it now."""
    rows = Release.objects.filter(complaint=complaint, released_at__isnull=False).select_related("decision__investigation")
    return rows.order_by("-decision__number").first()


def deadline_of_item(complaint: Complaint, item_id: UUID) -> Deadline | None:
    """The clock of one item in one complaint; none before the reporter was told."""
    event = Event.objects.filter(complaint=complaint, kind=EventKind.ACTION_DECIDED, subject=str(item_id)).order_by("-at", "-pk").first()
    if event is None:
        return None
    return Deadline.objects.filter(complaint=complaint, limit_id="implement", occurrence=str(event.pk)).first()


def appeals_of(complaint: Complaint) -> list[Appeal]:
    rows = Appeal.objects.filter(complaint=complaint).select_related("decider", "escalation__message", "document__party", "compartment")
    return list(rows.order_by("at"))


def appeal_of(complaint: Complaint, appeal_id: UUID) -> Appeal:
    """Raises Appeal.DoesNotExist."""
    rows = Appeal.objects.select_related("decider", "escalation__message", "document__party__compartment", "compartment")
    return rows.get(complaint=complaint, pk=appeal_id)


def owners_of(complaint: Complaint) -> list[User]:
    """Who can be given something to carry out: whoever has an open seat from which the case is read."""
    seats = Seat.objects.filter(complaint=complaint, until__isnull=True).exclude(role=SeatRole.OVERSIGHT).select_related("user")
    found = {s.user_id: s.user for s in seats if s.role != SeatRole.DECISION_MAKER or s.called_at}
    return sorted(found.values(), key=lambda user: user.display_name)
