"""Moving a promised date, refusing to move it, and saying why we are late. The reporter reads every reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Deadline, DeadlineChange, Event, SeatRole
from complaints.services import engine
from complaints.services.access import openable
from complaints.services.changing import locked
from complaints.services.events import happened, recompute
from complaints.states import EventKind
from people.models import User
from policy.limits import Extension
from vault.columns import open_column, seal_column
from vault.errors import Damaged, NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import OpeningKeys, SealingKey
from vault.services.changes import retried


class NeedsReason(Exception):
    """A date moves, and lateness is explained, only with a reason in words."""


class NotLater(Exception):
    """The new date is not after the promised one."""


class AlreadyLate(Exception):
    """The promised date has passed: it can't be moved any more, only explained."""


class NotLate(Exception):
    """Nothing is late here, so there is nothing to explain."""


class Settled(Exception):
    """The deadline was met or has ended meanwhile."""


class NothingToRefuse(Exception):
    """The date was never moved, or the move was refused before."""


class MovedMeanwhile(Exception):
    """Somebody moved, explained or refused this date since the writer's page was made; nothing was saved.

    `change`: the newest of these (None when the page knew of more than there are); `count`: how many there are now.
    """

    def __init__(self, change: DeadlineChange | None, count: int):
        self.change = change
        self.count = count
        super().__init__("moved meanwhile")


class BeyondPolicy(Exception):
    """The policy allows at most `latest` (a date)."""

    def __init__(self, latest: date):
        self.latest = latest
        super().__init__(latest.isoformat())


@retried
def extend_deadline(
    *, complaint: Complaint, deadline: Deadline, keyring: Keyring, by: User, role: str, until: date, reason: str, seen: int, now: datetime
) -> DeadlineChange:
    """Promise the end of `until` instead. The reason is sealed for the case team and the reporter. `seen`: as for `require_seen`.

    Raises NeedsReason, MovedMeanwhile, NotLater, AlreadyLate, Settled, BeyondPolicy, NoAccess; Deadline.DoesNotExist for another
    complaint's deadline.
    """
    prepared = prepare_extension(complaint=complaint, keyring=keyring, by=by, reason=reason, now=now)
    with transaction.atomic():
        require_seen(_locked_open(complaint, deadline, prepared.key), seen)
        return prepared.save(complaint=complaint, deadline=deadline, until=until, by=by, role=role, now=now)


@dataclass(repr=False, eq=False)
class Prepared(Hidden):
    """The sealed reason for a later date, not written yet: for a service that makes the deadline in the same transaction."""

    change: DeadlineChange
    key: SealingKey

    def save(self, *, complaint: Complaint, deadline: Deadline, until: date, by: User, role: str, now: datetime) -> DeadlineChange:
        """Move the date, inside the caller's transaction. Raises as `extend_deadline`, and Changed."""
        change, actor = self.change, staff(by, role)
        row = _locked_open(complaint, deadline, self.key)
        if row.due_at <= now:
            raise AlreadyLate
        change.deadline = row
        change.old_due_at = row.due_at
        change.new_due_at = engine.calendar_of_rules(engine.rules_of(complaint.policy_version_id)).end_of(until)
        if change.new_due_at <= row.due_at:
            raise NotLater
        latest = latest_allowed(complaint=complaint, deadline=row, now=now)
        if latest and until > latest:
            raise BeyondPolicy(latest)
        change.save(force_insert=True)
        recompute(complaint=complaint, now=now)
        happened(complaint=complaint, kind=EventKind.DEADLINE_MOVED, by=actor, now=now, subject=f"{row.limit_id}:{row.occurrence}"[:64])
        _record(actor, Action.DEADLINE_EXTENDED, complaint, row, now, until=until)
        return change


def prepare_extension(*, complaint: Complaint, keyring: Keyring, by: User, reason: str, now: datetime) -> Prepared:
    """Seal the reason for the case team and the reporter. Writes nothing. Raises NeedsReason, NoAccess."""
    change, key = _sealed_change(complaint, None, keyring, by, engine.EXTENSION, reason, now)
    return Prepared(change, key)


@retried
def give_late_reason(
    *, complaint: Complaint, deadline: Deadline, keyring: Keyring, by: User, role: str, text: str, seen: int, now: datetime
) -> DeadlineChange:
    """Say why it is late; the reporter reads the newest reason. It stays late. `seen`: as for `require_seen`.

    Raises NeedsReason, MovedMeanwhile, NotLate, Settled, NoAccess.
    """
    change, key = _sealed_change(complaint, deadline, keyring, by, engine.LATE_REASON, text, now)
    with transaction.atomic():
        row = _locked_open(complaint, deadline, key)
        require_seen(row, seen)
        if row.due_at > now:
            raise NotLate
        change.old_due_at = change.new_due_at = row.due_at
        change.save(force_insert=True)
        _record(staff(by, role), Action.LATE_REASON_GIVEN, complaint, row, now)
    return change


