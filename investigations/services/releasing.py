"""Telling the outcome: a letter to each reporter first, then one to each respondent (R33). What was released never changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext, override

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.access import openable
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.extensions import prepare_extension
from complaints.services.state import move
from complaints.states import EventKind, State
from investigations.models import Decision, DocumentKind, Party, PartyDocument, Release
from investigations.selectors_decisions import deadline_of_item, made_decision, releases_of
from investigations.selectors_findings import complaints_of, papers_of, policy_of, respondent_parties
from investigations.services.allegations import require_investigation
from investigations.services.calling import called
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.commenting import party_keys
from investigations.services.findings import OpenedFinding, read_findings
from investigations.services.joining import lock_together
from investigations.services.outcome import OpenedDecision, OpenedItem, read_decision
from investigations.services.reading import team_keys
from notices.services import owe
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Changed, NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import require_current, retried

LETTER = ("answer", "now", "not_told", "support")


class NotMade(Exception):
    """There is no decision yet that anybody could be told."""


class Released(Exception):
    """This letter was released; it stays as it was read."""


class LettersMissing(Exception):
    """Not every reporter has a letter yet. `refs`: whose is missing."""

    def __init__(self, refs):
        self.refs = tuple(refs)
        super().__init__(", ".join(self.refs))


class ReporterFirst(Exception):
    """A respondent never learns the outcome before the reporters (R33)."""


@dataclass(frozen=True, repr=False)
class ReporterLetter:
    """The letter to one reporter: as it is stored, or a proposal. `allegations`: the sentence each finding is about, in order."""

    complaint: Complaint
    row: Release | None
    letter: dict
    allegations: tuple[str, ...]

    @property
    def version(self) -> int:
        return self.row.row_version if self.row else 0


@dataclass(frozen=True, repr=False)
class RespondentLetter:
    party: Party
    name: str
    text: str
    written: bool
    told_at: datetime | None


def require_made(complaint: Complaint) -> Decision:
    """Raises NotMade."""
    decision = made_decision(require_investigation(complaint))
    if decision is None:
        raise NotMade
    decision.investigation.lead = complaint
    return decision


def told_complaints(decision: Decision) -> list[Complaint]:
    """The complaints whose reporters are told: those that are still decided by this."""
    return [each for each in complaints_of(decision.investigation) if each.state not in (State.WITHDRAWN, State.CLOSED)]


def letters(*, complaint: Complaint, keyring: Keyring) -> tuple[list[ReporterLetter], list[RespondentLetter]]:
    """Both sides' letters, side by side. Raises NotMade, NoAccess."""
    decision = require_made(complaint)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    opened = read_decision(complaint=complaint, keys=keys, row=decision)
    findings = read_findings(complaint=complaint, keys=keys)
    stored = releases_of(decision)
    reporters = []
    for each in told_complaints(decision):
        about = [one for one in findings if each.pk in {origin.pk for origin in one.allegation.row.complaints.all()}]
        row = stored.get(each.pk)
        letter = _open_letter(row, keyring) if row else proposal(each, about, opened)
        reporters.append(ReporterLetter(each, row, letter, tuple(one.allegation.detail["text"] for one in about)))
    kept = open_column(decision, "letters_sealed", keys).json() if decision.letters_sealed else {}
    respondents = []
    for party in respondent_parties(decision.investigation):
        about = [one for one in findings if one.allegation.row.respondent_id == party.person_id]
        if about:
            told = [paper.at for paper in papers_of(party, DocumentKind.OUTCOME) if paper.at >= decision.made_at]
            text = kept.get(str(party.pk)) or respondent_proposal(party, about, opened, complaint)
            name = about[0].allegation.respondent
            respondents.append(RespondentLetter(party, name, text, str(party.pk) in kept, told[0] if told else None))
    return reporters, respondents


