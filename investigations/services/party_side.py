"""What a respondent or witness does with their code: come in, read, answer, confirm a record, change the code."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import PARTY
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import CaseEnded, locked
from complaints.services.events import happened
from complaints.services.telling import tell_team
from complaints.states import ENDED, EventKind
from investigations.models import Confirmation, DocumentKind, Interview, Investigation, Party, PartyDocument, PartySide
from investigations.selectors_findings import is_reported
from investigations.selectors_parties import document_of, has_paper, party_of_code
from investigations.services import appeal_clock, papers
from investigations.services.joining import lock_together
from vault import codes
from vault.encoding import ctx
from vault.errors import VaultError
from vault.hidden import Hidden
from vault.keyholders import code_keyholder
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.models import Keyholder
from vault.primitives import hkdf
from vault.services.changes import retried
from vault.services.codes import find
from vault.services.handover import prepare_replacement

WRITES = (DocumentKind.ANSWER, DocumentKind.MESSAGE, DocumentKind.COMMENT, DocumentKind.APPEAL)
# What must have come from the team before a party can write this.
AFTER = {DocumentKind.COMMENT: DocumentKind.FINDINGS, DocumentKind.APPEAL: DocumentKind.OUTCOME}
# What may still be written when the case is closed: somebody must read it, and a late request for a review goes to oversight.
STILL = frozenset({DocumentKind.MESSAGE, DocumentKind.APPEAL})
CHOICES = {"yes": Confirmation.CODE, "no": Confirmation.CORRECTED, "declined": Confirmation.DECLINED}
_EVENTS = {DocumentKind.COMMENT: EventKind.COMMENTS_GIVEN}


class NotOpen(Exception):
    """Nothing was sent yet that this would be an answer to."""


class FindingsFinal(Exception):
    """What was found is final, so a comment on it would change nothing; a message is read."""


class NothingWritten(Exception):
    """Neither words nor a file."""


class NothingToConfirm(Exception):
    """No record of a talk waits for this party's answer."""


class NeedsCorrection(Exception):
    """“Not quite right” without a word on what should be different."""


@dataclass(frozen=True, eq=False)
class Entered(Hidden):
    """A party whose code was typed, with what it opens."""

    party: Party
    keyring: Keyring


def enter(*, text: str, now: datetime) -> Entered | None:
    """Whose invitation code `text` is. None for a mistyped, unknown, replaced, revoked or expired one; nobody learns which."""
    found = find(text, now=now, label=codes.INVITATION)
    if found is None:
        return None
    try:
        party = party_of_code(found.keyholder.pk)
        papers.party_keys(party, found.keyring)
    except (Party.DoesNotExist, VaultError):
        return None
    with transaction.atomic():
        _recorded(party, Action.PARTY_ENTERED, now)
    return Entered(party, found.keyring)


def own_keys(*, keyholder_id: UUID, keyring: Keyring) -> tuple[Party, OpeningKeys]:
    """The party of the code that is open in a browser, and what it opens. Raises Party.DoesNotExist, NoAccess."""
    party = party_of_code(keyholder_id)
    return party, papers.party_keys(party, keyring)


def read(*, party: Party, keys: OpeningKeys, now: datetime) -> list[papers.OpenedPaper]:
    """Every paper between us, oldest first; ours count as read by them."""
    found = papers.opened(party, keys)
    PartyDocument.objects.filter(party=party, by__isnull=False, read_at=None).update(read_at=now)
    return found


@retried
def write(*, party: Party, keyring: Keyring, kind: str, text: str, token: str, now: datetime, uploads: Sequence = ()) -> PartyDocument:
    """Write to the team. The same form again returns the same paper; the first answer after being served meets the time to answer.

    Raises NotOpen, NothingWritten, FindingsFinal, CaseEnded, NoAccess; ValueError for another kind.
    An objection goes past the team (`objections`).
    """
    if kind not in WRITES:
        raise ValueError("not written by a party")
    if not text.strip() and not uploads:
        raise NothingWritten
    if found := papers.earlier(party, token):
        return found
    if kind in AFTER and not has_paper(party, AFTER[kind]):
        raise NotOpen
    complaint = party.investigation.lead
    keys = papers.party_keys(party, keyring)
    body = {"text": text.strip()}
    paper = papers.prepare(party=party, keys=keys, kind=kind, body=body, by=None, actor=PARTY, token=token, now=now, uploads=uploads)
    try:
        with transaction.atomic():
            if kind == DocumentKind.APPEAL:
                lock_together(complaint)
            owner = locked(complaint, paper.key)
            if owner.state in ENDED and kind not in STILL:
                raise CaseEnded
            row = papers.still_invited(party, keyring)
            if kind == DocumentKind.COMMENT and is_reported(Investigation.objects.get(pk=row.investigation_id)):
                raise FindingsFinal
            paper.save()
            _follows(paper.row, row, owner, now)
            tell_team(complaint=owner, about=f"party:{paper.row.pk}", now=now)
            facts = {"kind": str(kind), "files": len(paper.files)}
            _recorded(party, Action.PARTY_WROTE, now, object_kind="paper", object_id=paper.row.pk, facts=facts)
    except IntegrityError:
        if found := papers.earlier(party, token):
            return found
        raise
    return paper.row


