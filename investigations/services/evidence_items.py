"""An item of evidence with its words and what is known of its file: the keys that open it, wherever the file lies."""

from dataclasses import dataclass
from uuid import UUID

from investigations.models import Evidence, Investigation
from vault.columns import open_column
from vault.errors import Damaged, NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.models import SealedFile
from vault.scanner import FOUND, UNCHECKED
from vault.services import compartments
from vault.services import files as sealed_files


class EvidenceKeys(Hidden):
    """What one keyring opens of an investigation's items. Raises NoAccess when not even the case's own file."""

    def __init__(self, investigation: Investigation, keyring: Keyring):
        self._keyring, self._lead_id = keyring, investigation.lead_id
        self._opened = {investigation.lead_id: compartments.open_subject(subject_id=investigation.lead_id, keyring=keyring)}
        if not {"file", "statement"} <= self._opened[self._lead_id].keys():
            raise NoAccess("no key for this case")
        self.file: OpeningKeys = self._opened[self._lead_id]["file"]

    def of(self, item: Evidence) -> OpeningKeys:
        """The keys that open the manifest of the item's file. Raises NoAccess."""
        if item.attachment_id:
            return self.of_subject(item.attachment.complaint_id, "statement")
        if item.party_file_id:
            return self.of_subject(self._lead_id, item.party_file.document.party.compartment.kind)
        return self.file

    def of_subject(self, subject_id: UUID, kind: str) -> OpeningKeys:
        """Raises NoAccess."""
        if subject_id not in self._opened:
            self._opened[subject_id] = compartments.open_subject(subject_id=subject_id, keyring=self._keyring)
        found = self._opened[subject_id].get(kind)
        if found is None:
            raise NoAccess("no key for this file")
        return found


@dataclass(frozen=True, repr=False)
class OpenedItem:
    """An item with its words and what is known of its file. `manifest` is None without a file, or when this reader can't open it."""

    row: Evidence
    detail: dict
    manifest: object | None

    @property
    def label(self) -> str:
        return label_of(self.row)

    @property
    def has_file(self) -> bool:
        return file_of(self.row) is not None

    @property
    def written_here(self) -> bool:
        return bool(self.detail.get("written_here"))

    @property
    def found(self) -> str:
        return self.manifest.verdict.name if self.manifest and self.manifest.verdict.state == FOUND else ""

    @property
    def is_unchecked(self) -> bool:
        return bool(self.manifest and self.manifest.verdict.state == UNCHECKED)

    @property
    def can_be_shown(self) -> bool:
        """A picture that a browser can show as it is, of a size for that, in which the scanner found nothing."""
        return bool(self.manifest) and is_picture(self.manifest)


# Pictures without anything that runs: no SVG, and no format that only some browsers know.
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
LARGEST_PICTURE = 25 * 1024 * 1024


def is_picture(manifest) -> bool:
    """By what the bytes are, never by what whoever gave it called it."""
    return manifest.sniffed_type in PICTURES and manifest.length <= LARGEST_PICTURE and manifest.verdict.state != FOUND


def label_of(row: Evidence) -> str:
    """E-7: what people call the item. Not translated, so that it is the same in every paper."""
    return f"E-{row.number}"


def file_of(row: Evidence) -> SealedFile | None:
    given = row.attachment or row.party_file
    return given.file if given else row.file


def opened(row: Evidence, keys: EvidenceKeys) -> OpenedItem:
    """Raises NoAccess, Damaged for the words; a file that can't be opened only lacks its manifest."""
    detail = open_column(row, "detail_sealed", keys.file).json()
    sealed, manifest = file_of(row), None
    if sealed is not None:
        try:
            manifest = sealed_files.open_manifest(sealed, keys.of(row))
        except (NoAccess, Damaged):
            manifest = None
    return OpenedItem(row, detail, manifest)
