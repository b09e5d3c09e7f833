"""A report that is being written: begun, saved page by page, paused with a code, continued, erased.

Everything in it is sealed under the draft secret (`vault.drafts`), which only the visitor's browser and, once shown, the code give back.
Sealing happens outside any transaction; a save that met another tab's save is done again on what that one left.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db.models import DateTimeField, UUIDField

from complaints.models import Draft
from complaints.questions.uploads import is_familiar
from vault import codes, sessions
from vault import drafts as draft_keys
from vault.columns import open_column, seal_column
from vault.errors import VaultError
from vault.hidden import Hidden
from vault.kept_queries import KeptQuery
from vault.keys import SealingKey
from vault.models import SealedFile
from vault.services import files
from vault.uploads import SealedUpload

KEPT_FOR = timedelta(hours=72)
FORMAT = 1
FILES_PAGE = "10"
MOST_FILES = 20
_SAVE_TRIES = 20
# How long a page may lie untouched before it is closed, by what the person uses.
IDLE_SECONDS = {"own": 24 * 3600, "shared": 20 * 60}
SHARED = "shared"
_LIVE = KeptQuery(lambda draft_id, now: Draft.objects.filter(pk=draft_id, expires_at__gt=now), draft_id=UUIDField(), now=DateTimeField())
_VERSION = KeptQuery(lambda draft_id: Draft.objects.filter(pk=draft_id).values_list("row_version", flat=True), draft_id=UUIDField())


class DraftGone(Exception):
    """There is no such draft any more: never begun, expired, erased on leaving."""


class AlreadyFiled(Exception):
    """This draft was sent; its words are in the complaint now."""


class TooManyFiles(Exception):
    """The draft holds as many files as it can take."""


class SaveFailed(Exception):
    """Other tabs kept saving at the same moment. Nothing of this save was stored."""


@dataclass(frozen=True, eq=False, repr=False)
class OpenDraft(Hidden):
    """A draft that was opened: its row, its key, and what it holds."""

    row: Draft
    secret: bytes
    content: Mapping

    @property
    def id(self) -> UUID:
        return self.row.pk

    @property
    def key(self) -> SealingKey:
        return draft_keys.draft_key(draft_id=self.row.pk, secret=self.secret)

    @property
    def answers(self) -> dict:
        return self.content["answers"]

    @property
    def files(self) -> list[dict]:
        """The files given so far: {id, name, size (bytes), note, familiar}."""
        return self.answers.get(FILES_PAGE, {}).get("files", [])

    @property
    def idle_seconds(self) -> int:
        return IDLE_SECONDS[self.content["device"]]

    @property
    def last_page(self) -> str:
        return self.content["at"]

    @property
    def wording(self) -> str:
        """The label of the wording it was begun under, which it keeps until it is sent; "" for one older than wordings."""
        return self.content.get("wording", "")


@dataclass(frozen=True, eq=False, repr=False)
class Resumed(Hidden):
    """A draft that its code gave back."""

    draft_id: UUID
    secret: bytes
    idle_seconds: int
    last_page: str


def begin(*, device: str, now: datetime, wording: str = "") -> OpenDraft:
    """Begin an empty draft that lives for 72 hours.

    `device`: "own" or "shared"; anything else counts as shared. `wording`: the label of the wording in which its questions are asked.
    """
    secret = draft_keys.new_secret()
    row = Draft(id=uuid4(), created_at=now, saved_at=now, expires_at=now + KEPT_FOR)
    content = {"v": FORMAT, "device": device if device in IDLE_SECONDS else SHARED, "at": "1", "wording": wording, "answers": {}}
    seal_column(row, "answers_sealed", content, draft_keys.draft_key(draft_id=row.pk, secret=secret))
    row.save(force_insert=True)
    return OpenDraft(row, secret, content)


def opened(*, draft_id: UUID, secret: bytes, now: datetime) -> OpenDraft:
    """Open a draft. Raises DraftGone, AlreadyFiled."""
    row = _LIVE.first(draft_id=draft_id, now=now)
    if row is None:
        raise DraftGone
    if row.filed_at is not None:
        raise AlreadyFiled
    try:
        content = open_column(row, "answers_sealed", draft_keys.draft_key(draft_id=draft_id, secret=secret)).json()
    except VaultError:
        raise DraftGone from None
    return OpenDraft(row, secret, content)


def as_saved(draft: OpenDraft, *, now: datetime) -> OpenDraft:
    """`draft`, read again when another tab saved something since it was opened. One that was filed meanwhile stays as it was read."""
    if _VERSION.first(draft_id=draft.id) == draft.row.row_version:
        return draft
    try:
        return opened(draft_id=draft.id, secret=draft.secret, now=now)
    except AlreadyFiled:
        return draft


def save_page(*, draft_id: UUID, secret: bytes, page_id: str, values: Mapping, now: datetime) -> OpenDraft:
    """Keep what was written on one page; other pages stay as they are. Raises DraftGone, AlreadyFiled, SaveFailed."""

    def change(content: dict) -> None:
        content["answers"][page_id] = dict(values)
        content["at"] = page_id

    return _changed(draft_id, secret, change, now)


def change_device(*, draft_id: UUID, secret: bytes, device: str, now: datetime) -> OpenDraft:
    """Remember the other choice of device. Raises DraftGone, AlreadyFiled, SaveFailed."""
    return _changed(draft_id, secret, lambda content: content.update(device=device if device in IDLE_SECONDS else SHARED), now)


class _ThereAlready(Exception):
    """This very file is in the draft."""


def add_file(*, draft_id: UUID, secret: bytes, upload: SealedUpload, note: str, now: datetime, given_by: str = "reporter") -> OpenDraft:
    """Take over one upload; `given_by` as in `vault.services.files.keep`.

    The same file with the same note changes nothing: it was sent twice. Raises TooManyFiles, DraftGone, AlreadyFiled, SaveFailed; then the
    upload is removed with its request.
    """
    draft = opened(draft_id=draft_id, secret=secret, now=now)
    if len(draft.files) >= MOST_FILES:
        raise TooManyFiles
    row = files.keep(upload, key=draft.key, given_by=given_by, now=now)
    row.save(force_insert=True)
    described = {
        "id": str(row.pk),
        "name": upload.given_name,
        "size": upload.size,
        "note": note.strip(),
        "familiar": is_familiar(upload.sniffed_type or upload.given_type),
        "sha256": upload.sha256.hex(),
    }
    same = ("name", "note", "sha256")

    def change(content: dict) -> None:
        listed = content["answers"].setdefault(FILES_PAGE, {}).setdefault("files", [])
        if any(all(each.get(name) == described[name] for name in same) for each in listed):
            raise _ThereAlready
        listed.append(described)
        content["at"] = FILES_PAGE

    try:
        return _changed(draft_id, secret, change, now)
    except _ThereAlready:
        files.remove(row)
        return opened(draft_id=draft_id, secret=secret, now=now)
    except Exception:
        files.remove(row)
        raise


def remove_file(*, draft_id: UUID, secret: bytes, file_id: str, now: datetime) -> OpenDraft:
    """Delete one file of the draft for good; an unknown one is no error. Raises DraftGone, AlreadyFiled, SaveFailed."""

    def change(content: dict) -> None:
        given = content["answers"].get(FILES_PAGE, {}).get("files", [])
        content["answers"][FILES_PAGE] = {"files": [each for each in given if each["id"] != file_id]}

    draft = opened(draft_id=draft_id, secret=secret, now=now)
    known = {each["id"] for each in draft.files}
    draft = _changed(draft_id, secret, change, now)
    if file_id in known:
        for row in SealedFile.objects.filter(owner_id=draft_id, pk=UUID(file_id)):
            files.remove(row)
    return draft


def files_of(draft: OpenDraft) -> tuple[SealedFile, ...]:
    """The sealed files of a draft, in the order in which they were given."""
    if not draft.files:
        return ()
    rows = {str(row.pk): row for row in SealedFile.objects.filter(owner_id=draft.id)}
    return tuple(rows[each["id"]] for each in draft.files if each["id"] in rows)


def issue_code(*, draft_id: UUID, secret: bytes, now: datetime) -> str:
    """Return the draft's code and let it open the draft for the next 72 hours. The same draft always has the same code.

    Raises DraftGone, AlreadyFiled.
    """
    opened(draft_id=draft_id, secret=secret, now=now)
    code = draft_keys.draft_code(secret)
    keys = codes.derive(code)
    box = draft_keys.seal_to_code(secret=secret, draft_id=draft_id, code_keys=keys)
    changed = Draft.objects.filter(pk=draft_id, filed_at__isnull=True).update(
        code_lookup=keys.lookup_id, resume_box=box, code_issued_at=now, expires_at=now + KEPT_FOR
    )
    if not changed:
        raise AlreadyFiled
    return code


def resume(*, code_keys: codes.CodeKeys | Iterable[codes.CodeKeys], now: datetime) -> Resumed:
    """Give back the unsent draft of a code. Every browser in which it was open before is closed. Raises DraftGone.

    `code_keys`: one `CodeKeys`, or the candidates that `vault.services.codes.candidates` gives for a typed code.
    """
    candidates = [code_keys] if isinstance(code_keys, codes.CodeKeys) else list(code_keys)
    by_lookup = {keys.lookup_id: keys for keys in candidates}
    # A text that is no code is looked up as well: the work must not tell how long a code is.
    row = Draft.objects.filter(code_lookup__in=list(by_lookup) or [bytes(32)], filed_at__isnull=True, expires_at__gt=now).first()
    if row is None:
        raise DraftGone
    try:
        secret = draft_keys.open_with_code(blob=row.resume_box, draft_id=row.pk, code_keys=by_lookup[bytes(row.code_lookup)])
    except VaultError:
        raise DraftGone from None
    draft = opened(draft_id=row.pk, secret=secret, now=now)
    sessions.end_all(row.pk)
    # Nothing is known of the device it is continued on, so the short limit holds.
    draft = change_device(draft_id=row.pk, secret=secret, device=SHARED, now=now)
    return Resumed(row.pk, secret, draft.idle_seconds, draft.last_page)


def leave(*, draft_id: UUID) -> None:
    """Somebody pressed “Leave this site”: an unsent draft whose code was never shown is erased at once; no draft stays open anywhere."""
    sessions.end_all(draft_id)
    row = Draft.objects.filter(pk=draft_id, code_issued_at__isnull=True, filed_at__isnull=True).first()
    if row is not None:
        _erase(row)


def erase_expired(*, now: datetime) -> int:
    """Erase drafts past their 72 hours with their files. Returns how many."""
    count = 0
    for row in Draft.objects.filter(expires_at__lte=now).order_by("expires_at").iterator():
        _erase(row)
        count += 1
    return count


def _erase(row: Draft) -> None:
    """Files of a filed draft belong to the complaint's compartment by then, so they are not found here."""
    sessions.end_all(row.pk)
    for sealed_file in SealedFile.objects.filter(owner_id=row.pk):
        files.remove(sealed_file)
    Draft.objects.filter(pk=row.pk).delete()


def _changed(draft_id: UUID, secret: bytes, change: Callable[[dict], None], now: datetime) -> OpenDraft:
    for _ in range(_SAVE_TRIES):
        draft = opened(draft_id=draft_id, secret=secret, now=now)
        content = draft.content
        change(content)
        if _stored(draft, content, now):
            return opened(draft_id=draft_id, secret=secret, now=now)
    raise SaveFailed


def _stored(draft: OpenDraft, content: dict, now: datetime) -> bool:
    """Write `content` unless another tab wrote since `draft` was read."""
    row, before = draft.row, draft.row.row_version
    row.row_version = before + 1
    seal_column(row, "answers_sealed", content, draft.key)
    return bool(
        Draft.objects.filter(pk=row.pk, row_version=before, filed_at__isnull=True).update(
            answers_sealed=row.answers_sealed, row_version=row.row_version, saved_at=now
        )
    )
