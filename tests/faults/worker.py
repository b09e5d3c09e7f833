"""A worker of its own process. Each line of its input is a task with a moment and the step to die at; a fork of it does the work.

`python -m tests.faults.worker`; input `remind 2026-11-23T02:00:00+00:00 7`, output one JSON line: {"exit": code, "steps": [...]}.
"""

import json
import os
import sys
from datetime import datetime

from tests.factories.processes import join_test
from tests.faults import steps

steps.install()
join_test()

from django.conf import settings  # noqa: E402 (after Django was set up)
from django.db import connections  # noqa: E402

from complaints.services.reminders import do_batch  # noqa: E402
from notices.services import deliver_next  # noqa: E402

if port := os.environ.get("TEST_MAIL_PORT"):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(port)


def remind(now: datetime) -> None:
    while do_batch(now=now, limit=50):
        pass


def deliver(now: datetime) -> None:
    while deliver_next(now=now, worker_id=f"worker-{os.getpid()}"):
        pass


TASKS = {"remind": remind, "deliver": deliver}


def main() -> None:
    connections.close_all()
    for line in sys.stdin:
        task, moment, die_at = line.split()
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            steps.count(int(die_at))
            TASKS[task](datetime.fromisoformat(moment))
            os.write(writing, json.dumps(steps.counted()).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading, "rb") as pipe:
            names = json.loads(pipe.read() or b"[]")
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"exit": code, "steps": names}), flush=True)


if __name__ == "__main__":
    main()
