"""Who was at a live session: evidence with trainer, provider and duration. What was recorded is taken back, never changed (R08, R10)."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from audit.actions import Action
from audit.actors import staff
from people.models import Employee, Role, User
from people.selectors import today
from training import attendance_list
from training.attendance_list import Plan
from training.models import Attendance, CourseVersion, LiveSession
from training.recognising import recognise
from training.services.completing import Earned, record_completions, revoke_all
from training.services.session_rows import audit_session, lock
from training.states import Source


class NotHeld(Exception):
    """The session is not over yet."""


class BadList(Exception):
    """A line stands in the way, so nothing was recorded. `plan` names them."""

    def __init__(self, plan: Plan):
        self.plan = plan
        super().__init__("the list has bad lines")


def look_at(*, session: LiveSession, text: str) -> Plan:
    """What recording the list would do, line by line; nothing is changed."""
    return attendance_list.plan(
        attendance_list.read(text),
        recognise,
        minutes=session.minutes,
        least_minutes=session.least_minutes,
        there=set(present(session).values_list("employee_id", flat=True)),
        on=today(session.held_at),
    )


def present(session: LiveSession) -> QuerySet[Attendance]:
    """The attendances that were not taken back."""
    return Attendance.objects.filter(session=session, removed_at__isnull=True)


@transaction.atomic
def record_list(*, session: LiveSession, text: str, by: User, now: datetime) -> Plan:
    """Record everybody on the list, or nobody: a line that stands in the way raises BadList. Also raises NotHeld, `session_rows.Over`."""
    locked = lock(session)
    made = look_at(session=locked, text=text)
    if made.problems:
        raise BadList(made)
    add(locked, [(line.employee, line.minutes) for line in made.to_record], by=by, now=now)
    return made


def add(session: LiveSession, people: Iterable[tuple[Employee, int]], *, by: User, now: datetime) -> list[Attendance]:
    """Record (employee, minutes) for a locked session. Whoever was there long enough has completed the course. Raises NotHeld."""
    people = list(people)
    if not people:
        return []
    ended_at = session.held_at + timedelta(minutes=session.minutes)
    if ended_at > now:
        raise NotHeld
    if session.version_id is None:
        session.version = _version_then(session)
        LiveSession.objects.filter(pk=session.pk).update(version=session.version)
    before = Counter(Attendance.objects.filter(session=session).values_list("employee_id", flat=True))
    earned = {
        employee.pk: Earned(
            key=_key(session, employee, before[employee.pk]),
            employee=employee,
            course=session.course,
            version=session.version,
            completed_at=ended_at,
            seconds=minutes * 60,
            provider=session.provider,
            source=Source.LIVE,
            recorded_by=by,
        )
        for employee, minutes in people
        if minutes >= session.least_minutes
    }
    kept = record_completions(earned.values(), by=staff(by, Role.TRAINING_ADMIN.value), now=now)
    completions = {completion.employee_id: completion for completion, _is_new in kept}
    rows = [
        Attendance(session=session, employee=employee, minutes=minutes, completion=completions.get(employee.pk), added_by=by, added_at=now)
        for employee, minutes in people
    ]
    made = Attendance.objects.bulk_create(rows)
    audit_session(session, Action.ATTENDANCE_RECORDED, by, now, people=len(rows), completed=len(completions))
    return made


def _key(session: LiveSession, employee: Employee, before: int) -> str:
    """Somebody whose attendance was taken back and recorded once more has another completion."""
    return f"live:{session.pk}:{employee.pk}" + (f":{before}" if before else "")


def _version_then(session: LiveSession) -> CourseVersion | None:
    """The version of the course that was in force when the session was held."""
    return CourseVersion.objects.filter(course=session.course, published_at__lte=session.held_at).order_by("-number").first()


@transaction.atomic
def take_back(*, attendance: Attendance, by: User, now: datetime) -> None:
    """Somebody was not there, or for another time: their completion is not valid any more. Twice changes nothing.

    Raises `session_rows.Over`.
    """
    session = lock(attendance.session)
    remove(list(present(session).filter(pk=attendance.pk)), by=by, now=now)


def remove(attended: list[Attendance], *, by: User, now: datetime) -> None:
    """Take attendances of a locked session back, inside the caller's transaction."""
    if not attended:
        return
    Attendance.objects.filter(pk__in=[each.pk for each in attended]).update(removed_at=now, removed_by=by)
    revoke_all([each.completion_id for each in attended if each.completion_id], by=by, now=now)
    audit_session(attended[0].session, Action.ATTENDANCE_TAKEN_BACK, by, now, people=len(attended))
