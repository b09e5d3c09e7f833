"""Findings: the result for each allegation with its reasons, and the second pair of eyes (R31, T10).

A finding comes after the talks, or says why it is made without them. Unproved is never recorded as false.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import TEAM_ROLES, Complaint, Seat
from complaints.selectors import open_seats
from complaints.services.changing import locked_while_open
from investigations.models import Finding, Investigation, InvestigationState, Result
from investigations.selectors_findings import allegations_of, authors_of_findings, body_of, finding_of, findings_of, talks_not_held
from investigations.services.allegations import (
    OpenedAllegation,
    open_allegation,
    read_allegations,
    require_investigation,
    require_open,
    unread,
)
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.investigating import step
from investigations.services.reading import note_access, team_keys
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Changed
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

FIELDS = ("result", "for", "against", "weight", "reasons", "recommendation", "early_reason")
# On the way to findings the investigation passes these, in this order.
_WAY = (InvestigationState.PLANNED, InvestigationState.GATHERING, InvestigationState.ANALYSING)


class TalksFirst(Exception):
    """A planned talk was not held yet, and nobody said why the finding is made without it."""


class NeedsReasons(Exception):
    """A result without reasons is none."""


class Dropped(Exception):
    """Nothing is found about an allegation that was set aside."""


class NotReadable(Exception):
    """There is not a finding for every allegation yet, so there is nothing to read a second time."""


class OwnWork(Exception):
    """Who wrote a finding is not its second reader."""


class NoSecondReader(Exception):
    """This policy asks for no second reader, or the findings were read already."""


@dataclass(frozen=True, repr=False)
class OpenedFinding:
    """An allegation with its finding; `detail` is empty while there is none."""

    allegation: OpenedAllegation
    row: Finding | None
    detail: dict

    @property
    def result_text(self) -> str:
        return str(Result(self.detail["result"]).label) if self.detail.get("result") else ""

    @property
    def substantiated(self) -> bool:
        return self.detail.get("result") == Result.SUBSTANTIATED


def open_findings(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[OpenedFinding]:
    """Every allegation that stands with its finding. Recorded as an access. Raises NotInvestigated, NoAccess."""
    found = read_findings(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring).file)
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_FINDINGS, now=now, object_kind="findings")
    return found


def read_findings(*, complaint: Complaint, keys: OpeningKeys) -> list[OpenedFinding]:
    """`open_findings` for services that record the access themselves."""
    rows = findings_of(require_investigation(complaint))
    found = []
    for allegation in read_allegations(complaint=complaint, keys=keys, dropped=False):
        row = rows.get(allegation.row.pk)
        found.append(OpenedFinding(allegation, row, open_column(row, "detail_sealed", keys).json() if row else {}))
    return found


def open_finding(*, complaint: Complaint, keyring: Keyring, allegation_id: UUID) -> OpenedFinding:
    """One finding for the form. Raises Allegation.DoesNotExist, Dropped, NotInvestigated, NoAccess."""
    allegation = open_allegation(complaint=complaint, keyring=keyring, allegation_id=allegation_id)
    if allegation.dropped:
        raise Dropped
    row = finding_of(allegation.row)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    return OpenedFinding(allegation, row, open_column(row, "detail_sealed", keys).json() if row else {})


@retried
def save_finding(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, allegation_id: UUID, version: int, detail: dict, now: datetime
) -> Finding:
    """Save the finding of one allegation; `version` 0 for the first one. What was read a second time has to be read again then.

    Raises TalksFirst, NeedsReasons, Dropped, SavedMeanwhile, Final, CaseEnded, NoAccess; ValueError for an unknown result.
    """
    if detail.get("result") not in Result.values:
        raise ValueError("unknown result")
    if not (detail.get("reasons") or "").strip():
        raise NeedsReasons
    words = {name: str(detail.get(name) or "").strip() for name in FIELDS}
    opened = open_finding(complaint=complaint, keyring=keyring, allegation_id=allegation_id)
    if talks_not_held(opened.allegation.row.investigation) and not words["early_reason"]:
        raise TalksFirst
    keys = team_keys(complaint=complaint, keyring=keyring).file
    stored = opened.row
    if (stored.row_version if stored else 0) != version:
        raise SavedMeanwhile(stored, opened.detail) if stored else Changed("gone")
    if stored:
        row = stored
        row.row_version += 1
    else:
        row = Finding(id=uuid4(), allegation=opened.allegation.row, made_at=now, made_by=by)
    row.changed_at, row.changed_by = now, by
    seal_column(row, "detail_sealed", words, keys.current)
    with transaction.atomic():
        investigation = require_open(complaint, keys.current)
        if stored:
            require_version(row, version)
        elif Finding.objects.filter(allegation=row.allegation).exists():
            raise Changed("a colleague was faster")
        row.save(force_insert=stored is None)
        unread(investigation)
        _advance(investigation, by, role, now)
        record(
            by=staff(by, role),
            action=Action.FINDING_SAVED,
            subject_id=complaint.pk,
            object_kind="finding",
            object_id=row.pk,
            facts={"version": row.row_version},
            now=now,
        )
    return row


def _advance(investigation: Investigation, by: User, role: str, now: datetime) -> None:
    """Whoever finds something weighs: the investigation is brought there step by step."""
    at = _WAY.index(investigation.state)
    for state in _WAY[at + 1 :]:
        step(investigation=investigation, to=state, by=by, role=role, now=now)


def missing_findings(investigation: Investigation) -> list[int]:
    """Numbers of the allegations that stand without a finding."""
    done = findings_of(investigation)
    return [row.number for row in allegations_of(investigation, dropped=False) if row.pk not in done]


def complete(investigation: Investigation) -> bool:
    """There is an allegation, and a finding for each that stands."""
    return bool(allegations_of(investigation, dropped=False)) and not missing_findings(investigation)


def may_read_second(investigation: Investigation, user: User) -> bool:
    return user.pk not in authors_of_findings(investigation)


def possible_readers(complaint: Complaint) -> list[Seat]:
    """Seats of the team whose holders wrote none of the findings."""
    authors = authors_of_findings(require_investigation(complaint))
    roles = set(TEAM_ROLES) | ({"oversight"} if complaint.oversight_handles else set())
    return [seat for seat in open_seats(complaint, *roles) if seat.user_id not in authors]


@retried
def read_second(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> Investigation:
    """Somebody who wrote none of the findings has read them all.

    Raises NoSecondReader, NotReadable, OwnWork, Final, CaseEnded, NotInvestigated, NoAccess.
    """
    key = team_keys(complaint=complaint, keyring=keyring).file.current
    if not body_of(complaint).second_reader:
        raise NoSecondReader
    with transaction.atomic():
        locked_while_open(complaint, key)
        investigation = require_open(complaint, key)
        if investigation.second_read_at:
            raise NoSecondReader
        if not complete(investigation):
            raise NotReadable
        if not may_read_second(investigation, by):
            raise OwnWork
        investigation.second_reader, investigation.second_read_at = by, now
        investigation.save(update_fields=["second_reader", "second_read_at"])
        record(
            by=staff(by, role),
            action=Action.SECOND_READ,
            subject_id=complaint.pk,
            object_kind="investigation",
            object_id=investigation.pk,
            facts={},
            now=now,
        )
    return investigation
