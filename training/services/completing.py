"""Evidence that a course was completed (R08, R10), from wherever it was earned; and what happens to the answers then."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from audit.actions import Action
from audit.actors import Actor, staff
from audit.services import Line, record_many
from people.models import Employee, Role, User
from people.selectors import organisation, today
from policy.records import dump
from policy.selectors import calendar_for
from training.certificates import new_number
from training.models import Answer, AnswerCount, Assignment, Attempt, Completion, Course, CourseVersion
from training.rules import again_from, rules_in_force
from training.selectors import content_of, published_version
from training.states import AssignmentState, Source
from training.validity import counting
from training.vocabulary import DEPENDS

EMPLOYEE = "employee"
SKIPPED = "skipped"


@dataclass(frozen=True)
class Earned:
    """A completed course as it is to be kept. `key`: what it was made from (see `Completion`); `seconds`: time really spent;
    `provider`: who gave the course; `version`: None where nobody knows which text it was.
    """

    key: str
    employee: Employee
    course: Course
    version: CourseVersion | None
    completed_at: datetime
    seconds: int
    provider: str
    source: str
    language: str = ""
    attempt: Attempt | None = None
    recorded_by: User | None = None


def record_completion(earned: Earned, *, by: Actor, now: datetime) -> tuple[Completion, bool]:
    """Keep a completion and end the assignment it answers, inside the caller's transaction. The same key twice changes nothing.

    Returns (completion, whether it is new). The assignment stays open when this completion is too old to count.
    """
    return record_completions([earned], by=by, now=now)[0]


def record_completions(all_earned: Iterable[Earned], *, by: Actor, now: datetime) -> list[tuple[Completion, bool]]:
    """What `record_completion` does, for many at once: the record's head is locked once, at the end."""
    kept = [_keep(earned, now) for earned in all_earned]
    record_many([_line(completion, Action.TRAINING_COMPLETED, by) for completion, is_new in kept if is_new], now=now)
    return kept


def _keep(earned: Earned, now: datetime) -> tuple[Completion, bool]:
    version = earned.version
    # Where nobody knows which text it was, at least the course has a name.
    named = version or published_version(earned.course)
    values = {
        "employee": earned.employee,
        "name": earned.employee.name,
        "course": earned.course,
        "version": version,
        "content_hash": version.content_hash if version else "",
        "title": dump(content_of(named).title) if named else {},
        "completed_at": earned.completed_at,
        "completed_on": today(earned.completed_at),
        "seconds": earned.seconds,
        "provider": earned.provider,
        "source": earned.source,
        "language": earned.language,
        "number": new_number(),
        "attempt": earned.attempt,
        "recorded_by": earned.recorded_by,
        "recorded_at": now,
    }
    completion, is_new = Completion.objects.get_or_create(key=earned.key, defaults=values)
    if is_new:
        _end_assignment(completion, now)
    return completion, is_new


def _end_assignment(completion: Completion, now: datetime) -> None:
    asked = Assignment.objects.filter(employee=completion.employee_id, course=completion.course_id, state=AssignmentState.OPEN).first()
    if asked is not None and _answers(completion, asked, now):
        ended = Assignment.objects.filter(pk=asked.pk, state=AssignmentState.OPEN)
        ended.update(state=AssignmentState.DONE, done_at=completion.completed_at, next_at=None)


def _answers(completion: Completion, asked: Assignment, now: datetime) -> bool:
    """Whether a completion does what was asked: it came after, or was earned before and would not have been asked for by the rule."""
    if not counting(completion.course).filter(pk=completion.pk).exists():
        return False
    if completion.completed_at >= asked.assigned_at:
        return True
    rule = rules_in_force(now).get(asked.rule)
    if rule is None:
        return False
    again = again_from(rule, completion.completed_on, calendar_for())
    return again is None or today(now) < again


@transaction.atomic
def revoke(*, completion: Completion, by: User, now: datetime) -> Completion:
    """Take a completion back: its certificate is not valid any more. Revoking twice changes nothing."""
    return revoke_all([completion.pk], by=by, now=now)[0]


def revoke_all(completion_ids: Iterable, *, by: User, now: datetime) -> list[Completion]:
    """Take completions back inside the caller's transaction; those that were taken back stay as they are."""
    rows = list(Completion.objects.select_for_update(of=("self",)).filter(pk__in=list(completion_ids)).order_by("pk"))
    lines = []
    for row in rows:
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = now, by
            row.save(update_fields=["revoked_at", "revoked_by"])
            lines.append(_line(row, Action.COMPLETION_REVOKED, staff(by, Role.TRAINING_ADMIN.value)))
    record_many(lines, now=now)
    return rows


def finish(*, attempt: Attempt, now: datetime) -> Completion:
    """Every part was read to the end: write the evidence, count the answers, forget them. Inside the caller's transaction."""
    earned = Earned(
        key=f"attempt:{attempt.pk}",
        employee=attempt.employee,
        course=attempt.course,
        version=attempt.version,
        completed_at=now,
        seconds=attempt.seconds,
        provider=organisation().name_in(attempt.language),
        source=Source.PORTAL,
        language=attempt.language,
        attempt=attempt,
    )
    user = attempt.employee.user
    attempt.finished_at = now
    attempt.save(update_fields=["finished_at"])
    completion, _new = record_completion(earned, by=staff(user, EMPLOYEE), now=now)
    _count_and_forget(attempt, now)
    return completion


def _count_and_forget(attempt: Attempt, now: datetime) -> None:
    """Add the answers to the numbers of the unit and month, and empty them. From here on nobody can look up what somebody chose."""
    answers = list(Answer.objects.filter(attempt=attempt, answered_at__isnull=False))
    counts = Counter((answer.part, choice) for answer in answers for choice in _choices(answer))
    place = {"version_id": attempt.version_id, "unit_id": attempt.employee.unit_id, "month": today(now).replace(day=1)}
    # In one order for everybody, so that two who finish at once wait for each other instead of blocking each other.
    for part, choice in sorted(counts):
        _add_one(place | {"part": part, "choice": choice})
    Answer.objects.filter(attempt=attempt).update(choice="", depends=[], skipped=False)


def _choices(answer: Answer) -> list[str]:
    if answer.skipped:
        return [SKIPPED]
    return [answer.choice, *(f"{DEPENDS}:{each}" for each in answer.depends)]


def _add_one(place: dict) -> None:
    rows = AnswerCount.objects.filter(**place)
    if rows.update(number=F("number") + 1):
        return
    try:
        with transaction.atomic():
            AnswerCount.objects.create(**place, number=1)
    except IntegrityError:
        rows.update(number=F("number") + 1)


def _line(completion: Completion, action: Action, by: Actor) -> Line:
    facts = {"employee": completion.employee_id}
    if action == Action.TRAINING_COMPLETED:
        facts |= {"course": completion.course.code, "source": str(completion.source)}
    return Line(by, action, None, "completion", completion.pk, facts)
