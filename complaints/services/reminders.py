"""The reminder loop: what must be told now, to whom, and when to look again (`workflow.md` section 4).

A batch is one transaction: it claims due rows, reckons the truth anew, writes the notices, the facts, the register, the next moment and the
record, and commits. Whoever dies in between has done nothing; whoever comes second finds nothing due. Notices have keys, so that even a
batch that is somehow done twice owes nobody a second message.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from audit.actions import Action
from audit.actors import SYSTEM
from audit.services import Line, record_many
from complaints.models import Complaint, Deadline, DeadlineChange, Event, Inaction, Seat
from complaints.selectors import IN_FORCE
from complaints.services import engine
from complaints.services.events import save_all
from complaints.services.moving import note_moves
from complaints.states import EventKind
from notices.services import owe_many
from people.models import User
from policy import ladder
from vault.outages import DATABASE_ERRORS

logger = logging.getLogger(__name__)

BATCH = 500
# How long a row that can't be worked on is left alone: doubled with each failure.
FIRST_BACK_OFF = timedelta(minutes=1)
LONGEST_BACK_OFF = timedelta(days=1)
_OWN_FIELDS = tuple(field.name for field in Deadline._meta.concrete_fields)


def do_next(*, now: datetime, catching_up: bool = False) -> bool:
    """Work on one batch of due rows. Returns whether there may be more."""
    return do_batch(now=now, limit=BATCH, catching_up=catching_up) == BATCH


def do_batch(*, now: datetime, limit: int = BATCH, catching_up: bool = False) -> int:
    """Work on up to `limit` due deadlines and return how many were claimed.

    `catching_up`: the loop was silent for long. Then each person gets one message of a kind for everything, not one for each matter.
    """
    try:
        with transaction.atomic():
            rows = _claim(now, limit)
            if rows:
                _Batch(rows, now, catching_up).work()
    except DATABASE_ERRORS as error:
        logger.warning("a batch of reminders failed: %s", type(error).__name__)
        return _one_by_one(now, limit, catching_up)
    return len(rows)


def _claim(now: datetime, limit: int) -> list[Deadline]:
    """Lock due rows with their complaints. A complaint in somebody's hands is passed over: it is looked at in the next round.

    Locking both at once, waiting for neither, is what keeps workers and handlers from blocking each other.
    """
    return list(_locking(Deadline.objects.filter(next_at__lte=now, met_at__isnull=True).order_by("next_at", "pk"))[:limit])


def _locking(due: QuerySet[Deadline]) -> QuerySet[Deadline]:
    """Rows with what the loop needs of their complaints: identifier and policy version."""
    due = due.select_related("complaint").only(*_OWN_FIELDS, "complaint__policy_version")
    if connection.features.has_select_for_update_skip_locked:
        return due.select_for_update(skip_locked=True, of=("self", "complaint"))
    return due


def _one_by_one(now: datetime, limit: int, catching_up: bool) -> int:
    """A batch that the database refuses is done row by row, and the row that can't be done is put off."""
    keys = list(
        Deadline.objects.filter(next_at__lte=now, met_at__isnull=True).order_by("next_at", "pk").values_list("pk", flat=True)[:limit]
    )
    for key in keys:
        try:
            with transaction.atomic():
                rows = _claim_one(now, key)
                if rows:
                    _Batch(rows, now, catching_up).work()
        except DATABASE_ERRORS as error:
            logger.warning("deadline %d put off: %s", key, type(error).__name__)
            _put_off_later(key, now)
    return len(keys)


def _claim_one(now: datetime, key: int) -> list[Deadline]:
    return list(_locking(Deadline.objects.filter(pk=key, next_at__lte=now, met_at__isnull=True)))


def _put_off_later(key: int, now: datetime) -> None:
    with transaction.atomic():
        row = Deadline.objects.select_for_update().get(pk=key)
        _put_off(row, now)
        Deadline.objects.filter(pk=key).update(failures=row.failures, next_at=row.next_at)


def _put_off(row: Deadline, now: datetime) -> None:
    row.failures = min(row.failures + 1, 1000)
    row.next_at = now + min(FIRST_BACK_OFF * 2 ** min(row.failures - 1, 20), LONGEST_BACK_OFF)


