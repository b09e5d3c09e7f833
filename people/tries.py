"""Growing waits after wrong vault passphrases, per person. Each guess costs the server a third of a second and 128 MiB, so they are few."""

from datetime import datetime, timedelta
from math import ceil

from django.core.cache import cache

FREE = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=30)
REMEMBERED = timedelta(hours=8)


def _key(user_id: int) -> str:
    return f"passphrase-tries:{user_id}"


def wait_minutes(*, user_id: int, now: datetime) -> int:
    """Return how many minutes (rounded up) `user_id` must wait before the next try; 0 for none."""
    _, until = cache.get(_key(user_id), (0, None))
    return ceil((until - now).total_seconds() / 60) if until and until > now else 0


def failed(*, user_id: int, now: datetime) -> None:
    """Count a wrong try: five are free, then one minute, two, four, up to thirty."""
    count, _ = cache.get(_key(user_id), (0, None))
    count += 1
    wait = min(FIRST_WAIT * 2 ** min(count - FREE, 10), LONGEST_WAIT) if count >= FREE else None
    cache.set(_key(user_id), (count, now + wait if wait else None), REMEMBERED.total_seconds())


def succeeded(*, user_id: int) -> None:
    cache.delete(_key(user_id))
