"""Files of a case: listed with what is known of them, handed out as they were given, never shown on our pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Attachment, Complaint
from investigations.services.reading import note_access, team_keys
from people.models import User
from vault.errors import Damaged, NoAccess
from vault.keyring import Keyring
from vault.scanner import FOUND, UNCHECKED
from vault.services import files as sealed_files


class NoSuchFile(Exception):
    """The case has no file of this number."""


class Warned(Exception):
    """The virus scanner found something in the file: its reader must be told before it is handed out. `name`: what it found."""

    def __init__(self, name: str):
        self.name = name
        super().__init__("a warning comes first")


@dataclass(frozen=True, repr=False)
class ListedFile:
    """A file with its manifest; `manifest` is None when it is sealed to an epoch this reader can't open."""

    row: Attachment
    manifest: object

    @property
    def differs(self) -> bool:
        """Whether the content is of another type than its giver's browser said: a warning, never a loss."""
        if self.manifest is None:
            return False
        found, given = self.manifest.sniffed_type, self.manifest.given_type
        return bool(found and given and found.partition("/")[0] != given.partition("/")[0])

    @property
    def found(self) -> str:
        """What the virus scanner calls its finding, or nothing."""
        return self.manifest.verdict.name if self.manifest and self.manifest.verdict.state == FOUND else ""

    @property
    def is_unchecked(self) -> bool:
        return bool(self.manifest and self.manifest.verdict.state == UNCHECKED)


@dataclass(frozen=True, repr=False)
class Download:
    """The original bytes under a name that says nothing."""

    name: str
    length: int
    blocks: Iterator[bytes]


def listed_files(*, complaint: Complaint, keyring: Keyring) -> list[ListedFile]:
    """Every file with its manifest, by number. For pages that record their own access."""
    keys = team_keys(complaint=complaint, keyring=keyring).statement
    rows = Attachment.objects.filter(complaint=complaint).select_related("file", "message").order_by("number")
    return [ListedFile(row, _manifest(row, keys)) for row in rows if not row.message or row.message.thread == "team"]


def _manifest(row: Attachment, keys):
    try:
        return sealed_files.open_manifest(row.file, keys)
    except (NoAccess, Damaged):
        return None


def download(*, complaint: Complaint, keyring: Keyring, by: User, role: str, number: int, now: datetime, warned: bool = False) -> Download:
    """Open the original of file `number`, recorded before the first byte goes out.

    A file with a finding comes only to somebody who was `warned`. Raises Warned, NoSuchFile, NoAccess, Damaged.
    """
    row = _row(complaint, number)
    manifest = sealed_files.open_manifest(row.file, team_keys(complaint=complaint, keyring=keyring).statement)
    if manifest.verdict.state == FOUND and not warned:
        raise Warned(manifest.verdict.name)
    note_access(complaint=complaint, by=by, role=role, action=Action.EXPORTED_FILE, now=now, object_kind="file", object_id=row.file_id)
    return Download(f"item-{row.number}.bin", manifest.length, sealed_files.stream_manifest(row.file, manifest))


def check_again(*, complaint: Complaint, keyring: Keyring, by: User, role: str, number: int, now: datetime) -> str:
    """Let the virus scanner look at file `number`, which it missed when it came in. Returns the new state (`vault.scanner`).

    Nobody sees anything of the file. Raises NoSuchFile, NoAccess, Damaged.
    """
    keys = team_keys(complaint=complaint, keyring=keyring).statement
    row = _row(complaint, number)
    before = row.file.row_version
    checked = sealed_files.scan_again(row.file, keys)
    state = sealed_files.open_manifest(checked, keys).verdict.state
    with transaction.atomic():
        # Whoever was faster has stored the same answer.
        if sealed_files.save_manifest(checked, before=before):
            record(
                by=staff(by, role),
                action=Action.FILE_CHECKED,
                subject_id=complaint.pk,
                object_kind="file",
                object_id=row.file_id,
                facts={"state": state},
                now=now,
            )
    return state


def _row(complaint: Complaint, number: int) -> Attachment:
    row = Attachment.objects.filter(complaint=complaint, number=number).select_related("file", "message").first()
    if row is None or (row.message and row.message.thread != "team"):
        raise NoSuchFile
    return row
