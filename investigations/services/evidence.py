"""The evidence register: taken in bit for bit, described, derived from, never replaced and never deleted (R24, R25, T17).

An item's file is sealed to the file compartment when the team takes it in, and stays where it is when a reporter or a party gave it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked_while_open
from complaints.services.once import once_id
from investigations import selectors_evidence as read
from investigations.models import CustodyEntry, CustodyKind, Derivation, Evidence, Investigation
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.evidence_items import EvidenceKeys, file_of, label_of
from people.models import User
from vault.columns import open_column, seal_column
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import SealingKey
from vault.models import SealedFile
from vault.services import files as sealed_files
from vault.services.changes import retried
from vault.uploads import SealedUpload, sealed_upload

FIELDS = ("name", "given_by", "method", "about", "content_note", "kept_where")
# What the portal itself made of somebody's words; anything else was brought.
WRITTEN_HERE, BROUGHT = "portal-text", "brought"


class NothingGiven(Exception):
    """Neither a file nor the place where the thing is kept."""


class AlreadyTaken(Exception):
    """The file is an item of the register already."""


class NoFile(Exception):
    """The item is a thing kept elsewhere; there is nothing to download or to check."""


@dataclass(repr=False, eq=False)
class _Taken(Hidden):
    """An item that is sealed and not written yet."""

    row: Evidence
    custody: list[CustodyEntry]
    key: SealingKey
    file: SealedFile | None

    def save(self, complaint: Complaint, by: User, role: str, now: datetime) -> Evidence:
        locked_while_open(complaint, self.key)
        last = Evidence.objects.filter(investigation=self.row.investigation).aggregate(last=Max("number"))["last"] or 0
        self.row.number = last + 1
        if self.file is not None:
            self.file.save(force_insert=True)
        self.row.save(force_insert=True)
        CustodyEntry.objects.bulk_create(self.custody)
        facts = {"version": 1, "number": self.row.number, "derived": self.row.derived_from_id is not None}
        _recorded(complaint, self.row, Action.EVIDENCE_ADDED, by, role, now, facts)
        return self.row


@retried
def take_in(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    detail: Mapping[str, str],
    obtained_at: datetime,
    token: str,
    now: datetime,
    upload: SealedUpload | None = None,
    attachment=None,
    party_file=None,
    came_by=None,
) -> Evidence:
    """Take an original in: an `upload`, an `attachment` of a reporter, a `party_file`, or a thing kept at `detail["kept_where"]` (R24).

    `came_by`: the request to keep records that brought it.

    The same `token` again gives the same item. Raises NothingGiven, AlreadyTaken, CaseEnded, NoAccess.
    """
    words = _words(detail)
    if upload is None and attachment is None and party_file is None and not words["kept_where"]:
        raise NothingGiven
    keys = EvidenceKeys(investigation, keyring).file
    row = Evidence(
        id=once_id(complaint.pk, "evidence", token),
        investigation=investigation,
        attachment=attachment,
        party_file=party_file,
        request=came_by,
        obtained_at=obtained_at,
        added_at=now,
        added_by=by,
        changed_at=now,
        changed_by=by,
    )
    return _taken(complaint, row, words, upload, keys, [], by, role, now)


@retried
def derive(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    number: int,
    derivation: str,
    detail: Mapping[str, str],
    token: str,
    now: datetime,
    upload: SealedUpload | None = None,
    text: str = "",
) -> Evidence:
    """Keep a redacted copy, transcript, translation or extract of item `number` beside it: an `upload`, or words written here.

    It becomes an item of its own that names what it was made from; the original stays as it is (T17). Raises Evidence.DoesNotExist,
    NothingGiven, CaseEnded, NoAccess; ValueError for an unknown derivation.
    """
    if derivation not in Derivation.values:
        raise ValueError("unknown derivation")
    if upload is None and not text.strip():
        raise NothingGiven
    keys = EvidenceKeys(investigation, keyring)
    original = read.item_of(investigation, number)
    row = Evidence(
        id=once_id(complaint.pk, "evidence", token),
        investigation=investigation,
        derived_from=original,
        derivation=derivation,
        obtained_at=now,
        added_at=now,
        added_by=by,
        changed_at=now,
        changed_by=by,
    )
    words, written_here = _words(detail), upload is None
    if written_here:
        words |= {"written_here": True}
        if earlier := Evidence.objects.filter(pk=row.pk).first():
            return earlier
        upload = sealed_upload(name=f"{label_of(original)}-{derivation}.txt", content_type="text/plain", chunks=[text.encode()])
    made = _custody(original, CustodyKind.DERIVED, now, by, {"from": "", "to": "", "how": derivation}, keys.file.current, now)
    source = file_of(original)
    derived = sealed_files.Derived(source.pk, WRITTEN_HERE if written_here else BROUGHT, "1") if source else None
    return _taken(complaint, row, words, upload, keys.file, [made], by, role, now, derived)


def _taken(complaint, row, words, upload, keys, custody, by, role, now, derived=None) -> Evidence:
    if earlier := Evidence.objects.filter(pk=row.pk).first():
        return earlier
    seal_column(row, "detail_sealed", words, keys.current)
    file = sealed_files.keep(upload, key=keys.current, given_by=role, now=now, derived_from=derived) if upload is not None else None
    row.file = file
    came = {"from": words["given_by"], "to": by.display_name, "how": words["method"]}
    entry = _custody(row, CustodyKind.TAKEN_IN, row.obtained_at, by, came, keys.current, now)
    taken = _Taken(row, [entry, *custody], keys.current, file)
    try:
        with transaction.atomic():
            return taken.save(complaint, by, role, now)
    except IntegrityError:
        # The same form arrived twice at once, or a colleague took the same file over.
        if earlier := Evidence.objects.filter(pk=row.pk).first():
            return earlier
        raise AlreadyTaken from None


@retried
def change(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    number: int,
    version: int,
    detail: Mapping[str, str],
    now: datetime,
) -> Evidence:
    """Save another description of item `number`; its file stays. Raises SavedMeanwhile, Evidence.DoesNotExist, CaseEnded, NoAccess."""
    keys = EvidenceKeys(investigation, keyring).file
    row = read.item_of(investigation, number)
    stored = open_column(row, "detail_sealed", keys).json()
    if row.row_version != version:
        raise SavedMeanwhile(row, stored)
    row.changed_at, row.changed_by = now, by
    row.row_version += 1
    seal_column(row, "detail_sealed", stored | _words(detail), keys.current)
    with transaction.atomic():
        locked_while_open(complaint, keys.current)
        require_version(row, version)
        row.save(update_fields=["detail_sealed", "row_version", "changed_at", "changed_by"])
        _recorded(complaint, row, Action.EVIDENCE_SAVED, by, role, now, {"version": row.row_version})
    return row


def _custody(row: Evidence, kind: str, at: datetime, by: User, words: dict, key: SealingKey, now: datetime) -> CustodyEntry:
    entry = CustodyEntry(id=uuid4(), evidence=row, kind=kind, at=at, recorded_at=now, by=by)
    seal_column(entry, "detail_sealed", words, key)
    return entry


def _words(detail: Mapping[str, str]) -> dict:
    return {name: str(detail.get(name) or "").strip() for name in FIELDS}


def _recorded(complaint: Complaint, row: Evidence, action: Action, by: User, role: str, now: datetime, facts: dict) -> None:
    record(
        by=staff(by, role),
        action=action,
        subject_id=complaint.pk,
        object_kind="evidence",
        object_id=row.pk,
        facts=facts,
        now=now,
    )
