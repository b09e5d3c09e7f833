"""Other learning systems: their tokens and the activities that are courses of ours."""

import hashlib
import hmac
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, User
from training.models import Course, LearningSystem, MappedActivity
from training.selectors_xapi import system_by_key

KIND = "learning_system"


class MappedAlready(Exception):
    """The activity is a course already."""


@transaction.atomic
def add(*, name: str, by: User, now: datetime) -> LearningSystem:
    """Name another learning system. It can send nothing before it has a token."""
    system = LearningSystem.objects.create(name=name, made_by=by, made_at=now)
    _audit(system, Action.LEARNING_SYSTEM_ADDED, by, now)
    return system


@transaction.atomic
def make_token(*, system: LearningSystem, by: User, now: datetime) -> tuple[str, str]:
    """(key, secret) of a new token; the one before it is not valid any more. The secret can't be shown again: only its hash is kept."""
    locked = LearningSystem.objects.select_for_update().get(pk=system.pk)
    key, secret = secrets.token_hex(8), secrets.token_urlsafe(32)
    locked.key, locked.secret_hash, locked.token_at = key, _hash(secret), now
    locked.save(update_fields=["key", "secret_hash", "token_at"])
    _audit(locked, Action.LEARNING_TOKEN_MADE, by, now)
    return key, secret


@transaction.atomic
def revoke_token(*, system: LearningSystem, by: User, now: datetime) -> None:
    """From here on the system can send nothing. Twice changes nothing."""
    locked = LearningSystem.objects.select_for_update().get(pk=system.pk)
    if locked.key is not None:
        locked.key, locked.secret_hash, locked.token_at = None, "", None
        locked.save(update_fields=["key", "secret_hash", "token_at"])
        _audit(locked, Action.LEARNING_TOKEN_REVOKED, by, now)


def proven(key: str, secret: str) -> LearningSystem | None:
    """The system whose token this is; None for a wrong or revoked one. Takes as long for a key that is unknown."""
    system = system_by_key(key) if key else None
    kept = system.secret_hash if system else _hash("")
    # 256 random bits: nothing slower than a plain hash is needed.
    return system if hmac.compare_digest(kept, _hash(secret)) and system else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def map_activity(*, system: LearningSystem, activity: str, course: Course, by: User, now: datetime) -> MappedActivity:
    """From here on completing the activity is completing the course. What waits for it is looked at again by `statements.look_again`.

    Raises MappedAlready.
    """
    try:
        with transaction.atomic():
            row = MappedActivity.objects.create(system=system, activity=activity, course=course, made_by=by, made_at=now)
    except IntegrityError:
        raise MappedAlready from None
    _audit(system, Action.ACTIVITY_MAPPED, by, now, course=course.code)
    return row


@transaction.atomic
def unmap(*, mapped: MappedActivity, by: User, now: datetime) -> None:
    """Statements about the activity wait from here on; completions that were made stay."""
    rows, _by_model = MappedActivity.objects.filter(pk=mapped.pk).delete()
    if rows:
        _audit(mapped.system, Action.ACTIVITY_UNMAPPED, by, now, course=mapped.course.code)


def _audit(system: LearningSystem, action: Action, by: User, now: datetime, **facts) -> None:
    who = staff(by, Role.TRAINING_ADMIN.value)
    record(by=who, action=action, subject_id=None, object_kind=KIND, object_id=system.pk, facts=facts, now=now)
