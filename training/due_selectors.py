"""Who is late with what. No answer and no time spent is ever part of it."""

from datetime import datetime

from django.db.models import QuerySet

from people.lines import everyone_below
from people.models import Employee
from training.models import Assignment, CourseVersion
from training.parts import CourseContent
from training.selectors import content_of
from training.states import AssignmentState, VersionState


def late(now: datetime) -> QuerySet[Assignment]:
    """Open assignments whose date has passed, the longest first."""
    rows = Assignment.objects.filter(state=AssignmentState.OPEN, due_at__lte=now).select_related("employee__unit", "course")
    return rows.order_by("due_at", "employee__number")


def late_below(leader: Employee, now: datetime) -> QuerySet[Assignment]:
    """Those of them that concern somebody below `leader`, at every level."""
    return late(now).filter(employee__in=everyone_below(leader.pk).values("pk"))


def late_in_line(leader: Employee, now: datetime, most: int = 200) -> list[tuple[Assignment, CourseContent]]:
    """What a leader is shown: person, course, date. At most `most`, the longest waiting first."""
    rows = list(late_below(leader, now)[:most])
    published = CourseVersion.objects.filter(course__in={row.course_id for row in rows}, state=VersionState.PUBLISHED)
    contents = {version.course_id: content_of(version) for version in published}
    return [(row, contents[row.course_id]) for row in rows if row.course_id in contents]
