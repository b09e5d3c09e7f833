"""What other learning systems say: taken once each, made completions where person and course are known, else kept for an administrator.

Experience API 1.0.3, Part Three, 2.1: all statements of a request are taken or none; the same one twice changes nothing; another one under
the same id is a conflict. Nothing of what was sent is written anywhere but sealed, and only while it waits.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha1

from django.db import transaction

from audit.actions import Action
from audit.actors import SYSTEM, Actor, staff
from audit.services import record
from people import serverseal
from people.models import Employee, Role, User
from people.selectors import today
from training.models import Completion, Course, LearningSystem, MappedActivity, ReceivedStatement
from training.recognising import Found, recognise
from training.services.completing import Earned, record_completion
from training.statements import Statement, Who
from training.states import Outcome, Source, Unclear

PURPOSE = "xapi-waiting"
FORGET_AFTER = timedelta(days=90)
# Clocks differ a little.
PATIENCE = timedelta(hours=1)


class Conflict(Exception):
    """A statement arrived before under this id, and said something else. Nothing was taken."""


class NotWaiting(Exception):
    """Somebody settled it or set it aside meanwhile."""


@dataclass(frozen=True, repr=False)
class Waiting:
    """What is kept of a statement that waits."""

    kind: str
    who: str
    activity: str
    at: datetime
    seconds: int


def receive(*, system: LearningSystem, statements: Sequence[Statement], now: datetime) -> None:
    """Take the statements of one request, all or none. Raises Conflict."""
    claims = [statement for statement in statements if statement.completes]
    people = _recognise(statement.who for statement in claims)
    heard = {statement.id: _heard(statement, now) for statement in claims}
    # Nothing is sealed inside a transaction, so it is done for all of them, whether they will wait or not.
    sealed = {number: _seal(each) for number, each in heard.items()}
    with transaction.atomic():
        # One request of a system after the other: two that bring the same statement at once are the same statement.
        locked = LearningSystem.objects.select_for_update().get(pk=system.pk)
        wanted = [statement.id for statement in statements]
        there = dict(ReceivedStatement.objects.filter(system=locked, statement_id__in=wanted).values_list("statement_id", "digest"))
        if any(there.get(statement.id, statement.digest) != statement.digest for statement in statements):
            raise Conflict
        courses = _mapped(locked)
        for statement in statements:
            if statement.id in there:
                continue
            row = ReceivedStatement(
                system=locked, statement_id=statement.id, digest=statement.digest, received_at=now, outcome=Outcome.IGNORED
            )
            if statement.completes:
                row.waiting_sealed = sealed[statement.id]
                employee, course = people[statement.who].employee, courses.get(statement.activity)
                _settle(row, heard[statement.id], employee, course, SYSTEM, None, now)
            row.save()
        if locked.used_on != today(now):
            LearningSystem.objects.filter(pk=locked.pk).update(used_on=today(now))


def _heard(statement: Statement, now: datetime) -> Waiting:
    return Waiting(statement.who.kind, statement.who.value[:254], statement.activity[:500], statement.at or now, statement.seconds)


def _settle(row: ReceivedStatement, heard: Waiting, employee: Employee | None, course: Course | None, by: Actor, user, now) -> bool:
    """Turn what was heard into a completion, or say why it waits. Returns whether it is one; the row is not saved."""
    row.why = _why(heard, employee, course, now)
    if row.why:
        row.outcome = Outcome.WAITING
        return False
    row.outcome, row.waiting_sealed = Outcome.DONE, None
    row.completion = _completion(row, heard, employee, course, by, user, now)
    return True


def _why(heard: Waiting, employee: Employee | None, course: Course | None, now: datetime) -> str:
    if employee is None:
        return Unclear.PERSON
    if course is None:
        return Unclear.ACTIVITY
    if heard.at > now + PATIENCE:
        return Unclear.FUTURE
    day = today(heard.at)
    return Unclear.NOT_HERE if day < employee.joined_date or (employee.left_date and day >= employee.left_date) else ""


def _completion(row, heard: Waiting, employee: Employee, course: Course, by: Actor, user, now: datetime) -> Completion:
    """“Passed” and “completed” of one day are one completion."""
    at = min(heard.at, now)
    there = Completion.objects.filter(employee=employee, course=course, source=Source.XAPI, completed_on=today(at), revoked_at__isnull=True)
    if found := there.filter(provider=row.system.name).first():
        return found
    earned = Earned(
        key=f"xapi:{row.system_id}:{row.statement_id}",
        employee=employee,
        course=course,
        # Nobody knows which text another system showed.
        version=None,
        completed_at=at,
        seconds=heard.seconds,
        provider=row.system.name,
        source=Source.XAPI,
        recorded_by=user,
    )
    return record_completion(earned, by=by, now=now)[0]


def _mapped(system: LearningSystem) -> dict[str, Course]:
    rows = MappedActivity.objects.filter(system=system).select_related("course")
    return {row.activity: row.course for row in rows}


# --- who is meant ---------------------------------------------------------------------------------


def _recognise(actors: Iterable[Who]) -> dict[Who, Found]:
    """An address, the name of an account (an address or a staff number), or the hash of an address. Nobody is recognised by an OpenID."""
    actors = set(actors)
    words = {who: who.value for who in actors if who.kind in ("mbox", "account")}
    hashed = {who.value.lower() for who in actors if who.kind == "mbox_sha1sum"}
    by_hash = _by_hash(hashed) if hashed else {}
    words |= {who: by_hash[who.value.lower()] for who in actors if who.kind == "mbox_sha1sum" and who.value.lower() in by_hash}
    found = recognise(words.values())
    return {who: found[words[who]] if who in words else Found(None) for who in actors}


def _by_hash(hashes: set[str]) -> dict[str, str]:
    """{hash: address} of those addresses of the directory that were hashed, as the standard says, with “mailto:” before them."""
    addresses = Employee.objects.exclude(email="").values_list("email", flat=True).iterator(chunk_size=2_000)
    known = ((sha1(f"mailto:{address}".encode(), usedforsecurity=False).hexdigest(), address) for address in addresses)
    return {found: address for found, address in known if found in hashes}


# --- what waits -----------------------------------------------------------------------------------


def _seal(heard: Waiting) -> bytes:
    return serverseal.seal(PURPOSE, json.dumps(asdict(heard) | {"at": heard.at.isoformat()}).encode())


def open_waiting(row: ReceivedStatement) -> Waiting:
    """What a statement that waits says, for pages of training administrators only."""
    kept = json.loads(serverseal.open_sealed(PURPOSE, row.waiting_sealed))
    return Waiting(**kept | {"at": datetime.fromisoformat(kept["at"])})


def look_again(*, system: LearningSystem, by: User, now: datetime) -> int:
    """Settle whatever is clear by now: an activity was mapped, somebody came into the directory. Returns how many are completions now."""
    rows = [(row.pk, open_waiting(row)) for row in ReceivedStatement.objects.filter(system=system, outcome=Outcome.WAITING)]
    people = _recognise(Who(heard.kind, heard.who) for _pk, heard in rows)
    courses, done = _mapped(system), 0
    for pk, heard in rows:
        employee, course = people[Who(heard.kind, heard.who)].employee, courses.get(heard.activity)
        if not _why(heard, employee, course, now):
            done += bool(_settle_one(pk, heard, employee, course, by, now))
    return done


def settle(*, row: ReceivedStatement, employee: Employee, course: Course, by: User, now: datetime) -> bool:
    """An administrator says who and which course it is. Returns whether it is a completion now. Raises NotWaiting."""
    done = _settle_one(row.pk, open_waiting(row), employee, course, by, now)
    if done is None:
        raise NotWaiting
    return done


@transaction.atomic
def _settle_one(pk: int, heard: Waiting, employee: Employee, course: Course, by: User, now: datetime) -> bool | None:
    row = _locked(pk)
    if row is None:
        return None
    is_done = _settle(row, heard, employee, course, _admin(by), by, now)
    row.save()
    if is_done:
        _audit(row, Action.STATEMENT_SETTLED, by, now)
    return is_done


@transaction.atomic
def set_aside(*, row: ReceivedStatement, by: User, now: datetime) -> None:
    """It is nobody of ours, or no course of ours; what it said is forgotten. Raises NotWaiting."""
    locked = _locked(row.pk)
    if locked is None:
        raise NotWaiting
    locked.outcome, locked.waiting_sealed, locked.why = Outcome.ASIDE, None, ""
    locked.save(update_fields=["outcome", "waiting_sealed", "why"])
    _audit(locked, Action.STATEMENT_SET_ASIDE, by, now)


def _locked(pk: int) -> ReceivedStatement | None:
    rows = ReceivedStatement.objects.select_for_update(of=("self",)).select_related("system")
    return rows.filter(pk=pk, outcome=Outcome.WAITING).first()


def forget_old(*, now: datetime) -> None:
    """Ids of statements that said nothing about a completion are kept for ninety days, in case they are sent again."""
    ReceivedStatement.objects.filter(outcome=Outcome.IGNORED, received_at__lt=now - FORGET_AFTER).delete()


def _admin(by: User) -> Actor:
    return staff(by, Role.TRAINING_ADMIN.value)


def _audit(row: ReceivedStatement, action: Action, by: User, now: datetime) -> None:
    record(by=_admin(by), action=action, subject_id=None, object_kind="statement", object_id=row.statement_id, facts=None, now=now)
