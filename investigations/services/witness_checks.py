"""Checks with witnesses and whoever else helped (R34): near the dates of the policy, by their code, sealed to their own compartment.

No clock of the reporter's is met by it, and nothing of the case is told: only how it is for them since.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import PARTY
from audit.services import record
from complaints.checkin_selectors import CheckIn, check_ins
from complaints.models import Complaint
from complaints.services.changing import locked
from complaints.services.telling import tell_team
from investigations.models import DocumentKind, Party, PartyDocument, PartySide, WatchConsent
from investigations.selectors_aftercare import consent_of
from investigations.services import papers
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

CHANGED, UNSURE, NOTHING = "yes", "unsure", "no"


class NothingSaid(Exception):
    """Neither question was answered."""


class NotAsked(Exception):
    """No check is open for this party, or it was answered."""


class NotWatched(Exception):
    """A respondent is not watched over here."""


@dataclass(frozen=True, repr=False)
class WitnessAnswer:
    """What one witness answered to check `number`; `changed` is one of CHANGED, UNSURE, NOTHING or ""."""

    row: PartyDocument
    number: str
    changed: str

    @property
    def is_punished(self) -> bool:
        return self.changed in (CHANGED, UNSURE)


def begun(complaint: Complaint, now: datetime) -> list[CheckIn]:
    """The checks whose time has come, oldest first, whether or not the reporter has answered theirs."""
    return [each for each in check_ins(complaint) if each.deadline and each.deadline.ended_at is None and each.opens_at <= now]


def open_for(party: Party, now: datetime) -> CheckIn | None:
    """The check that this witness can answer now: the newest one that began. None for a respondent."""
    if party.side != PartySide.WITNESS:
        return None
    found = begun(party.investigation.lead, now)
    return found[-1] if found and not papers.earlier(party, _token(found[-1])) else None


def _token(check: CheckIn) -> str:
    """One paper for each check, however often the form is sent."""
    return f"check:{check.number}"


@retried
def answer(*, party: Party, keyring: Keyring, number: str, changed: str, text: str, now: datetime) -> PartyDocument:
    """Answer check `number`, once. `changed`: CHANGED, UNSURE, NOTHING, or "" for no answer to that question.

    Raises NotAsked, NothingSaid, NoAccess; ValueError for another `changed`.
    """
    if changed not in (CHANGED, UNSURE, NOTHING, ""):
        raise ValueError("no such answer")
    if not changed and not text.strip():
        raise NothingSaid
    check = open_for(party, now)
    if check is None or check.number != number:
        raise NotAsked
    keys = papers.party_keys(party, keyring)
    body = {"text": text.strip(), "changed": changed, "check": number}
    paper = papers.prepare(party=party, keys=keys, kind=DocumentKind.CHECK, body=body, by=None, actor=PARTY, token=_token(check), now=now)
    try:
        with transaction.atomic():
            owner = locked(party.investigation.lead, paper.key)
            papers.still_invited(party, keyring)
            paper.save()
            tell_team(complaint=owner, about=f"party:{paper.row.pk}", now=now)
            _recorded(party, Action.PARTY_WROTE, "paper", paper.row.pk, {"kind": str(DocumentKind.CHECK), "files": 0}, now)
    except IntegrityError:
        raise NotAsked from None
    return paper.row


def answers_of(party: Party, keys: OpeningKeys) -> list[WitnessAnswer]:
    """What this witness answered, oldest first; what these keys don't open is left out."""
    rows = PartyDocument.objects.filter(party=party, kind=DocumentKind.CHECK).prefetch_related("files").order_by("at", "pk")
    opened = [papers.open_one(row, keys) for row in rows]
    return [WitnessAnswer(each.row, each.body["check"], each.body["changed"]) for each in opened if each.body is not None]


def answers_for_team(*, party: Party, keyring: Keyring) -> list[WitnessAnswer]:
    """`answers_of` with the keys of the team; empty for whoever holds none to this party. The access is the page's to record."""
    try:
        return answers_of(party, papers.party_keys(party, keyring))
    except NoAccess:
        return []


def set_watch(*, party: Party, keyring: Keyring, agrees: bool, now: datetime) -> WatchConsent | None:
    """A witness agrees to the watch by their code, or takes it back, at any time. Twice the same changes nothing.

    Raises NotWatched, NoAccess.
    """
    if party.side != PartySide.WITNESS:
        raise NotWatched
    lead = party.investigation.lead
    with transaction.atomic():
        owner = locked(lead)
        papers.still_invited(party, keyring)
        consent = consent_of(owner, party.person)
        if (consent is not None and consent.withdrawn_at is None) == agrees:
            return consent
        if agrees:
            given = {"given_at": now, "withdrawn_at": None}
            consent, _made = WatchConsent.objects.update_or_create(complaint=owner, person=party.person, defaults=given)
        else:
            consent.withdrawn_at = now
            consent.save(update_fields=["withdrawn_at"])
        tell_team(complaint=owner, about=f"watch:{party.pk}:{now.isoformat()}", now=now)
        _recorded(party, Action.WATCH_SAVED, "consent", None, {"agrees": agrees}, now)
    return consent


def _recorded(party: Party, action: Action, object_kind: str, object_id, facts: dict, now: datetime) -> None:
    lead_id = party.investigation.lead_id
    record(by=PARTY, action=action, subject_id=lead_id, object_kind=object_kind, object_id=object_id, facts=facts, now=now)
