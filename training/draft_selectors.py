"""A draft as whoever writes it sees it: what it holds, what is missing where, what it changes. Reads only."""

import re
from dataclasses import dataclass

from policy.editing import fingerprint
from training.completeness import Lack
from training.models import CourseVersion
from training.parts import Chapter, CourseContent, Part
from training.selectors import content_of
from training.services.courses import missing
from training.services.editing import tidy, words_of


@dataclass(frozen=True)
class PartLine:
    """One part of the overview. `number`: its screen; `seen`: its fingerprint; `lacks`: what is missing in it."""

    part: Part
    number: int
    seen: str
    lacks: list[Lack]


@dataclass(frozen=True)
class ChapterLine:
    """One chapter with its parts. `chapter` is None for parts that belong to none."""

    chapter: Chapter | None
    seen: str
    parts: list[PartLine]


@dataclass(frozen=True)
class Overview:
    """A whole draft. `of_course`: what is missing outside of the parts; `minutes`: of all its parts together."""

    content: CourseContent
    chapters: list[ChapterLine]
    lacks: list[Lack]
    of_course: list[Lack]
    minutes: int


def overview(version: CourseVersion) -> Overview:
    content, lacking = content_of(version), missing(version)
    numbered = [
        PartLine(part, number, fingerprint(part), [lack for lack in lacking if lack.part == part.id])
        for number, part in enumerate(content.parts, 1)
    ]
    known = {chapter.id for chapter in content.chapters}
    chapters = [
        ChapterLine(chapter, fingerprint(chapter), [line for line in numbered if line.part.chapter == chapter.id])
        for chapter in content.chapters
    ]
    loose = [line for line in numbered if line.part.chapter not in known]
    if loose:
        chapters.append(ChapterLine(None, "", loose))
    of_course = [lack for lack in lacking if not lack.part]
    return Overview(content, chapters, lacking, of_course, sum(part.minutes for part in content.parts))


def item_of(content: CourseContent, kind: str, item: str):
    """What a form of the editor is about; None where it is not there. `kind`: "words", "chapters" or "parts"."""
    if kind == "words":
        return words_of(content)
    return content.chapter(item) if kind == "chapters" else content.part(item)


@dataclass(frozen=True)
class Changed:
    """A part that differs from the version that is given. `how`: "new", "gone" or "changed"."""

    title: str
    how: str


def changes(draft: CourseVersion, given: CourseVersion | None) -> list[Changed]:
    """What a draft changes, part by part; nothing where no version is given yet."""
    if given is None:
        return []
    before, after = ({part.id: tidy(part) for part in content_of(each).parts} for each in (given, draft))
    found = [Changed(str(part.title) or part.id, "new") for part_id, part in after.items() if part_id not in before]
    found += [Changed(str(part.title) or part.id, "changed") for key, part in after.items() if key in before and before[key] != part]
    return found + [Changed(str(part.title) or part.id, "gone") for part_id, part in before.items() if part_id not in after]


_PLACE = re.compile(r"(?P<name>[a-z_]+)(?:\[(?P<item>[^\]]*)\])?(?:\.(?P<of>[a-z_]+))?")


def place_of(lack: Lack) -> tuple[str, str, str]:
    """(name of the field, the item in it or "", the field of that item or "") of something that is missing."""
    match = _PLACE.fullmatch(lack.field)
    return (match["name"], match["item"] or "", match["of"] or "") if match else (lack.field, "", "")
