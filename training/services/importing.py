"""Completions from another learning system, as a list: looked at first, then imported whole or not at all (R10)."""

import hashlib
import zlib
from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people import serverseal
from people.models import Role, User
from people.selectors import today
from policy.selectors import calendar_for
from training import import_file
from training.import_file import Plan, Row
from training.models import Completion, Course, CourseVersion, ImportFile
from training.recognising import recognise
from training.selectors import content_of
from training.services.completing import Earned, record_completions
from training.states import Source

KEPT_FOR = timedelta(hours=1)
MAX_BYTES = 2 * 1024 * 1024
_PURPOSE = "training-import"
NOON = time(12)


class FileTooLarge(Exception):
    """More than 2 MB."""


class Refused(Exception):
    """The file has bad rows; nothing was imported. `plan` names them."""

    def __init__(self, plan: Plan):
        self.plan = plan
        super().__init__("the file has bad rows")


class Moved(Exception):
    """Something changed after the dry run, so what was shown is no longer what would happen. Nothing was imported."""


def keep_file(*, content: bytes, by: User, now: datetime) -> ImportFile:
    """Keep a file for its dry run. Older files of the same person and expired ones go. Raises FileTooLarge."""
    if len(content) > MAX_BYTES:
        raise FileTooLarge
    sealed = serverseal.seal(_PURPOSE, zlib.compress(content))
    with transaction.atomic():
        ImportFile.objects.filter(by=by).delete()
        forget_expired(now=now)
        return ImportFile.objects.create(by=by, content_sealed=sealed, created_at=now)


def kept_file(*, file_id: UUID, by: User, now: datetime) -> ImportFile | None:
    """The file that `by` uploaded less than an hour ago; None for anything else."""
    return ImportFile.objects.filter(pk=file_id, by=by, created_at__gt=now - KEPT_FOR).first()


def forget_expired(*, now: datetime) -> None:
    """Files whose dry run nobody looks at any more."""
    ImportFile.objects.filter(created_at__lte=now - KEPT_FOR).delete()


def look_at(file: ImportFile, *, now: datetime) -> Plan:
    """What importing a kept file would do; nothing is changed."""
    content = zlib.decompress(serverseal.open_sealed(_PURPOSE, file.content_sealed))
    return import_file.plan(content, recognise, courses=_courses(), there=_there, today=today(now))


def fingerprint(plan: Plan) -> str:
    """A short text that two plans share only when they do the same."""
    return hashlib.sha256(repr([(row.key, row.state, row.minutes) for row in plan.rows]).encode()).hexdigest()[:32]


def apply(*, file: ImportFile, expected: str, by: User, now: datetime) -> Plan:
    """Import a kept file in one transaction. `expected`: the fingerprint of the plan that was shown. Raises Refused, Moved."""
    made = look_at(file, now=now)
    if made.problems:
        raise Refused(made)
    if fingerprint(made) != expected:
        raise Moved
    courses = {course.code: course for course in Course.objects.all()}
    with transaction.atomic():
        # Whoever clicks twice waits here, and finds the file gone.
        if not ImportFile.objects.select_for_update().filter(pk=file.pk).exists():
            raise Moved
        taken = _taken([row.key for row in made.to_import])
        earned = [_earned(row, courses[row.course_code], taken, by, now) for row in made.to_import]
        record_completions(earned, by=staff(by, Role.TRAINING_ADMIN.value), now=now)
        facts = {"new": len(earned), "there": made.count(import_file.THERE)}
        record(
            by=staff(by, Role.TRAINING_ADMIN.value),
            action=Action.TRAINING_IMPORTED,
            subject_id=None,
            object_kind="training_import",
            object_id=file.pk,
            facts=facts,
            now=now,
        )
        ImportFile.objects.filter(pk=file.pk).delete()
    return made


def _earned(row: Row, course: Course, taken: Collection[str], by: User, now: datetime) -> Earned:
    return Earned(
        key=_free_key(row.key) if row.key in taken else row.key,
        employee=row.employee,
        course=course,
        version=None,
        completed_at=_moment(row.completed_on, now),
        seconds=row.minutes * 60,
        provider=row.cells.provider,
        source=Source.IMPORT,
        recorded_by=by,
    )


def _moment(day: date, now: datetime) -> datetime:
    """A list names days only: noon stands for the day, or this moment when it is still morning."""
    return min(calendar_for().moment(day, NOON), now)


def _free_key(key: str) -> str:
    """What was imported and taken back is imported again under a key of its own."""
    return f"{key}:{Completion.objects.filter(key__startswith=key).count()}"


def _there(keys: Collection[str]) -> set[str]:
    """Those of `keys` of which a completion is there that was not taken back."""
    return {key for key, revoked_at in _taken(keys).items() if revoked_at is None or _again(key)}


def _taken(keys: Collection[str]) -> dict[str, datetime | None]:
    """Those of `keys` that are completions: {key: when it was taken back}."""
    wanted, found = list(keys), {}
    for at in range(0, len(wanted), 500):
        found |= dict(Completion.objects.filter(key__in=wanted[at : at + 500]).values_list("key", "revoked_at"))
    return found


def _again(key: str) -> bool:
    return Completion.objects.filter(key__startswith=f"{key}:", revoked_at__isnull=True).exists()


def _courses() -> dict[str, str]:
    """Every course by code and by its titles, folded: {"respect at work": "everyone", …}."""
    found = {}
    for version in CourseVersion.objects.filter(published_at__isnull=False).select_related("course").order_by("number"):
        title = content_of(version).title
        found |= {text.casefold(): version.course.code for text in (title.en, title.zh_hans) if text}
    return found | {code.casefold(): code for code in Course.objects.values_list("code", flat=True)}
