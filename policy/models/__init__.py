"""Rows and constraints only."""

from policy.models.calendars import CalendarDay, CalendarYear, DayKind, DaySource, SiteCalendar
from policy.models.campaigns import Acknowledgement, Audience, Campaign, CampaignState, DueUnit, Ended, Method, PaperSignature
from policy.models.drafting import PolicyComment, PolicyEdit
from policy.models.posters import PosterPlace
from policy.models.versions import POLICY_STEPS, PolicyState, PolicyVersion

__all__ = [
    "POLICY_STEPS",
    "Acknowledgement",
    "Audience",
    "CalendarDay",
    "CalendarYear",
    "Campaign",
    "CampaignState",
    "DayKind",
    "DaySource",
    "DueUnit",
    "Ended",
    "Method",
    "PaperSignature",
    "PolicyComment",
    "PolicyEdit",
    "PolicyState",
    "PolicyVersion",
    "PosterPlace",
    "SiteCalendar",
]
