"""Dated facts and the deadlines they make. Every service that changes a complaint says what happened here, inside its own transaction."""

import datetime as dt
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from audit.actors import Actor
from complaints.models import Complaint, Deadline, DeadlineChange, Event, Inaction
from complaints.services import engine
from complaints.services.moving import note_moves
from complaints.states import State


def happened(
    *,
    complaint: Complaint,
    kind: str,
    by: Actor,
    now: datetime,
    at: datetime | None = None,
    subject: str = "",
    date: dt.date | None = None,
    reckon: bool = True,
) -> Event:
    """Record that `kind` (a value of EventKind) happened and bring the deadlines up to date, inside the caller's transaction.

    `at`: when it happened, if that was not now (a letter that came yesterday). `subject`: which request, message or measure it is about.
    `date`: the day it is about (a dinner, a review date). `reckon=False` when another fact follows at once, so that the dates are
    reckoned only once. Raises TransactionManagementError outside a transaction.
    """
    _lock(complaint)
    event = fact(complaint=complaint, kind=kind, by=by, now=now, at=at, subject=subject, date=date)
    event.save(force_insert=True)
    if reckon and complaint.state != State.PRIVATE:
        recompute(complaint=complaint, now=now)
    return event


def began(*, complaint: Complaint, facts: Sequence[Event], now: datetime) -> None:
    """Record the first facts of a complaint that has no facts and no deadlines yet, and make its deadlines.

    Call it in the transaction that made the row or holds its lock: nothing is read again, because nobody else can have written anything.
    """
    Event.objects.bulk_create(facts)
    if complaint.policy_version_id is None:
        return
    rules = engine.rules_of(complaint.policy_version_id)
    calendar = engine.calendar_of_rules(rules)
    writing = _Writing(complaint, set(), now)
    for truth in engine.reckon(rules, rules.limits, engine.facts_of(facts), (), calendar, now):
        writing.owed(None, truth, calendar)
    writing.commit()


def fact(
    *,
    complaint: Complaint,
    kind: str,
    by: Actor,
    now: datetime,
    at: datetime | None = None,
    subject: str = "",
    date: dt.date | None = None,
) -> Event:
    """An unsaved fact; for the fields see `happened`."""
    return Event(
        complaint=complaint,
        kind=kind,
        subject=subject,
        at=at or now,
        date=date,
        recorded_at=now,
        by_id=by.user_id,
        by_role=by.role or by.kind,
    )


def _lock(complaint: Complaint) -> None:
    """Two facts about one complaint queue up, so that neither reckons without the other."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("a fact is recorded in the transaction of what it is about")
    Complaint.objects.select_for_update().filter(pk=complaint.pk).order_by().values_list("pk").first()


def recompute(*, complaint: Complaint, now: datetime) -> list[Deadline]:
    """Reckon every deadline of `complaint` from its facts and bring the rows in line. Returns the rows, by due moment.

    Call it inside a transaction that holds the complaint's lock (`happened` does). A date that moves leaves a DeadlineChange behind.
    """
    if complaint.policy_version_id is None:
        return []
    rules = engine.rules_of(complaint.policy_version_id)
    calendar = engine.calendar_of_rules(rules)
    # Locked, because the reminder loop writes to the same rows.
    rows = {(row.limit_id, row.occurrence): row for row in Deadline.objects.select_for_update().filter(complaint=complaint).order_by("pk")}
    changes = _explained_changes(complaint) if rows else []
    facts = engine.facts_of(Event.objects.filter(complaint=complaint).order_by("at", "id"))
    writing = _Writing(complaint, {change.deadline_id for change in changes if change.at == now}, now)
    for truth in engine.reckon(rules, rules.limits, facts, engine.extensions_of(changes, calendar), calendar, now):
        writing.owed(rows.pop((truth.limit_id, truth.occurrence), None), truth, calendar)
    for row in rows.values():
        writing.no_longer_owed(row)
    writing.commit()
    return sorted(writing.rows, key=lambda row: (row.due_at, row.limit_id))


def _explained_changes(complaint: Complaint) -> list[DeadlineChange]:
    """The moves that somebody explained, in order of time."""
    kinds = (engine.EXTENSION, engine.REFUSED)
    return list(
        DeadlineChange.objects.filter(deadline__complaint=complaint, kind__in=kinds).select_related("deadline").order_by("at", "pk")
    )


class _Writing:
    """The rows of one recomputation, collected and then written in a few statements."""

    def __init__(self, complaint: Complaint, explained: set[int], now: datetime):
        self.complaint, self.explained, self.now = complaint, explained, now
        self.rows: list[Deadline] = []
        self.new: list[Deadline] = []
        self.changed: list[Deadline] = []
        self.settled: list[Deadline] = []
        self.moved: list[DeadlineChange] = []

    def owed(self, row: Deadline | None, truth, calendar) -> None:
        if row is None:
            row = Deadline(complaint=self.complaint, limit_id=truth.limit_id, occurrence=truth.occurrence)
            engine.write_truth(row, truth)
            engine.set_next_moment(row, truth, calendar, self.now)
            self.new.append(row)
        else:
            self._known(row, truth, calendar)
        self.rows.append(row)

    def _known(self, row: Deadline, truth, calendar) -> None:
        old_due, was_open = row.due_at, row.is_open
        if not engine.write_truth(row, truth):
            return
        if row.due_at != old_due:
            self._moved(row, old_due)
        engine.set_next_moment(row, truth, calendar, self.now)
        if was_open and not row.is_open:
            self.settled.append(row)
        self.changed.append(row)

    def _moved(self, row: Deadline, old_due: datetime) -> None:
        """Keep what was promised before, unless an extension or its refusal has just recorded it with the reason."""
        if row.pk not in self.explained:
            self.moved.append(DeadlineChange(deadline=row, at=self.now, old_due_at=old_due, new_due_at=row.due_at))
        if row.due_at > self.now and row.late_noted_at:
            # Not late any more under the new date; what happened under the old one stays in the register.
            row.late_noted_at = row.escalated_at = row.oversight_told_at = None
            self.settled.append(row)

    def no_longer_owed(self, row: Deadline) -> None:
        """The facts no longer make this deadline (a repetition that a later fact moved); it ends without being met."""
        if row.is_open:
            row.ended_at, row.next_at = self.now, None
            self.changed.append(row)
            self.settled.append(row)
        self.rows.append(row)

    def commit(self) -> None:
        if self.new:
            Deadline.objects.bulk_create(self.new)
        save_all(self.changed)
        note_moves(complaint=self.complaint, moves=self.moved, now=self.now)
        for row in self.settled:
            done_at = row.met_at or row.ended_at or self.now
            Inaction.objects.filter(deadline=row, done_at__isnull=True).update(done_at=done_at)


_WRITTEN = (
    "starts_at", "due_at", "due_date", "met_at", "ended_at", "next_at", "last_rung", "failures",
    "late_noted_at", "escalated_at", "oversight_told_at", "responsible_role", "escalates_to",
)  # fmt: skip


def save_all(rows: Sequence[Deadline]) -> None:
    """Write known rows in one statement (an insert that meets its own key becomes an update, which is much faster than a CASE a column)."""
    if rows:
        Deadline.objects.bulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=_WRITTEN)
