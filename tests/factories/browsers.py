"""A test browser with an unlocked vault, without going through the pages."""

import time
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


def prove(client: Client, user) -> None:
    """Have `client` count as one in which `user` has just given the password."""
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
