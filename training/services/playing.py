"""Going through a course: begin, look at a part, answer or skip it, read it to the end. Every step is kept on the server.

Rules: R08 (completion only by answering), `pages.md` A23. What somebody chose is theirs: nothing here shows it to anybody else, and it is
forgotten when they finish (`training.services.completing`).
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from people.models import Employee
from training.active_time import to_add
from training.models import Answer, Assignment, Attempt, Course
from training.parts import Part
from training.selectors import content_of, counting_from, published_version
from training.services.completing import finish
from training.states import AssignmentState


class NotGiven(Exception):
    """The course is not given (any more)."""


class NotYet(Exception):
    """Parts before this one come first. `number`: the one that is next."""

    def __init__(self, number: int):
        self.number = number
        super().__init__("not yet")


class NotAnswered(Exception):
    """A part with a question counts only when it was answered, or skipped where that is offered."""


@transaction.atomic
def begin(*, course: Course, employee: Employee, language: str, now: datetime) -> Attempt:
    """Begin the course, or go on with what was begun. Beginning twice changes nothing. Raises NotGiven.

    What was begun in a version that does not count any more begins anew.
    """
    # Locked, so that two clicks at once begin once, and nobody publishes in between.
    locked = Course.objects.select_for_update().get(pk=course.pk)
    version = published_version(locked)
    if version is None or locked.retired_at is not None:
        raise NotGiven
    attempt = Attempt.objects.select_related("version").filter(employee=employee, course=locked, finished_at__isnull=True).first()
    if attempt is not None and attempt.version.number >= counting_from(locked):
        return attempt
    if attempt is not None:
        attempt.delete()
    asked = Assignment.objects.filter(employee=employee, course=locked, state=AssignmentState.OPEN).first()
    return Attempt.objects.create(
        employee=employee, course=locked, version=version, assignment=asked, language=language, started_at=now, seen_at=now
    )


@transaction.atomic
def show(*, attempt: Attempt, part: Part, now: datetime) -> Answer:
    """Note that the person has this part in front of them. Raises NotYet for a part that comes later."""
    locked = _locked(attempt)
    answer = _answer(locked, part, now)
    _spend(locked, part.id, now)
    return answer


@transaction.atomic
def answer(*, attempt: Attempt, part: Part, choice: str, depends: Sequence[str] = (), now: datetime) -> Answer:
    """Keep the answer to a part; the first one stays. Raises NotYet; ValueError for an answer the part does not offer."""
    offered = {each.id for each in part.dependences(choice)}
    if not part.asks or choice not in part.choices() or not set(depends) <= offered:
        raise ValueError("not an answer to this part")
    return _settle(attempt, part, now, choice=choice, depends=sorted(set(depends)))


@transaction.atomic
def skip(*, attempt: Attempt, part: Part, now: datetime) -> Answer:
    """Read the equal text instead of a distressing scene, for full credit. Raises NotYet; ValueError where nothing is to be skipped."""
    if not part.distressing:
        raise ValueError("only a distressing scene can be skipped")
    return _settle(attempt, part, now, skipped=True)


def _settle(attempt: Attempt, part: Part, now: datetime, **values) -> Answer:
    locked = _locked(attempt)
    found = _answer(locked, part, now)
    if found.answered_at is None:
        for name, value in values.items():
            setattr(found, name, value)
        found.answered_at = now
        found.save(update_fields=[*values, "answered_at"])
    _spend(locked, part.id, now)
    return found


@transaction.atomic
def read(*, attempt: Attempt, part: Part, now: datetime) -> Attempt:
    """The part was read to the end, feedback included. After the last one the course is completed.

    Raises NotYet; NotAnswered for a question without an answer.
    """
    locked = _locked(attempt)
    found = _answer(locked, part, now)
    if part.asks and found.answered_at is None:
        raise NotAnswered
    _spend(locked, part.id, now)
    if found.read_at is None:
        Answer.objects.filter(pk=found.pk).update(read_at=now)
    if next_number(locked) is None:
        finish(attempt=locked, now=now)
    return locked


def next_number(attempt: Attempt) -> int | None:
    """The number of the first part that was not read to the end, counted from 1; None when all were."""
    done = set(Answer.objects.filter(attempt=attempt, read_at__isnull=False).values_list("part", flat=True))
    parts = content_of(attempt.version).parts
    return next((number for number, part in enumerate(parts, 1) if part.id not in done), None)


def _locked(attempt: Attempt) -> Attempt:
    """The attempt, locked. Raises NotGiven when it was finished or begun anew in another window."""
    rows = Attempt.objects.select_for_update(of=("self",)).select_related("version__course", "course", "employee")
    found = rows.filter(pk=attempt.pk, finished_at__isnull=True).first()
    if found is None:
        raise NotGiven
    return found


def _answer(attempt: Attempt, part: Part, now: datetime) -> Answer:
    number, upto = content_of(attempt.version).number_of(part.id), next_number(attempt)
    if upto is not None and number > upto:
        raise NotYet(upto)
    found, _created = Answer.objects.get_or_create(attempt=attempt, part=part.id, defaults={"shown_at": now})
    return found


def _spend(attempt: Attempt, part_id: str, now: datetime) -> None:
    """Add the time since the last request to the part that was open, and note which one is open now."""
    before = content_of(attempt.version).part(attempt.seen_part)
    row = Answer.objects.filter(attempt=attempt, part=before.id).first() if before else None
    if row is not None:
        seconds = to_add(spent=row.seconds, seen_at=attempt.seen_at, now=now, minutes=before.minutes)
        Answer.objects.filter(pk=row.pk).update(seconds=row.seconds + seconds)
        attempt.seconds += seconds
    attempt.seen_at, attempt.seen_part = max(now, attempt.seen_at), part_id
    attempt.save(update_fields=["seconds", "seen_at", "seen_part"])
