"""Files of a case: listed with what is known of them, handed out as they were given, never shown on our pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from audit.actions import Action
from complaints.models import Attachment, Complaint
from investigations.services.reading import note_access, team_keys
from people.models import User
from vault.errors import Damaged, NoAccess
from vault.keyring import Keyring
from vault.services import files as sealed_files


class NoSuchFile(Exception):
    """The case has no file of this number."""


@dataclass(frozen=True, repr=False)
class ListedFile:
    """A file with its manifest; `manifest` is None when it is sealed to an epoch this reader can't open."""

    row: Attachment
    manifest: object

    @property
    def differs(self) -> bool:
        """Whether the content is of another type than its giver's browser said: a warning, never a loss."""
        found, given = self.manifest.sniffed_type, self.manifest.given_type
        return bool(self.manifest and found and given and found.partition("/")[0] != given.partition("/")[0])


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


def download(*, complaint: Complaint, keyring: Keyring, by: User, role: str, number: int, now: datetime) -> Download:
    """Open the original of file `number`, recorded before the first byte goes out. Raises NoSuchFile, NoAccess, Damaged."""
    row = Attachment.objects.filter(complaint=complaint, number=number).select_related("file", "message").first()
    if row is None or (row.message and row.message.thread != "team"):
        raise NoSuchFile
    keys = team_keys(complaint=complaint, keyring=keyring).statement
    manifest = sealed_files.open_manifest(row.file, keys)
    note_access(complaint=complaint, by=by, role=role, action=Action.EXPORTED_FILE, now=now, object_kind="file", object_id=row.file_id)
    return Download(f"item-{row.number}.bin", manifest.length, sealed_files.stream_manifest(row.file, manifest))
