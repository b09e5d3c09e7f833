"""An informal way: only when the reporter asks for it, never about money (T11), and only while both sides want it.

The handler writes down what both would agree to; the reporter confirms with the receipt code, the respondent with the invitation code. A
change of the terms undoes what was confirmed. Either side may leave at any time, and the case is looked into.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import PARTY, REPORTER, Actor, staff
from audit.services import record
from complaints.models import Complaint, Statement, StatementKind
from complaints.services.access import openable
from complaints.services.changing import locked, locked_while_open
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.state import move
from complaints.services.telling import tell_team
from complaints.states import EventKind, State
from investigations.models import DocumentKind, InformalResolution, Party, PartyDocument, PartySide
from investigations.services.changed import require_version
from investigations.services.investigating import begin
from investigations.services.reading import note_access, team_keys
from investigations.services.serving import require_quiet
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Damaged, NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services import compartments
from vault.services.changes import retried

FROM = frozenset({State.ASSESSED, State.IN_INVESTIGATION})
AGREED, REPORTER_LEFT, NO_AGREEMENT = "agreed", "reporter_left", "no_agreement"

# Words of money in both languages. A sum, a currency, a payment: none of it buys silence here.
_MONEY = re.compile(
    r"\b(?:money|cash|compensat\w*|reimburs\w*|bonus(?:es)?|refund\w*|salary|wages?|pays?(?!\s+attention)|paid|paying(?!\s+attention)|payments?"
    r"|rmb|cny|usd|eur|yuan|dollars?|euros?|settlement\s+sum|lump\s+sum)\b"
    r"|[$€£¥￥]\s*\d|\d[\d,.]*\s*(?:元|块钱|万|rmb|cny|usd|eur)"
    r"|赔偿|补偿|赔钱|付钱|给钱|拿钱|现金|转账|红包|奖金|工资|薪水|酬金|款项|付款|支付|元钱|金钱|人民币",
    re.IGNORECASE,
)


class NotNow(Exception):
    """An informal way begins before the findings are together, and there is one at a time."""


class NeverAsked(Exception):
    """The reporter has not asked for it, or it has ended: nobody else may begin one."""


class MoneyInIt(Exception):
    """The terms speak of money. `words`: what was found."""

    def __init__(self, words: str):
        self.words = words
        super().__init__("money in the terms")


class NotPromised(Exception):
    """Whoever writes the terms says that there is no money in it, beside them either."""


class TermsChanged(Exception):
    """What was about to be confirmed is not what stands there now."""


@dataclass(frozen=True, repr=False)
class OpenedWay:
    """The informal way with its words. `asked`: what the reporter wrote; `terms`: "" until somebody wrote them."""

    row: InformalResolution
    asked: str
    terms: str

    @property
    def is_open(self) -> bool:
        return self.row.ended_at is None

    @property
    def waits_for_reporter(self) -> bool:
        """There are words, and the reporter has not said yes to them."""
        return self.is_open and bool(self.terms) and self.row.reporter_confirmed_at is None


@dataclass(frozen=True, repr=False)
class ShownWay:
    """The informal way as one respondent was shown it. `is_current`: the words of `paper` are what stands there now."""

    row: InformalResolution
    paper: PartyDocument
    terms: str

    @property
    def is_open(self) -> bool:
        return self.row.ended_at is None

    @property
    def is_current(self) -> bool:
        return self.row.document_id == self.paper.pk

    @property
    def holds(self) -> bool:
        """What they read stands, agreed on or still to be answered."""
        return self.is_current and (self.is_open or self.row.ended_how == AGREED)

    @property
    def waits(self) -> bool:
        """The respondent has not said yes to the words that stand there."""
        return self.is_open and self.is_current and self.row.respondent_confirmed_at is None


def money_in(text: str) -> str:
    """The first words about money in `text`, or an empty string."""
    found = _MONEY.search(text)
    return found.group().strip() if found else ""


def current(complaint: Complaint) -> InformalResolution | None:
    """The newest informal way of a complaint, ended or not."""
    return InformalResolution.objects.filter(complaint=complaint).order_by("-asked_at", "-pk").first()


def may_be_asked(complaint: Complaint) -> bool:
    row = current(complaint)
    return complaint.state in FROM and (row is None or row.ended_at is not None)


@retried
def ask(*, complaint: Complaint, keyring: Keyring, text: str, token: str, now: datetime, language: str) -> InformalResolution:
    """The reporter asks for an informal way; `text` may be blank. The same `token` again returns the same row. Raises NotNow, NoAccess."""
    row = InformalResolution(id=once_id(complaint.pk, "informal", token), complaint=complaint, asked_at=now)
    if earlier := InformalResolution.objects.filter(pk=row.pk).first():
        return earlier
    keys = openable(complaint=complaint, keyring=keyring).statement
    # The row and what was written share their identifier.
    words = Statement(id=row.pk, complaint=complaint, kind=StatementKind.INFORMAL, at=now)
    seal_column(words, "body_sealed", {"v": 1, "lang": language, "text": text.strip()}, keys.current)
    try:
        with transaction.atomic():
            owner = locked(complaint, keys.current)
            if not may_be_asked(owner):
                raise NotNow
            words.save(force_insert=True)
            row.save(force_insert=True)
            happened(complaint=owner, kind=EventKind.INFORMAL_ASKED, by=REPORTER, now=now, subject=str(row.pk))
            tell_team(complaint=owner, about=f"informal:{row.pk}", now=now)
            _recorded(row, REPORTER, "asked", now)
    except IntegrityError:
        return InformalResolution.objects.get(pk=row.pk)
    return row


def open_way(*, complaint: Complaint, keyring: Keyring) -> OpenedWay | None:
    """The newest informal way with its words, for the reporter or the team. Raises NoAccess."""
    row = current(complaint)
    if row is None:
        return None
    keys = openable(complaint=complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no grant")
    asked = Statement.objects.filter(pk=row.pk).first()
    terms = open_column(row, "terms_sealed", keys).json()["text"] if row.terms_sealed else ""
    return OpenedWay(row, open_column(asked, "body_sealed", keys).json()["text"] if asked else "", terms)


def read_by_staff(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> OpenedWay | None:
    """`open_way`, recorded as an access."""
    found = open_way(complaint=complaint, keyring=keyring)
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_NOTES, now=now, object_kind="informal")
    return found


@retried
def write_terms(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, text: str, no_money: bool, version: int, now: datetime
) -> InformalResolution:
    """Write what both sides would agree to; what was confirmed before counts no more. `version`: the row version the writer saw.

    The first time the case goes the informal way. Raises NeverAsked, NotPromised, MoneyInIt, TermsChanged (somebody was faster),
    CaseEnded, NoAccess; ValueError without words.
    """
    if not text.strip():
        raise ValueError("terms without words")
    if not no_money:
        raise NotPromised
    if words := money_in(text):
        raise MoneyInIt(words)
    row = current(complaint)
    if row is None or row.ended_at is not None:
        raise NeverAsked
    if row.row_version != version:
        raise TermsChanged
    keys = team_keys(complaint=complaint, keyring=keyring).statement
    row.written_at, row.written_by = now, by
    row.reporter_confirmed_at = row.respondent_confirmed_at = row.document = None
    row.row_version += 1
    seal_column(row, "terms_sealed", {"text": text.strip()}, keys.current)
    actor = staff(by, role)
    with transaction.atomic():
        owner = locked_while_open(complaint, keys.current)
        _require_open(row)
        require_version(row, version)
        if owner.state != State.INFORMAL:
            owner = move(complaint=owner, to=State.INFORMAL, by=actor, now=now)
            begin(complaint=owner, by=by, now=now)
        row.save()
        _recorded(row, actor, "written", now)
    return row


def _require_open(row: InformalResolution) -> InformalResolution:
    """The locked stored row. Raises NeverAsked when it has ended meanwhile."""
    stored = InformalResolution.objects.select_for_update().get(pk=row.pk)
    if stored.ended_at is not None:
        raise NeverAsked
    return stored


@retried
def put_to_respondent(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, party_id: UUID, now: datetime, reporter_knows: bool = False
) -> PartyDocument:
    """Show the terms to a respondent who comes in with an invitation code. Once for each wording.

    `reporter_knows`: that the terms name them. Raises Party.DoesNotExist, NeverAsked without terms, SaysWhoReported, CaseEnded, NoAccess.
    """
    party = Party.objects.select_related("compartment").get(pk=party_id, investigation__lead=complaint, side=PartySide.RESPONDENT)
    found = open_way(complaint=complaint, keyring=keyring)
    if found is None or not found.is_open or not found.terms:
        raise NeverAsked
    if found.row.document_id:
        return found.row.document
    require_quiet(party=party, keyring=keyring, text=found.terms, reporter_knows=reporter_knows)
    key = compartments.open_keys(compartment=party.compartment, keyring=keyring).current
    paper = PartyDocument(id=uuid4(), party=party, kind=DocumentKind.MESSAGE, at=now, by=by)
    seal_column(paper, "body_sealed", {"text": found.terms, "informal": str(found.row.pk)}, key)
    actor = staff(by, role)
    with transaction.atomic():
        locked_while_open(complaint, key)
        stored = _require_open(found.row)
        if stored.row_version != found.row.row_version:
            raise TermsChanged
        paper.save(force_insert=True)
        stored.document = paper
        stored.save(update_fields=["document"])
        _recorded(stored, actor, "put", now)
    return paper


def confirm_by_reporter(*, complaint: Complaint, version: int, now: datetime) -> InformalResolution:
    """The reporter, who came in with the code, says yes to the terms of row version `version`. Raises NeverAsked, TermsChanged."""
    return _confirmed(complaint, version, "reporter_confirmed_at", REPORTER, now)


def shown_to(*, party: Party, keys: OpeningKeys) -> ShownWay | None:
    """The newest informal way that was put to this party, as they were shown it; None for everybody else. `keys` of their compartment."""
    papers = PartyDocument.objects.filter(party=party, kind=DocumentKind.MESSAGE, by__isnull=False).order_by("-at", "-pk")
    for paper in papers:
        with suppress(NoAccess, Damaged):
            body = open_column(paper, "body_sealed", keys).json()
            if "informal" in body:
                row = InformalResolution.objects.get(pk=body["informal"], complaint=party.investigation.lead)
                return ShownWay(row, paper, body["text"])
    return None


def confirm_by_respondent(*, party: Party, document_id: UUID, now: datetime) -> InformalResolution:
    """The respondent, who came in with the invitation code, says yes to the terms of that paper. Raises NeverAsked, TermsChanged."""
    row = InformalResolution.objects.filter(complaint=party.investigation.lead, ended_at__isnull=True, document=document_id).first()
    if row is None or row.document.party_id != party.pk:
        raise NeverAsked
    return _confirmed(party.investigation.lead, row.row_version, "respondent_confirmed_at", PARTY, now, document_id)


def _confirmed(complaint: Complaint, version: int, column: str, by: Actor, now: datetime, document_id=None) -> InformalResolution:
    with transaction.atomic():
        owner = locked(complaint)
        row = InformalResolution.objects.select_for_update().filter(complaint=owner, ended_at__isnull=True).first()
        if row is None or not row.terms_sealed:
            raise NeverAsked
        if row.row_version != version or (document_id and row.document_id != document_id):
            raise TermsChanged
        if getattr(row, column) is None:
            setattr(row, column, now)
            row.save(update_fields=[column])
            tell_team(complaint=owner, about=f"informal:{row.pk}:{column}:{version}", now=now)
            _recorded(row, by, "confirmed", now)
        if row.reporter_confirmed_at and row.respondent_confirmed_at:
            _agreed(owner, row, by, now)
    return row


def _agreed(complaint: Complaint, row: InformalResolution, by: Actor, now: datetime) -> None:
    """Both said yes: it is settled, and the checks with the reporter begin as after a decision."""
    row.ended_at, row.ended_how = now, AGREED
    row.save(update_fields=["ended_at", "ended_how"])
    happened(complaint=complaint, kind=EventKind.DECISION_NOTIFIED, by=by, now=now, subject="informal")
    happened(complaint=complaint, kind=EventKind.INFORMAL_AGREED, by=by, now=now, subject=str(row.pk))
    move(complaint=complaint, to=State.AFTERCARE, by=by, now=now)


def leave_by_reporter(*, complaint: Complaint, now: datetime) -> InformalResolution:
    """The reporter leaves the informal way, without a reason. Leaving twice changes nothing. Raises NeverAsked when there is none."""
    return _left(complaint, REPORTER, REPORTER_LEFT, now)


def leave_by_respondent(*, party: Party, keys: OpeningKeys, now: datetime) -> InformalResolution:
    """The respondent to whom it was shown leaves it; `keys` of their compartment. Raises NeverAsked."""
    shown = shown_to(party=party, keys=keys)
    if shown is None:
        raise NeverAsked
    return _left(party.investigation.lead, PARTY, NO_AGREEMENT, now, shown.row.pk)


def end_by_staff(*, complaint: Complaint, by: User, role: str, now: datetime) -> InformalResolution:
    """The handler ends it: it leads nowhere, or somebody was pressed. Raises NeverAsked."""
    return _left(complaint, staff(by, role), NO_AGREEMENT, now)


def _left(complaint: Complaint, by: Actor, how: str, now: datetime, way_id: UUID | None = None) -> InformalResolution:
    """End the newest informal way, or the one `way_id`: whoever was shown an earlier one has no part in a newer one."""
    with transaction.atomic():
        owner = locked(complaint)
        ways = InformalResolution.objects.select_for_update().filter(complaint=owner)
        row = ways.filter(pk=way_id).first() if way_id else ways.order_by("-asked_at", "-pk").first()
        if row is None:
            raise NeverAsked
        if row.ended_at is not None:
            return row
        row.ended_at, row.ended_how = now, how
        row.save(update_fields=["ended_at", "ended_how"])
        happened(complaint=owner, kind=EventKind.INFORMAL_ENDED, by=by, now=now, subject=str(row.pk))
        if owner.state == State.INFORMAL:
            move(complaint=owner, to=State.IN_INVESTIGATION, by=by, now=now)
            if not owner.events.filter(kind=EventKind.INVESTIGATION_STARTED).exists():
                happened(complaint=owner, kind=EventKind.INVESTIGATION_STARTED, by=by, now=now)
        tell_team(complaint=owner, about=f"informal:{row.pk}:ended", now=now)
        _recorded(row, by, how, now)
    return row


def _recorded(row: InformalResolution, by: Actor, step: str, now: datetime) -> None:
    record(
        by=by,
        action=Action.INFORMAL_SAVED,
        subject_id=row.complaint_id,
        object_kind="informal",
        object_id=row.pk,
        facts={"step": step, "version": row.row_version},
        now=now,
    )
