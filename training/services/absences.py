"""Long leave and other absences: what falls due meanwhile is due later, with a reason. Why somebody is away is not asked."""

from datetime import date, datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Employee, Role, User
from people.selectors import today
from training.models import Absence, Assignment
from training.rules import LEAST_NOTICE
from training.services.giving import set_date
from training.states import AssignmentState


class WrongDates(Exception):
    """The last day comes before the first, or lies behind us."""


class RecordedMeanwhile(Exception):
    """Somebody recorded an absence of this person after the page was shown; nothing was saved. `newest`: that one."""

    def __init__(self, newest: Absence):
        self.newest = newest
        super().__init__("recorded meanwhile")


@transaction.atomic
def record_absence(*, employee: Employee, since: date, until: date, reason: str, seen: int, by: User, now: datetime) -> Absence:
    """Note that somebody is away from `since` to `until` (included), and move what falls due before a week after their return.

    They keep the time that was left when they went, a week at least. `seen`: the newest absence that was shown to whoever records it
    (0: none). Raises WrongDates, RecordedMeanwhile.
    """
    if until < since or until < today(now):
        raise WrongDates
    # The row of the person, so that two who record at the same moment come one after the other.
    Employee.objects.select_for_update(of=("self",)).get(pk=employee.pk)
    newest = Absence.objects.select_related("recorded_by").filter(employee=employee).order_by("-pk").first()
    if newest is not None and newest.pk != seen:
        raise RecordedMeanwhile(newest)
    absence = Absence.objects.create(employee=employee, since=since, until=until, reason=reason, recorded_by=by, recorded_at=now)
    _audit(absence, Action.ABSENCE_RECORDED, by, now)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("employee__site")
    for row in rows.filter(employee=employee, state=AssignmentState.OPEN, due_date__gte=since, due_date__lt=until + LEAST_NOTICE):
        left = max(row.due_date - max(since, today(now)), LEAST_NOTICE)
        set_date(row, until + left, reason, by, now)
    return absence


@transaction.atomic
def end_absence(*, absence: Absence, by: User, now: datetime) -> Absence:
    """Somebody is back earlier, or it was a mistake. Dates that were moved stay: nobody is hurried. Ending twice changes nothing."""
    locked = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if locked.ended_at is None:
        locked.ended_at = now
        locked.save(update_fields=["ended_at"])
        _audit(locked, Action.ABSENCE_ENDED, by, now)
    return locked


def _audit(absence: Absence, action: Action, by: User, now: datetime) -> None:
    # Whose it is and the dates, not why.
    facts = {"employee": absence.employee_id, "since": absence.since, "until": absence.until}
    record(by=staff(by, Role.TRAINING_ADMIN.value), action=action, subject_id=None, object_kind="absence", facts=facts, now=now)
