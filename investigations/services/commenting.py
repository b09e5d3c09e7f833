"""Both sides see what was found before it is final, and may comment until a date of the policy (R28)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext, override

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.clock_selectors import window_of
from complaints.models import Complaint, Statement, StatementKind
from complaints.services import commenting, messages
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.states import ENDED, EventKind, State
from investigations.models import DocumentKind, Investigation, Party, PartyDocument, Result
from investigations.selectors_findings import body_of, complaints_of, papers_of, respondent_parties
from investigations.services.allegations import require_investigation, require_open
from investigations.services.findings import NotReadable, OpenedFinding, complete, read_findings
from investigations.services.reading import note_access, team_keys
from investigations.services.tasks import prepare_note
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services import compartments
from vault.services.changes import require_current, retried


class NotAsked(Exception):
    """Somebody of a side gets no words to comment on, and nobody said why."""


class SecondReaderFirst(Exception):
    """The policy wants a second pair of eyes before anybody is shown the findings."""


@dataclass(frozen=True, repr=False)
class Recipient:
    """Who is shown the findings: a reporter, or a respondent who comes in by code. `text`: what they would be shown."""

    key: str
    name: str
    language: str
    text: str
    complaint: Complaint | None = None
    party: Party | None = None


@dataclass(frozen=True, repr=False)
class Answer:
    """Whether one of them commented since they were asked, and the words."""

    name: str
    answered: bool
    comments: tuple[tuple[datetime, str], ...]


@dataclass(frozen=True, repr=False)
class Comments:
    """Where the comments stand. `over`: nothing holds the findings up any more."""

    needed: bool
    asked_at: datetime | None
    until: date | None
    answers: tuple[Answer, ...]
    over: bool


def recipients(*, complaint: Complaint, keyring: Keyring) -> list[Recipient]:
    """Everybody who is to be shown the findings, each with a proposal of the words. Raises NotInvestigated, NoAccess."""
    investigation = require_investigation(complaint)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    found = read_findings(complaint=complaint, keys=keys)
    people = []
    for each in open_complaints(investigation):
        about = [one for one in found if each.pk in {origin.pk for origin in one.allegation.row.complaints.all()}]
        name = gettext("Reporter") if each.pk == complaint.pk else gettext("Reporter of %(ref)s") % {"ref": each.ref}
        people.append(Recipient(f"r:{each.pk}", name, each.language, words_for(about, each.language), complaint=each))
    for party in respondent_parties(investigation):
        about = [one for one in found if one.allegation.row.respondent_id == party.person_id]
        if about:
            name = about[0].allegation.respondent
            people.append(Recipient(f"p:{party.pk}", name, party.language, words_for(about, party.language), party=party))
    return people


def open_complaints(investigation: Investigation) -> list[Complaint]:
    """The complaints of the investigation that are still looked into."""
    return [each for each in complaints_of(investigation) if each.state not in {*ENDED, State.WITHDRAWN}]


def without_code(complaint: Complaint, found: list[OpenedFinding]) -> list[str]:
    """Names of respondents who can't be shown anything through the portal, because they have no invitation code."""
    reached = {party.person_id for party in respondent_parties(require_investigation(complaint))}
    names = {one.allegation.row.respondent_id: one.allegation.respondent for one in found}
    return sorted(name for person, name in names.items() if person not in reached)


def words_for(found: list[OpenedFinding], language: str) -> str:
    """What a person is shown of these findings, in their language: a proposal, to be read and changed."""
    with override(language):
        parts = []
        for one in found:
            result = Result(one.detail["result"]).label if one.detail.get("result") else ""
            parts.append(f"{one.allegation.row.number}. {one.allegation.detail['text']}\n{result}\n{one.detail.get('reasons', '')}".strip())
        return "\n\n".join(parts)


def party_keys(*, complaint: Complaint, keyring: Keyring, party: Party) -> OpeningKeys:
    """The keys of one party's own compartment. Raises NoAccess."""
    return compartments.open_keys(compartment=party.compartment, keyring=keyring)


