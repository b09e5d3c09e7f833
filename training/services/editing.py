"""Writing a draft of a course item by item (D7). Two people may work on different parts at once; nobody overwrites anybody.

An item is known by a fingerprint over what it says. Who saves it says which one they saw; when it has changed since, nothing is saved.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, User
from policy.editing import fingerprint
from policy.records import EMPTY, Text, dump
from training.completeness import SLUG
from training.models import CourseVersion
from training.parts import Chapter, CourseContent, Part
from training.selectors import content_of
from training.services.courses import CourseMoved
from training.states import VersionState
from training.vocabulary import KINDS, MOST_PARTS


class ChangedMeanwhile(Exception):
    """Somebody changed or removed the item after it was shown; nothing was overwritten. `stored`: as it is now, None when it is gone."""

    def __init__(self, stored, by: User | None):
        self.stored, self.by = stored, by
        super().__init__("changed meanwhile")


class InUse(Exception):
    """A chapter with parts in it can't be taken out."""


class TooMany(Exception):
    """A course has its most parts already."""


@dataclass(frozen=True)
class Words:
    """What a course says about itself: one item, because one form writes it."""

    title: Text = EMPTY
    summary: Text = EMPTY
    minutes: int = 0


def words_of(content: CourseContent) -> Words:
    return Words(content.title, content.summary, content.minutes)


def save_words(*, version: CourseVersion, words: Words, seen: str, by: User, now: datetime) -> CourseVersion:
    """Title, summary and length. Raises CourseMoved when it is no draft, ChangedMeanwhile."""

    def change(content: CourseContent) -> CourseContent:
        return replace(content, title=words.title, summary=words.summary, minutes=words.minutes)

    return _change(version, words_of, change, seen, by, now)


def save_chapter(*, version: CourseVersion, chapter: Chapter, seen: str, by: User, now: datetime) -> CourseVersion:
    """Replace the chapter with this id, or add it at the end (`seen` ""). Raises as `save_words`."""

    def change(content: CourseContent) -> CourseContent:
        if content.chapter(chapter.id) is None:
            return replace(content, chapters=(*content.chapters, chapter))
        return replace(content, chapters=tuple(chapter if each.id == chapter.id else each for each in content.chapters))

    return _change(version, lambda content: content.chapter(chapter.id), change, seen, by, now)


def remove_chapter(*, version: CourseVersion, chapter_id: str, seen: str, by: User, now: datetime) -> CourseVersion:
    """Take out a chapter without parts. Raises as `save_words`; InUse."""

    def change(content: CourseContent) -> CourseContent:
        if any(part.chapter == chapter_id for part in content.parts):
            raise InUse
        return replace(content, chapters=tuple(each for each in content.chapters if each.id != chapter_id))

    return _change(version, lambda content: content.chapter(chapter_id), change, seen, by, now)


def move_chapter(*, version: CourseVersion, chapter_id: str, step: int, seen: str, by: User, now: datetime) -> CourseVersion:
    """A chapter with its parts one place earlier (-1) or later (1). Raises as `save_words`."""

    def change(content: CourseContent) -> CourseContent:
        return replace(content, chapters=_moved(content.chapters, lambda each: each.id == chapter_id, step))

    return _change(version, lambda content: content.chapter(chapter_id), change, seen, by, now)


def save_part(*, version: CourseVersion, part: Part, seen: str, by: User, now: datetime) -> CourseVersion:
    """Replace the part with this id, or add it at the end of its chapter (`seen` ""). Raises as `save_words`; TooMany."""

    def change(content: CourseContent) -> CourseContent:
        if content.part(part.id) is None and len(content.parts) >= MOST_PARTS:
            raise TooMany
        return content.with_part(part)

    return _change(version, lambda content: content.part(part.id), change, seen, by, now, part=part.id)


def remove_part(*, version: CourseVersion, part_id: str, seen: str, by: User, now: datetime) -> CourseVersion:
    """Take a part out. Raises as `save_words`."""
    return _change(
        version, lambda content: content.part(part_id), lambda content: content.without_part(part_id), seen, by, now, part=part_id
    )


def move_part(*, version: CourseVersion, part_id: str, step: int, seen: str, by: User, now: datetime) -> CourseVersion:
    """A part one place earlier (-1) or later (1) within its chapter. Raises as `save_words`."""

    def change(content: CourseContent) -> CourseContent:
        chapter = content.part(part_id).chapter
        own = [part for part in content.parts if part.chapter == chapter]
        return replace(
            content,
            parts=(
                *(part for part in content.parts if part.chapter != chapter),
                *_moved(own, lambda part: part.id == part_id, step),
            ),
        )

    return _change(version, lambda content: content.part(part_id), change, seen, by, now, part=part_id)


def new_id(content: CourseContent, words: str, kind: str) -> str:
    """A short name for a new part or chapter that nothing else in the course has: from its English title, else from `kind`."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:32].strip("-") or kind.replace("_", "-")
    # The last ones stand for something new in addresses.
    taken = {each.id for each in (*content.parts, *content.chapters)} | {"new", *KINDS}
    found = next(name for name in (stem, *(f"{stem}-{number}" for number in range(2, 1_000))) if name not in taken)
    return found if SLUG.fullmatch(found) else kind


def _change(version: CourseVersion, find: Callable, change: Callable, seen: str, by: User, now: datetime, **facts) -> CourseVersion:
    with transaction.atomic():
        locked = CourseVersion.objects.select_for_update(of=("self",)).select_related("course", "author").get(pk=version.pk)
        if locked.state != VersionState.DRAFT:
            raise CourseMoved
        content = content_of(locked)
        stored = find(content)
        if fingerprint(stored) != seen:
            raise ChangedMeanwhile(stored, locked.author)
        after = in_order(change(content))
        if tidy(after) != tidy(content):
            _write(locked, after, by, now, facts)
        return locked


def tidy(value):
    """The same record without space around its words: a browser sends none at the end, so that saving alone would look like a change."""
    if isinstance(value, Text):
        return value.map(lambda words, _language: words.strip())
    if isinstance(value, tuple):
        return tuple(tidy(each) for each in value)
    if is_dataclass(value):
        return replace(value, **{each.name: tidy(getattr(value, each.name)) for each in fields(value)})
    return value


def in_order(content: CourseContent) -> CourseContent:
    """The parts in the order of their chapters, so that they are numbered as they are read. Those without one come last."""
    place = {chapter.id: number for number, chapter in enumerate(content.chapters)}
    return replace(content, parts=tuple(sorted(content.parts, key=lambda part: place.get(part.chapter, len(place)))))


def _write(version: CourseVersion, content: CourseContent, by: User, now: datetime, facts: dict) -> None:
    version.content, version.author = dump(content), by
    version.row_version += 1
    version.save(update_fields=["content", "author", "row_version"])
    facts = facts | {"course": version.course.code, "number": version.number}
    actor = staff(by, Role.TRAINING_ADMIN.value)
    record(by=actor, action=Action.COURSE_EDITED, subject_id=None, object_kind="course_version", object_id=version.pk, facts=facts, now=now)


def _moved(items, is_it: Callable, step: int) -> tuple:
    order = list(items)
    at = next(number for number, each in enumerate(order) if is_it(each))
    order.insert(min(max(at + step, 0), len(order) - 1), order.pop(at))
    return tuple(order)
