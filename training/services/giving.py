"""Courses given, moved and taken back by hand."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from notices.services import owe
from people.models import Employee, Role, User
from people.selectors import today
from policy.selectors import calendar_for
from training import reminding
from training.models import Assignment, Course
from training.services.assigning import ABOUT, FIRST
from training.states import AssignmentState, Dropped, Why


class NotOpen(Exception):
    """The course is not on this person's list any more: completed, taken back, or not asked any longer."""


class TooSoon(Exception):
    """The date must lie ahead."""


class MovedMeanwhile(Exception):
    """The date was moved after it was shown; nothing was saved. `row`: the assignment as it stands now."""

    def __init__(self, row: Assignment):
        self.row = row
        super().__init__("moved meanwhile")


@transaction.atomic
def give(*, course: Course, employees: Iterable[Employee], due: date, by: User, now: datetime) -> int:
    """Give a course to these people by hand; whoever has it on their list keeps the date they have. Returns how many are new.

    Raises TooSoon.
    """
    if due <= today(now):
        raise TooSoon
    count = 0
    for employee in employees:
        calendar = calendar_for(employee.site)
        begun = reminding.start(due, calendar, now)
        row, is_new = Assignment.objects.get_or_create(
            course=course,
            employee=employee,
            state=AssignmentState.OPEN,
            defaults={
                "why": Why.ASKED,
                "assigned_at": now,
                "due_date": due,
                "due_at": calendar.end_of(due),
                "last_rung": begun.position,
                "next_at": begun.next_at,
            },
        )
        if not is_new:
            continue
        count += 1
        user = employee.user
        if user is not None and user.is_active:
            owe(key=f"train:{row.pk}:new", recipient=user, template=FIRST, about_kind=ABOUT, about_id=row.pk, now=now)
        facts = {"course": course.code, "employee": employee.pk, "due": due}
        _audit(row, Action.TRAINING_GIVEN, by, now, **facts)
    return count


@transaction.atomic
def take_back(*, assignment: Assignment, by: User, now: datetime) -> bool:
    """Take a course from somebody's list. Returns whether it was on it."""
    mine = Assignment.objects.filter(pk=assignment.pk, state=AssignmentState.OPEN)
    taken = mine.update(state=AssignmentState.DROPPED, ended_at=now, ended_reason=Dropped.TAKEN_BACK, next_at=None)
    if taken:
        _audit(assignment, Action.TRAINING_TAKEN_BACK, by, now, employee=assignment.employee_id)
    return bool(taken)


@transaction.atomic
def move(*, assignment: Assignment, due: date, reason: str, seen: date, by: User, now: datetime) -> Assignment:
    """Move the date of one person's course, with a reason (`AbsenceReason`). `seen`: the date that was shown to whoever moves it.

    Raises TooSoon, NotOpen, MovedMeanwhile.
    """
    if due <= today(now):
        raise TooSoon
    row = Assignment.objects.select_for_update(of=("self",)).select_related("employee__site", "moved_by").get(pk=assignment.pk)
    if row.state != AssignmentState.OPEN:
        raise NotOpen
    if row.due_date != seen:
        raise MovedMeanwhile(row)
    set_date(row, due, reason, by, now)
    return row


def set_date(row: Assignment, due: date, reason: str, by: User, now: datetime) -> None:
    """Give a locked, open assignment another date, keep the first one, and begin its reminders anew."""
    calendar = calendar_for(row.employee.site)
    begun = reminding.start(due, calendar, now)
    row.moved_from = row.moved_from or row.due_date
    row.moved_reason, row.moved_at, row.moved_by = reason, now, by
    row.due_date, row.due_at = due, calendar.end_of(due)
    row.last_rung, row.next_at, row.manager_told_at = begun.position, begun.next_at, None
    row.save()
    _audit(row, Action.TRAINING_MOVED, by, now, employee=row.employee_id, reason=reason, due=due)


def _audit(row: Assignment, action: Action, by: User, now: datetime, **facts) -> None:
    record(
        by=staff(by, Role.TRAINING_ADMIN.value),
        action=action,
        subject_id=None,
        object_kind=ABOUT,
        object_id=row.pk,
        facts=facts,
        now=now,
    )
