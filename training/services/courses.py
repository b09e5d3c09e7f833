"""The life of a course: draft, published, superseded. What is published never changes; a change is a new version."""

import hashlib
import json
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.actions import Action
from audit.actors import SYSTEM, Actor, staff
from audit.services import record
from people.models import Role, User
from policy.records import dump
from training.completeness import Lack, lacks
from training.models import Assignment, Course, CourseVersion
from training.parts import CourseContent
from training.selectors import content_of
from training.services.assigning import look_again
from training.states import AssignmentState, Dropped, VersionState

# Places below /t/ that are no courses.
RESERVED_CODES = frozenset({"answers", "certificate", "check", "file", "questions", "sessions", "team"})


class NotReady(Exception):
    """The version can't be published yet. `lacks`: everything that is missing."""

    def __init__(self, missing: list[Lack]):
        self.lacks = missing
        super().__init__("; ".join(str(lack) for lack in missing))


class CourseMoved(Exception):
    """The version is no draft, or somebody changed it since it was read."""


class ExpertMeanwhile(Exception):
    """Who answers questions, or how soon, was changed after it was shown; nothing was saved. `course`: as it is now."""

    def __init__(self, course: Course):
        self.course = course
        super().__init__("changed meanwhile")


class CodeTaken(Exception):
    """There is a course with this code already, or the code is the name of another page."""


class PastMustBeDecided(Exception):
    """People have completed an older version: whoever publishes says whether that still counts."""


def create_course(*, code: str, audience: str, content: CourseContent, by: User, now: datetime) -> CourseVersion:
    """A new course with its first draft. Raises CodeTaken."""
    if code in RESERVED_CODES:
        raise CodeTaken
    try:
        with transaction.atomic():
            course = Course.objects.create(code=code, audience=audience, created_by=by, created_at=now)
            return new_draft(course, content, by, now)
    except IntegrityError:
        raise CodeTaken from None


@transaction.atomic
def revise(*, course: Course, by: User, now: datetime, content: CourseContent | None = None) -> CourseVersion:
    """The draft of the course's next version, which starts from `content`, or from the newest version without it.

    The draft that is there already stays, if there is one: nobody's work is thrown away.
    """
    locked = Course.objects.select_for_update().get(pk=course.pk)
    draft = locked.versions.filter(state=VersionState.DRAFT).first()
    newest = locked.versions.order_by("-number").first()
    start = content or (content_of(newest) if newest else CourseContent())
    return draft or new_draft(locked, start, by, now)


def new_draft(course: Course, content: CourseContent, by: User | None, now: datetime) -> CourseVersion:
    """The next version of a locked course, as a draft. `by`: None for the portal itself."""
    number = (course.versions.aggregate(top=Max("number"))["top"] or 0) + 1
    version = CourseVersion.objects.create(course=course, number=number, content=dump(content), author=by, created_at=now)
    _audit(version, Action.COURSE_DRAFTED, _actor(by), now)
    return version


@transaction.atomic
def save_content(*, version: CourseVersion, content: CourseContent, row_version: int, by: User, now: datetime) -> CourseVersion:
    """Replace what a draft says. Raises CourseMoved when it is no draft, or was changed since `row_version` was read."""
    locked = _locked(version)
    if locked.state != VersionState.DRAFT or locked.row_version != row_version:
        raise CourseMoved
    locked.content, locked.author = dump(content), by
    locked.row_version += 1
    locked.save()
    _audit(locked, Action.COURSE_EDITED, _actor(by), now)
    return locked


@transaction.atomic
def discard(*, version: CourseVersion, by: User, now: datetime) -> None:
    """Throw a draft away. Raises CourseMoved for anything else."""
    locked = _locked(version)
    if locked.state != VersionState.DRAFT:
        raise CourseMoved
    _audit(locked, Action.COURSE_DISCARDED, _actor(by), now)
    locked.delete()


def missing(version: CourseVersion) -> list[Lack]:
    """Everything that keeps a version from being published; empty when it may."""
    files = version.course.files.values_list("pk", flat=True)
    return lacks(content_of(version), [str(pk) for pk in files])


