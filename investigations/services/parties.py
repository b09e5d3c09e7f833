"""Respondents and witnesses with a compartment of their own, and the invitation code that opens it (`vault.md` section 4).

The code follows from the handler's key and the form's one-time token: the same form shows the same slip again, and nothing about the code
is stored but its public key and its keyed look-up id.
"""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.services.access import PARTY as KIND
from complaints.services.changing import locked, locked_while_open
from complaints.services.events import happened
from complaints.states import EventKind
from investigations.models import DocumentKind, Investigation, Party, PartyDocument, PartySide, PersonKind
from investigations.selectors import person_of
from investigations.selectors_parties import SIDES, parties_of, party_of, unread_by_party
from investigations.services import papers
from investigations.services.reading import note_access, team_keys
from people.models import User
from vault import codes
from vault.columns import open_column
from vault.encoding import ctx
from vault.errors import Changed
from vault.hidden import Hidden
from vault.keyholders import code_keyholder, is_usable
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.primitives import hkdf
from vault.services import compartments
from vault.services.changes import current_members, retried
from vault.sessions import end_all


class NotAParty(Exception):
    """The reporter is not heard with an invitation code; they have a code of their own."""


class InvitedMeanwhile(Exception):
    """A colleague has made or ended an invitation since this page was drawn; nothing was changed."""


class NothingToRevoke(Exception):
    """This party has no invitation that opens anything."""


class ListedParty(Hidden):
    """A party with the words the case has for them. `unread`: papers of theirs that nobody has opened. `is_open`: the code works."""

    def __init__(self, row: Party, detail: dict, unread: int, is_open: bool):
        self.row, self.detail, self.unread, self.is_open = row, detail, unread, is_open

    @property
    def name(self) -> str:
        return self.detail.get("name", "")


def listed(*, investigation: Investigation, keyring: Keyring, by: User, role: str, now: datetime) -> list[ListedParty]:
    """Everybody who is heard with a code, by name. Recorded as an access. Raises NoAccess."""
    complaint = investigation.lead
    keys = team_keys(complaint=complaint, keyring=keyring).file
    unread = unread_by_party(complaint)
    rows = [
        ListedParty(row, open_column(row.person, "detail_sealed", keys).json(), unread.get(row.pk, 0), has_open_code(row, now))
        for row in parties_of(investigation)
    ]
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_NOTES, now=now, object_kind="parties")
    return rows


def has_open_code(party: Party, now: datetime) -> bool:
    return party.keyholder is not None and is_usable(party.keyholder, now)


def words_of(*, party: Party, keyring: Keyring) -> dict:
    """What the case says of the person behind a party: name, company, who looks after it. For pages that record their own access."""
    keys = team_keys(complaint=party.investigation.lead, keyring=keyring).file
    return open_column(party.person, "detail_sealed", keys).json()


@retried
def add_party(
    *, investigation: Investigation, keyring: Keyring, by: User, role: str, person_id: UUID, language: str, third_party: bool, now: datetime
) -> Party:
    """Give somebody of the case a compartment of their own. Adding the same person again returns the party there is.

    Raises CasePerson.DoesNotExist, NotAParty, CaseEnded, NoAccess; ValueError for an unknown language.
    """
    complaint = investigation.lead
    person = person_of(complaint, person_id)
    if person.kind not in SIDES:
        raise NotAParty
    if language not in dict(Party._meta.get_field("language").choices):
        raise ValueError("unknown language")
    if found := Party.objects.filter(person=person).first():
        return found
    keys = team_keys(complaint=complaint, keyring=keyring).file
    file = type(complaint.file_compartment).objects.get(pk=complaint.file_compartment_id)
    team = current_members(file)
    holders = [holder for holder in compartments.members(file) if is_usable(holder, now)]
    number = (parties_of(investigation)[-1].number if parties_of(investigation) else 0) + 1
    prepared = compartments.prepare(subject_id=complaint.pk, members={f"{KIND}{number}": holders}, now=now)
    party = Party(
        id=uuid4(),
        investigation=investigation,
        person=person,
        side=SIDES[PersonKind(person.kind)],
        number=number,
        language=language,
        third_party=third_party,
        compartment=prepared.compartments[f"{KIND}{number}"],
    )
    try:
        with transaction.atomic():
            locked_while_open(complaint, keys.current)
            last = Party.objects.filter(investigation=investigation).aggregate(last=Max("number"))["last"] or 0
            # Somebody joined the team or another party was added since: their keys would be missing.
            if current_members(file) != team or last + 1 != number:
                raise Changed("the team or the parties changed in between")
            prepared.save()
            party.save(force_insert=True)
            _recorded(party, Action.PARTY_SAVED, by, role, now, {"version": party.row_version, "side": str(party.side)})
    except IntegrityError:
        return Party.objects.get(person=person)
    return party


