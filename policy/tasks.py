"""Beat says "look now"; the rows say what there is to do."""

import time

from celery import shared_task
from django.utils import timezone

from policy.services import gathering, sign_reminders

# A run ends before the next beat is far behind; whatever is left waits for the next look.
SECONDS_IN_A_RUN = 45.0


@shared_task(ignore_result=True)
def look_at_campaigns() -> int:
    """Take people in, let leavers drop out, remind. Returns how many batches were done."""
    ends = time.monotonic() + SECONDS_IN_A_RUN
    done = 0
    for work in (_take_in, _remind):
        while time.monotonic() < ends and work():
            done += 1
    return done


def _take_in() -> bool:
    return gathering.look(now=timezone.now())


def _remind() -> bool:
    return sign_reminders.remind(now=timezone.now()) > 0
