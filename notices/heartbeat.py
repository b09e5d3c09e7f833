"""A background loop says that it looked."""

from datetime import datetime

from notices.models import Heartbeat


def beat(name: str, now: datetime) -> None:
    """Note that the loop `name` (up to 40 characters) looked at `now`."""
    Heartbeat.objects.update_or_create(pk=name, defaults={"at": now})