class _Batch:
    """Everything a batch reads, in a few queries, and everything it writes, in a few statements."""

    def __init__(self, rows: Sequence[Deadline], now: datetime, catching_up: bool):
        self.rows, self.now, self.catching_up = rows, now, catching_up
        ids = {row.complaint_id for row in rows}
        self.events: dict = defaultdict(list)
        for event in Event.objects.filter(complaint_id__in=ids).order_by("at", "id"):
            self.events[event.complaint_id].append(event)
        self.changes: dict = defaultdict(list)
        for change in DeadlineChange.objects.filter(deadline__in=[row.pk for row in rows]).select_related("deadline").order_by("at", "pk"):
            self.changes[change.deadline.complaint_id].append(change)
        self.seats: dict = defaultdict(list)
        seats = list(Seat.objects.filter(IN_FORCE, complaint_id__in=ids).order_by("since", "pk"))
        # A few people sit in many complaints: each is read once.
        users = User.objects.in_bulk({seat.user_id for seat in seats})
        for seat in seats:
            seat.user = users[seat.user_id]
            self.seats[seat.complaint_id].append(seat)
        self.calendars: dict = {}
        self.notices: dict[str, dict] = {}
        self.facts: list[Event] = []
        self.register: dict[int, Inaction] = {}
        self.lines: list[Line] = []
        self.done: list[Deadline] = []
        self.new: list[Deadline] = []
        self.moved: dict[Complaint, list[DeadlineChange]] = defaultdict(list)

    def work(self) -> None:
        for row in self.rows:
            try:
                self._one(row)
            except Exception as error:
                logger.warning("deadline %d put off: %s", row.pk, type(error).__name__)
                _put_off(row, self.now)
        self._write()

    def _write(self) -> None:
        save_all(self.rows)
        Deadline.objects.bulk_create(self.new, ignore_conflicts=True)
        for complaint, moves in self.moved.items():
            note_moves(complaint=complaint, moves=moves, now=self.now)
        owe_many(self.notices.values(), now=self.now)
        Event.objects.bulk_create(self.facts)
        Inaction.objects.bulk_create(
            self.register.values(),
            update_conflicts=True,
            unique_fields=["deadline"],
            update_fields=["escalated_at", "escalated_to", "oversight_told_at", "done_at"],
        )
        for row in self.done:
            Inaction.objects.filter(deadline=row, done_at__isnull=True).update(done_at=row.met_at or row.ended_at)
        # Last, because the head of the record stays locked until the commit.
        record_many(self.lines, now=self.now)

    def _one(self, row: Deadline) -> None:
        rules = engine.rules_of(row.complaint.policy_version_id)
        calendar = self._calendar(rules)
        truth = self._truth(row, rules, calendar)
        if truth is None:
            row.ended_at, row.next_at = self.now, None
            return
        old_due = row.due_at
        engine.write_truth(row, truth)
        if row.due_at != old_due:
            self.moved[row.complaint].append(DeadlineChange(deadline=row, at=self.now, old_due_at=old_due, new_due_at=row.due_at))
        step = ladder.step(truth, calendar, row.last_rung, self.now)
        seats = self.seats[row.complaint_id]
        if row.is_open and not seats:
            # Nobody may be told. It stays late for whoever reads it, and the health page counts it.
            step = ladder.Step(None, step.escalate, step.oversight, step.position, step.next_at)
        if step.due:
            self._remind(row, step.due, seats)
        if step.escalate and row.late_noted_at is None:
            self._late(row, step, seats)
        if step.oversight:
            self._tell_oversight(row, step, seats)
        row.last_rung, row.next_at, row.failures = step.position, step.next_at, 0
        if not row.is_open and row.late_noted_at:
            self.done.append(row)

    def _calendar(self, rules):
        """Asked for once a batch and policy version; each question is a query."""
        found = self.calendars.get(rules.version.pk)
        if found is None:
            found = self.calendars[rules.version.pk] = engine.calendar_of_rules(rules)
        return found

    def _truth(self, row: Deadline, rules, calendar):
        limits = rules.needed_for(row.limit_id)
        extensions = engine.extensions_of(self.changes[row.complaint_id], calendar)
        facts = engine.facts_of(self.events[row.complaint_id])
        found = {
            each.occurrence: each
            for each in engine.reckon(rules, limits, facts, extensions, calendar, self.now)
            if each.limit_id == row.limit_id
        }
        for occurrence, truth in found.items():
            if occurrence != row.occurrence and rules.by_id[row.limit_id].recurring == "fixed":
                self._next_round(row, truth, calendar)
        return found.get(row.occurrence)

    def _next_round(self, row: Deadline, truth, calendar) -> None:
        """A duty on fixed dates goes on by itself: the clock makes its next round. Rounds that are there already stay as they are."""
        following = Deadline(complaint_id=row.complaint_id, limit_id=row.limit_id, occurrence=truth.occurrence)
        engine.write_truth(following, truth)
        engine.set_next_moment(following, truth, calendar, self.now)
        self.new.append(following)

    # telling

    def _remind(self, row: Deadline, rung, seats: Sequence[Seat]) -> None:
        late = rung.kind != ladder.REMIND
        self._owe(row, "late" if late else "due_soon", rung.key, [seat.user for seat in responsible(row, seats)])

    def _late(self, row: Deadline, step, seats: Sequence[Seat]) -> None:
        """It is late: recorded, entered in the register, and passed above whoever is responsible."""
        row.late_noted_at = self.now
        self._fact(row, EventKind.LATE)
        self._line(row, Action.DEADLINE_MISSED)
        entry = self._entry(row, seats)
        target, role = above(row, seats)
        if not target:
            return
        row.escalated_at, entry.escalated_at, entry.escalated_to = self.now, self.now, role
        self._owe(row, "oversight" if role == "oversight" else "escalated", f"{step.position[:16]}:up", [seat.user for seat in target])
        self._line(row, Action.ESCALATED, to=role, **self._told(target))
        if role == "oversight":
            self._oversight_knows(row, entry)
        else:
            self._fact(row, EventKind.ESCALATED_BY_CLOCK)

    def _tell_oversight(self, row: Deadline, step, seats: Sequence[Seat]) -> None:
        """Half the limit later oversight hears of it (again, where it was told at once)."""
        target = [seat for seat in seats if seat.role == "oversight"]
        if not target:
            return
        self._owe(row, "oversight", f"{step.position[:16]}:oversight", [seat.user for seat in target])
        if row.oversight_told_at is None:
            self._oversight_knows(row, self._entry(row, seats), **self._told(target))

    def _told(self, seats: Sequence[Seat]) -> dict:
        """The fact by which `complaints.verify` sees that a message was taken out of the outbox. Catching up gathers many into one."""
        return {} if self.catching_up else {"told": len({seat.user_id for seat in seats})}

    def _oversight_knows(self, row: Deadline, entry: Inaction, **told) -> None:
        row.oversight_told_at = entry.oversight_told_at = self.now
        self._fact(row, EventKind.OVERSIGHT_TOLD)
        self._line(row, Action.OVERSIGHT_TOLD, **told)

    def _entry(self, row: Deadline, seats: Sequence[Seat]) -> Inaction:
        """The register's entry for this deadline, made once and completed later."""
        entry = self.register.get(row.pk)
        if entry is None:
            entry = Inaction(
                complaint_id=row.complaint_id,
                deadline=row,
                responsible=contact(responsible(row, seats)),
                responsible_role=row.responsible_role,
                late_at=row.due_at,
                escalated_at=row.escalated_at,
                escalated_to=row.escalates_to if row.escalated_at else "",
            )
            self.register[row.pk] = entry
        return entry

    def _owe(self, row: Deadline, template: str, rung: str, users: Iterable[User]) -> None:
        for user in {user.pk: user for user in users}.values():
            if self.catching_up:
                key, kind, about = f"clock:{template}:{self.now:%Y%m%dT%H}:{user.pk}", "seats", None
            else:
                key, kind, about = f"clock:{template}:{row.pk}:{rung}:{user.pk}", "complaint", row.complaint_id
            self.notices[key] = {"key": key, "recipient": user, "template": template, "about_kind": kind, "about_id": about}

    def _fact(self, row: Deadline, kind: str) -> None:
        self.facts.append(
            Event(
                complaint_id=row.complaint_id,
                kind=kind,
                subject=f"{row.limit_id}:{row.occurrence}"[:64],
                at=self.now,
                recorded_at=self.now,
                by_role=SYSTEM.kind,
            )
        )

    def _line(self, row: Deadline, action: Action, **facts) -> None:
        self.lines.append(Line(SYSTEM, action, row.complaint_id, "deadline", None, {"limit": row.limit_id, **facts}))


