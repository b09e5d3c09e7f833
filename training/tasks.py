"""Beat says "look now"; the rows say what there is to do."""

import time

from celery import shared_task
from django.utils import timezone

from training.services import asking, assigning, importing, reminders, shipping, statements

# A run ends before the next beat is far behind; whatever is left waits for the next look.
SECONDS_IN_A_RUN = 45.0


@shared_task(ignore_result=True)
def look_at_training() -> int:
    """Give courses to whoever must take them, let leavers drop out, remind. Returns how many batches were done."""
    ends = time.monotonic() + SECONDS_IN_A_RUN
    done = 0
    for work in (_give, _remind):
        while time.monotonic() < ends and work():
            done += 1
    now = timezone.now()
    asking.remind_late(now=now)
    statements.forget_old(now=now)
    importing.forget_expired(now=now)
    return done


@shared_task(ignore_result=True)
def put_courses_in_place() -> int:
    """The courses that come with this version of the portal. Returns how many changed."""
    return len(shipping.install(now=timezone.now()))


def _give() -> bool:
    return assigning.look(now=timezone.now())


def _remind() -> bool:
    return reminders.remind(now=timezone.now()) > 0
