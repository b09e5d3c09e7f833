"""What a course version says, as frozen records. The database keeps them as JSON (`CourseVersion.content`); nothing else reads it raw.

A draft may be incomplete: a record only refuses a wrong shape. What keeps it from being published is told by `training.completeness`.
"""

from dataclasses import dataclass, replace

from policy.records import EMPTY, Text
from training.vocabulary import ASKING, DEPENDS, KINDS, MEDIA_KINDS, VERDICTS


@dataclass(frozen=True)
class Chapter:
    """A heading of the progress page. Parts name it by `id`."""

    id: str
    title: Text = EMPTY


@dataclass(frozen=True)
class Option:
    """What one may answer in a scenario. `fit`: see `vocabulary.FITS`; `feedback`: what happens next, and why."""

    id: str
    fit: str = ""
    text: Text = EMPTY
    feedback: Text = EMPTY


@dataclass(frozen=True)
class Dependence:
    """Something a judgement may depend on. `matters`: whether it really does."""

    id: str
    text: Text = EMPTY
    matters: bool = True


@dataclass(frozen=True)
class Verdicts:
    """What is answered to each judgement."""

    ok: Text = EMPTY
    not_ok: Text = EMPTY
    depends: Text = EMPTY

    def of(self, verdict: str) -> Text:
        return getattr(self, verdict) if verdict in VERDICTS else EMPTY


@dataclass(frozen=True)
class Media:
    """A film or a recording: `kind` "video" or "audio"; files (ids of `CourseFile`) by language, and the whole text of it.

    `captions_…`: WebVTT. Where one language has no file of its own, the other's is shown with this language's captions.
    """

    kind: str = ""
    file_en: str = ""
    file_zh: str = ""
    captions_en: str = ""
    captions_zh: str = ""
    transcript: Text = EMPTY

    def file(self, language: str) -> str:
        own, other = (self.file_zh, self.file_en) if language == "zh-hans" else (self.file_en, self.file_zh)
        return own or other

    def captions(self, language: str) -> str:
        return self.captions_zh if language == "zh-hans" else self.captions_en

    def files(self) -> tuple[str, ...]:
        """Every file it names."""
        return tuple(name for name in (self.file_en, self.file_zh, self.captions_en, self.captions_zh) if name)


NO_MEDIA, NO_VERDICTS = Media(), Verdicts()


@dataclass(frozen=True)
class Part:
    """One screen. Which fields count follows from `kind` (`vocabulary.KINDS`):

    text: `body` · scenario: `story`, `question`, `options` · judgement: `story`, `best`, `depends_on`, `feedback` · media: `body`,
    `media` · question_box: `body`. A `distressing` scene has a `note` shown before it and an `equal` text for whoever skips it.
    `policy`: the section of the policy it points to.
    """

    id: str
    kind: str
    chapter: str = ""
    minutes: int = 1
    title: Text = EMPTY
    body: Text = EMPTY
    policy: str = ""
    distressing: bool = False
    note: Text = EMPTY
    equal: Text = EMPTY
    story: Text = EMPTY
    question: Text = EMPTY
    options: tuple[Option, ...] = ()
    best: str = ""
    depends_on: tuple[Dependence, ...] = ()
    feedback: Verdicts = NO_VERDICTS
    media: Media = NO_MEDIA

    def __post_init__(self):
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.media.kind and self.media.kind not in MEDIA_KINDS:
            raise ValueError(f"media.kind must be one of {', '.join(MEDIA_KINDS)}, not {self.media.kind!r}")

    @property
    def asks(self) -> bool:
        """Whether it has a question, so that feedback is a page of its own."""
        return self.kind in ASKING

    def option(self, option_id: str) -> Option | None:
        return next((option for option in self.options if option.id == option_id), None)

    def choices(self) -> tuple[str, ...]:
        """The answers that may be given."""
        return tuple(VERDICTS) if self.kind == "judgement" else tuple(option.id for option in self.options)

    def feedback_to(self, choice: str) -> Text:
        """What is said to an answer; empty for an unknown one."""
        if self.kind == "judgement":
            return self.feedback.of(choice)
        option = self.option(choice)
        return option.feedback if option else EMPTY

    def fits(self, choice: str) -> str:
        """How an answer fits: a key of `vocabulary.FITS`, "" for an unknown one."""
        if self.kind == "judgement":
            return "best" if choice == self.best else "weak" if choice in VERDICTS else ""
        option = self.option(choice)
        return option.fit if option else ""

    def dependences(self, choice: str) -> tuple[Dependence, ...]:
        """What may be ticked with an answer."""
        return self.depends_on if choice == DEPENDS else ()


@dataclass(frozen=True)
class CourseContent:
    """Everything a course version says. `minutes`: how long it takes."""

    title: Text = EMPTY
    summary: Text = EMPTY
    minutes: int = 0
    chapters: tuple[Chapter, ...] = ()
    parts: tuple[Part, ...] = ()

    def part(self, part_id: str) -> Part | None:
        return next((part for part in self.parts if part.id == part_id), None)

    def number_of(self, part_id: str) -> int:
        """Which screen a part is, counted from 1; 0 when there is no such part."""
        return next((number for number, part in enumerate(self.parts, 1) if part.id == part_id), 0)

    def chapter(self, chapter_id: str) -> Chapter | None:
        return next((chapter for chapter in self.chapters if chapter.id == chapter_id), None)

    def with_part(self, part: Part) -> "CourseContent":
        """Replace the part with the same id, or add it at the end."""
        if self.part(part.id):
            return replace(self, parts=tuple(part if each.id == part.id else each for each in self.parts))
        return replace(self, parts=(*self.parts, part))

    def without_part(self, part_id: str) -> "CourseContent":
        return replace(self, parts=tuple(part for part in self.parts if part.id != part_id))

    def moved(self, part_id: str, by: int) -> "CourseContent":
        """The part one place earlier (`by` -1) or later (1); at the end it stays where it is."""
        order, at = list(self.parts), self.number_of(part_id) - 1
        if at >= 0 and 0 <= at + by < len(order):
            order[at], order[at + by] = order[at + by], order[at]
        return replace(self, parts=tuple(order))
