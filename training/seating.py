"""The rule with teeth (R09): whoever has no valid training for handling can't be given a case."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from people.models import Employee, Role, User
from people.seating import Bar
from people.selectors import users_with_role
from training.validity import Standing, handling_standing

RULE = "training"
NO_ENTRY, NEVER, RUN_OUT = "no_entry", "untrained", "run_out"


def judge(users: Sequence[User], now: datetime) -> dict[int, Bar]:
    """Nobody, where the policy in force has no rule for handlers or no course for them is published.

    Investigators from outside are not judged: the rule binds the groups that the directory knows, and they are in none.
    """
    employees = {user.pk: _employee(user) for user in users}
    standings = handling_standing([each for each in employees.values() if each], now)
    if standings is None:
        return {}
    found = {pk: _bar(employee, standings.get(employee.pk) if employee else None) for pk, employee in employees.items()}
    barred = {pk: bar for pk, bar in found.items() if bar}
    unknown = [pk for pk, bar in barred.items() if bar.code == NO_ENTRY]
    outside = (
        set(users_with_role(Role.EXTERNAL_INVESTIGATOR, now).filter(pk__in=unknown).values_list("pk", flat=True)) if unknown else set()
    )
    return {pk: bar for pk, bar in barred.items() if pk not in outside}


def _employee(user: User) -> Employee | None:
    return getattr(user, "employee", None)


def _bar(employee: Employee | None, standing: Standing | None) -> Bar | None:
    if employee is None:
        return Bar(NO_ENTRY, _("has no entry in the directory, so no training can be kept for them"))
    if standing.is_valid:
        return None
    if not standing.ever:
        return Bar(NEVER, _("has not completed the training for handling"))
    day = date_format(standing.until, pgettext("date format: short", "j M Y"))
    return Bar(RUN_OUT, _("has to repeat the training for handling: it ran out after %(date)s") % {"date": day})
