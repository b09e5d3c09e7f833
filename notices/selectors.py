"""What is still owed, for the health page and for oversight."""

from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet

from notices.models import Heartbeat, Notice

_OPEN = Q(sent_at__isnull=True, dropped_at__isnull=True)


def stuck() -> QuerySet[Notice]:
    """Notices that failed eight times and are not tried any more, oldest first."""
    return Notice.objects.filter(_OPEN, next_try_at__isnull=True).order_by("created_at", "pk")


def oldest_unsent_age(now: datetime) -> timedelta | None:
    """Return how long the oldest message that should have been sent has been waiting; None when nothing waits.

    Stuck ones and ones between two tries count; messages for a later day do not.
    """
    waiting = Q(next_try_at__lte=now) | Q(attempts__gt=0) | Q(next_try_at__isnull=True)
    oldest = Notice.objects.filter(_OPEN & waiting).aggregate(oldest=Min("created_at"))["oldest"]
    return max(now - oldest, timedelta(0)) if oldest else None


def silent_for(name: str, now: datetime) -> timedelta | None:
    """Return how long ago the background loop `name` last looked; None when it never did."""
    at = Heartbeat.objects.filter(pk=name).values_list("at", flat=True).first()
    return max(now - at, timedelta(0)) if at else None
