"""What an item of evidence or a talk means for an allegation: for, against, background. Sealed to the file of the lead."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from investigations.models import Bearing, Bears
from investigations.selectors_findings import bears_row
from investigations.services.allegations import OpenedBears, key_of, open_allegation, open_sources, require_open, unread
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.reading import team_keys
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Changed
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried


@retried
def add_bears(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, allegation_id: UUID, source: str, bearing: str, note: str, now: datetime
) -> Bears:
    """Say what an item of evidence or a talk (`source`, a key of `open_sources`) means for an allegation.

    Raises SavedMeanwhile when a colleague has said so of the same source; Final, CaseEnded, NoAccess; ValueError for an unknown source.
    """
    keys = team_keys(complaint=complaint, keyring=keyring).file
    allegation = open_allegation(complaint=complaint, keyring=keyring, allegation_id=allegation_id).row
    chosen = next((each for each in open_sources(complaint=complaint, keyring=keyring) if each.key == source), None)
    if chosen is None or bearing not in Bearing.values:
        raise ValueError("unknown source or meaning")
    row = Bears(id=uuid4(), allegation=allegation, evidence=chosen.evidence, interview=chosen.interview, bearing=bearing, at=now, by=by)
    seal_column(row, "note_sealed", {"text": note.strip()}, keys.current)
    same = Bears.objects.filter(allegation=allegation, evidence=chosen.evidence, interview=chosen.interview)
    if earlier := same.select_related("by").first():
        raise _meanwhile(earlier, keys)
    with transaction.atomic():
        investigation = require_open(complaint, keys.current)
        if same.exists():
            # Begin again: the service then finds what the colleague saved, and opens it outside the transaction.
            raise Changed("a colleague was faster")
        row.save(force_insert=True)
        unread(investigation)
        _recorded(row, complaint, by, role, now)
    return row


@retried
def change_bears(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    allegation_id: UUID,
    bears_id: UUID,
    version: int,
    bearing: str,
    note: str,
    now: datetime,
) -> Bears:
    """Say it differently. Raises SavedMeanwhile, Bears.DoesNotExist, Final, CaseEnded, NoAccess; ValueError."""
    if bearing not in Bearing.values:
        raise ValueError("unknown meaning")
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = bears_row(open_allegation(complaint=complaint, keyring=keyring, allegation_id=allegation_id).row, bears_id)
    if row.row_version != version:
        raise _meanwhile(row, keys)
    row.bearing, row.at, row.by = bearing, now, by
    row.row_version += 1
    seal_column(row, "note_sealed", {"text": note.strip()}, keys.current)
    with transaction.atomic():
        investigation = require_open(complaint, keys.current)
        require_version(row, version)
        row.save()
        unread(investigation)
        _recorded(row, complaint, by, role, now)
    return row


def open_bears(*, complaint: Complaint, keyring: Keyring, allegation_id: UUID, bears_id: UUID) -> OpenedBears:
    """One of them for the edit form. Raises Allegation.DoesNotExist, Bears.DoesNotExist, NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = bears_row(open_allegation(complaint=complaint, keyring=keyring, allegation_id=allegation_id).row, bears_id)
    source = next(each for each in open_sources(complaint=complaint, keyring=keyring) if each.key == key_of(row))
    return OpenedBears(row, source, open_column(row, "note_sealed", keys).json()["text"])


def _meanwhile(row: Bears, keys: OpeningKeys) -> SavedMeanwhile:
    row.changed_at, row.changed_by = row.at, row.by
    return SavedMeanwhile(row, {"note": open_column(row, "note_sealed", keys).json()["text"], "bearing": row.bearing})


def _recorded(row: Bears, complaint: Complaint, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.BEARING_SAVED,
        subject_id=complaint.pk,
        object_kind="bears",
        object_id=row.pk,
        facts={"version": row.row_version},
        now=now,
    )