@retried
def refuse_extension(
    *, complaint: Complaint, deadline: Deadline, keyring: Keyring, by: User, text: str, seen: int, now: datetime
) -> DeadlineChange:
    """Oversight takes back every move of this date: the first promise stands again, late or not.

    The reason is sealed to the oversight compartment, which the reporter opens too. `seen`: as for `require_seen`.
    Raises NeedsReason, MovedMeanwhile, NothingToRefuse, Settled, NoAccess.
    """
    change, key = _sealed_change(complaint, deadline, keyring, by, engine.REFUSED, text, now, oversight=True)
    actor = staff(by, SeatRole.OVERSIGHT)
    with transaction.atomic():
        row = _locked_open(complaint, deadline, key)
        moves = standing_moves(row)
        if not moves:
            raise NothingToRefuse
        require_seen(row, seen)
        change.old_due_at, change.new_due_at = row.due_at, moves[0].old_due_at
        change.save(force_insert=True)
        recompute(complaint=complaint, now=now)
        happened(complaint=complaint, kind=EventKind.DEADLINE_MOVED, by=actor, now=now, subject=f"{row.limit_id}:{row.occurrence}"[:64])
        _record(actor, Action.EXTENSION_REFUSED, complaint, row, now)
    return change


def change_count(deadline: Deadline) -> int:
    """How often this date was moved, explained, refused or reckoned anew. It only grows, whatever the clocks of two hosts say."""
    return DeadlineChange.objects.filter(deadline=deadline).count()


def require_seen(deadline: Deadline, seen: int) -> None:
    """`seen`: `change_count` when the writer's page was made. Raises MovedMeanwhile when it is another one now."""
    count = change_count(deadline)
    if count != seen:
        newest = DeadlineChange.objects.filter(deadline=deadline).select_related("by").order_by("-at").first()
        raise MovedMeanwhile(newest, count)


def standing_moves(deadline: Deadline) -> list[DeadlineChange]:
    """The extensions of `deadline` that oversight has not refused, oldest first."""
    moves: list[DeadlineChange] = []
    for change in DeadlineChange.objects.filter(deadline=deadline).order_by("at", "pk"):
        if change.kind == engine.EXTENSION:
            moves.append(change)
        elif change.kind == engine.REFUSED:
            moves = []
    return moves


def latest_allowed(*, complaint: Complaint, deadline: Deadline, now: datetime) -> date | None:
    """The last date to which the policy lets this deadline be moved; None when the policy names no most."""
    rules = engine.rules_of(complaint.policy_version_id)
    rule = rules.by_id[deadline.limit_id].extension
    if rule is None or rule.at_most is None:
        return None
    calendar = engine.calendar_of_rules(rules)
    facts = engine.facts_of(Event.objects.filter(complaint=complaint).order_by("at", "id"))
    # Reckoned from the limit itself, so that moving twice does not allow twice as much.
    granted_at = min(now, deadline.starts_at)
    most = Extension(deadline.limit_id, granted_at, span=rule.at_most, occurrence=deadline.occurrence, told_at=granted_at)
    found = engine.reckon(rules, rules.needed_for(deadline.limit_id), facts, [most], calendar, now)
    match = next((each for each in found if (each.limit_id, each.occurrence) == (deadline.limit_id, deadline.occurrence)), None)
    return calendar.local_date(match.due_at - timedelta(microseconds=1)) if match else None


def reason_of(change: DeadlineChange, *, statement: OpeningKeys | None, oversight: OpeningKeys | None = None) -> str:
    """Open the words of one change; "" for whoever holds no key to them."""
    keys = oversight if change.kind == engine.REFUSED else statement
    if keys is None or change.reason_sealed is None:
        return ""
    try:
        return open_column(change, "reason_sealed", keys).json()["text"]
    except (NoAccess, Damaged):
        return ""


def _sealed_change(complaint, deadline, keyring, by, kind, text, now, *, oversight: bool = False) -> tuple[DeadlineChange, SealingKey]:
    """Everything that needs a key is done before the transaction."""
    if not text.strip():
        raise NeedsReason
    opened = openable(complaint=complaint, keyring=keyring)
    keys = opened.oversight if oversight else opened.statement
    if keys is None:
        raise NoAccess("no grant")
    change = DeadlineChange(deadline=deadline, at=now, by=by, kind=kind)
    seal_column(change, "reason_sealed", {"text": text.strip()}, keys.current)
    return change, keys.current


def _locked_open(complaint: Complaint, deadline: Deadline, sealed_with: SealingKey) -> Deadline:
    locked(complaint, sealed_with)
    row = Deadline.objects.select_for_update().get(pk=deadline.pk, complaint=complaint)
    if not row.is_open:
        raise Settled
    return row


def _record(actor, action, complaint, row, now, **facts) -> None:
    record(by=actor, action=action, subject_id=complaint.pk, object_kind="deadline", facts={"limit": row.limit_id, **facts}, now=now)
