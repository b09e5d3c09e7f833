"""How much of the time between two requests somebody really spent. Pure: no Django, no clock, no database.

The server only sees pages being asked for and answers arriving. What lies between two of them counts for the part that was open, up to
a cap for each part: twice the time it is made for, two minutes at least. Whoever goes to lunch with a page open has spent that much on it.
"""

from datetime import datetime

_LEAST_CAP = 120
_TIMES = 2


def cap(minutes: int) -> int:
    """The most seconds that count for a part made for `minutes`."""
    return max(_LEAST_CAP, minutes * 60 * _TIMES)


def to_add(*, spent: int, seen_at: datetime, now: datetime, minutes: int) -> int:
    """Seconds to add to the `spent` ones of the part that has been open since `seen_at`."""
    elapsed = int((now - seen_at).total_seconds())
    return max(0, min(elapsed, cap(minutes) - spent))
