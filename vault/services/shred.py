"""Shred keys: one per subject, in the second database. Deleting one is the only act of the vault that can't be undone."""

import os
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connections, transaction
from django.db.models import UUIDField

from vault.errors import Destroyed
from vault.kept_queries import KeptQuery
from vault.marks import make_mark, require_mark
from vault.models import Compartment, ShredKey
from vault.primitives import KEY_BYTES
from vault.routers import SHRED

BATCH = 500
_OF_SUBJECT = KeptQuery(lambda subject_id: ShredKey.objects.filter(subject_id=subject_id), subject_id=UUIDField())


def ensure_shred_key(*, subject_id: UUID, now: datetime) -> bytes:
    """The subject's shred key, made and committed if there is none yet. Call it before the main transaction (`vault.md` section 2)."""
    key = os.urandom(KEY_BYTES)
    try:
        # Tried before looking: nearly every subject is new.
        with transaction.atomic(using=SHRED):
            ShredKey.objects.create(subject_id=subject_id, key=key, mark=make_mark("shred-key", subject_id, key), created_at=now)
    except IntegrityError:
        return shred_key(subject_id)
    return key


def shred_key(subject_id: UUID) -> bytes:
    """Raises Destroyed when it was deleted, Tampered when the row was changed."""
    row = _OF_SUBJECT.first(subject_id=subject_id)
    if row is None:
        raise Destroyed("the content of this matter was destroyed")
    return _genuine(row)


def collect_orphans(*, older_than: datetime) -> int:
    """Delete keys made before `older_than` of which the main database knows nothing: whoever made them died before the rest was written.

    Leave as long as backups of the main database are kept: after an older one was put back, a key may look like this although a newer
    backup holds its matter. Returns how many.
    """
    removed = 0
    subjects = list(ShredKey.objects.filter(created_at__lt=older_than).values_list("subject_id", flat=True))
    for at in range(0, len(subjects), BATCH):
        batch = subjects[at : at + BATCH]
        known = set(Compartment.objects.filter(subject_id__in=batch).values_list("subject_id", flat=True))
        deleted, _ = ShredKey.objects.filter(subject_id__in=[each for each in batch if each not in known]).delete()
        removed += deleted
    return removed


def destroy_subject(subject_id: UUID) -> bool:
    """Delete the shred key: no copy or backup of the content can be read again. True if there was one.

    The bytes also leave the database file: SQLite overwrites the page and empties its write-ahead log, PostgreSQL vacuums the table. Older
    backups of the shred-key database end the horizon named in the policy.
    """
    connection = connections[SHRED]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    with transaction.atomic(using=SHRED):
        deleted, _ = ShredKey.objects.filter(subject_id=subject_id).delete()
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if connection.vendor == "sqlite" else f"VACUUM {ShredKey._meta.db_table}")
    return deleted > 0


def _genuine(row: ShredKey) -> bytes:
    key = bytes(row.key)
    require_mark(row.mark, "shred-key", row.subject_id, key)
    return key
