"""Whether training still counts, and until when. Computed when somebody asks, from the rules in force then (R09)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from people.models import Employee, Role
from people.seating import ROLES_JUDGED
from people.selectors import holders_of_roles, today
from policy.calendars import WorkCalendar
from policy.selectors import calendar_for
from training.models import Completion, Course
from training.rules import HANDLERS, WARNING, Rule, rules_in_force, runs_out, strictest
from training.selectors import last_break
from training.states import Audience, VersionState
from vault.kept_queries import KeptQuery


def counting(course: Course) -> QuerySet[Completion]:
    """The completions of a course that count: not taken back, and of a version that still counts.

    Where nobody knows which version it was (another learning system), those count that came after the past stopped counting.
    """
    rows = Completion.objects.filter(course=course, revoked_at__isnull=True)
    least, since = last_break(course)
    return rows.filter(Q(version__number__gte=least) | Q(version__isnull=True, completed_at__gte=since)) if least else rows


def valid_until(completion: Completion, now: datetime) -> date | None:
    """The last day on which a completion counts under the rules in force; None when it counts for good."""
    rules = [rule for rule in rules_in_force(now).values() if rule.audience == completion.course.audience]
    rule = strictest(rules)
    return runs_out(rule, completion.completed_on, calendar_for()) if rule else None


@dataclass(frozen=True)
class Standing:
    """How somebody stands with the training for handling. `until`: the last day it counts, None for ever or for never completed."""

    is_valid: bool
    until: date | None = None
    ever: bool = False

    def ends_soon(self, now: datetime) -> bool:
        """Whether it runs out within thirty days (R09: the warning)."""
        return self.is_valid and self.until is not None and self.until < today(now) + WARNING


UNTRAINED = Standing(False)


def handler_courses() -> list[Course]:
    """The courses for handlers that are given now."""
    return _HANDLER_COURSES.all()


def _given_to_handlers() -> QuerySet[Course]:
    published = Q(versions__state=VersionState.PUBLISHED)
    return Course.objects.filter(published, audience=Audience.HANDLERS, retired_at__isnull=True).distinct()


_HANDLER_COURSES = KeptQuery(_given_to_handlers)


def handling_rule(now: datetime) -> Rule | None:
    """The rule of the policy in force for whoever handles or decides reports; None where there is none, or no course to complete."""
    rule = rules_in_force(now).get(HANDLERS)
    return rule if rule and handler_courses() else None


def handling_standing(employees: Collection[Employee], now: datetime) -> dict | None:
    """How each of `employees` stands with the training for handling: {employee id: Standing}. None when no rule asks for it.

    Where there are several courses for handlers, every one of them is needed. A few queries, however many people.
    """
    rule = rules_in_force(now).get(HANDLERS)
    courses = handler_courses() if rule else []
    if not courses:
        return None
    day, calendar = today(now), calendar_for()
    found = {employee.pk: Standing(True) for employee in employees}
    for course in courses:
        newest = _newest(course, found)
        for pk, standing in found.items():
            found[pk] = _both(standing, _standing(newest.get(pk), rule, day, calendar))
    return found


def _newest(course: Course, employee_ids) -> dict:
    rows = counting(course).filter(employee_id__in=list(employee_ids)).order_by("completed_on")
    return dict(rows.values_list("employee_id", "completed_on"))


def _standing(completed_on: date | None, rule: Rule, day: date, calendar: WorkCalendar) -> Standing:
    if completed_on is None:
        return UNTRAINED
    until = runs_out(rule, completed_on, calendar)
    return Standing(until is None or until >= day, until, ever=True)


def _both(one: Standing, other: Standing) -> Standing:
    """What holds when two courses are needed: the sooner end."""
    if not other.ever:
        return UNTRAINED if not one.ever else Standing(False, one.until, ever=True)
    ends = [each for each in (one.until, other.until) if each]
    return Standing(one.is_valid and other.is_valid, min(ends, default=None), ever=True)


def handlers_standing(now: datetime) -> list[tuple[str, str, Standing]]:
    """(name, role, how they stand) of whoever handles or decides reports; nobody where no rule asks for training."""
    # No training of people from outside is kept here (`training.seating`).
    holders = holders_of_roles(sorted(ROLES_JUDGED - {Role.EXTERNAL_INVESTIGATOR}), now)
    employees = {user.employee.pk: user.employee for users in holders.values() for user in users if hasattr(user, "employee")}
    standings = handling_standing(list(employees.values()), now)
    if standings is None:
        return []
    return [
        (user.display_name, role, standings[user.employee.pk] if hasattr(user, "employee") else UNTRAINED)
        for role, users in holders.items()
        for user in users
    ]
