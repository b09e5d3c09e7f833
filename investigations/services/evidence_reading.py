"""Reading the evidence register: a page of the list, one item with its chain, files that may still be taken over. Each on record."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from audit.actions import Action
from complaints.models import Complaint
from investigations import selectors_evidence as read
from investigations.models import CustodyEntry, Investigation
from investigations.services.evidence_items import EvidenceKeys, OpenedItem, file_of, opened
from investigations.services.reading import note_access
from people.models import User
from vault.columns import open_column
from vault.errors import Damaged, NoAccess
from vault.keyring import Keyring
from vault.services import files as sealed_files


@dataclass(frozen=True, repr=False)
class Register:
    """One page of the register. `bearing`: {item id: [(allegation, what it means)]}."""

    items: list[OpenedItem]
    bearing: dict


def open_register(
    *, complaint: Complaint, investigation: Investigation, keyring: Keyring, by: User, role: str, first: int, now: datetime
) -> Register:
    """Open the items from place `first` on, one page of them and no more. Recorded as an access. Raises NoAccess."""
    keys = EvidenceKeys(investigation, keyring)
    rows = list(read.evidence_of(investigation)[first : first + read.PAGE_SIZE])
    items = [opened(row, keys) for row in rows]
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_EVIDENCE, now=now, object_kind="evidence_list")
    return Register(items, read.bearing_of(rows))


@dataclass(frozen=True, repr=False)
class Custody:
    """One line of an item's chain. `words`: {"from", "to", "how"} or what a check found."""

    row: CustodyEntry
    words: dict


@dataclass(frozen=True, repr=False)
class ItemPage:
    """Everything about one item. `text`: the words of a derivative that was written here, when they were asked for."""

    item: OpenedItem
    original: OpenedItem | None
    derivatives: list[OpenedItem]
    custody: list[Custody]
    seen: list
    bearing: list
    text: str


def open_item(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    number: int,
    now: datetime,
    with_words: bool = False,
) -> ItemPage:
    """Open one item. Recorded as a view of it, which is part of its chain of custody. Raises Evidence.DoesNotExist, NoAccess."""
    keys = EvidenceKeys(investigation, keyring)
    row = read.item_of(investigation, number)
    item = opened(row, keys)
    original = opened(read.item_of(investigation, row.derived_from.number), keys) if row.derived_from else None
    text = text_of(item, keys) if with_words and item.written_here and item.manifest else ""
    custody = [Custody(entry, open_column(entry, "detail_sealed", keys.file).json()) for entry in read.custody_of([row])]
    derivatives = [opened(each, keys) for each in read.derivatives_of(row)]
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_EVIDENCE, now=now, object_kind="evidence", object_id=row.pk)
    seen = [(entry, Action(entry.action).label) for entry in read.seen_of([row], complaint.pk)[row.pk]]
    return ItemPage(item, original, derivatives, custody, seen, read.bearing_of([row]).get(row.pk, []), text)


def text_of(item: OpenedItem, keys: EvidenceKeys) -> str:
    """The words of a derivative that was written here. Raises Damaged."""
    return b"".join(sealed_files.stream_manifest(file_of(item.row), item.manifest)).decode()


def open_for_form(*, investigation: Investigation, keyring: Keyring, number: int) -> OpenedItem:
    """One item for a form. Raises Evidence.DoesNotExist, NoAccess."""
    return opened(read.item_of(investigation, number), EvidenceKeys(investigation, keyring))


@dataclass(frozen=True, repr=False)
class Takeable:
    """A file that may be taken over. `key` names it in a form; `name` as its giver called it."""

    key: str
    name: str
    row: object
    by_reporter: bool


def takeable(*, investigation: Investigation, keyring: Keyring) -> list[Takeable]:
    """Files that reporters and parties gave and that are no items yet; those this reader can't open are left out. Raises NoAccess."""
    keys = EvidenceKeys(investigation, keyring)
    found = []
    for row in read.takeable_attachments(investigation):
        found += _takeable(f"a{row.pk}", row, keys, row.complaint_id, "statement", row.by_reporter)
    for row in read.takeable_party_files(investigation):
        party = row.document.party
        found += _takeable(f"p{row.pk}", row, keys, investigation.lead_id, party.compartment.kind, False)
    return found


def _takeable(key: str, row, keys: EvidenceKeys, subject_id: UUID, kind: str, by_reporter: bool) -> list[Takeable]:
    try:
        manifest = sealed_files.open_manifest(row.file, keys.of_subject(subject_id, kind))
    except (NoAccess, Damaged):
        return []
    return [Takeable(key, manifest.shown_name, row, by_reporter)]
