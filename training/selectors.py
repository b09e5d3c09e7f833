"""Which courses there are and what they say. Reads only."""

from collections import OrderedDict
from datetime import datetime

from django.db.models import Max, QuerySet

from policy.records import load
from training.models import Course, CourseVersion
from training.parts import CourseContent
from training.states import VersionState

_KEPT = 16
_contents: OrderedDict[tuple, CourseContent] = OrderedDict()


def content_of(version: CourseVersion) -> CourseContent:
    """What a version says, as records. Kept per process for published versions, which can't change."""
    if version.published_at is None:
        return _content(version)
    key = (version.pk, version.content_hash)
    if key not in _contents:
        _contents[key] = _content(version)
        if len(_contents) > _KEPT:
            _contents.popitem(last=False)
    return _contents[key]


def _content(version: CourseVersion) -> CourseContent:
    return load(CourseContent, version.content, f"course version {version.number}")


def courses() -> QuerySet[Course]:
    """Every course that is still given."""
    return Course.objects.filter(retired_at__isnull=True).order_by("code")


def published_version(course: Course) -> CourseVersion | None:
    """The version that is given now."""
    return CourseVersion.objects.select_related("course").filter(course=course, state=VersionState.PUBLISHED).first()


def counting_from(course: Course) -> int:
    """The number of the oldest version whose completions still count; 0 while nobody has decided otherwise."""
    return last_break(course)[0]


def last_break(course: Course) -> tuple[int, datetime | None]:
    """That version's number, and when it was published; (0, None) while nobody has decided otherwise."""
    breaks = CourseVersion.objects.filter(course=course, published_at__isnull=False, past_count=False)
    found = breaks.aggregate(number=Max("number"), since=Max("published_at"))
    return found["number"] or 0, found["since"]
