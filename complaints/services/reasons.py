"""Reasons for moved and missed dates, opened for the reporter (C7, A9)."""

from complaints.clock_selectors import changes_of
from complaints.models import Complaint, Deadline, DeadlineChange
from vault.columns import open_column
from vault.errors import Damaged, NoAccess
from vault.keys import OpeningKeys

EXPLAINED = frozenset({"extension", "late_reason"})


def late_reason(*, deadline: Deadline, keys: OpeningKeys) -> str:
    """The newest reason the handler gave for being late with one promise, or ""."""
    change = DeadlineChange.objects.filter(deadline=deadline, kind="late_reason", reason_sealed__isnull=False).order_by("-at").first()
    return _text(change, keys) if change else ""


def moved_reasons(*, complaint: Complaint, keys: OpeningKeys, changes: list[DeadlineChange] | None = None) -> dict[int, str]:
    """{deadline id: the newest reason} for every date that was moved or explained. `changes`: `changes_of(complaint)`, if at hand."""
    said: dict[int, str] = {}
    for change in changes_of(complaint) if changes is None else changes:
        if change.kind in EXPLAINED and change.reason_sealed is not None and change.deadline_id not in said:
            said[change.deadline_id] = _text(change, keys)
    return said


def _text(change: DeadlineChange, keys: OpeningKeys) -> str:
    try:
        return open_column(change, "reason_sealed", keys).json().get("text", "")
    except (NoAccess, Damaged):
        return ""
