"""Rows of a complaint. Words of people are only ever in `*_sealed` columns."""

from complaints.models.access import ROLES_FOR_SEAT, TEAM_ROLES, ExclusionList, Seat, SeatRole
from complaints.models.clocks import Deadline, DeadlineChange, Event, Inaction, Redating
from complaints.models.complaint import Complaint, Statement, StatementKind
from complaints.models.drafts import Draft
from complaints.models.protection import Measure, MeasureDecision, ProtectionRequest, Urgency
from complaints.models.thread import Attachment, Escalation, EscalationReason, Message, Side, Thread
from complaints.models.wording import WordingEdit, WordingState, WordingVersion

__all__ = [
    "ROLES_FOR_SEAT",
    "TEAM_ROLES",
    "Attachment",
    "Complaint",
    "Deadline",
    "DeadlineChange",
    "Draft",
    "Escalation",
    "EscalationReason",
    "Event",
    "ExclusionList",
    "Inaction",
    "Measure",
    "MeasureDecision",
    "Message",
    "ProtectionRequest",
    "Redating",
    "Seat",
    "SeatRole",
    "Side",
    "Statement",
    "StatementKind",
    "Thread",
    "Urgency",
    "WordingEdit",
    "WordingState",
    "WordingVersion",
]
