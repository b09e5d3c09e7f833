"""One look at the clocks, whoever asks for it; and the guard against a clock that jumped.

A machine whose clock leaps a year ahead must not declare every promise missed and erase every draft (Q13). So when the last look lies
implausibly far back, nothing is done until somebody says that the clock is right: `manage.py accept_clock`.
"""

from datetime import datetime, timedelta

from complaints.services import reminders
from notices.heartbeat import beat
from notices.models import Heartbeat
from notices.selectors import silent_for

LOOKING, JUMPED = "look_at_deadlines", "clock_jumped"
LONGEST_PLAUSIBLE_SILENCE = timedelta(days=30)
# After this long each person gets one message for everything instead of one for each matter.
CATCHING_UP_AFTER = timedelta(days=2)
MOST_BATCHES = 60


def clock_jumped(now: datetime) -> bool:
    """Whether the last look was so long ago that the clock itself must be doubted. False on an installation that never looked."""
    silence = silent_for(LOOKING, now)
    return silence is not None and silence > LONGEST_PLAUSIBLE_SILENCE


def look(*, now: datetime, most_batches: int = MOST_BATCHES) -> int:
    """Do what is due at `now`, within bounds. Returns the number of batches; 0 when the clock is doubted."""
    if clock_jumped(now):
        beat(JUMPED, now)
        return 0
    silence = silent_for(LOOKING, now)
    catching_up = silence is not None and silence > CATCHING_UP_AFTER
    done = 0
    while done < most_batches:
        done += 1
        if not reminders.do_next(now=now, catching_up=catching_up):
            # Only a look that got through counts: a backlog is caught up in the same way to its end.
            Heartbeat.objects.filter(pk=JUMPED).delete()
            beat(LOOKING, now)
            break
    return done


def accept_clock(*, now: datetime) -> None:
    """An administrator says that the clock is right after all: the next look catches up, with one message a person."""
    Heartbeat.objects.filter(pk=JUMPED).delete()
    beat(LOOKING, now - CATCHING_UP_AFTER - timedelta(minutes=1))
