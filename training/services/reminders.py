"""Reminders of courses: to the person before the date and after it, to whoever leads them once it is late. Nobody is told any answer.

A batch is one transaction: it claims due rows, looks at the truth anew, writes the messages and the next moment. Messages have keys, so
that a batch done twice tells nobody twice.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from notices.bulk import update_alike
from notices.services import Owed, owe_many
from people.lines import nearest_leaders
from people.models import Site, User
from people.selectors import employee_of, today
from policy.selectors import calendar_for
from training import reminding
from training.due_selectors import late_below
from training.models import Assignment, Completion
from training.services.assigning import ABOUT
from training.states import AssignmentState, Dropped

logger = logging.getLogger(__name__)

BATCH = 500
TEAM = "team_training"
SOON, LATE, TO_MANAGER = "training_soon", "training_late", "training_team"
PUT_OFF = timedelta(hours=1)
_CHANGED = ("state", "done_at", "ended_at", "ended_reason", "last_rung", "next_at", "manager_told_at")


def remind(*, now: datetime, limit: int = BATCH) -> int:
    """Work on up to `limit` due rows and return how many were claimed."""
    with transaction.atomic():
        rows = _claim(now, limit)
        if rows:
            _Batch(rows, now).work()
    return len(rows)


def _claim(now: datetime, limit: int) -> list[Assignment]:
    done = Completion.objects.filter(
        employee=OuterRef("employee"), course=OuterRef("course"), completed_at__gte=OuterRef("assigned_at"), revoked_at__isnull=True
    )
    due = Assignment.objects.filter(next_at__lte=now).select_related("employee__user").annotate(is_done=Exists(done))
    # By the index alone: on the morning after a date everybody has the same moment, and nobody needs an order among them.
    due = due.order_by("next_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    return list(due[:limit])


class _Batch:
    def __init__(self, rows: Sequence[Assignment], now: datetime):
        self.rows, self.now, self.today = rows, now, today(now)
        self.sites = {site.pk: site for site in Site.objects.all()}
        self.calendars: dict = {}
        self.steps: dict[tuple, reminding.Step] = {}
        self.owed: dict[str, Owed] = {}
        self.late: list[Assignment] = []

    def work(self) -> None:
        for row in self.rows:
            try:
                self._one(row)
            except Exception as error:
                logger.warning("a reminder of a course was put off: %s", type(error).__name__)
                row.next_at = self.now + PUT_OFF
        self._tell_managers()
        # People of one site and date are reminded together.
        update_alike(self.rows, _CHANGED)
        owe_many(self.owed.values(), now=self.now)

    def _one(self, row: Assignment) -> None:
        if row.is_done:
            # Completed in the moment in which it was given.
            row.state, row.done_at, row.next_at = AssignmentState.DONE, self.now, None
            return
        left = row.employee.left_date
        if left is not None and left <= self.today:
            row.state, row.ended_at, row.ended_reason, row.next_at = AssignmentState.DROPPED, self.now, Dropped.LEFT, None
            return
        step = self._step(row)
        user = row.employee.user
        if step.due and user is not None and user.is_active:
            template = SOON if step.due.kind == reminding.SOON else LATE
            self._owe(f"train:{row.pk}:{step.due.key}", user, template, ABOUT, row.pk)
        if step.due and step.due.tell_manager:
            self.late.append(row)
        row.last_rung, row.next_at = step.position, step.next_at

    def _step(self, row: Assignment) -> reminding.Step:
        """Reckoned once for everybody of a site with the same date and place."""
        place = (row.employee.site_id, row.due_date, row.last_rung)
        if place not in self.steps:
            self.steps[place] = reminding.step(row.due_date, self._calendar(row.employee.site_id), row.last_rung, self.now)
        return self.steps[place]

    def _calendar(self, site_id):
        if site_id not in self.calendars:
            self.calendars[site_id] = calendar_for(self.sites.get(site_id))
        return self.calendars[site_id]

    def _tell_managers(self) -> None:
        """One message a manager and day, however many people and courses it is about."""
        above = nearest_leaders({row.employee_id: row.employee.manager_id for row in self.late}, self.today)
        for row in self.late:
            leader = above.get(row.employee_id)
            if leader is not None:
                row.manager_told_at = self.now
                self._owe(f"train:team:{leader.pk}:{self.today.isoformat()}", leader, TO_MANAGER, TEAM, None)

    def _owe(self, key: str, user: User, template: str, kind: str, about) -> None:
        self.owed[key] = Owed(key=key, recipient=user, template=template, about_kind=kind, about_id=about)


def still_due(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a message is delivered: whether this person still has the course on their list."""
    return Assignment.objects.filter(pk=about_id, employee__user=recipient, state=AssignmentState.OPEN).exists()


def has_something_due(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a message about a person's list is delivered: whether anything is still on it."""
    return Assignment.objects.filter(employee__user=recipient, state=AssignmentState.OPEN).exists()


def leads_somebody_late(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a message to a manager is delivered: whether somebody in their line is still late."""
    leader = employee_of(recipient)
    return leader is not None and late_below(leader, now).exists()
