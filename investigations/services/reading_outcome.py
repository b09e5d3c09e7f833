"""The outcome as the reporter reads it (A15). Before it was released there is nothing, and nothing that hints at it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from complaints.models import Complaint
from complaints.services.changing import locked
from investigations.models import Release
from investigations.selectors_decisions import released_to
from vault.columns import open_column
from vault.keys import OpeningKeys


@dataclass(frozen=True, repr=False)
class Outcome:
    row: Release
    letter: dict


def read_outcome(*, complaint: Complaint, keys: OpeningKeys, now: datetime) -> Outcome | None:
    """The released letter, and that it was read. None before its release. Raises NoAccess."""
    row = released_to(complaint)
    if row is None:
        return None
    letter = open_column(row, "letter_sealed", keys).json()
    if row.read_at is None:
        with transaction.atomic():
            locked(complaint)
            Release.objects.filter(pk=row.pk, read_at__isnull=True).update(read_at=now)
    return Outcome(row, letter)
