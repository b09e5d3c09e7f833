"""Allegations: one neutral sentence about one person, what speaks for and against it (R28, R31). Sealed to the file of the lead.

The words may say only what is said to have happened. Once the investigation is reported nothing here changes any more.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked_while_open
from complaints.services.once import once_id
from investigations.models import Allegation, Bearing, Bears, CasePerson, Investigation, PersonKind
from investigations.selectors import people_of, person_of
from investigations.selectors_findings import (
    allegation_of,
    allegations_of,
    bears_of,
    complaints_of,
    evidence_of,
    interviews_of,
    investigation_of,
    is_reported,
    next_number,
    policy_of,
)
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.reading import note_access, read_report, team_keys
from people.models import User
from policy.vocabulary import GRAVITIES
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

MALICIOUS = "malicious"
# What one report says: (question, words), with no question before what was added later.
Passages = list[tuple[str, str]]
WORDS = ("text", "when", "where")
# Words that judge before anything was established, in both languages.
_LOADED = re.compile(
    r"\b(victims?|perpetrators?|offenders?|culprits?|harassers?|predators?|rapists?|liars?|guilty|accusers?)\b"
    "|受害者|受害人|加害者|加害人|施害者|骚扰者|嫌疑人|嫌犯|色狼|流氓|骗子|诬告者",
    re.IGNORECASE,
)


class NotInvestigated(Exception):
    """There is no investigation that this complaint leads."""


class Final(Exception):
    """The investigation is reported: allegations, findings and reports are what they are. A review may send them back."""


class Loaded(Exception):
    """The sentence judges. `words`: what to put differently."""

    def __init__(self, words: Sequence[str]):
        self.words = tuple(words)
        super().__init__("loaded words")


class NotInTheReport(Exception):
    """A quoted sentence stands in no report. `places`: which lines, counted from one."""

    def __init__(self, places: Sequence[int]):
        self.places = tuple(places)
        super().__init__("not a quotation")


class NotThisPerson(Exception):
    """An allegation is about a respondent; only one about a false report may be about somebody else (R31)."""


class NeedsReason(Exception):
    """Nothing is dropped without a reason."""


@dataclass(frozen=True, repr=False)
class Source:
    """An item of evidence or a talk, with its short name: E3, T1."""

    key: str
    name: str
    title: str
    evidence: object = None
    interview: object = None


@dataclass(frozen=True, repr=False)
class OpenedBears:
    row: Bears
    source: Source
    note: str


@dataclass(frozen=True, repr=False)
class OpenedAllegation:
    """An allegation with its words, whom it is about, and what bears on it."""

    row: Allegation
    detail: dict
    respondent: str
    bears: tuple[OpenedBears, ...] = field(default=())

    @property
    def dropped(self) -> bool:
        return self.row.dropped_at is not None

    def bearing(self, kind: str) -> list[OpenedBears]:
        return [each for each in self.bears if each.row.bearing == kind]

    @property
    def speaks_for(self) -> list[OpenedBears]:
        return self.bearing(Bearing.FOR)

    @property
    def speaks_against(self) -> list[OpenedBears]:
        return self.bearing(Bearing.AGAINST)

    @property
    def background(self) -> list[OpenedBears]:
        return self.bearing(Bearing.CONTEXT)


def require_investigation(complaint: Complaint) -> Investigation:
    """Raises NotInvestigated."""
    found = investigation_of(complaint)
    if found is None:
        raise NotInvestigated
    return found


def require_open(complaint: Complaint, *keys) -> Investigation:
    """Lock the lead and its investigation for a change of allegations or findings. Raises CaseEnded, NotInvestigated, Final."""
    locked_while_open(complaint, *keys)
    found = Investigation.objects.select_for_update().filter(lead=complaint).first()
    if found is None:
        raise NotInvestigated
    if is_reported(found):
        raise Final
    return found


def names_of_people(complaint: Complaint, keys: OpeningKeys) -> dict[UUID, str]:
    """What the people of the case are called there, by their row."""
    return {row.pk: open_column(row, "detail_sealed", keys).json().get("name", "") for row in people_of(complaint)}


def open_allegations(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[OpenedAllegation]:
    """Every allegation with what bears on it. Recorded as an access. Raises NotInvestigated, NoAccess."""
    opened = read_allegations(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring).file)
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_FINDINGS, now=now, object_kind="allegations")
    return opened


def read_allegations(*, complaint: Complaint, keys: OpeningKeys, dropped: bool = True) -> list[OpenedAllegation]:
    """`open_allegations` for services that record the access themselves."""
    investigation = require_investigation(complaint)
    names = names_of_people(complaint, keys)
    sources = {source.key: source for source in read_sources(investigation, keys, names)}
    by_allegation: dict[UUID, list[OpenedBears]] = {}
    for row in bears_of(investigation):
        note = open_column(row, "note_sealed", keys).json()["text"]
        by_allegation.setdefault(row.allegation_id, []).append(OpenedBears(row, sources[key_of(row)], note))
    return [
        OpenedAllegation(
            row,
            open_column(row, "detail_sealed", keys).json(),
            names.get(row.respondent_id, ""),
            tuple(by_allegation.get(row.pk, ())),
        )
        for row in allegations_of(investigation, dropped=dropped)
    ]


def open_allegation(*, complaint: Complaint, keyring: Keyring, allegation_id: UUID) -> OpenedAllegation:
    """One allegation for a form. Raises Allegation.DoesNotExist, NotInvestigated, NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    return _one(complaint, keys, allegation_id)


