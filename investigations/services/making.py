"""Making the decision: votes where a body decides, and the moment after which nothing of it changes (R19, R32)."""

from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.states import EventKind, State
from investigations.models import Decision, DecisionItem, ItemKind, PanelVote
from investigations.panel import Vote, outcome
from investigations.selectors_decisions import votes_of
from investigations.selectors_findings import body_of, complaints_of
from investigations.services.allegations import require_investigation
from investigations.services.calling import called, took_part
from investigations.services.changed import SavedMeanwhile
from investigations.services.findings import OpenedFinding, read_findings
from investigations.services.joining import lock_together
from investigations.services.outcome import NotComplete, OpenedDecision, current, read_decision, require_deciding
from investigations.services.reading import team_keys
from people.models import User
from vault.errors import Changed
from vault.keyring import Keyring
from vault.services.changes import retried


def stamp(decision: Decision) -> int:
    """A number that grows with every change of the decision: its words, what was added and what was taken back."""
    items = DecisionItem.objects.filter(decision=decision)
    return decision.row_version * 10_000 + items.count() + items.filter(dropped_at__isnull=False).count()


def standing(complaint: Complaint, decision: Decision | None) -> Vote | None:
    """How the body's vote on `decision` stands (R19, `investigations.panel`); None where one person decides.

    Only whoever may still decide is of the body: not who took part before, nor whose access rests or ended after voting. A decision that
    a review changed is written by whoever reviewed it.
    """
    if complaint.state == State.APPEALED:
        return None
    barred = took_part(require_investigation(complaint))
    members = {seat.user_id for seat in called(complaint)} - barred
    if len(members) < 2:
        return None
    votes = [vote.agrees for vote in votes_of(decision) if vote.member_id in members] if decision else []
    return outcome(body_of(complaint), votes, len(members))


def problems_of(complaint: Complaint, opened: OpenedDecision, findings: list[OpenedFinding]) -> list[str]:
    """What is missing before the decision can be made: words, heard, sanction, votes."""
    problems = []
    if not all(opened.detail.get(name) for name in ("outcome", "reasons", "now")):
        problems.append("words")
    if body_of(complaint).hear_affected_first and not opened.heard:
        problems.append("heard")
    punished = {item.row.allegation_id for item in opened.items if item.row.kind == ItemKind.SANCTION}
    if any(each.substantiated and each.allegation.row.pk not in punished for each in findings):
        problems.append("sanction")
    body = standing(complaint, opened.row)
    if body and not body.agreed:
        problems.append("votes")
    return problems


@retried
def vote(*, complaint: Complaint, keyring: Keyring, by: User, role: str, agrees: bool, version: int, now: datetime) -> PanelVote:
    """One vote of a member on the decision as it stands (`version`); voting again replaces one's own.

    Raises SavedMeanwhile, NotComplete, Made, NotCalled.
    """
    keys = team_keys(complaint=complaint, keyring=keyring).file
    with transaction.atomic():
        _row, investigation = require_deciding(complaint, by, keys.current)
        decision = current(investigation)
        if decision is None or not decision.detail_sealed:
            raise NotComplete(["words"])
        if stamp(decision) != version:
            raise SavedMeanwhile(decision, {})
        row, _ = PanelVote.objects.update_or_create(decision=decision, member=by, defaults={"agrees": agrees, "at": now})
        record(
            by=staff(by, role),
            action=Action.VOTED,
            subject_id=complaint.pk,
            object_kind="decision",
            object_id=decision.pk,
            facts={},
            now=now,
        )
    return row


@retried
def make_decision(*, complaint: Complaint, keyring: Keyring, by: User, role: str, version: int, now: datetime) -> Decision:
    """Make the decision as it stands (`version`). Nothing of it changes afterwards, and nobody is told yet.

    Raises NotComplete, SavedMeanwhile, Made, NotCalled, NothingFound, NotInvestigated, NoAccess.
    """
    keys = team_keys(complaint=complaint, keyring=keyring).file
    opened = read_decision(complaint=complaint, keys=keys)
    findings = read_findings(complaint=complaint, keys=keys)
    if opened.row and not opened.made and stamp(opened.row) != version:
        raise SavedMeanwhile(opened.row, opened.detail)
    actor = staff(by, role)
    with transaction.atomic():
        lock_together(complaint)
        _row, investigation = require_deciding(complaint, by, keys.current)
        decision = current(investigation)
        if decision and stamp(decision) != version:
            raise Changed("the decision changed")
        if problems := problems_of(complaint, opened, findings):
            raise NotComplete(problems)
        decision.made_at, decision.decider = now, by
        decision.save(update_fields=["made_at", "decider"])
        for each in complaints_of(investigation):
            happened(complaint=locked(each), kind=EventKind.DECISION_MADE, by=actor, now=now, subject=str(decision.pk))
        record(
            by=actor,
            action=Action.DECISION_MADE,
            subject_id=complaint.pk,
            object_kind="decision",
            object_id=decision.pk,
            facts={"number": decision.number},
            now=now,
        )
    return decision
