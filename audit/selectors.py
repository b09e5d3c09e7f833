"""Reading the record."""

from uuid import UUID

from django.db.models import QuerySet

from audit.actions import ACCESSES
from audit.models import Entry


def entries_about(subject_id: UUID) -> QuerySet[Entry]:
    """Everything that happened to one subject, oldest first."""
    return Entry.objects.filter(subject_id=subject_id).order_by("seq")


def accesses(subject_id: UUID) -> QuerySet[Entry]:
    """Who opened, exported, printed or revealed something of this subject, newest first: what the reporter is shown."""
    return Entry.objects.filter(subject_id=subject_id, action__in=ACCESSES).order_by("-seq")
