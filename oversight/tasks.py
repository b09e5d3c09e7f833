"""Housekeeping: what is over and nobody looks at any more. Complaints are never touched here."""

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from complaints.services.clockwork import clock_jumped
from notices.services import forget_sent
from policy.services import retire_superseded


@shared_task(ignore_result=True)
def tidy_up() -> int:
    """Delete expired sign-in sessions and long-sent notices, and mark policies that a newer one has replaced. Returns how many notices."""
    now = timezone.now()
    if clock_jumped(now):
        return 0
    SessionStore.clear_expired()
    retire_superseded(now=now)
    return forget_sent(now=now)