@retried
def ask_comments(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    texts: Mapping[str, str],
    why_not: str = "",
    token: str,
    now: datetime,
) -> Investigation:
    """Show each side the findings in these words ({key of a recipient: words}) and start the time for comments.

    `why_not`: why somebody is shown nothing here; kept as a note of the team. Asking again starts the time again.
    Raises NotAsked, NotReadable, SecondReaderFirst, Final, CaseEnded, NotInvestigated, NoAccess.
    """
    people = recipients(complaint=complaint, keyring=keyring)
    found = read_findings(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring).file)
    chosen = [each for each in people if texts.get(each.key, "").strip()]
    if (len(chosen) < len(people) or without_code(complaint, found)) and not why_not.strip():
        raise NotAsked
    note = prepare_note(complaint=complaint, keyring=keyring, by=by, text=why_not, now=now) if why_not.strip() else None
    key = team_keys(complaint=complaint, keyring=keyring).file.current
    letters, papers = [], []
    for each in chosen:
        text = texts[each.key]
        if each.complaint:
            letter = messages.prepare_to_reporter(
                complaint=each.complaint, keyring=keyring, by=by, role=role, text=text, token=f"{token}:findings", now=now
            )
            letters.append((each, letter))
        else:
            keys = party_keys(complaint=complaint, keyring=keyring, party=each.party).current
            paper = PartyDocument(id=uuid4(), party=each.party, kind=DocumentKind.FINDINGS, at=now, by=by)
            seal_column(paper, "body_sealed", {"text": text.strip()}, keys)
            papers.append((each, paper, keys))
    actor = staff(by, role)
    with transaction.atomic():
        investigation = require_open(complaint, key)
        if not complete(investigation):
            raise NotReadable
        if body_of(complaint).second_reader and not investigation.second_read_at:
            raise SecondReaderFirst
        if any(letter.key is None for _each, letter in letters):
            # The same form arrived twice: everything was sent before.
            return investigation
        for each, letter in letters:
            row = locked(each.complaint)
            letter.save(row, now)
            happened(complaint=row, kind=EventKind.COMMENTS_ASKED, by=actor, now=now, subject=commenting.REPORTER_SIDE)
        require_current(*(keys for _each, _paper, keys in papers))
        for each, paper, _keys in papers:
            paper.save(force_insert=True)
            happened(complaint=complaint, kind=EventKind.COMMENTS_ASKED, by=actor, now=now, subject=str(each.party.pk))
        if note:
            note.save(role, now)
        window = window_of(complaint, "comments_window", now)
        investigation.comments_asked_at, investigation.comments_until = now, window.due_date if window else None
        investigation.save(update_fields=["comments_asked_at", "comments_until"])
        record(
            by=actor,
            action=Action.COMMENTS_ASKED,
            subject_id=complaint.pk,
            object_kind="investigation",
            object_id=investigation.pk,
            facts={"reporters": len(letters), "parties": len(papers)},
            now=now,
        )
    return investigation


def state_of_comments(*, complaint: Complaint, investigation: Investigation, today: date) -> Comments:
    """Where the comments stand, without a word of them."""
    needed, asked_at = body_of(complaint).comments_before_final, investigation.comments_asked_at
    if asked_at is None:
        return Comments(needed, None, None, (), not needed)
    answers = tuple(Answer(name, answered, ()) for name, answered, _rows, _party in _who_answered(investigation))
    window_over = investigation.comments_until is not None and today > investigation.comments_until
    return Comments(needed, asked_at, investigation.comments_until, answers, window_over or all(each.answered for each in answers))


def _who_answered(investigation: Investigation) -> list[tuple]:
    """(name, answered, rows, party) of everybody who was asked the last time."""
    since, found = investigation.comments_asked_at, []
    for each in complaints_of(investigation):
        if each.events.filter(kind=EventKind.COMMENTS_ASKED, subject=commenting.REPORTER_SIDE, at__gte=since).exists():
            rows = list(Statement.objects.filter(complaint=each, kind=StatementKind.COMMENT, at__gte=since).order_by("at"))
            name = gettext("Reporter") if each.pk == investigation.lead_id else gettext("Reporter of %(ref)s") % {"ref": each.ref}
            found.append((name, bool(rows), rows, None))
    for party in respondent_parties(investigation):
        if any(paper.at >= since for paper in papers_of(party, DocumentKind.FINDINGS)):
            rows = [paper for paper in papers_of(party, DocumentKind.COMMENT) if paper.at >= since]
            found.append((gettext("Respondent %(number)d") % {"number": party.number}, bool(rows), rows, party))
    return found


def open_comments(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[Answer]:
    """What both sides said, with the words. Recorded as an access. Raises NotInvestigated, NoAccess."""
    investigation = require_investigation(complaint)
    if investigation.comments_asked_at is None:
        return []
    found = []
    for name, answered, rows, party in _who_answered(investigation):
        opened = []
        for row in rows:
            try:
                keys = _keys_of(row, party, complaint, keyring)
                opened.append((row.at, open_column(row, "body_sealed", keys).json().get("text", "")))
            except NoAccess:
                continue
        found.append(Answer(name, answered, tuple(opened)))
    if any(each.comments for each in found):
        note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_FINDINGS, now=now, object_kind="comments")
    return found


def _keys_of(row, party: Party | None, complaint: Complaint, keyring: Keyring) -> OpeningKeys:
    if party is not None:
        return party_keys(complaint=complaint, keyring=keyring, party=party)
    return team_keys(complaint=row.complaint, keyring=keyring).statement
