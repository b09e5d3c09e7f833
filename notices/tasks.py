"""Beat says "look now"; what there is to send stands in the outbox."""

import os
import socket
import threading
import time

from celery import shared_task
from django.utils import timezone

from notices.services import Outcome, deliver_one

# One run must end before its lease or the next beat is far behind; whatever is left waits for the next look.
MOST_IN_A_RUN = 200
SECONDS_IN_A_RUN = 45.0
# With a dead mail server every further try only waits for another time-out.
GIVE_UP_AFTER_FAILURES = 3


@shared_task(ignore_result=True)
def send_notices() -> int:
    """Deliver what is due, within bounds. Returns how many notices were handled."""
    worker = f"{socket.gethostname()}:{os.getpid()}:{threading.get_ident()}"
    ends = time.monotonic() + SECONDS_IN_A_RUN
    handled = failures = 0
    while handled < MOST_IN_A_RUN and failures < GIVE_UP_AFTER_FAILURES and time.monotonic() < ends:
        outcome = deliver_one(now=timezone.now(), worker_id=worker)
        if outcome is None:
            break
        handled += 1
        failures = failures + 1 if outcome == Outcome.FAILED else 0
    return handled
