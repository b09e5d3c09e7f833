"""What the administrators' side does by itself."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from audit.actions import Action
from audit.actors import SYSTEM
from audit.services import record
from managing import reach
from managing.models import ExitCheck
from notices.services import drop_waiting
from people.selectors import organisation
from vault.models import VaultSession

EVERY = timedelta(hours=6)
# One that does not answer is tried again soon: it may only have been a moment.
AGAIN_AFTER = timedelta(minutes=10)


def try_exits(*, now: datetime, answers: Callable[[str], bool] | None = None) -> int:
    """Try every exit address that is due: a new one, one tried six hours ago, one that failed ten minutes ago. Returns how many were tried.

    `answers`: how an address is tried (`reach.answers`). Nothing is held while it waits for the network.
    """
    answers = answers or reach.answers
    known = {check.language: check for check in ExitCheck.objects.all()}
    tried = 0
    for language, _name in settings.LANGUAGES:
        url = organisation().exit_url(language)
        before = known.get(language)
        if before and before.url != url:
            before = None
        if before and now < before.checked_at + (AGAIN_AFTER if before.failing_since else EVERY):
            continue
        since = None if answers(url) else (before and before.failing_since) or now
        ExitCheck.objects.update_or_create(language=language, defaults={"url": url, "checked_at": now, "failing_since": since})
        tried += 1
    return tried


def settle_restored(*, now: datetime) -> tuple[int, int]:
    """After a database was put back: every sign-in and every open vault ends, and what waited to be sent stays unsent.

    Returns how many sign-ins ended and how many messages were dropped.
    """
    with transaction.atomic():
        VaultSession.objects.all().delete()
        ended = Session.objects.count()
        Session.objects.all().delete()
        dropped = drop_waiting(now=now)
        facts = {"sessions": ended, "messages": dropped}
        record(by=SYSTEM, action=Action.BACKUP_RESTORED, subject_id=None, object_kind="database", facts=facts, now=now)
    return ended, dropped
