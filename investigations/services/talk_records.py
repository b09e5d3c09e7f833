"""The record of a talk on its way to whoever was heard, and what comes back: confirmed, corrected, declined (R26)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.dispatch import receiver

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Statement
from complaints.services.changing import locked_while_open
from complaints.services.confirm import prepare_talk
from complaints.services.events import happened
from complaints.signals import talk_confirmed
from complaints.states import EventKind
from investigations.models import Confirmation, DocumentKind, Interview, Investigation, Party, PersonKind
from investigations.selectors_talks import corrections_of_reporter, talk_of
from investigations.services.parties import corrections_of
from investigations.services.reading import team_keys
from investigations.services.serving import prepare_paper
from investigations.services.talks import NotHeldYet, Settled, is_sent
from people.models import User
from vault.columns import open_column
from vault.errors import Changed, Damaged, NoAccess
from vault.keyring import Keyring
from vault.services.changes import retried

ON_PAPER = (Confirmation.SIGNED, Confirmation.DECLINED)


class NoCode(Exception):
    """Whoever was heard has no code to confirm with; it is confirmed on paper."""


@dataclass(frozen=True, repr=False)
class Correction:
    """What somebody said against the record of their talk, kept beside it."""

    at: datetime
    text: str


@retried
def send(*, investigation: Investigation, keyring: Keyring, by: User, role: str, talk_id: UUID, token: str, now: datetime) -> Interview:
    """Send the record to whoever was heard: the reporter confirms it under their receipt code, a party under their invitation.

    From then on it is not changed. The same form again changes nothing. Raises NotHeldYet, NoCode, Settled, CaseEnded, NoAccess.
    """
    complaint = investigation.lead
    row = talk_of(investigation, talk_id)
    if is_sent(row):
        return row
    if row.held_at is None:
        raise NotHeldYet
    if row.confirmation:
        raise Settled
    keys = team_keys(complaint=complaint, keyring=keyring).file
    words = open_column(row, "record_sealed", keys).json()
    to_reporter = row.person.kind == PersonKind.REPORTER
    if to_reporter:
        sealed = prepare_talk(complaint=complaint, keyring=keyring, by=by, role=role, text=_as_text(words), token=token, now=now)
    else:
        party = _party(row)
        body = {"text": words["text"], "present": words["present"], "held_at": row.held_at.isoformat()}
        sealed = prepare_paper(party=party, keyring=keyring, by=by, role=role, kind=DocumentKind.RECORD, body=body, token=token, now=now)
    try:
        with transaction.atomic():
            owner = locked_while_open(complaint, keys.current, sealed.key)
            still = Interview.objects.select_for_update().get(pk=row.pk)
            if still.row_version != row.row_version or is_sent(still):
                raise Changed("the record was changed or sent in between")
            if to_reporter:
                still.statement = sealed.save(owner, now)
            else:
                still.document = sealed.save()
            still.save(update_fields=["statement", "document"])
            _recorded(still, Action.INTERVIEW_SAVED, by, role, now, {"version": still.row_version, "sent": True})
    except IntegrityError:
        raise Changed("the same form was faster") from None
    return still


def _as_text(words: dict) -> str:
    return f"{words['present']}\n\n{words['text']}"


def _party(row: Interview) -> Party:
    found = Party.objects.select_related("compartment", "investigation__lead").filter(person=row.person_id).first()
    if found is None:
        raise NoCode
    return found


@retried
def confirm_on_paper(
    *, investigation: Investigation, keyring: Keyring, by: User, role: str, talk_id: UUID, how: str, now: datetime
) -> Interview:
    """Note that the record was signed on paper, or that whoever was heard did not want to confirm it.

    Raises NotHeldYet, Settled, CaseEnded, NoAccess; ValueError for another way.
    """
    if how not in ON_PAPER:
        raise ValueError("confirmed by code, not here")
    key = team_keys(complaint=investigation.lead, keyring=keyring).file.current
    with transaction.atomic():
        owner = locked_while_open(investigation.lead, key)
        row = Interview.objects.select_for_update().get(pk=talk_of(investigation, talk_id).pk)
        if row.held_at is None:
            raise NotHeldYet
        if row.confirmation:
            raise Settled
        row.confirmation, row.confirmed_at = how, now if how == Confirmation.SIGNED else None
        row.save(update_fields=["confirmation", "confirmed_at"])
        if how == Confirmation.SIGNED:
            happened(complaint=owner, kind=EventKind.INTERVIEW_CONFIRMED, by=staff(by, role), now=now, subject=str(row.pk))
        _recorded(row, Action.INTERVIEW_CONFIRMED, by, role, now, {"how": str(how)})
    return row


@receiver(talk_confirmed)
def _by_the_reporter(sender, statement: Statement, corrected: bool, now: datetime, **kwargs) -> None:
    how = Confirmation.CORRECTED if corrected else Confirmation.CODE
    Interview.objects.filter(statement=statement, confirmation="").update(confirmation=how, confirmed_at=now)


def corrections(*, row: Interview, keyring: Keyring) -> Sequence[Correction]:
    """What was said against the record. For pages that record their own access."""
    if row.document_id:
        party = Party.objects.select_related("compartment").get(pk=row.document.party_id)
        rows = corrections_of(party, keyring)
        return [Correction(each.row.at, each.text) for each in rows if each.body and each.body.get("about") == str(row.document_id)]
    if not row.statement_id:
        return []
    keys = team_keys(complaint=row.investigation.lead, keyring=keyring).statement
    found = []
    for addition in corrections_of_reporter(row.statement):
        try:
            body = open_column(addition, "body_sealed", keys).json()
        except (NoAccess, Damaged):
            continue
        if body.get("about") == str(row.statement_id):
            found.append(Correction(addition.at, body["text"]))
    return found


def _recorded(row: Interview, action: Action, by: User, role: str, now: datetime, facts: dict) -> None:
    record(
        by=staff(by, role),
        action=action,
        subject_id=row.investigation.lead_id,
        object_kind="interview",
        object_id=row.pk,
        facts=facts,
        now=now,
    )
