"""The locked row every change of a complaint starts from."""

from datetime import datetime

from complaints.models import Complaint


def locked(complaint: Complaint) -> Complaint:
    """The complaint's row, locked until the caller's transaction ends."""
    return Complaint.objects.select_for_update().get(pk=complaint.pk)


def touched(row: Complaint, *, now: datetime, **changes) -> Complaint:
    """Write `changes` and count the row's version up, so that two editors never overwrite each other."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.updated_at = now
    row.row_version += 1
    row.save(update_fields=[*changes, "updated_at", "row_version"])
    return row
