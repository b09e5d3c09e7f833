"""A worker of its own process, for tests that kill it: `python -m tests.training.worker <ISO moment> <batch> [where after]`.

With `where` ("in-batch" or "between") it kills itself with SIGKILL in or after the batch number `after`.
"""

import os
import signal
import sys
from datetime import datetime

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    django.setup()
    from django.conf import settings
    from django.db import connections

    # The parent's test databases, which exist already.
    for alias, name in (("default", os.environ["TEST_NAME"]), ("shred_keys", os.environ["TEST_SHRED_NAME"])):
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name
    from training.services import assigning

    now, limit = datetime.fromisoformat(sys.argv[1]), int(sys.argv[2])
    where, after = (sys.argv[3], int(sys.argv[4])) if len(sys.argv) > 3 else ("", 0)
    done = 0
    if where == "in-batch":
        real, told = assigning.owe_alike, 0

        def dying(**owed):
            nonlocal told
            real(**owed)
            told += bool(owed["owed"])
            if told == after:
                os.kill(os.getpid(), signal.SIGKILL)

        assigning.owe_alike = dying
    while assigning.look(now=now, limit=limit):
        done += 1
        if where == "between" and done == after:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
