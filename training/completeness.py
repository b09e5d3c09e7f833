"""What keeps a course from being published, each named by part and field. Shipped courses pass the same checks when they are loaded."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass

from django.utils.translation import gettext_lazy as _

from policy.records import Text
from training.parts import CourseContent, Part
from training.vocabulary import (
    DEPENDS,
    FEWEST_DEPENDS,
    FEWEST_OPTIONS,
    FITS,
    JUDGEMENT,
    MEDIA,
    MOST_DEPENDS,
    MOST_OPTIONS,
    MOST_PARTS,
    POLICY_KEYS,
    QUESTION_BOX,
    SCENARIO,
    TEXT,
    VERDICTS,
)

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
# Markdown that a course may not hold: raw HTML, links, images, tables.
_FORBIDDEN = re.compile(r"<[a-zA-Z/!]|\]\(|!\[|^\s*\|.*\|\s*$|https?://", re.MULTILINE)

PROBLEMS = {
    "missing": _("is missing"),
    "language": _("is there in one language only"),
    "slug": _("must be small letters, digits and -"),
    "twice": _("is there twice"),
    "unknown": _("is unknown"),
    "too_few": _("has too few entries"),
    "too_many": _("has too many entries"),
    "no_best": _("has no best answer"),
    "nothing_matters": _("has nothing that matters"),
    "markdown": _("holds a link, a picture, a table or HTML"),
    "minutes": _("must be at least one minute"),
    "superfluous": _("does not belong to this kind of part"),
    "no_file": _("names a file that is not there"),
}


@dataclass(frozen=True)
class Lack:
    """Something that must be put right. `part`: the id of the part, "" for the course; `field`: where; `problem`: a key of PROBLEMS."""

    part: str
    field: str
    problem: str

    @property
    def words(self) -> str:
        return str(PROBLEMS[self.problem])

    def __str__(self) -> str:
        return f"{self.part or 'course'}: {self.field} {PROBLEMS[self.problem]}"


# Which texts and lists belong to a kind of part, besides title and policy.
_FIELDS = {
    TEXT: {"body"},
    SCENARIO: {"story", "question", "options", "note", "equal"},
    JUDGEMENT: {"story", "question", "best", "depends_on", "feedback", "note", "equal"},
    MEDIA: {"body", "media", "note", "equal"},
    QUESTION_BOX: {"body"},
}
_OWN = frozenset().union(*_FIELDS.values())


def lacks(content: CourseContent, files: Iterable[str] | None = None) -> list[Lack]:
    """Everything that keeps the course from being published, in the order of its parts. `files`: ids of its files, where known."""
    known = None if files is None else {str(each) for each in files}
    return [*_of_course(content), *(lack for part in content.parts for lack in _of_part(part, content, known))]


def _of_course(content: CourseContent) -> Iterator[Lack]:
    for name in ("title", "summary"):
        yield from _text("", name, getattr(content, name))
    if content.minutes < 1:
        yield Lack("", "minutes", "minutes")
    if not content.chapters:
        yield Lack("", "chapters", "missing")
    for chapter in content.chapters:
        yield from _text("", f"chapters[{chapter.id}].title", chapter.title)
    yield from _ids("", "chapters", [chapter.id for chapter in content.chapters])
    yield from _ids("", "parts", [part.id for part in content.parts])
    yield from _number("", "parts", len(content.parts), 1, MOST_PARTS)
    boxes = [part.id for part in content.parts if part.kind == QUESTION_BOX]
    yield from (Lack(part_id, "kind", "twice") for part_id in boxes[1:])


def _of_part(part: Part, content: CourseContent, files: set[str] | None) -> Iterator[Lack]:
    yield from _text(part.id, "title", part.title)
    if part.minutes < 1:
        yield Lack(part.id, "minutes", "minutes")
    if content.chapter(part.chapter) is None:
        yield Lack(part.id, "chapter", "unknown" if part.chapter else "missing")
    if part.policy and part.policy not in POLICY_KEYS:
        yield Lack(part.id, "policy", "unknown")
    for name in sorted(_OWN - _FIELDS[part.kind]):
        if not _is_empty(getattr(part, name)):
            yield Lack(part.id, name, "superfluous")
    if part.distressing and "equal" not in _FIELDS[part.kind]:
        yield Lack(part.id, "distressing", "superfluous")
    yield from _scene(part)
    yield from _KINDS[part.kind](part, files)


def _scene(part: Part) -> Iterator[Lack]:
    """A distressing scene has a note before it and an equal text; another has neither."""
    for name in ("note", "equal"):
        value = getattr(part, name)
        if part.distressing:
            yield from _text(part.id, name, value)
        elif value:
            yield Lack(part.id, name, "superfluous")


def _text_part(part: Part, _files) -> Iterator[Lack]:
    yield from _text(part.id, "body", part.body)


def _scenario(part: Part, _files) -> Iterator[Lack]:
    yield from _text(part.id, "story", part.story)
    yield from _text(part.id, "question", part.question)
    yield from _number(part.id, "options", len(part.options), FEWEST_OPTIONS, MOST_OPTIONS)
    yield from _ids(part.id, "options", [option.id for option in part.options])
    for option in part.options:
        yield from _text(part.id, f"options[{option.id}].text", option.text)
        yield from _text(part.id, f"options[{option.id}].feedback", option.feedback)
        if option.fit not in FITS:
            yield Lack(part.id, f"options[{option.id}].fit", "unknown" if option.fit else "missing")
    if part.options and all(option.fit != "best" for option in part.options):
        yield Lack(part.id, "options", "no_best")


def _judgement(part: Part, _files) -> Iterator[Lack]:
    yield from _text(part.id, "story", part.story)
    if part.question:
        yield from _text(part.id, "question", part.question)
    if part.best not in VERDICTS:
        yield Lack(part.id, "best", "unknown" if part.best else "missing")
    yield from _number(part.id, "depends_on", len(part.depends_on), FEWEST_DEPENDS, MOST_DEPENDS)
    yield from _ids(part.id, "depends_on", [each.id for each in part.depends_on])
    for each in part.depends_on:
        yield from _text(part.id, f"depends_on[{each.id}].text", each.text)
    if part.best == DEPENDS and part.depends_on and not any(each.matters for each in part.depends_on):
        yield Lack(part.id, "depends_on", "nothing_matters")
    for verdict in VERDICTS:
        yield from _text(part.id, f"feedback.{verdict}", part.feedback.of(verdict))


def _media(part: Part, files: set[str] | None) -> Iterator[Lack]:
    if part.body:
        yield from _text(part.id, "body", part.body)
    if not part.media.kind:
        yield Lack(part.id, "media.kind", "missing")
    if not (part.media.file_en or part.media.file_zh):
        yield Lack(part.id, "media.file", "missing")
    for name in ("captions_en", "captions_zh"):
        if not getattr(part.media, name):
            yield Lack(part.id, f"media.{name}", "missing")
    if files is not None:
        yield from (Lack(part.id, "media.file", "no_file") for name in part.media.files() if name not in files)
    yield from _text(part.id, "media.transcript", part.media.transcript)


_KINDS = {TEXT: _text_part, SCENARIO: _scenario, JUDGEMENT: _judgement, MEDIA: _media, QUESTION_BOX: _text_part}


def _text(part: str, field: str, text: Text) -> Iterator[Lack]:
    if not (text.en.strip() or text.zh_hans.strip()):
        yield Lack(part, field, "missing")
    elif text.missing():
        yield Lack(part, field, "language")
    if _FORBIDDEN.search(text.en) or _FORBIDDEN.search(text.zh_hans):
        yield Lack(part, field, "markdown")


def _ids(part: str, field: str, ids: list[str]) -> Iterator[Lack]:
    for each, count in Counter(ids).items():
        if count > 1:
            yield Lack(part, f"{field}[{each}]", "twice")
        if not SLUG.fullmatch(each):
            yield Lack(part, f"{field}[{each}]", "slug")


def _number(part: str, field: str, count: int, fewest: int, most: int) -> Iterator[Lack]:
    if count < fewest:
        yield Lack(part, field, "missing" if count == 0 else "too_few")
    if count > most:
        yield Lack(part, field, "too_many")


def _is_empty(value) -> bool:
    if is_dataclass(value) and not isinstance(value, Text):
        return all(_is_empty(getattr(value, each.name)) for each in fields(value))
    return not value
