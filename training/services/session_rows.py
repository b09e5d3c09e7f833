"""What every change of a live session needs: the locked row, and its line in the record."""

from datetime import datetime

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, User
from training.models import LiveSession

KIND = "live_session"


class Over(Exception):
    """The session was cancelled, or another one replaces it."""


def lock(session: LiveSession, *, cancelled_too: bool = False) -> LiveSession:
    """The session, locked. Raises Over when it was replaced, or cancelled (unless that is all right)."""
    locked = LiveSession.objects.select_for_update(of=("self",)).select_related("course").get(pk=session.pk)
    if LiveSession.objects.filter(replaces=locked).exists() or (locked.cancelled_at is not None and not cancelled_too):
        raise Over
    return locked


def audit_session(session: LiveSession, action: Action, by: User, now: datetime, **facts) -> None:
    """One line in the record about a session."""
    who = staff(by, Role.TRAINING_ADMIN.value)
    record(by=who, action=action, subject_id=None, object_kind=KIND, object_id=session.pk, facts=facts, now=now)
