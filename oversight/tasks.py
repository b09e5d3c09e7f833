"""Housekeeping: what is over and nobody looks at any more. Complaints are never touched here."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from audit import once
from complaints.services.clockwork import clock_jumped
from notices.services import forget_sent
from policy.services import retire_superseded
from training.services.disposal import dispose


@shared_task(ignore_result=True)
def tidy_up() -> int:
    """Delete expired sign-in sessions, long-sent forms and notices; mark policies that a newer one replaced. Returns how many notices."""
    now = timezone.now()
    if clock_jumped(now):
        return 0
    SessionStore.clear_expired()
    once.forget(now=now)
    retire_superseded(now=now)
    return forget_sent(now=now)


@shared_task(ignore_result=True)
def dispose_of_training() -> int:
    """Destroy training records past the last day that the policy gives them. Returns how many rows."""
    now = timezone.now()
    if clock_jumped(now):
        return 0
    return dispose(now=now)
