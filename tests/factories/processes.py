"""Processes of their own that work on this test's databases, for tests that kill them."""

import os
import sys
from pathlib import Path

from django.db import connections

BASE = Path(__file__).resolve().parents[2]
PYTHON = sys.executable


def environment(**more: str) -> dict[str, str]:
    """What a child process needs to find the databases, keys and files of the running test."""
    names = {f"TEST_NAME_{alias}": str(connections[alias].settings_dict["NAME"]) for alias in connections}
    return {**os.environ, **names, "DJANGO_SETTINGS_MODULE": "config.settings_test", **more}


def join_test() -> None:
    """In the child: start Django on the databases of the test."""
    import django

    django.setup()
    from django.conf import settings

    for alias in connections:
        connections[alias].settings_dict["NAME"] = settings.DATABASES[alias]["NAME"] = os.environ[f"TEST_NAME_{alias}"]