def _one(complaint: Complaint, keys: OpeningKeys, allegation_id: UUID) -> OpenedAllegation:
    row = allegation_of(require_investigation(complaint), allegation_id)
    person = open_column(row.respondent, "detail_sealed", keys).json() if row.respondent.complaint_id == complaint.pk else {}
    return OpenedAllegation(row, open_column(row, "detail_sealed", keys).json(), person.get("name", ""))


def read_sources(investigation: Investigation, keys: OpeningKeys, names: dict[UUID, str]) -> list[Source]:
    """What may bear on an allegation: evidence (E…) and talks that were held (T…)."""
    found = []
    for item in evidence_of(investigation):
        title = open_column(item, "detail_sealed", keys).json().get("name", "")
        found.append(Source(f"e:{item.pk}", f"E{item.number}", title, evidence=item))
    for talk in interviews_of(investigation):
        if talk.held_at:
            found.append(Source(f"t:{talk.pk}", f"T{talk.number}", names.get(talk.person_id, ""), interview=talk))
    return found


def open_sources(*, complaint: Complaint, keyring: Keyring) -> list[Source]:
    """`read_sources` for a form. Raises NotInvestigated, NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    return read_sources(require_investigation(complaint), keys, names_of_people(complaint, keys))


def key_of(row: Bears) -> str:
    return f"e:{row.evidence_id}" if row.evidence_id else f"t:{row.interview_id}"


def possible_people(*, complaint: Complaint, keyring: Keyring) -> list[tuple[CasePerson, str]]:
    """Whom an allegation can be about, respondents first. Raises NoAccess."""
    names = names_of_people(complaint, team_keys(complaint=complaint, keyring=keyring).file)
    rows = sorted(people_of(complaint), key=lambda row: row.kind != PersonKind.RESPONDENT)
    return [(row, names[row.pk]) for row in rows if row.kind != PersonKind.TOLD]


def quotable(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[tuple[Complaint, Passages]]:
    """The reports from which an allegation quotes, word by word. Recorded as an access. Raises NoAccess."""
    found = [(each, _passages(each, keyring)) for each in complaints_of(require_investigation(complaint))]
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_REPORT, now=now)
    return [(each, passages) for each, passages in found if passages]


def _passages(complaint: Complaint, keyring: Keyring) -> Passages:
    try:
        report = read_report(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring))
    except NoAccess:
        # A joined report whose statement this reader has no seat for: nothing of it can be quoted.
        return []
    answered = [(str(answer.get("question", "")), str(answer.get("shown", ""))) for answer in report.without_reporter()]
    shown = {words for _question, words in answered}
    # The story is one of the answers already.
    return [*answered, *(("", each.text) for each in report.statements if each.text not in shown)]


@retried
def add_allegation(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, person_id: UUID, detail: dict, token: str, now: datetime
) -> Allegation:
    """Add an allegation about one person. The same `token` again returns the same row.

    Raises Loaded, NotInTheReport, NotThisPerson, CasePerson.DoesNotExist, NotInvestigated, Final, CaseEnded, NoAccess;
    ValueError for a conduct or a gravity that the pinned policy does not know.
    """
    person, words, origins = _checked(complaint, keyring, person_id, detail)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = Allegation(
        id=once_id(complaint.pk, "allegation", token), respondent=person, added_at=now, added_by=by, changed_at=now, changed_by=by
    )
    if earlier := Allegation.objects.filter(pk=row.pk).first():
        return earlier
    seal_column(row, "detail_sealed", words, keys.current)
    try:
        with transaction.atomic():
            row.investigation = require_open(complaint, keys.current)
            row.number = next_number(Allegation, row.investigation)
            row.save(force_insert=True)
            row.complaints.set(origins)
            unread(row.investigation)
            _recorded(row, complaint, by, role, now)
    except IntegrityError:
        # The same form arrived twice at once.
        return Allegation.objects.get(pk=row.pk)
    return row


@retried
def change_allegation(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    allegation_id: UUID,
    version: int,
    person_id: UUID,
    detail: dict,
    now: datetime,
) -> Allegation:
    """Save a change made on row version `version`. Raises SavedMeanwhile and as `add_allegation`; Allegation.DoesNotExist."""
    person, words, origins = _checked(complaint, keyring, person_id, detail)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    stored = _one(complaint, keys, allegation_id)
    if stored.row.row_version != version:
        raise SavedMeanwhile(stored.row, stored.detail | {"person": stored.respondent})
    row = stored.row
    row.respondent = person
    _save(row, stored.detail | words, complaint, keys, version, by, role, now, origins=origins)
    return row


@retried
def drop_allegation(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, allegation_id: UUID, version: int, reason: str, now: datetime
) -> Allegation:
    """Set an allegation aside, with the reason; nothing is deleted. Raises NeedsReason, SavedMeanwhile, Final, CaseEnded, NoAccess."""
    if not reason.strip():
        raise NeedsReason
    keys = team_keys(complaint=complaint, keyring=keyring).file
    stored = _one(complaint, keys, allegation_id)
    if stored.row.row_version != version:
        raise SavedMeanwhile(stored.row, stored.detail | {"reason": stored.detail.get("dropped", "")})
    stored.row.dropped_at = now
    _save(stored.row, stored.detail | {"dropped": reason.strip()}, complaint, keys, version, by, role, now)
    return stored.row


def _save(row, words: dict, complaint, keys, version: int, by: User, role: str, now: datetime, *, origins=None) -> None:
    row.changed_at, row.changed_by = now, by
    row.row_version += 1
    seal_column(row, "detail_sealed", words, keys.current)
    with transaction.atomic():
        investigation = require_open(complaint, keys.current)
        require_version(row, version)
        row.save()
        if origins is not None:
            row.complaints.set(origins)
        unread(investigation)
        _recorded(row, complaint, by, role, now)


def unread(investigation: Investigation) -> None:
    """Something changed after the second pair of eyes read it, so it is read again. Called on the locked row."""
    if investigation.second_read_at:
        investigation.second_reader = investigation.second_read_at = None
        investigation.save(update_fields=["second_reader", "second_read_at"])


def _checked(complaint: Complaint, keyring: Keyring, person_id: UUID, detail: dict) -> tuple[CasePerson, dict, list[Complaint]]:
    """The person, the words as they are stored, and the complaints they come from."""
    policy = policy_of(complaint)
    kind = detail.get("kind") or ""
    if detail.get("conduct") not in {part.code for part in policy.conduct} or detail.get("gravity") not in GRAVITIES:
        raise ValueError("not in the policy")
    if kind not in ("", MALICIOUS):
        raise ValueError("unknown kind of allegation")
    if found := loaded_words(detail.get("text", "")):
        raise Loaded(found)
    person = person_of(complaint, person_id)
    if kind != MALICIOUS and person.kind != PersonKind.RESPONDENT:
        raise NotThisPerson
    sources = [line.strip() for line in detail.get("sources", ()) if line.strip()]
    investigation = require_investigation(complaint)
    texts = [(each, _folded("\n".join(words for _asked, words in _passages(each, keyring)))) for each in complaints_of(investigation)]
    missing = [at for at, line in enumerate(sources, 1) if not any(_folded(line) in text for _, text in texts)]
    if missing:
        raise NotInTheReport(missing)
    origins = [each for each, text in texts if any(_folded(line) in text for line in sources)] or [complaint]
    words = {name: str(detail.get(name) or "").strip() for name in WORDS}
    words |= {"conduct": detail["conduct"], "gravity": detail["gravity"], "repeat": bool(detail.get("repeat")), "kind": kind}
    return person, words | {"sources": sources}, origins


def loaded_words(text: str) -> list[str]:
    """Words of `text` that judge before anything was established."""
    return list(dict.fromkeys(match.group(0) for match in _LOADED.finditer(text)))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _recorded(row: Allegation, complaint: Complaint, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.ALLEGATION_SAVED,
        subject_id=complaint.pk,
        object_kind="allegation",
        object_id=row.pk,
        facts={"version": row.row_version, "dropped": row.dropped_at is not None},
        now=now,
    )
