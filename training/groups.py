"""The people a training rule means, on a day (see `training.rules`)."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from people.models import CASE_ROLES, Employee
from people.selectors import users_with_any_role, working_on
from training.rules import EVERYBODY, HANDLERS, JOINERS, MANAGERS
from training.states import Audience


def members(group: str, *, today: date, now: datetime) -> QuerySet[Employee]:
    """Everybody of a group who works here on `today`. Joiners and everybody are the same people; they differ in when they are met first."""
    people = working_on(today)
    match group:
        case _ if group in (JOINERS, EVERYBODY):
            return people
        case _ if group == MANAGERS:
            return people.filter(Exists(working_on(today).filter(manager=OuterRef("pk"))))
        case _ if group == HANDLERS:
            # Oversight and support contacts learn what handlers do, too: oversight takes reports over.
            return people.filter(user__in=users_with_any_role(CASE_ROLES, now).values("pk"))
    return people.none()


GROUP_OF = {Audience.EVERYONE: EVERYBODY, Audience.MANAGERS: MANAGERS, Audience.HANDLERS: HANDLERS}
