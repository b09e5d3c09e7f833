"""Carrying out what was decided: each item with its proof; when all is done, the case says so (R32, M8)."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Deadline
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.state import move
from complaints.states import EventKind, State
from investigations.models import DecisionItem
from investigations.selectors_decisions import deadline_of_item, decision_items, item_of, made_decision, owners_of, releases_of
from investigations.services.allegations import require_investigation
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.outcome import OpenedItem, read_decision
from investigations.services.reading import note_access, team_keys
from investigations.services.releasing import NotMade, concerns, item_words, told_complaints
from people.models import User
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.services.changes import retried


class NotToldYet(Exception):
    """Nothing is carried out before the reporter was told what was decided."""


class NeedsProof(Exception):
    """Done means that it can be seen."""


class DoneBefore(Exception):
    """It was done before; the proof stands."""


@dataclass(frozen=True, repr=False)
class Carried:
    """One item as the page of carrying out shows it. `deadline`: the clock of the policy, once the reporter was told."""

    opened: OpenedItem
    words: str
    deadline: Deadline | None
    late: bool

    @property
    def done(self) -> bool:
        return self.opened.row.done_at is not None


def open_items(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime, today: date) -> list[Carried]:
    """What is to be carried out, of every decision that was made. Recorded as an access. Raises NotInvestigated, NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    investigation = require_investigation(complaint)
    found, holds = [], made_decision(investigation)
    for decision in investigation.decisions.filter(made_at__isnull=False).order_by("number"):
        for opened in read_decision(complaint=complaint, keys=keys, row=decision).items:
            row = opened.row
            if decision != holds and row.done_at is None:
                # A review put another decision in its place before this was done.
                continue
            clock = deadline_of_item(complaint, row.pk)
            late = row.done_at is None and (row.due_date < today or bool(clock and clock.is_open and clock.due_at <= now))
            found.append(Carried(opened, item_words(opened), clock, late))
    if found:
        note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_DECISION, now=now, object_kind="items")
    return found


def find_item(complaint: Complaint, item_id: UUID) -> DecisionItem:
    """An item of the decision that holds. Raises DecisionItem.DoesNotExist, NotInvestigated."""
    decision = made_decision(require_investigation(complaint))
    if decision is None:
        raise DecisionItem.DoesNotExist
    return item_of(decision, item_id)


@retried
def item_done(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, item_id: UUID, version: int, proof: str, now: datetime
) -> DecisionItem:
    """Say that an item was carried out, with the proof. The last one moves every complaint on.

    Raises NeedsProof, NotToldYet, DoneBefore, SavedMeanwhile, NotMade, DecisionItem.DoesNotExist, NoAccess.
    """
    if not proof.strip():
        raise NeedsProof
    item = find_item(complaint, item_id)
    told = releases_of(item.decision).get(complaint.pk)
    if told is None or told.released_at is None:
        raise NotToldYet
    if item.done_at:
        raise DoneBefore
    keys = team_keys(complaint=complaint, keyring=keyring).file
    if item.row_version != version:
        raise SavedMeanwhile(item, {})
    detail = open_column(item, "detail_sealed", keys).json()
    # The reason for oversight is bound to the row's version as well, and this reader may hold no key to it: the version stays.
    item.done_at, item.done_by = now, by
    seal_column(item, "proof_sealed", {"text": proof.strip()}, keys.current)
    actor = staff(by, role)
    with transaction.atomic():
        row = locked(complaint, keys.current)
        require_version(item, version)
        if DecisionItem.objects.filter(pk=item.pk, done_at__isnull=False).exists():
            raise DoneBefore
        item.save(update_fields=["done_at", "done_by", "proof_sealed"])
        decision = item.decision
        decision.investigation.lead = row
        for each in told_complaints(decision):
            if concerns(OpenedItem(item, detail, ""), each):
                happened(complaint=locked(each), kind=EventKind.SANCTION_EXECUTED, by=actor, now=now, subject=str(item.pk))
        record(
            by=actor,
            action=Action.ITEM_DONE,
            subject_id=complaint.pk,
            object_kind="item",
            object_id=item.pk,
            facts={"kind": str(item.kind)},
            now=now,
        )
        _move_on(row, actor, now)
    return item


def _move_on(complaint: Complaint, actor, now: datetime) -> None:
    """When nothing is left to carry out, the decided complaints say that action was taken. On the locked lead."""
    decision = made_decision(require_investigation(complaint))
    if decision is None or any(item.done_at is None for item in decision_items(decision)):
        return
    decision.investigation.lead = complaint
    for each in told_complaints(decision):
        if each.state == State.DECIDED:
            move(complaint=locked(each), to=State.ACTION_TAKEN, by=actor, now=now)


def may_carry_out(complaint: Complaint, item: DecisionItem, user: User) -> bool:
    """The owner, or whoever else has the case open."""
    return user.pk == item.owner_id or user in owners_of(complaint)


__all__ = ["NotMade", "find_item", "item_done", "may_carry_out", "open_items"]
