"""Reasons for moved and missed dates, opened for the reporter (C7, A9)."""

from complaints.models import Complaint, Deadline, DeadlineChange
from vault.columns import open_column
from vault.errors import Damaged, NoAccess
from vault.keys import OpeningKeys


def late_reason(*, deadline: Deadline, keys: OpeningKeys) -> str:
    """The newest reason the handler gave for being late with one promise, or ""."""
    change = DeadlineChange.objects.filter(deadline=deadline, kind="late_reason", reason_sealed__isnull=False).order_by("-at").first()
    return _text(change, keys) if change else ""


def moved_reasons(*, complaint: Complaint, keys: OpeningKeys) -> dict[int, str]:
    """{deadline id: the newest reason} for every date that was moved or explained."""
    changes = DeadlineChange.objects.filter(
        deadline__complaint=complaint, kind__in=("extension", "late_reason"), reason_sealed__isnull=False
    ).order_by("at")
    return {change.deadline_id: _text(change, keys) for change in changes}


def _text(change: DeadlineChange, keys: OpeningKeys) -> str:
    try:
        return open_column(change, "reason_sealed", keys).json().get("text", "")
    except (NoAccess, Damaged):
        return ""
