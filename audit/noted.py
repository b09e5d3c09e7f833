"""The last verified head, kept in a file outside the database, so that a tail cut off since then shows."""

import os
from pathlib import Path

from django.conf import settings

from audit.verify import Noted


def path() -> Path:
    return Path(getattr(settings, "AUDIT_NOTED_FILE", None) or Path(settings.HEARD_DATA) / "audit-head")


def read() -> Noted | None:
    """What was noted last, or None. Raises ValueError for an unreadable note."""
    try:
        return Noted.parse(path().read_text())
    except FileNotFoundError:
        return None


def write(noted: Noted) -> None:
    """Replace the note in one step."""
    fresh = path().with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{noted}\n")
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path())
