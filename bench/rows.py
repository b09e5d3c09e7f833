"""Many complaints at once: copies of one that was really filed, with rows of their own. Nothing of the copies is ever opened."""

import secrets
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import connection

CHUNK = 5_000


def many_complaints(template, count: int, now: datetime, *, taken: int = 0, next_at: datetime | None = None) -> list:
    """Create `count` complaints like `template` (a Complaint), each with its seats, its first event and its deadlines. Returns their ids.

    `taken`: how many were made before. `next_at`: when their deadlines are looked at next (default: as the template's).
    """
    from complaints.models import Complaint, Deadline, Event, Seat

    seats = list(Seat.objects.filter(complaint=template))
    deadlines = list(Deadline.objects.filter(complaint=template))
    ids = []
    if next_at:
        for each in deadlines:
            each.next_at = next_at
    for start in range(0, count, CHUNK):
        rows = [_copy_of(template, taken + start + n, now) for n in range(min(CHUNK, count - start))]
        _save_boxes(rows)
        Complaint.objects.bulk_create(rows, batch_size=500)
        Seat.objects.bulk_create((_like(seat, complaint=row) for row in rows for seat in seats), batch_size=2_000)
        Event.objects.bulk_create(
            (
                Event(complaint=row, kind="complaint_received", at=row.received_at, recorded_at=row.received_at, by_role="reporter")
                for row in rows
            ),
            batch_size=2_000,
        )
        Deadline.objects.bulk_create((_like(each, complaint=row) for row in rows for each in deadlines), batch_size=2_000)
        ids += [row.pk for row in rows]
    analyse()
    return ids


def _copy_of(template, n: int, now: datetime):
    from complaints.models import Complaint
    from vault.models import Compartment, Keyholder

    complaint_id = uuid4()
    boxes = {
        kind: Compartment(id=uuid4(), subject_id=complaint_id, kind=kind, epoch=1, created_at=now)
        for kind in ("statement", "file", "oversight")
    }
    receipt = Keyholder(
        id=uuid4(),
        kind=template.receipt.kind,
        suite=template.receipt.suite,
        public_key=template.receipt.public_key,
        lookup_id=secrets.token_bytes(32),
        created_at=now,
    )
    row = Complaint(
        id=complaint_id,
        ref=f"B{n:07d}",
        state=template.state,
        policy_version_id=template.policy_version_id,
        channel=template.channel,
        language=template.language,
        identity=template.identity,
        received_at=template.received_at - timedelta(seconds=n),
        updated_at=template.updated_at - timedelta(seconds=n),
        submission_token=secrets.token_bytes(32),
        receipt=receipt,
        statement_compartment=boxes["statement"],
        file_compartment=boxes["file"],
        oversight_compartment=boxes["oversight"],
    )
    row.boxes = [receipt, *boxes.values()]
    return row


def _save_boxes(rows) -> None:
    from vault.models import Compartment, Keyholder

    Keyholder.objects.bulk_create([row.boxes[0] for row in rows], batch_size=500)
    Compartment.objects.bulk_create([box for row in rows for box in row.boxes[1:]], batch_size=1_000)


def _like(row, **changes):
    fresh = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key})
    for name, value in changes.items():
        setattr(fresh, name, value)
    return fresh


def analyse() -> None:
    """Let the database count its rows and tidy up after many were written, as a running installation does by itself."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
