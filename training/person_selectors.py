"""The training of one person, as training administrators see it. Reads only; what somebody answered is no part of it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from people.models import Employee
from people.selectors import today, working_on
from policy.selectors import calendar_for
from training.models import Absence, Assignment, Completion, Course
from training.record_selectors import course_title, courses_with_titles
from training.rules import rules_in_force, runs_out, strictest
from training.states import AssignmentState
from training.validity import counting


@dataclass(frozen=True)
class OpenLine:
    """A course that is on somebody's list."""

    row: Assignment
    title: str
    is_late: bool


@dataclass(frozen=True)
class DoneLine:
    """A completion, valid or taken back. `until`: the last day on which it counts, None where it counts for good.

    `counts`: whether it counts today; one of a text that has changed since may not.
    """

    row: Completion
    until: date | None
    counts: bool


@dataclass(frozen=True)
class PersonRecord:
    """Everything there is: what is due (the most urgent first), what was completed and taken off the list, absences (newest first)."""

    open: list[OpenLine]
    done: list[DoneLine]
    dropped: list[tuple[Assignment, str]]
    absences: list[Absence]
    works_here: bool


def person_by_id(employee_id) -> Employee | None:
    return Employee.objects.select_related("unit", "site", "manager").filter(pk=employee_id).first()


def works_here(employee: Employee, now: datetime) -> bool:
    return working_on(today(now)).filter(pk=employee.pk).exists()


def record_of(employee: Employee, now: datetime) -> PersonRecord:
    rows = _assignments(employee)
    done = Completion.objects.filter(employee=employee).select_related("course", "version", "revoked_by").order_by("-completed_at", "pk")
    titles: dict = {}
    for row in rows:
        if row.course_id not in titles:
            titles[row.course_id] = course_title(row.course)
    return PersonRecord(
        open=[OpenLine(row, titles[row.course_id], row.due_at <= now) for row in rows if row.is_open],
        done=_with_end(list(done), now),
        dropped=[(row, titles[row.course_id]) for row in rows if row.state == AssignmentState.DROPPED],
        absences=list(absences_of(employee)),
        works_here=works_here(employee, now),
    )


def _assignments(employee: Employee) -> list[Assignment]:
    rows = Assignment.objects.filter(employee=employee).exclude(state=AssignmentState.DONE)
    return list(rows.select_related("course", "moved_by").order_by("due_at", "pk"))


def _with_end(done: list[Completion], now: datetime) -> list[DoneLine]:
    day = today(now)
    valid: set = set()
    for course in {row.course for row in done}:
        valid |= set(counting(course).filter(employee=done[0].employee_id).values_list("pk", flat=True))
    rules, calendar = list(rules_in_force(now).values()), calendar_for()
    asking = {row.course.audience: strictest(rule for rule in rules if rule.audience == row.course.audience) for row in done}
    ends = [runs_out(rule, row.completed_on, calendar) if (rule := asking[row.course.audience]) else None for row in done]
    return [DoneLine(row, end, row.pk in valid and (end is None or end >= day)) for row, end in zip(done, ends, strict=True)]


def absences_of(employee: Employee) -> QuerySet[Absence]:
    return Absence.objects.filter(employee=employee).select_related("recorded_by").order_by("-pk")


def absence_of(employee: Employee, absence_id) -> Absence | None:
    return absences_of(employee).filter(pk=absence_id).first()


def open_assignment_of(employee: Employee, assignment_id) -> Assignment | None:
    """What is on this person's list under that id; None for anybody else's, and for what is on no list any more."""
    rows = Assignment.objects.filter(employee=employee, pk=assignment_id, state=AssignmentState.OPEN)
    return rows.select_related("course", "employee__site", "moved_by").first()


def courses_to_give(employee: Employee) -> list[tuple[Course, str]]:
    """The courses that are given and not on this person's list."""
    mine = set(Assignment.objects.filter(employee=employee, state=AssignmentState.OPEN).values_list("course_id", flat=True))
    return [(course, title) for course, title in courses_with_titles() if course.pk not in mine]
