"""Sealed files: taken over from an upload, opened again, moved from a draft to a complaint, removed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction

from vault import storage
from vault.columns import open_column, seal_column
from vault.files import open_stream
from vault.hidden import Hidden
from vault.keys import OpeningKeys, SealingKey
from vault.models import SealedFile
from vault.names import shown_name
from vault.scanner import NOT_CHECKED, Verdict, scan
from vault.uploads import SealedUpload

MANIFEST_VERSION = 1


@dataclass(frozen=True)
class Derived:
    """A file made from another one: from which, by which tool and version."""

    file_id: UUID
    tool: str
    version: str


@dataclass(frozen=True, repr=False, eq=False)
class Manifest(Hidden):
    """What is known of a file, opened. `length` in bytes; `name` and `given_type` as the giver's browser stated them; `verdict` of the
    virus scanner."""

    file_key: bytes
    length: int
    sha256: str
    name: str
    given_type: str
    sniffed_type: str
    given_by: str
    given_at: datetime
    derived_from: Derived | None
    verdict: Verdict = NOT_CHECKED

    @property
    def shown_name(self) -> str:
        return shown_name(self.name)


def keep(upload: SealedUpload, *, key: SealingKey, given_by: str, now: datetime, derived_from: Derived | None = None) -> SealedFile:
    """Take an upload over: an unsaved row with the manifest sealed under `key`. The caller saves it inside its transaction.

    `given_by`: who gave it, as a reference ("reporter", "staff:12"). Raises ValueError for an upload that was not stored. When the
    transaction fails the file is collected later as an orphan.
    """
    if upload.problem:
        raise ValueError("this upload was not stored")
    row = SealedFile(
        id=upload.file_id,
        owner_id=key.owner_id,
        epoch=key.epoch,
        storage_name=upload.storage_name,
        stored_size=upload.stored_size,
        created_at=now,
    )
    manifest = Manifest(
        file_key=upload.file_key,
        length=upload.size,
        sha256=upload.sha256.hex(),
        name=upload.given_name,
        given_type=upload.given_type,
        sniffed_type=upload.sniffed_type,
        given_by=given_by,
        given_at=now,
        derived_from=derived_from,
        verdict=upload.verdict,
    )
    seal_column(row, "manifest_sealed", _to_json(manifest), key)
    upload.kept = True
    return row


def open_manifest(sealed_file: SealedFile, keys: OpeningKeys | SealingKey) -> Manifest:
    """Raises NoAccess, Damaged or BadFormat."""
    return _from_json(open_column(sealed_file, "manifest_sealed", keys).json())


def reseal_manifest(sealed_file: SealedFile, old_key: OpeningKeys | SealingKey, new_key: SealingKey) -> SealedFile:
    """Give a file to another owner (draft to complaint): same bytes on disk, manifest under `new_key`. Returns the row, to be saved."""
    manifest = open_column(sealed_file, "manifest_sealed", old_key).json()
    sealed_file.owner_id, sealed_file.epoch = new_key.owner_id, new_key.epoch
    sealed_file.row_version += 1
    seal_column(sealed_file, "manifest_sealed", manifest, new_key)
    return sealed_file


def stream(sealed_file: SealedFile, keys: OpeningKeys | SealingKey) -> Iterator[bytes]:
    """The original bytes in blocks of up to 1 MiB. Raises Damaged as soon as something does not authenticate, or if the file is missing."""
    return stream_manifest(sealed_file, open_manifest(sealed_file, keys))


def stream_manifest(sealed_file: SealedFile, manifest: Manifest) -> Iterator[bytes]:
    """Like `stream`, for a manifest that is open already."""
    path = storage.path_of(sealed_file.storage_name)
    return open_stream(path, file_id=sealed_file.id, key=manifest.file_key, length=manifest.length)


def scan_again(sealed_file: SealedFile, keys: OpeningKeys) -> SealedFile:
    """Pass a stored file through the virus scanner and seal the new verdict into its manifest. The stored bytes stay as they are.

    Returns the changed row for `save_manifest`. Raises NoAccess, Damaged.
    """
    manifest = open_manifest(sealed_file, keys)
    verdict = scan(stream_manifest(sealed_file, manifest))
    sealed_file.epoch = keys.current.epoch
    sealed_file.row_version += 1
    seal_column(sealed_file, "manifest_sealed", _to_json(replace(manifest, verdict=verdict)), keys.current)
    return sealed_file


def save_manifest(sealed_file: SealedFile, *, before: int) -> bool:
    """Store a changed manifest unless somebody else changed row version `before` first. Returns whether it was stored."""
    changes = {name: getattr(sealed_file, name) for name in ("epoch", "manifest_sealed", "row_version")}
    return bool(SealedFile.objects.filter(pk=sealed_file.pk, row_version=before).update(**changes))


def remove(sealed_file: SealedFile) -> None:
    """Delete the row, and the stored bytes once that is committed."""
    name = sealed_file.storage_name
    with transaction.atomic():
        sealed_file.delete()
        transaction.on_commit(lambda: storage.delete(name))


def collect_orphans(*, older_than: datetime) -> int:
    """Remove unfinished files and files no row refers to, last written before `older_than` (leave hours: a form may still be open).

    Returns how many.
    """
    removed = 0
    for path in storage.unfinished(older_than):
        path.unlink(missing_ok=True)
        removed += 1
    for batch in _batches(storage.finished(older_than), 500):
        known = set(SealedFile.objects.filter(storage_name__in=[name for name, _ in batch]).values_list("storage_name", flat=True))
        for name, path in batch:
            if name not in known:
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _batches(items: Iterator, size: int) -> Iterator[list]:
    batch = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def _to_json(manifest: Manifest) -> dict:
    derived = manifest.derived_from
    return {
        "v": MANIFEST_VERSION,
        "key": manifest.file_key.hex(),
        "length": manifest.length,
        "sha256": manifest.sha256,
        "name": manifest.name,
        "type": manifest.given_type,
        "sniffed": manifest.sniffed_type,
        "by": manifest.given_by,
        "at": manifest.given_at.isoformat(),
        "derived_from": {"file": str(derived.file_id), "tool": derived.tool, "version": derived.version} if derived else None,
        "scan": {"state": manifest.verdict.state, "name": manifest.verdict.name},
    }


def _from_json(data: dict) -> Manifest:
    derived = data["derived_from"]
    return Manifest(
        file_key=bytes.fromhex(data["key"]),
        length=data["length"],
        sha256=data["sha256"],
        name=data["name"],
        given_type=data["type"],
        sniffed_type=data["sniffed"],
        given_by=data["by"],
        given_at=datetime.fromisoformat(data["at"]),
        derived_from=Derived(UUID(derived["file"]), derived["tool"], derived["version"]) if derived else None,
        # Files sealed before there was a scanner say nothing of it.
        verdict=Verdict(**data.get("scan", {})),
    )
