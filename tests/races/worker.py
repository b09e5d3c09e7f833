"""A reminder worker of its own process, for tests that kill it: `python -m tests.races.worker <ISO moment>` works until nothing is due."""

import os
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
    from complaints.services.reminders import do_batch

    now = datetime.fromisoformat(sys.argv[1])
    while do_batch(now=now, limit=50):
        pass


if __name__ == "__main__":
    main()