def _open_letter(row: Release, keyring: Keyring) -> dict:
    keys = openable(complaint=row.complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no key to this report")
    return open_column(row, "letter_sealed", keys).json()


def proposal(complaint: Complaint, about: list[OpenedFinding], opened: OpenedDecision) -> dict:
    """The letter to a reporter from what was decided, in their language: to be read, shortened and put plainly."""
    with override(complaint.language):
        established = any(one.substantiated for one in about)
        opening = gettext("We found that it happened.") if established else gettext("We could not establish that it happened as described.")
        support = "\n".join(f"{each.name} {each.phone}".strip() for each in policy_of(complaint).support if each.confirmed_on)
        return {
            "answer": f"{opening}\n{opened.detail.get('outcome', '')}".strip(),
            "per_allegation": [
                {"finding": f"{one.allegation.detail['text']} {one.result_text}.", "reasons": one.detail.get("reasons", "")}
                for one in about
            ],
            "now": opened.detail.get("now", ""),
            "not_told": opened.detail.get("not_told", ""),
            "support": support,
        }


def respondent_proposal(party: Party, about: list[OpenedFinding], opened: OpenedDecision, complaint: Complaint) -> str:
    """The letter to a respondent, in their language."""
    with override(party.language):
        parts = [gettext("This is the decision on what was put to you.")]
        for one in about:
            number, text = one.allegation.row.number, one.allegation.detail["text"]
            parts.append(f"{number}. {text}\n{one.result_text}\n{one.detail.get('reasons', '')}".strip())
        mine = {one.allegation.row.pk for one in about}
        for item in opened.items:
            if item.row.allegation_id in mine:
                parts.append(gettext("What follows: %(words)s") % {"words": item_words(item)})
        parts.append(gettext("You can ask for a review within the time the policy gives. Nobody may be punished for having reported."))
        return "\n\n".join(parts)


def item_words(item: OpenedItem) -> str:
    """A sanction, remedy or action in words."""
    name = item.name or (gettext("No sanction") if item.detail.get("code") == "none" else "")
    return " – ".join(part for part in (name, item.detail.get("text", "")) if part)


@retried
def save_letter(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, to: UUID, version: int, letter: Mapping, now: datetime
) -> Release:
    """Keep the letter to the reporter of complaint `to`, on row version `version` (0 for a new one).

    Raises Released, SavedMeanwhile, NotMade, NoAccess; Complaint.DoesNotExist for one that is not told.
    """
    decision = require_made(complaint)
    owner = next((each for each in told_complaints(decision) if each.pk == to), None)
    if owner is None:
        raise Complaint.DoesNotExist
    keys = openable(complaint=owner, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no key to this report")
    row = releases_of(decision).get(owner.pk)
    if row and row.released_at:
        raise Released
    if (row.row_version if row else 0) != version:
        if row is None:
            raise Changed("gone")
        row.changed_by, row.changed_at = row.written_by, row.written_at
        raise SavedMeanwhile(row, _open_letter(row, keyring))
    is_new = row is None
    if is_new:
        row = Release(id=uuid4(), decision=decision, complaint=owner)
    else:
        row.row_version += 1
    row.written_at, row.written_by = now, by
    words = {name: str(letter.get(name) or "").strip() for name in LETTER}
    seal_column(row, "letter_sealed", words | {"per_allegation": list(letter.get("per_allegation", ()))}, keys.current)
    with transaction.atomic():
        locked(owner, keys.current)
        stored = releases_of(decision).get(owner.pk)
        if stored and stored.released_at:
            raise Released
        if is_new and stored:
            raise Changed("a colleague was faster")
        if not is_new:
            require_version(row, version)
        row.save(force_insert=is_new)
        _recorded(decision, by, role, now, kind="release", object_id=row.pk)
    return row


@retried
def save_respondent_letter(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, party_id: UUID, version: int, text: str, now: datetime
) -> Decision:
    """Keep the letter to a respondent until it is sent. `version`: of the decision. Raises Released, SavedMeanwhile, NotMade, NoAccess."""
    decision = require_made(complaint)
    party = next((each for each in respondent_parties(decision.investigation) if each.pk == party_id), None)
    if party is None:
        raise Party.DoesNotExist
    if any(paper.at >= decision.made_at for paper in papers_of(party, DocumentKind.OUTCOME)):
        raise Released
    keys = team_keys(complaint=complaint, keyring=keyring).file
    kept = open_column(decision, "letters_sealed", keys).json() if decision.letters_sealed else {}
    if decision.row_version != version:
        raise SavedMeanwhile(decision, {"text": kept.get(str(party.pk), "")})
    detail = open_column(decision, "detail_sealed", keys).json()
    decision.row_version += 1
    decision.changed_at, decision.changed_by = now, by
    seal_column(decision, "detail_sealed", detail, keys.current)
    seal_column(decision, "letters_sealed", kept | {str(party.pk): text.strip()}, keys.current)
    with transaction.atomic():
        locked(complaint, keys.current)
        require_version(decision, version)
        decision.save()
        _recorded(decision, by, role, now)
    return decision


@retried
def release_to_reporters(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> Decision:
    """Tell every reporter at once: letters, state, the dates of what is carried out. Twice changes nothing.

    Raises LettersMissing, NotMade, StepNotAllowed, BeyondPolicy, NoAccess.
    """
    decision = require_made(complaint)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    opened = read_decision(complaint=complaint, keys=keys, row=decision)
    told = told_complaints(decision)
    later = {
        (each.pk, item.row.pk): prepare_extension(complaint=each, keyring=keyring, by=by, reason=item.detail["later_reason"], now=now)
        for each in told
        for item in opened.items
        if item.detail.get("later_reason") and concerns(item, each)
    }
    actor = staff(by, role)
    with transaction.atomic():
        lock_together(complaint)
        stored = releases_of(decision)
        if missing := [each.ref for each in told if each.pk not in stored]:
            raise LettersMissing(missing)
        for each in told:
            row = locked(each)
            release = Release.objects.select_for_update().get(pk=stored[each.pk].pk)
            if release.released_at:
                continue
            release.released_at = now
            release.save(update_fields=["released_at"])
            move(complaint=row, to=State.DECIDED, by=actor, now=now)
            happened(complaint=row, kind=EventKind.DECISION_NOTIFIED, by=actor, now=now, subject=str(decision.pk))
            for item in opened.items:
                if concerns(item, each) and item.row.done_at is None:
                    happened(complaint=row, kind=EventKind.ACTION_DECIDED, by=actor, now=now, subject=str(item.row.pk))
                    _later(row, item, later.get((each.pk, item.row.pk)), by, role, now)
                    _tell_owner(item, complaint, by, now)
            record(
                by=actor,
                action=Action.DECISION_RELEASED,
                subject_id=row.pk,
                object_kind="release",
                object_id=release.pk,
                facts={"number": decision.number},
                now=now,
            )
    return decision


def concerns(item: OpenedItem, complaint: Complaint) -> bool:
    """Whether the reporter of `complaint` is promised this: what follows from their allegation, and all that follows from none."""
    allegation = item.row.allegation
    return allegation is None or complaint.pk in {each.pk for each in allegation.complaints.all()}


def _later(complaint: Complaint, item: OpenedItem, prepared, by: User, role: str, now: datetime) -> None:
    """A later date than the policy's, with the reason the reporter reads."""
    deadline = deadline_of_item(complaint, item.row.pk)
    if prepared and deadline and item.row.due_date > deadline.due_date:
        prepared.save(complaint=complaint, deadline=deadline, until=item.row.due_date, by=by, role=role, now=now)


def _tell_owner(item: OpenedItem, complaint: Complaint, by: User, now: datetime) -> None:
    """Whoever sees to it is told that there is something to do, without a word of it; once, however many reporters there are."""
    owner = item.row.owner
    if owner.pk != by.pk:
        owe(key=f"item:{item.row.pk}", recipient=owner, template="task", about_kind="complaint", about_id=complaint.pk, now=now)


@retried
def tell_respondents(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[Party]:
    """Tell every respondent who comes in by code. Only after every reporter was told; who was told before stays as it is.

    Raises ReporterFirst, NotMade, NoAccess.
    """
    decision = require_made(complaint)
    _reporters, respondents = letters(complaint=complaint, keyring=keyring)
    papers = []
    for each in respondents:
        if each.told_at:
            continue
        keys: OpeningKeys = party_keys(complaint=complaint, keyring=keyring, party=each.party)
        paper = PartyDocument(id=uuid4(), party=each.party, kind=DocumentKind.OUTCOME, at=now, by=by)
        seal_column(paper, "body_sealed", {"text": each.text}, keys.current)
        papers.append((each.party, paper, keys.current))
    actor = staff(by, role)
    with transaction.atomic():
        row = locked(complaint)
        stored = releases_of(decision)
        if any(each.pk not in stored or not stored[each.pk].released_at for each in told_complaints(decision)):
            raise ReporterFirst
        require_current(*(key for _party, _paper, key in papers))
        for party, paper, _key in papers:
            if any(earlier.at >= decision.made_at for earlier in papers_of(party, DocumentKind.OUTCOME)):
                continue
            paper.save(force_insert=True)
            happened(complaint=row, kind=EventKind.RESPONDENT_TOLD_OUTCOME, by=actor, now=now, subject=str(party.pk))
        _recorded(decision, by, role, now)
    return [party for party, _paper, _key in papers]


def may_release(complaint: Complaint, user: User) -> bool:
    """Whoever was called to decide tells it."""
    return user.pk in {seat.user_id for seat in called(complaint)}


def _recorded(decision: Decision, by: User, role: str, now: datetime, *, kind: str = "decision", object_id: UUID | None = None) -> None:
    record(
        by=staff(by, role),
        action=Action.DECISION_SAVED if kind == "decision" else Action.LETTER_SAVED,
        subject_id=decision.investigation.lead_id,
        object_kind=kind,
        object_id=object_id or decision.pk,
        facts={"version": decision.row_version} if kind == "decision" else {},
        now=now,
    )
