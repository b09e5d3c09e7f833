"""Reminders to sign: to the person before the date, at it and on working days after it; to whoever leads them, once it is late.

A batch is one transaction: it claims due rows, looks at the truth anew, writes the messages and the next moment. Messages have keys, so
that a batch done twice tells nobody twice.
"""

import logging
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from notices.bulk import update_alike
from notices.services import Owed, owe_many
from people.lines import everyone_below, nearest_leaders
from people.models import User
from people.selectors import employee_of, today
from policy import ladder
from policy.models import Acknowledgement, Campaign, Ended
from policy.services.gathering import ABOUT
from policy.signing_dates import SiteDates, deadline_of

logger = logging.getLogger(__name__)

BATCH = 500
TEAM = "team_signing"
PUT_OFF = timedelta(hours=1)
_CHANGED = ("last_rung", "next_at", "ended_at", "ended_reason", "manager_told_at")


def remind(*, now: datetime, limit: int = BATCH) -> int:
    """Work on up to `limit` due rows and return how many were claimed."""
    with transaction.atomic():
        rows = _claim(now, limit)
        if rows:
            _Batch(rows, now).work()
    return len(rows)


def _claim(now: datetime, limit: int) -> list[Acknowledgement]:
    due = Acknowledgement.objects.filter(next_at__lte=now).select_related("employee__user").order_by("next_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    rows = list(due[:limit])
    # Once a batch: joined to every row, the whole text of the version would be read anew each time.
    campaigns = Campaign.objects.select_related("version").in_bulk({row.campaign_id for row in rows})
    for row in rows:
        row.campaign = campaigns[row.campaign_id]
    return rows


class _Batch:
    def __init__(self, rows: Sequence[Acknowledgement], now: datetime):
        self.rows, self.now = rows, now
        self.today = today(now)
        campaigns = {row.campaign_id: row.campaign for row in rows}
        self.dates = {pk: SiteDates(campaign) for pk, campaign in campaigns.items()}
        self.steps: dict[tuple, ladder.Step] = {}
        self.owed: dict[str, Owed] = {}
        self.late: list[Acknowledgement] = []

    def work(self) -> None:
        for row in self.rows:
            try:
                self._one(row)
            except Exception as error:
                logger.warning("a reminder to sign was put off: %s", type(error).__name__)
                row.next_at = self.now + PUT_OFF
        self._tell_managers()
        # People of one site and date climb the ladder together.
        update_alike(self.rows, _CHANGED)
        owe_many(self.owed.values(), now=self.now)

    def _one(self, row: Acknowledgement) -> None:
        if reason := _out_of_scope(row, self.today):
            row.ended_at, row.ended_reason, row.next_at = self.now, reason, None
            return
        step = self._step(row)
        user = row.employee.user
        # The rung for oversight has no meaning here: nobody above the manager is told of a missing signature.
        if step.due and step.due.kind != ladder.OVERSIGHT and user is not None and user.is_active:
            template = "sign_soon" if step.due.kind == ladder.REMIND else "sign_late"
            self._owe(f"sign:{row.pk}:{step.due.key}", user, template, ABOUT, row.pk)
        if step.escalate and row.manager_told_at is None:
            self.late.append(row)
        row.last_rung, row.next_at = step.position, step.next_at

    def _step(self, row: Acknowledgement) -> ladder.Step:
        """Where the ladder stands: reckoned once for everybody of a site with the same dates."""
        place = (row.campaign_id, row.employee.site_id, row.starts_at, row.due_at, row.last_rung)
        if place not in self.steps:
            calendar = self.dates[row.campaign_id].calendar(row.employee.site_id)
            self.steps[place] = ladder.step(deadline_of(row), calendar, row.last_rung, self.now)
        return self.steps[place]

    def _tell_managers(self) -> None:
        """One message a manager, campaign and day, however many people it is about."""
        above = nearest_leaders({row.employee_id: row.employee.manager_id for row in self.late}, self.today)
        for row in self.late:
            leader = above.get(row.employee_id)
            if leader is None:
                continue
            row.manager_told_at = self.now
            key = f"sign:{row.campaign_id}:team:{leader.pk}:{self.today.isoformat()}"
            self._owe(key, leader, "sign_team", TEAM, row.campaign_id)

    def _owe(self, key: str, user: User, template: str, kind: str, about) -> None:
        self.owed[key] = Owed(key=key, recipient=user, template=template, about_kind=kind, about_id=about)


def _out_of_scope(row: Acknowledgement, today: date) -> str:
    if not row.campaign.is_open:
        return Ended.CLOSED
    left = row.employee.left_date
    return Ended.LEFT if left is not None and left <= today else ""


def may_be_asked(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a message is delivered: whether this person still has to sign."""
    row = Acknowledgement.objects.select_related("campaign", "employee").filter(pk=about_id).first()
    return row is not None and row.is_open and row.campaign.is_open and row.employee.user_id == recipient.pk


def leads_somebody_late(recipient: User, about_id, now: datetime) -> bool:
    """Asked when a message to a manager is delivered: whether somebody in their line is still late."""
    leader = employee_of(recipient)
    if leader is None:
        return False
    line = everyone_below(leader.pk).filter(pk=OuterRef("employee_id"))
    late = Acknowledgement.objects.filter(campaign_id=about_id, signed_at__isnull=True, ended_at__isnull=True, due_at__lte=now)
    return late.filter(Exists(line)).exists()
