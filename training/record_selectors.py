"""What training administrators see of completions earned elsewhere: sessions with who was there, and records that can be taken back."""

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from people.models import Employee
from training.models import Attendance, Completion, Course, CourseVersion, LiveSession, SignInSheet
from training.selectors import content_of, published_version
from training.states import Source, VersionState

MOST_FOUND = 30


def courses_with_titles() -> list[tuple[Course, str]]:
    """Every course that was ever published and is still given: (course, title in the language of the page)."""
    rows = Course.objects.filter(versions__published_at__isnull=False, retired_at__isnull=True).distinct().order_by("code")
    return [(course, course_title(course)) for course in rows]


def course_title(course: Course) -> str:
    """The title in the language of the page; the code for a course that is not given."""
    version = published_version(course)
    return str(content_of(version).title) if version else course.code


def sessions() -> QuerySet[LiveSession]:
    """Every session that was not replaced, the newest first, with how many were there (`there`) and completed (`done`)."""
    here = Q(attendances__removed_at__isnull=True)
    rows = LiveSession.objects.filter(replaced_by__isnull=True).select_related("course")
    return rows.annotate(
        there=Count("attendances", filter=here, distinct=True),
        done=Count("attendances__completion", filter=here, distinct=True),
    ).order_by("-held_at", "pk")


def session_by_id(session_id) -> LiveSession | None:
    rows = LiveSession.objects.select_related("course", "version", "recorded_by", "replaces", "replaced_by")
    return rows.filter(pk=session_id).first()


def is_held(session: LiveSession, now: datetime) -> bool:
    """Whether it is over, so that attendance can be recorded."""
    return session.held_at + timedelta(minutes=session.minutes) <= now


def attendances_of(session: LiveSession) -> QuerySet[Attendance]:
    """Everybody who was recorded, those taken back included, by name."""
    return session.attendances.select_related("employee__unit", "completion", "removed_by").order_by("employee__name", "pk")


def attendance_of(session: LiveSession, attendance_id) -> Attendance | None:
    return session.attendances.select_related("employee", "session").filter(pk=attendance_id).first()


def sheets_of(session: LiveSession) -> list[SignInSheet]:
    """The sheets of a session and of those it corrects, the oldest first."""
    chain, at = [session.pk], session.replaces_id
    while at is not None:
        chain.append(at)
        at = LiveSession.objects.values_list("replaces_id", flat=True).get(pk=at)
    return list(SignInSheet.objects.filter(session_id__in=chain).select_related("file", "session", "given_by"))


def sheet_by_id(session: LiveSession, sheet_id) -> SignInSheet | None:
    return next((sheet for sheet in sheets_of(session) if str(sheet.pk) == str(sheet_id)), None)


def found_people(words: str) -> QuerySet[Employee]:
    """Who may be meant by part of a name, a number, an address or a unit, for a list to pick from."""
    words = words.strip()
    if not words:
        return Employee.objects.none()
    wanted = Q(name__icontains=words) | Q(other_name__icontains=words) | Q(number__iexact=words) | Q(email__icontains=words)
    return Employee.objects.filter(wanted | Q(unit__name__icontains=words)).select_related("unit").order_by("name", "pk")[:MOST_FOUND]


def records_from_elsewhere(*, words: str = "", source: str = "") -> QuerySet[Completion]:
    """Completions that were not earned by answering here, the newest first. `words`: part of a name, or a staff number."""
    rows = Completion.objects.exclude(source=Source.PORTAL).select_related("course", "employee", "recorded_by", "revoked_by")
    if source:
        rows = rows.filter(source=source)
    if words := words.strip():
        rows = rows.filter(Q(name__icontains=words) | Q(employee__number__iexact=words) | Q(employee__other_name__icontains=words))
    return rows.order_by("-recorded_at", "pk")


def record_from_elsewhere(completion_id) -> Completion | None:
    return records_from_elsewhere().filter(pk=completion_id).first()


def published_versions() -> list[CourseVersion]:
    """The versions that are given now, by the code of their course."""
    rows = CourseVersion.objects.filter(state=VersionState.PUBLISHED, course__retired_at__isnull=True)
    return list(rows.select_related("course").order_by("course__code"))
