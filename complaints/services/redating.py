"""When a working calendar changes, every open date is counted anew. What moves, and who is told of it, is said in `moving`.

The change itself only leaves a row behind; beat drains it in small batches, so that a hundred thousand open cases hold nobody up and a
worker that dies goes on where it was.
"""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from complaints.models import Complaint, Deadline, Redating
from complaints.services.events import recompute
from people.selectors import organisation
from policy.models import SiteCalendar
from policy.selectors import ORGANISATION_KEY, calendar_key
from policy.signals import calendar_changed

BATCH = 50


def ask(*, calendar: SiteCalendar, now: datetime) -> Redating | None:
    """Ask for every open date to be counted anew; nothing when dates are not counted by this calendar. Inside the caller's transaction."""
    if calendar.key not in (calendar_key(organisation().site), ORGANISATION_KEY):
        return None
    return Redating.objects.create(asked_at=now)


def do_next(*, now: datetime) -> bool:
    """Count one batch anew. Returns whether there was anything to do."""
    with transaction.atomic():
        waiting = Redating.objects.filter(finished_at__isnull=True).order_by("id")
        row = waiting.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked).first()
        if row is None:
            return False
        # A later change counts everything anew by the newest calendar: this one need not go on.
        batch = [] if waiting.filter(pk__gt=row.pk).exists() else list(_open_after(row.after)[:BATCH])
        for complaint in batch:
            _count_anew(complaint, now)
        if batch:
            row.after = batch[-1].pk
        else:
            row.finished_at = now
        row.save(update_fields=["after", "finished_at"])
    return True


def _open_after(last: UUID | None):
    owed = Deadline.objects.filter(complaint=OuterRef("pk"), met_at__isnull=True, ended_at__isnull=True)
    found = Complaint.objects.filter(Exists(owed)).order_by("id")
    return found.filter(id__gt=last) if last else found


def _count_anew(complaint: Complaint, now: datetime) -> None:
    Complaint.objects.select_for_update().filter(pk=complaint.pk).order_by().values_list("pk").first()
    recompute(complaint=complaint, now=now)


def _on_change(sender, calendar: SiteCalendar, now: datetime, **_more) -> None:
    ask(calendar=calendar, now=now)


calendar_changed.connect(_on_change, dispatch_uid="count-dates-anew")