def responsible(row: Deadline, seats: Sequence[Seat]) -> list[Seat]:
    """Whose duty a deadline is: the role's own seats; for daily work the handler, else intake, else oversight."""
    own = () if row.responsible_role in ("intake", "handler", "employer") else (row.responsible_role,)
    for role in (*own, "handler", "intake", "oversight"):
        found = [seat for seat in seats if seat.role == role]
        if found:
            return found
    return []


def above(row: Deadline, seats: Sequence[Seat]) -> tuple[list[Seat], str]:
    """Who hears that it is late, with their role: the limit's own choice, else oversight. Never anybody without a seat here."""
    for role in (row.escalates_to, "oversight"):
        found = [seat for seat in seats if seat.role == role]
        if found:
            return found, role
    return [], ""


def contact(seats: Sequence[Seat]) -> User | None:
    """The one person a late matter is entered under; nobody in particular while it lies with a rota that nobody has taken it from."""
    taken = [seat for seat in seats if seat.accepted_at or seat.conflict_declared_at]
    chosen = taken if len(taken) == 1 else seats
    return chosen[0].user if len(chosen) == 1 else None


def may_know_of_complaint(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a notice is delivered: whether the recipient still has a seat in the complaint."""
    return Seat.objects.filter(IN_FORCE, complaint_id=about_id, user=recipient).exists()


def has_any_seat(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a notice about several matters is delivered."""
    return Seat.objects.filter(IN_FORCE, user=recipient).exists()


def unreachable() -> int:
    """How many late deadlines nobody can be told of, because no seat is left in their complaint."""
    seated = Seat.objects.filter(IN_FORCE).values("complaint_id")
    return (
        Complaint.objects.filter(deadlines__late_noted_at__isnull=False, deadlines__met_at__isnull=True, deadlines__ended_at__isnull=True)
        .exclude(pk__in=seated)
        .distinct()
        .count()
    )