def invitation_code(*, keyring: Keyring, party: Party, token: str) -> str:
    """The 20 digits that `invite` with the same `token` puts in force."""
    return codes.code_from_secret(hkdf(keyring.seed, info=ctx("invitation", party.pk, token)))


@retried
def invite(
    *, party: Party, keyring: Keyring, by: User, role: str, token: str, replaces: UUID | None, expires_at: datetime, now: datetime
) -> str:
    """Make an invitation code and return it, for the slip: it can't be shown again. An earlier one ends at once, with its sessions.

    `replaces`: the keyholder in use when the page was drawn, None for none. The same form again returns the same code.
    Raises InvitedMeanwhile, NoAccess; ValueError when it would end in the past.
    """
    if expires_at <= now:
        raise ValueError("an invitation ends in the future")
    code = invitation_code(keyring=keyring, party=party, token=token)
    derived = codes.derive(code, codes.INVITATION)
    made = Keyholder.objects.filter(lookup_id=derived.lookup_id).exists()
    # Read after looking for the code: the same form sent twice at once finds what the first one left.
    party = party_of(party.investigation, party.number)
    if party.keyholder and bytes(party.keyholder.lookup_id) == derived.lookup_id:
        return code
    if made or party.keyholder_id != replaces:
        raise InvitedMeanwhile
    holder = code_keyholder(code_keys=derived, now=now, expires_at=expires_at)
    leaving = [party.keyholder] if party.keyholder else []
    change = compartments.prepare_change(compartment=party.compartment, joining=[holder], leaving=leaving, keyring=keyring, now=now)
    complaint = party.investigation.lead
    with transaction.atomic():
        owner = locked(complaint)
        row = _still(party)
        holder.save(force_insert=True)
        change.save()
        _retire(party.keyholder, now)
        first = row.invited_at is None
        row.keyholder, row.invited_at, row.invited_by, row.revoked_at = holder, now, by, None
        row.save(update_fields=["keyholder", "invited_at", "invited_by", "revoked_at"])
        if first and row.side == PartySide.WITNESS:
            happened(complaint=owner, kind=EventKind.WITNESS_INVITED, by=staff(by, role), now=now, subject=str(row.pk))
        _recorded(row, Action.PARTY_INVITED, by, role, now, {"again": not first, "until": expires_at.date()})
    return code


@retried
def revoke(*, party: Party, keyring: Keyring, by: User, role: str, now: datetime) -> None:
    """End the invitation: its code opens nothing any more, what is open with it closes, and what is written from now on is not for it.

    Needs no key of the handler's beyond the case itself. Raises NothingToRevoke, NoAccess.
    """
    party = party_of(party.investigation, party.number)
    team_keys(complaint=party.investigation.lead, keyring=keyring)
    if party.keyholder is None:
        raise NothingToRevoke
    change = compartments.prepare_removal(compartment=party.compartment, keyholders=[party.keyholder], now=now)
    with transaction.atomic():
        locked(party.investigation.lead)
        row = _still(party)
        change.save()
        _retire(party.keyholder, now)
        row.keyholder, row.revoked_at = None, now
        row.save(update_fields=["keyholder", "revoked_at"])
        _recorded(row, Action.PARTY_REVOKED, by, role, now, {})


def _still(party: Party) -> Party:
    """The locked row, when its invitation is still the one that this change was prepared for. Raises Changed."""
    row = Party.objects.select_for_update().get(pk=party.pk)
    if row.keyholder_id != party.keyholder_id:
        raise Changed("the invitation changed in between")
    return row


def _retire(holder: Keyholder | None, now: datetime) -> None:
    if holder is not None:
        Keyholder.objects.filter(pk=holder.pk, retired_at=None).update(retired_at=now)
        end_all(holder.pk)


def open_party(*, party: Party, keyring: Keyring, by: User, role: str, now: datetime) -> list[papers.OpenedPaper]:
    """What was put to a party and what they wrote, oldest first. Recorded as an access; theirs count as read. Raises NoAccess."""
    found = papers.opened(party, papers.party_keys(party, keyring))
    with transaction.atomic():
        PartyDocument.objects.filter(party=party, by=None, read_at=None).update(read_at=now)
        _recorded(party, Action.OPENED_PARTY, by, role, now, {})
    return found


def corrections_of(party: Party, keyring: Keyring) -> list[papers.OpenedPaper]:
    """What a party said against the records of their talks. For pages that record their own access."""
    keys = papers.party_keys(party, keyring)
    rows = PartyDocument.objects.filter(party=party, kind=DocumentKind.CORRECTION).order_by("at")
    return [papers.open_one(row, keys) for row in rows]


def _recorded(party: Party, action: Action, by: User, role: str, now: datetime, facts: dict) -> None:
    record(
        by=staff(by, role),
        action=action,
        subject_id=party.investigation.lead_id,
        object_kind="party",
        object_id=party.pk,
        facts=facts,
        now=now,
    )
