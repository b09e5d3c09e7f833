"""Films, recordings and captions of a course: kept sealed like every file of the portal, opened by the server for whoever is signed in."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people import serverseal
from people.models import Role, User
from training.models import Course, CourseFile
from training.states import FileKind
from vault.services import files as sealed_files

PURPOSE = "course-file"
# What a browser may be told a file is. Anything else is refused: no file of a course may be opened as a page.
TYPES = {
    FileKind.VIDEO: ("video/mp4", "video/webm"),
    FileKind.AUDIO: ("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/webm"),
    FileKind.CAPTIONS: ("text/vtt",),
}
_SAME = {
    "video/x-m4v": "video/mp4", "audio/x-m4a": "audio/mp4", "audio/m4a": "audio/mp4", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav", "application/ogg": "audio/ogg", "audio/vorbis": "audio/ogg", "audio/opus": "audio/ogg",
}  # fmt: skip
_CAPTIONS_HEAD = b"WEBVTT"
MOST_CAPTION_BYTES = 1_000_000


class WrongFile(Exception):
    """The file is not what it is given as."""


def media_type_of(upload, kind: str) -> str:
    """What a browser is told this upload is. Raises WrongFile for anything but films, recordings or WebVTT captions."""
    if upload.problem:
        raise WrongFile
    if kind == FileKind.CAPTIONS:
        return _captions(upload)
    found = {_SAME.get(each, each) for each in (upload.sniffed_type, (upload.given_type or "").partition(";")[0])}
    sniffed = _SAME.get(upload.sniffed_type, upload.sniffed_type)
    allowed = [each for each in TYPES[FileKind(kind)] if each in found]
    # The first bytes of a recording may only say "MP4": then what the browser said decides between film and sound.
    if not allowed or sniffed.partition("/")[0] not in ("video", "audio"):
        raise WrongFile
    return allowed[0]


def _captions(upload) -> str:
    head = next(iter(upload.chunks()), b"").removeprefix(b"\xef\xbb\xbf")
    if upload.size > MOST_CAPTION_BYTES or not head.startswith(_CAPTIONS_HEAD):
        raise WrongFile
    return TYPES[FileKind.CAPTIONS][0]


def add_file(*, course: Course, kind: str, upload, by: User, now: datetime) -> CourseFile:
    """Keep an upload for a course. A part names it by its id (`training.parts.Media`). Raises WrongFile."""
    media_type = media_type_of(upload, kind)
    row = CourseFile(course=course, kind=FileKind(kind), media_type=media_type, length=upload.size, given_by=by, created_at=now)
    row.sha256 = upload.sha256.hex()
    row.key_id, key = serverseal.owner_key(PURPOSE, row.pk)
    file = sealed_files.keep(upload, key=key, given_by=f"staff:{by.pk}", now=now)
    with transaction.atomic():
        file.save(force_insert=True)
        row.file = file
        row.save(force_insert=True)
        record(
            by=staff(by, Role.TRAINING_ADMIN.value),
            action=Action.COURSE_FILE_ADDED,
            subject_id=None,
            object_kind="course_file",
            object_id=row.pk,
            facts={"course": course.code, "kind": str(row.kind)},
            now=now,
        )
    return row


def stream(file: CourseFile, first: int = 0, last: int | None = None) -> Iterator[bytes]:
    """The bytes `first` to `last` (included) of a file; all of it without them. Raises Damaged."""
    key = serverseal.owner_key(PURPOSE, file.pk, key_id=file.key_id)[1]
    blocks = sealed_files.stream(file.file, key)
    return _cut(blocks, first, file.length if last is None else last + 1)


def _cut(blocks: Iterator[bytes], start: int, end: int) -> Iterator[bytes]:
    at = 0
    for block in blocks:
        piece = block[max(0, start - at) : max(0, end - at)]
        at += len(block)
        if piece:
            yield piece
        if at >= end:
            return
