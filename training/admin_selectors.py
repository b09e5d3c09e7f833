"""Courses as training administrators see them (D6). Reads only."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import get_language

from people.models import STAFF_ROLES, User
from people.selectors import today, users_with_any_role
from policy.wording import span_in_words
from training import coverage
from training.coverage import Counts
from training.models import Completion, Course, CourseVersion
from training.parts import CourseContent
from training.rules import Rule, rules_in_force
from training.selectors import content_of
from training.shipped import shipped_courses
from training.states import VersionState


@dataclass(frozen=True)
class RuleLine:
    """A rule of the policy in force in words. `first`: "" where it is due before one begins; `again`: "" where it is asked for once."""

    group: str
    first: str
    again: str
    minutes: int


@dataclass(frozen=True)
class CourseLine:
    """One course of the list. `version`: the one that is given now, or None; `draft`: the one in hand, or None; `counts`: as of now."""

    course: Course
    title: str
    version: CourseVersion | None
    draft: CourseVersion | None
    rules: list[RuleLine]
    counts: Counts


def course_lines(now: datetime) -> list[CourseLine]:
    """Every course that is still given or still written, by its address."""
    at = coverage.AsOf(today(now), now)
    newest = {(version.course_id, version.state): version for version in _current()}
    rules = rules_in_force(now).values()
    found = []
    for course in Course.objects.filter(retired_at__isnull=True).order_by("code"):
        version, draft = newest.get((course.pk, VersionState.PUBLISHED)), newest.get((course.pk, VersionState.DRAFT))
        counts = coverage.total(course, at) if version else Counts()
        asking = [rule_line(rule) for rule in rules if rule.audience == course.audience]
        found.append(CourseLine(course, title_of(course, version or draft), version, draft, asking, counts))
    return found


def _current() -> QuerySet[CourseVersion]:
    return CourseVersion.objects.filter(state__in=[VersionState.PUBLISHED, VersionState.DRAFT])


def rule_line(rule: Rule) -> RuleLine:
    language = get_language() or "en"
    again = span_in_words(rule.recurrence, language) if rule.recurrence else ""
    first = span_in_words(rule.first_due, language) if rule.first_due.value else ""
    return RuleLine(rule.group, first, again, rule.minutes)


def title_of(course: Course, version: CourseVersion | None) -> str:
    """The title in the language of the page; the address of a course that has none yet."""
    return (str(content_of(version).title) if version else "") or course.code


def course_of_code(code: str) -> Course | None:
    return Course.objects.select_related("expert").filter(code=code).first()


def retired() -> QuerySet[Course]:
    return Course.objects.filter(retired_at__isnull=False).order_by("code")


def versions_of(course: Course) -> list[CourseVersion]:
    """Every version of a course, the newest first."""
    return list(CourseVersion.objects.filter(course=course).select_related("author", "published_by").order_by("-number"))


def draft_of(course: Course) -> CourseVersion | None:
    return CourseVersion.objects.select_related("course", "author").filter(course=course, state=VersionState.DRAFT).first()


def version_numbered(course: Course, number: int) -> CourseVersion | None:
    return CourseVersion.objects.select_related("course").filter(course=course, number=number).first()


def was_completed(course: Course) -> bool:
    """Whether anybody has completed any version of it."""
    return Completion.objects.filter(course=course).exists()


def shipped_of(course: Course) -> CourseContent | None:
    """What the course says that comes with the portal under this address."""
    return next((each.content for each in shipped_courses() if each.code == course.code), None)


def possible_experts(course: Course, now: datetime) -> QuerySet[User]:
    """Who may answer questions: whoever holds a role here, and the one who is named already."""
    staff = users_with_any_role(STAFF_ROLES, now).values("pk")
    return User.objects.filter(Q(pk__in=staff) | Q(pk=course.expert_id)).order_by("display_name", "pk")
