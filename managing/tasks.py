"""Beat says "look now"."""

from celery import shared_task
from django.utils import timezone

from managing import services


@shared_task(ignore_result=True)
def try_exits() -> int:
    """Try the addresses behind “Leave this site”. Returns how many."""
    return services.try_exits(now=timezone.now())
