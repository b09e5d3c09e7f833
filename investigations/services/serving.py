"""Telling a respondent what is put to them, in time to answer (R28), and writing to parties."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.services.changing import locked_while_open
from complaints.services.events import happened
from complaints.states import EventKind
from investigations.models import DocumentKind, Party, PartyDocument, PartySide
from investigations.selectors_parties import reply_by
from investigations.services import papers
from investigations.services.reading import team_keys
from investigations.services.reporter_name import says_who_reported
from people.models import User
from vault.keyring import Keyring
from vault.services.changes import retried

# What the team may write to a party besides serving.
WRITTEN = (DocumentKind.PUT_TO, DocumentKind.MESSAGE)


class How(StrEnum):
    """How it reached them."""

    HANDED = "handed"
    POST = "post"
    READ_OUT = "read_out"
    OTHER = "other"


class NothingPut(Exception):
    """Nobody can answer to nothing: what is said to have happened must be there (R28)."""


class NotARespondent(Exception):
    """Only whoever is complained about is served."""


class NotReachedYet(Exception):
    """It counts from when it reached them, which lies behind us and not before there was a report."""


class NeedsReplyDate(Exception):
    """The policy sets no time to answer, so the handler must."""


class TooShort(Exception):
    """They have at least the time that the policy promises. `least`: that day."""

    def __init__(self, least: date):
        self.least = least
        super().__init__("too short to answer")


class SaysWhoReported(Exception):
    """The words name the reporter, and nobody said that the reporter knows."""


class Empty(Exception):
    """Neither words nor a file."""


def require_quiet(*, party: Party, keyring: Keyring, text: str, reporter_knows: bool) -> None:
    """Raises SaysWhoReported when `text` names the reporter, unless `reporter_knows`."""
    complaint = party.investigation.lead
    if not reporter_knows and says_who_reported(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring), text=text):
        raise SaysWhoReported


def reply_date_for(*, party: Party, served_at: datetime, wanted: date | None, now: datetime) -> date:
    """Until when they may answer: the policy's day, or a later one that was given. Raises NeedsReplyDate, TooShort, NotReachedYet."""
    complaint = party.investigation.lead
    if served_at > now or served_at < complaint.received_at:
        raise NotReachedYet
    least = reply_by(complaint, served_at, now)
    if least is None and wanted is None:
        raise NeedsReplyDate
    if least is not None and wanted is not None and wanted < least:
        raise TooShort(least)
    return wanted or least


@retried
def serve(
    *,
    party: Party,
    keyring: Keyring,
    by: User,
    role: str,
    text: str,
    how: str,
    proof: str,
    served_at: datetime,
    reply_date: date | None,
    token: str,
    now: datetime,
    reporter_knows: bool = False,
    uploads: Sequence = (),
) -> PartyDocument:
    """Record that `text` reached the respondent at `served_at`: they have until the reply date to answer.

    `proof`: how it can be shown that it reached them. Serving again (more was put to them) opens a new time to answer. The same form
    again changes nothing. Raises NotARespondent, NothingPut, NotReachedYet, NeedsReplyDate, TooShort, SaysWhoReported, CaseEnded, NoAccess;
    ValueError for an unknown way.
    """
    if party.side != PartySide.RESPONDENT:
        raise NotARespondent
    if not text.strip():
        raise NothingPut
    how = How(how)
    if found := papers.earlier(party, token):
        return found
    until = reply_date_for(party=party, served_at=served_at, wanted=reply_date, now=now)
    require_quiet(party=party, keyring=keyring, text=text, reporter_knows=reporter_knows)
    body = {
        "text": text.strip(),
        "how": str(how),
        "proof": proof.strip(),
        "served_at": served_at.isoformat(),
        "reply_date": until.isoformat(),
    }
    paper = _prepare(party, keyring, DocumentKind.PUT_TO, body, by, role, token, now, uploads)
    try:
        with transaction.atomic():
            owner = locked_while_open(party.investigation.lead, paper.key)
            row = Party.objects.select_for_update().get(pk=party.pk)
            paper.save()
            row.served_at, row.reply_date, row.replied_at = served_at, until, None
            row.save(update_fields=["served_at", "reply_date", "replied_at"])
            happened(complaint=owner, kind=EventKind.RESPONDENT_SERVED, by=staff(by, role), now=now, at=served_at, subject=str(row.pk))
            _recorded(paper.row, Action.PARTY_SERVED, by, role, now, {"how": str(how), "until": until})
    except IntegrityError:
        return PartyDocument.objects.get(pk=paper.row.pk)
    return paper.row


@retried
def write(
    *,
    party: Party,
    keyring: Keyring,
    by: User,
    role: str,
    text: str,
    token: str,
    now: datetime,
    kind: str = DocumentKind.MESSAGE,
    reporter_knows: bool = False,
    uploads: Sequence = (),
) -> PartyDocument:
    """Write to a party: a message, or what a witness is asked (`PUT_TO`). A respondent is served instead (`serve`).

    The same form again returns the same paper. Raises Empty, SaysWhoReported, CaseEnded, NoAccess; ValueError for another kind.
    """
    if kind not in WRITTEN or (kind == DocumentKind.PUT_TO and party.side == PartySide.RESPONDENT):
        raise ValueError("not written this way")
    if not text.strip() and not uploads:
        raise Empty
    if found := papers.earlier(party, token):
        return found
    require_quiet(party=party, keyring=keyring, text=text, reporter_knows=reporter_knows)
    paper = _prepare(party, keyring, kind, {"text": text.strip()}, by, role, token, now, uploads)
    return _save(party, paper, by, role, now)


def prepare_paper(
    *, party: Party, keyring: Keyring, by: User, role: str, kind: str, body: dict, token: str, now: datetime
) -> papers.SealedPaper:
    """Seal a paper of any kind from the team, for a service that writes it together with what it is about. Raises NoAccess."""
    return _prepare(party, keyring, kind, body, by, role, token, now, ())


def _prepare(party, keyring, kind, body, by, role, token, now, uploads) -> papers.SealedPaper:
    keys = papers.party_keys(party, keyring)
    return papers.prepare(party=party, keys=keys, kind=kind, body=body, by=by, actor=staff(by, role), token=token, now=now, uploads=uploads)


def _save(party: Party, paper: papers.SealedPaper, by: User, role: str, now: datetime) -> PartyDocument:
    try:
        with transaction.atomic():
            locked_while_open(party.investigation.lead, paper.key)
            paper.save()
            _recorded(paper.row, Action.WROTE_TO_PARTY, by, role, now, {"kind": str(paper.row.kind), "files": len(paper.files)})
    except IntegrityError:
        return PartyDocument.objects.get(pk=paper.row.pk)
    return paper.row


def _recorded(row: PartyDocument, action: Action, by: User, role: str, now: datetime, facts: dict) -> None:
    record(
        by=staff(by, role),
        action=action,
        subject_id=row.party.investigation.lead_id,
        object_kind="paper",
        object_id=row.pk,
        facts=facts,
        now=now,
    )
