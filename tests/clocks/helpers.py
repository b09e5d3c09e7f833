"""Saying in one line that something happened, and looking at what came of it."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.actors import SYSTEM
from complaints.models import Deadline, Event
from complaints.services.events import happened
from complaints.services.reminders import do_batch
from notices.models import Notice


def say(complaint, kind: str, now: datetime, **fields) -> Event:
    with transaction.atomic():
        return happened(complaint=complaint, kind=kind, by=SYSTEM, now=now, **fields)


def deadline(complaint, limit_id: str, occurrence: str = "1") -> Deadline:
    return Deadline.objects.get(complaint=complaint, limit_id=limit_id, occurrence=occurrence)


def kinds(complaint) -> list[str]:
    return list(Event.objects.filter(complaint=complaint).values_list("kind", flat=True))


def run_until_quiet(now: datetime) -> int:
    """Let the loop look until nothing is due; returns how many rows it worked on."""
    total = 0
    while claimed := do_batch(now=now):
        total += claimed
        assert total < 10_000, "the loop never comes to an end"
    return total


def walk(start: datetime, days: int, step_hours: int = 1) -> None:
    """Let the loop look every hour for some days."""
    now = start
    while now <= start + timedelta(days=days):
        run_until_quiet(now)
        now += timedelta(hours=step_hours)


def clock_notices(user=None):
    found = Notice.objects.filter(key__startswith="clock:")
    return found.filter(recipient=user) if user else found
