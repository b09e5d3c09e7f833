"""The evidence of a case to take along: originals and copies bit for bit, what is known of each, a script that checks it (C11)."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone, translation

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.followup_selectors import zone_of
from complaints.models import Complaint
from investigations import selectors_evidence as read
from investigations.models import CustodyKind, Investigation
from investigations.services.evidence_items import EvidenceKeys, OpenedItem, file_of, label_of, opened
from people.models import User
from policy.vocabulary import LANGUAGES
from vault.columns import open_column
from vault.errors import BadFormat, Damaged
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.services import files as sealed_files
from vault.zipping import zipped

SCRIPT = Path(__file__).resolve().parent.parent / "bundle" / "check_bundle.py"
# Endings for what a file's own bytes say it is; anything else gets one that nothing opens by itself.
_ENDINGS = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp", "text/plain": "txt",
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/x-wav": "wav", "audio/mp4": "m4a", "video/mp4": "mp4", "video/quicktime": "mov",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}  # fmt: skip


@dataclass(repr=False, eq=False)
class Bundle(Hidden):
    """A bundle on its way out: its name, its bytes as a stream, and the fingerprint of its list."""

    name: str
    chunks: Iterator[bytes]
    manifest_sha256: str


def export(*, complaint: Complaint, investigation: Investigation, keyring: Keyring, by: User, role: str, now: datetime) -> Bundle:
    """Make the bundle. Recorded, with the fingerprint of its list, before the first byte goes out.

    An item that this reader can't open is listed without its file and said to be missing. Raises NoAccess.
    """
    keys = EvidenceKeys(investigation, keyring)
    rows = list(read.evidence_of(investigation))
    items = [opened(row, keys) for row in rows]
    custody = _custody_by_item(rows, keys)
    seen = read.seen_of(rows, complaint.pk)
    at = now.astimezone(zone_of())
    pages = {f"index.{lang}.html": _index(lang, complaint, items, custody, seen, by, now) for lang in LANGUAGES}
    script = SCRIPT.read_bytes()
    others = {**pages, "check_bundle.py": script}
    manifest = _manifest(complaint, items, others, by, now)
    fingerprint = hashlib.sha256(manifest).hexdigest()
    with transaction.atomic():
        record(
            by=staff(by, role),
            action=Action.EXPORTED_EVIDENCE,
            subject_id=complaint.pk,
            object_kind="evidence_bundle",
            facts={"items": len(items), "manifest": fingerprint},
            now=now,
        )
    return Bundle(f"evidence-{complaint.ref}.zip", zipped(_members(manifest, others, items), at), fingerprint)


def _custody_by_item(rows: list, keys: EvidenceKeys) -> dict:
    found: dict = {}
    for entry in read.custody_of(rows):
        found.setdefault(entry.evidence_id, []).append((entry, open_column(entry, "detail_sealed", keys.file).json()))
    return found


def file_name(item: OpenedItem) -> str | None:
    """Where the item's file lies in the bundle: never a name that somebody gave it."""
    if item.manifest is None:
        return None
    ending = _ENDINGS.get(item.manifest.sniffed_type, "bin")
    return f"{'copies' if item.row.derived_from_id else 'originals'}/{item.label}.{ending}"


def _manifest(complaint: Complaint, items: list[OpenedItem], others: dict[str, bytes], by: User, now: datetime) -> bytes:
    content = {
        "v": 1,
        "case": complaint.ref,
        "made_at": now.isoformat(),
        "made_by": by.display_name,
        "items": [_line(item) for item in items],
        "others": [{"file": name, "length": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in others.items()],
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _line(item: OpenedItem) -> dict:
    row, manifest = item.row, item.manifest
    line = {
        "number": item.label,
        "name": item.detail.get("name", ""),
        "given_by": item.detail.get("given_by", ""),
        "method": item.detail.get("method", ""),
        "about": item.detail.get("about", ""),
        "obtained_at": row.obtained_at.isoformat(),
        "taken_in_at": row.added_at.isoformat(),
        "taken_in_by": row.added_by.display_name,
        "derived_from": label_of(row.derived_from) if row.derived_from else None,
        "derivation": row.derivation or None,
        "kept_where": item.detail.get("kept_where") or None,
        "file": file_name(item),
    }
    if manifest:
        line |= {"length": manifest.length, "sha256": manifest.sha256, "name_as_given": manifest.name, "type": manifest.sniffed_type}
    elif item.has_file:
        # There is a file and it isn't here: the checker must say so, not pass over it.
        line |= {"file": f"originals/{item.label}.missing", "length": None, "sha256": None}
    return line


def _members(manifest: bytes, others: dict[str, bytes], items: list[OpenedItem]) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield "manifest.json", iter((manifest,))
    for name, data in others.items():
        yield name, iter((data,))
    for item in items:
        if name := file_name(item):
            yield name, _blocks(item)


def _blocks(item: OpenedItem) -> Iterator[bytes]:
    """The item's bytes, as far as they are genuine: one damaged file must not cost the others. The checker finds what is missing."""
    try:
        yield from sealed_files.stream_manifest(file_of(item.row), item.manifest)
    except (Damaged, BadFormat):
        return


def _index(lang: str, complaint: Complaint, items: list[OpenedItem], custody: dict, seen: dict, by: User, now: datetime) -> bytes:
    """The printable list in one language: numbers, names, fingerprints, who had it when."""
    with translation.override(lang), timezone.override(zone_of()):
        rows = [
            {
                "item": item,
                "file": file_name(item),
                "custody": custody.get(item.row.pk, []),
                "seen": [(entry, Action(entry.action).label) for entry in seen.get(item.row.pk, [])],
            }
            for item in items
        ]
        context = {"complaint": complaint, "rows": rows, "by": by, "at": now, "lang": lang, "checked": CustodyKind.CHECKED}
        return render_to_string("case/bundle_index.html", context).encode()
