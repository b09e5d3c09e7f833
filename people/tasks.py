"""Beat says "look now": whoever's last day has come, and directory files nobody applied."""

from celery import shared_task
from django.utils import timezone

from people.services import directory


@shared_task(ignore_result=True)
def close_leavers() -> int:
    """Close the accounts of people who have left. Returns how many."""
    now = timezone.now()
    directory.forget_expired(now=now)
    return directory.close_leavers(now=now)
