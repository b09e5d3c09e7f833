"""Papers between the team and a party: sealed to the party's compartment, opened by either side. Never edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audit.actors import Actor
from complaints.services.attaching import seal_uploads
from complaints.services.once import once_id
from investigations.models import Party, PartyDocument, PartyFile
from investigations.selectors_parties import documents_of
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Damaged, NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import OpeningKeys, SealingKey
from vault.models import SealedFile
from vault.services import compartments
from vault.services import files as sealed_files


@dataclass(frozen=True, repr=False)
class OpenedFile:
    """`manifest` is None for a file that these keys don't open."""

    row: PartyFile
    manifest: sealed_files.Manifest | None


@dataclass(frozen=True, repr=False)
class OpenedPaper:
    """A paper with its words and files. `body` is None when it can't be opened (sealed before this reader came, or changed)."""

    row: PartyDocument
    body: Mapping | None
    files: tuple[OpenedFile, ...]

    @property
    def text(self) -> str:
        return self.body.get("text", "") if self.body else ""


@dataclass(repr=False, eq=False)
class SealedPaper(Hidden):
    """A paper that is not written yet."""

    row: PartyDocument
    files: list[SealedFile]
    key: SealingKey

    def save(self) -> PartyDocument:
        """Write it, inside the caller's transaction, which has locked the case with `key`."""
        self.row.save(force_insert=True)
        for number, sealed_file in enumerate(self.files, 1):
            sealed_file.save(force_insert=True)
            PartyFile.objects.create(document=self.row, number=number, file=sealed_file, at=self.row.at)
        return self.row


def party_keys(party: Party, keyring: Keyring) -> OpeningKeys:
    """What `keyring` opens of this party's compartment. Raises NoAccess."""
    return compartments.open_keys(compartment=party.compartment, keyring=keyring)


def still_invited(party: Party, keyring: Keyring) -> Party:
    """The locked row, while the code that writes is the one in use; inside the caller's transaction. Raises NoAccess."""
    row = Party.objects.select_for_update().get(pk=party.pk)
    if row.keyholder_id != keyring.keyholder_id:
        raise NoAccess("this invitation has ended")
    return row


def earlier(party: Party, token: str) -> PartyDocument | None:
    """The paper that this form has made already."""
    return PartyDocument.objects.filter(pk=once_id(party.pk, "paper", token)).first()


def prepare(
    *,
    party: Party,
    keys: OpeningKeys,
    kind: str,
    body: Mapping,
    by: User | None,
    actor: Actor,
    token: str,
    now: datetime,
    uploads: Sequence = (),
) -> SealedPaper:
    """Seal a paper of `kind` and its files. Writes nothing. The same `token` gives the same row, so that two clicks make one."""
    row = PartyDocument(id=once_id(party.pk, "paper", token), party=party, kind=kind, at=now, by=by)
    seal_column(row, "body_sealed", dict(body), keys.current)
    given_by = f"staff:{by.pk}" if by else f"{actor.kind}:{party.number}"
    return SealedPaper(row, seal_uploads(uploads, key=keys.current, given_by=given_by, now=now), keys.current)


def opened(party: Party, keys: OpeningKeys) -> list[OpenedPaper]:
    """Every paper of this party with its words, oldest first. For services that record the access themselves."""
    return [open_one(row, keys) for row in documents_of(party)]


def open_one(row: PartyDocument, keys: OpeningKeys) -> OpenedPaper:
    try:
        body = open_column(row, "body_sealed", keys).json()
    except (NoAccess, Damaged):
        body = None
    return OpenedPaper(row, body, tuple(OpenedFile(each, _manifest(each, keys)) for each in row.files.all()))


def _manifest(row: PartyFile, keys: OpeningKeys) -> sealed_files.Manifest | None:
    try:
        return sealed_files.open_manifest(row.file, keys)
    except (NoAccess, Damaged):
        return None
