"""Sessions held in a room or by video: planned, held, corrected (R08, R10). Who was there is recorded in `services.attendance`."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from people import serverseal
from people.models import User
from training.models import Attendance, Course, LiveSession, SignInSheet
from training.services import attendance
from training.services.session_rows import Over, audit_session, lock
from vault.services import files as sealed_files

PURPOSE = "sign-in-sheet"


@dataclass(frozen=True)
class Details:
    """What is known of a session. `minutes`: how long; `least_minutes`: from how many on somebody has completed the course."""

    course: Course
    held_at: datetime
    minutes: int
    least_minutes: int
    trainer: str
    provider: str
    topic: str = ""
    place: str = ""


class SessionMoved(Exception):
    """Somebody changed the session since it was read."""


class Recorded(Exception):
    """Somebody's attendance is recorded: the session is evidence now and can only be corrected by a new one."""


@transaction.atomic
def plan(*, details: Details, by: User, now: datetime) -> LiveSession:
    """Enter a session, planned or held already."""
    session = LiveSession.objects.create(**vars(details), recorded_by=by, recorded_at=now)
    audit_session(session, Action.SESSION_PLANNED, by, now, course=session.course.code)
    return session


@transaction.atomic
def change(*, session: LiveSession, details: Details, row_version: int, by: User, now: datetime) -> LiveSession:
    """Change a session nobody's attendance was ever recorded for. Raises SessionMoved, Over, Recorded."""
    locked = lock(session)
    if locked.row_version != row_version:
        raise SessionMoved
    if locked.attendances.exists():
        raise Recorded
    for name, value in vars(details).items():
        setattr(locked, name, value)
    locked.row_version += 1
    locked.save()
    audit_session(locked, Action.SESSION_CHANGED, by, now)
    return locked


@transaction.atomic
def correct(*, session: LiveSession, details: Details, row_version: int, by: User, now: datetime) -> LiveSession:
    """A new record in place of one that was wrong: whoever was there is recorded anew, the old completions are taken back.

    Attendances longer than the corrected session count as its whole length. Raises SessionMoved, Over; `attendance.NotHeld` for one that
    would not have been held yet.
    """
    locked = lock(session)
    if locked.row_version != row_version:
        raise SessionMoved
    attended = list(locked.attendances.filter(removed_at__isnull=True).select_related("employee").order_by("pk"))
    new = LiveSession.objects.create(**vars(details), replaces=locked, recorded_by=by, recorded_at=now)
    LiveSession.objects.filter(pk=locked.pk).update(row_version=locked.row_version + 1)
    attendance.remove(attended, by=by, now=now)
    attendance.add(new, [(each.employee, _minutes(each, locked, new)) for each in attended], by=by, now=now)
    audit_session(locked, Action.SESSION_CORRECTED, by, now, by_session=new.pk, people=len(attended))
    return new


def _minutes(attended: Attendance, old: LiveSession, new: LiveSession) -> int:
    """Whoever was there from the first minute to the last was so in the corrected session, too."""
    return new.minutes if attended.minutes == old.minutes else min(attended.minutes, new.minutes)


@transaction.atomic
def cancel(*, session: LiveSession, by: User, now: datetime) -> LiveSession:
    """It did not take place. Cancelling twice changes nothing. Raises Over for one that was replaced, Recorded when somebody was there."""
    locked = lock(session, cancelled_too=True)
    if locked.cancelled_at is not None:
        return locked
    if locked.attendances.filter(removed_at__isnull=True).exists():
        raise Recorded
    locked.cancelled_at = now
    locked.row_version += 1
    locked.save(update_fields=["cancelled_at", "row_version"])
    audit_session(locked, Action.SESSION_CANCELLED, by, now)
    return locked


# --- sheets ---------------------------------------------------------------------------------------


def add_sheet(*, session: LiveSession, upload, by: User, now: datetime) -> SignInSheet:
    """Keep a sign-in sheet, sealed under a key of the server. Raises Over."""
    sheet = SignInSheet(session=session, given_by=by, created_at=now)
    sheet.key_id, key = serverseal.owner_key(PURPOSE, sheet.pk)
    file = sealed_files.keep(upload, key=key, given_by=f"staff:{by.pk}", now=now)
    try:
        with transaction.atomic():
            sheet.session = lock(session)
            file.save(force_insert=True)
            sheet.file = file
            sheet.save(force_insert=True)
            audit_session(sheet.session, Action.SHEET_ADDED, by, now, sheet=sheet.pk)
    except Over:
        upload.kept = False
        raise
    return sheet


def manifest_of(sheet: SignInSheet) -> sealed_files.Manifest:
    """What is known of the file of a sheet: its type, its length, what the virus scanner said. Raises Damaged."""
    return sealed_files.open_manifest(sheet.file, serverseal.owner_key(PURPOSE, sheet.pk, key_id=sheet.key_id)[1])


def download_sheet(*, sheet: SignInSheet, by: User, now: datetime):
    """(original bytes in blocks, its manifest), recorded before the first byte goes out. Raises Damaged."""
    manifest = manifest_of(sheet)
    with transaction.atomic():
        audit_session(sheet.session, Action.SHEET_SEEN, by, now, sheet=sheet.pk)
    return sealed_files.stream_manifest(sheet.file, manifest), manifest