@transaction.atomic
def publish(*, version: CourseVersion, row_version: int, past_count: bool | None, by: User, now: datetime) -> CourseVersion:
    """Put a draft in force at once; the version before it is superseded.

    `past_count`: whether completions of earlier versions still count; None only where nobody has completed one.
    Raises NotReady, CourseMoved, PastMustBeDecided.
    """
    return put_in_force(version, row_version, past_count, by, now)


def put_in_force(version: CourseVersion, row_version: int, past_count: bool | None, by: User | None, now: datetime) -> CourseVersion:
    """What `publish` does, inside the caller's transaction. `by`: None for the portal itself."""
    course = Course.objects.select_for_update().get(pk=version.course_id)
    locked = _locked(version)
    if locked.state != VersionState.DRAFT or locked.row_version != row_version:
        raise CourseMoved
    if found := missing(locked):
        raise NotReady(found)
    if past_count is None and course.completions.exists():
        raise PastMustBeDecided
    course.versions.filter(state=VersionState.PUBLISHED).update(state=VersionState.SUPERSEDED)
    locked.state, locked.past_count = VersionState.PUBLISHED, past_count is not False
    locked.content_hash = content_hash(course.code, content_of(locked))
    locked.published_at, locked.published_by = now, by
    locked.save()
    _audit(locked, Action.COURSE_PUBLISHED, _actor(by), now, past_count=locked.past_count)
    if not locked.past_count:
        # Whoever has completed an older version is given this one at the next look.
        look_again(now=now)
    return locked


@transaction.atomic
def name_expert(*, course: Course, expert: User | None, answer_days: int, seen: tuple[int | None, int], by: User, now: datetime) -> Course:
    """Who answers questions in this course, and within how many working days (1 or more). Nobody named: a training administrator does.

    `seen`: (id of the expert, days) as they were shown to whoever changes them. Raises ExpertMeanwhile.
    """
    locked = Course.objects.select_for_update(of=("self",)).select_related("expert").get(pk=course.pk)
    if (locked.expert_id, locked.answer_days) != seen:
        raise ExpertMeanwhile(locked)
    if (locked.expert, locked.answer_days) != (expert, answer_days):
        locked.expert, locked.answer_days = expert, answer_days
        locked.save(update_fields=["expert", "answer_days"])
        facts = {"course": locked.code, "expert": expert.pk if expert else 0, "days": answer_days}
        action = Action.COURSE_EXPERT_SET
        record(by=_actor(by), action=action, subject_id=None, object_kind="course", object_id=locked.pk, facts=facts, now=now)
    return locked


@transaction.atomic
def retire(*, course: Course, by: User, now: datetime) -> Course:
    """Nobody is given the course any more; what was completed stays. Retiring twice changes nothing.

    What a rule has given ends in the background (`assigning`), what was given by hand ends here.
    """
    locked = Course.objects.select_for_update().get(pk=course.pk)
    if locked.retired_at is None:
        locked.retired_at = now
        locked.save(update_fields=["retired_at"])
        by_hand = Assignment.objects.filter(course=locked, rule="", state=AssignmentState.OPEN)
        by_hand.update(state=AssignmentState.DROPPED, ended_at=now, ended_reason=Dropped.RULE, next_at=None)
        record(by=_actor(by), action=Action.COURSE_RETIRED, subject_id=None, object_kind="course", object_id=locked.pk, facts=None, now=now)
    return locked


def content_hash(code: str, content: CourseContent) -> str:
    """SHA-256 (hex) over everything a course says, as canonical JSON; the same on every machine and database."""
    canonical = json.dumps({"code": code, "content": dump(content)}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _locked(version: CourseVersion) -> CourseVersion:
    return CourseVersion.objects.select_for_update(of=("self",)).select_related("course").get(pk=version.pk)


def _actor(by: User | None) -> Actor:
    return staff(by, Role.TRAINING_ADMIN.value) if by else SYSTEM


def _audit(version: CourseVersion, action: Action, by: Actor, now: datetime, **facts) -> None:
    facts |= {"course": version.course.code, "number": version.number}
    record(by=by, action=action, subject_id=None, object_kind="course_version", object_id=version.pk, facts=facts, now=now)
