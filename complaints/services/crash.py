"""Places where a test may kill the process, to prove that a step is done whole or not at all."""

import os
import signal

from django.conf import settings


def crash_point(name: str) -> None:
    """Kill this process at once (no clean-up, no roll-back by us) if a test asked for it with HEARD_CRASH_AT=`name`.

    Only with the test settings, which set CRASH_POINTS; in any other installation the variable means nothing.
    """
    if getattr(settings, "CRASH_POINTS", False) and os.environ.get("HEARD_CRASH_AT") == name:
        os.kill(os.getpid(), signal.SIGKILL)