def _follows(paper: PartyDocument, row: Party, owner: Complaint, now: datetime) -> None:
    """What a paper of this kind sets going."""
    if paper.kind == DocumentKind.ANSWER and row.side == PartySide.RESPONDENT and row.served_at and row.replied_at is None:
        row.replied_at = now
        row.save(update_fields=["replied_at"])
        happened(complaint=owner, kind=EventKind.RESPONDENT_REPLIED, by=PARTY, now=now, subject=str(row.pk))
    if paper.kind == DocumentKind.APPEAL:
        appeal_clock.requested(party=row, paper=paper, now=now)
    if kind := _EVENTS.get(paper.kind):
        happened(complaint=owner, kind=kind, by=PARTY, now=now, subject=str(row.pk))


def to_confirm(party: Party) -> list[PartyDocument]:
    """Records of talks that wait for this party's yes, correction or no."""
    waiting = PartyDocument.objects.filter(party=party, kind=DocumentKind.RECORD, interview__confirmation="")
    return list(waiting.select_related("interview").order_by("at"))


@retried
def confirm_record(
    *, party: Party, keyring: Keyring, document_id: UUID, choice: str, correction: str, token: str, now: datetime
) -> PartyDocument:
    """Confirm the record of a talk ("yes"), with corrections that are kept beside it ("no"), or leave it unconfirmed ("declined") (R26).

    Raises NothingToConfirm, NeedsCorrection, PartyDocument.DoesNotExist, NoAccess; ValueError for another choice.
    """
    how = CHOICES.get(choice)
    if how is None:
        raise ValueError("no such answer")
    if how == Confirmation.CORRECTED and not correction.strip():
        raise NeedsCorrection
    document = document_of(party, document_id)
    if document not in to_confirm(party):
        raise NothingToConfirm
    keys = papers.party_keys(party, keyring)
    beside = None
    if correction.strip():
        body = {"text": correction.strip(), "about": str(document.pk)}
        beside = papers.prepare(party=party, keys=keys, kind=DocumentKind.CORRECTION, body=body, by=None, actor=PARTY, token=token, now=now)
    complaint = party.investigation.lead
    with transaction.atomic():
        owner = locked(complaint, keys.current)
        papers.still_invited(party, keyring)
        waiting = Interview.objects.filter(document=document, confirmation="")
        if not waiting.update(confirmation=how, confirmed_at=None if how == Confirmation.DECLINED else now):
            raise NothingToConfirm
        if beside:
            beside.save()
        if how != Confirmation.DECLINED:
            PartyDocument.objects.filter(pk=document.pk).update(confirmed_at=now)
            happened(complaint=owner, kind=EventKind.INTERVIEW_CONFIRMED, by=PARTY, now=now, subject=str(document.interview.pk))
        tell_team(complaint=owner, about=f"record:{document.pk}", now=now)
        facts = {"how": str(how)}
        _recorded(party, Action.INTERVIEW_CONFIRMED, now, object_kind="interview", object_id=document.interview.pk, facts=facts)
    return document


def needs_fresh_code(party: Party) -> bool:
    """Whoever wrote the slip has seen the code; it stays true until the party has a code of their own."""
    return party.keyholder is not None and party.invited_at is not None and party.keyholder.created_at <= party.invited_at


def next_code(*, keyring: Keyring, party: Party, token: str) -> str:
    """The code that `change_code` with the same `token` puts in force. Whoever has seen the present code can't work it out."""
    return codes.code_from_secret(hkdf(keyring.seed, info=ctx("next-invitation", party.pk, token)))


@retried
def change_code(*, party: Party, keyring: Keyring, token: str, now: datetime) -> Keyring:
    """Put the code of `next_code` in force; it ends when the old one would have. Returns the new keyring. Raises NoAccess."""
    derived = codes.derive(next_code(keyring=keyring, party=party, token=token), codes.INVITATION)
    old = Keyholder.objects.get(pk=keyring.keyholder_id)
    new = code_keyholder(code_keys=derived, now=now, expires_at=old.expires_at)
    lead = party.investigation.lead
    replacement = prepare_replacement(subject_id=lead.pk, old=old, new=new, keyring=keyring, now=now)
    with transaction.atomic():
        locked(lead)
        row = papers.still_invited(party, keyring)
        replacement.save()
        row.keyholder = new
        row.save(update_fields=["keyholder"])
        _recorded(row, Action.CODE_CHANGED, now)
    return derived.keyring(new.pk)


def _recorded(
    party: Party, action: Action, now: datetime, *, object_kind: str = "party", object_id: UUID | None = None, facts: dict | None = None
) -> None:
    record(
        by=PARTY,
        action=action,
        subject_id=party.investigation.lead_id,
        object_kind=object_kind,
        object_id=object_id or (party.pk if object_kind == "party" else None),
        facts=facts or {},
        now=now,
    )
