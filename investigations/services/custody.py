"""The chain of custody of one item: handed out as an original, handed over, read again and compared (R24)."""

import hashlib
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked
from complaints.services.once import once_id
from investigations import selectors_evidence as read
from investigations.models import CustodyEntry, CustodyKind, Evidence, Investigation
from investigations.services.evidence import NoFile
from investigations.services.evidence_items import EvidenceKeys, file_of, is_picture, label_of
from investigations.services.files import Download, Warned
from investigations.services.reading import note_access
from people.models import User
from vault.columns import seal_column
from vault.errors import BadFormat, Damaged
from vault.keyring import Keyring
from vault.scanner import FOUND
from vault.services import files as sealed_files
from vault.services.changes import retried

SAME, DIFFERS, DAMAGED = "same", "differs", "damaged"


class NotAHandOver(Exception):
    """Only handing over and giving back are noted by hand."""


class NoWords(Exception):
    """Who had it and who has it now must be said."""


class InTheFuture(Exception):
    """A hand-over is noted once it happened."""


def download(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    number: int,
    now: datetime,
    warned: bool = False,
) -> Download:
    """The original of item `number`, recorded before the first byte goes out. A file with a finding comes to somebody `warned` only.

    Raises Evidence.DoesNotExist, NoFile, Warned, NoAccess, Damaged.
    """
    row, manifest = _file(investigation, keyring, number)
    if manifest.verdict.state == FOUND and not warned:
        raise Warned(manifest.verdict.name)
    note_access(complaint=complaint, by=by, role=role, action=Action.EXPORTED_FILE, now=now, object_kind="evidence", object_id=row.pk)
    return Download(f"{label_of(row)}.bin", manifest.length, sealed_files.stream_manifest(file_of(row), manifest))


def show(
    *, complaint: Complaint, investigation: Investigation, keyring: Keyring, by: User, role: str, number: int, now: datetime
) -> tuple[str, Download]:
    """The picture of item `number` to be looked at, with its type. Recorded as a view before the first byte goes out.

    Raises Evidence.DoesNotExist, NoFile for anything that is no such picture, NoAccess, Damaged.
    """
    row, manifest = _file(investigation, keyring, number)
    if not is_picture(manifest):
        raise NoFile
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_PICTURE, now=now, object_kind="evidence", object_id=row.pk)
    return manifest.sniffed_type, Download(label_of(row), manifest.length, sealed_files.stream_manifest(file_of(row), manifest))


def _file(investigation: Investigation, keyring: Keyring, number: int):
    row = read.item_of(investigation, number)
    if file_of(row) is None:
        raise NoFile
    return row, sealed_files.open_manifest(file_of(row), EvidenceKeys(investigation, keyring).of(row))


@retried
def check(*, complaint: Complaint, investigation: Investigation, keyring: Keyring, by: User, role: str, number: int, now: datetime) -> str:
    """Read the stored original again and compare it with the fingerprint of the day it came in. Returns SAME, DIFFERS or DAMAGED.

    What was found becomes an entry of the chain. Raises Evidence.DoesNotExist, NoFile, NoAccess.
    """
    row, manifest = _file(investigation, keyring, number)
    found = DAMAGED
    digest, length = hashlib.sha256(), 0
    try:
        for block in sealed_files.stream_manifest(file_of(row), manifest):
            digest.update(block)
            length += len(block)
        found = SAME if (digest.hexdigest(), length) == (manifest.sha256, manifest.length) else DIFFERS
    except (Damaged, BadFormat):
        found = DAMAGED
    key = EvidenceKeys(investigation, keyring).file.current
    entry = CustodyEntry(id=uuid4(), evidence=row, kind=CustodyKind.CHECKED, at=now, recorded_at=now, by=by)
    seal_column(entry, "detail_sealed", {"from": "", "to": "", "how": "", "result": found, "sha256": manifest.sha256}, key)
    with transaction.atomic():
        locked(complaint, key)
        _save(complaint, entry, by, role, now, {"result": found})
    return found


@retried
def note(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    number: int,
    kind: str,
    at: datetime,
    giver: str,
    taker: str,
    how: str,
    token: str,
    now: datetime,
) -> CustodyEntry:
    """Note that an item (the thing, a copy on a drive) was handed over or given back. Entries are never changed.

    The same `token` again gives the same entry. Raises NotAHandOver, NoWords, InTheFuture, Evidence.DoesNotExist, NoAccess.
    """
    if kind not in (CustodyKind.HANDED_OVER, CustodyKind.RETURNED):
        raise NotAHandOver
    if not giver.strip() or not taker.strip():
        raise NoWords
    if at > now:
        raise InTheFuture
    row: Evidence = read.item_of(investigation, number)
    key = EvidenceKeys(investigation, keyring).file.current
    entry = CustodyEntry(id=once_id(row.pk, "custody", token), evidence=row, kind=kind, at=at, recorded_at=now, by=by)
    if earlier := CustodyEntry.objects.filter(pk=entry.pk).first():
        return earlier
    seal_column(entry, "detail_sealed", {"from": giver.strip(), "to": taker.strip(), "how": how.strip()}, key)
    try:
        with transaction.atomic():
            locked(complaint, key)
            _save(complaint, entry, by, role, now, {})
    except IntegrityError:
        # The same form arrived twice at once.
        return CustodyEntry.objects.get(pk=entry.pk)
    return entry


def _save(complaint: Complaint, entry: CustodyEntry, by: User, role: str, now: datetime, facts: dict) -> None:
    entry.save(force_insert=True)
    record(
        by=staff(by, role),
        action=Action.CUSTODY_NOTED,
        subject_id=complaint.pk,
        object_kind="custody",
        object_id=entry.pk,
        facts={"kind": str(entry.kind), "item": entry.evidence.number, "version": 1, **facts},
        now=now,
    )
