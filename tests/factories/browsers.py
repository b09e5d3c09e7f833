"""A test browser with an unlocked vault, without going through the pages."""

from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from vault.sessions import STAFF_IDLE_SECONDS, start


def unlock(client: Client, *, kind: str, subject_id: UUID, secret: bytes, now: datetime, idle_seconds: int = STAFF_IDLE_SECONDS) -> None:
    """Start a vault session for `client` as the unlock page, the code page or the first page of a report would."""
    response = HttpResponse()
    start(response, kind=kind, subject_id=subject_id, secret=secret, idle_seconds=idle_seconds, now=now)
    client.cookies.update(response.cookies)
