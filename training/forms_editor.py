"""Forms of the scenario editor (D7): the same words in both languages side by side.

A draft may be incomplete: what is missing is listed before it is published (`training.completeness`).
"""

import re
from dataclasses import replace
from typing import NamedTuple

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from policy.forms.fields import LANGUAGE_FIELDS, RecordForm, amount, one_of
from policy.records import Text
from training.parts import Chapter, CourseContent, Dependence, Media, Option, Part, Verdicts
from training.services.editing import Words
from training.services.media import WrongFile, media_type_of
from training.states import FileKind
from training.vocabulary import (
    FITS,
    JUDGEMENT,
    MEDIA,
    MEDIA_KINDS,
    MOST_DEPENDS,
    MOST_OPTIONS,
    QUESTION_BOX,
    SCENARIO,
    TEXT,
    VERDICTS,
)

MARKDOWN = _("Empty line: new paragraph. **bold**, *emphasis*, - list, 1. numbered list, ## heading. No links or pictures.")
EXPLAINED = _("Everybody reads it, whatever they chose. It says what happens next, and why; it never blames.")
POLICY_WORDS = {
    "position": _("Our position"), "definition": _("What harassment is"), "examples": _("Examples"), "duties": _("Duties"),
    "channels": _("Ways to report"), "procedure": _("What happens with a report"), "limits": _("Time limits"),
    "body": _("Who handles reports"), "interim": _("Protection meanwhile"), "sanctions": _("Sanctions"),
    "confidentiality": _("Confidentiality and its limits"), "no_retaliation": _("No retaliation"), "mistaken": _("Mistaken reports"),
    "outside": _("Ways outside the organisation"), "support": _("Support"), "review": _("Review of the policy"),
}  # fmt: skip
_SCENE = {
    "note": (_("What it is about, said before the scene"), 2, _("Only when the scene may be distressing.")),
    "equal": (_("The equal text for whoever skips it"), 5, _("It teaches the same without the scene, and counts the same.")),
}


class WordsForm(RecordForm):
    """What a course says about itself."""

    texts = {"title": (_("Title"), 1, ""), "summary": (_("What it is about"), 4, MARKDOWN)}
    minutes = amount(_("How long it takes (minutes)"), most=600)

    def record(self) -> Words:
        return Words(self.text("title"), self.text("summary"), self.cleaned_data["minutes"] or 0)


class ChapterForm(RecordForm):
    """The heading of a chapter."""

    texts = {"title": (pgettext_lazy("of a chapter", "Heading"), 1, "")}

    def record(self, chapter_id: str) -> Chapter:
        return Chapter(chapter_id, self.text("title"))


class Group(NamedTuple):
    """A stretch of the form. `number`: which of the entries that can be moved it is, counted from 1; 0 for all else."""

    heading: str
    rows: list
    number: int = 0
    is_last: bool = False


class PartForm(RecordForm):
    """What every kind of part has. `groups`: the stretches of the form, in order."""

    kind = ""
    # The numbers of entries that have an order of their own, with buttons that move them.
    numbers: range = range(0)
    chapter = one_of(_("Chapter"), [], blank=_("none yet"))
    minutes = amount(_("Minutes for this screen"), most=60)
    policy = one_of(_("Section of the policy it points to"), POLICY_WORDS.items(), blank=pgettext_lazy("section of the policy", "none"))

    def offer(self, content: CourseContent) -> None:
        self.fields["chapter"].choices = [("", _("none yet")), *((each.id, str(each.title) or each.id) for each in content.chapters)]

    def groups(self) -> list[Group]:
        return [Group("", [row for row in self.rows() if row[1][0].name not in ("chapter", "minutes", "policy")])]

    def entries(self, heading, *stems: str) -> list[Group]:
        """A group for each entry that can be moved; `heading` has a %(number)s, `stems` name its boxes."""
        last = self.numbers[-1]
        return [
            Group(heading % {"number": number}, self._rows_of(*(f"{stem}_{number}" for stem in stems)), number, number == last)
            for number in self.numbers
        ]

    @property
    def about(self) -> list:
        """The boxes that every kind of part has."""
        return [self[name] for name in ("chapter", "minutes", "policy")]

    def record(self, part_id: str) -> Part:
        said = self.cleaned_data
        place = {"chapter": said["chapter"], "minutes": said["minutes"] or 0, "policy": said["policy"]}
        return Part(part_id, self.kind, **place, title=self.text("title"), **self.own())

    def own(self) -> dict:
        """The fields of the part that only this kind has."""
        return {"body": self.text("body")}

    def _rows_of(self, *names: str) -> list:
        """Rows for these names: both languages of a text, or the one box."""
        return [
            ("languages", [self[f"{name}_{suffix}"] for suffix, _label in LANGUAGE_FIELDS]) if name in self.texts else ("one", [self[name]])
            for name in names
        ]


class TextForm(PartForm):
    kind = TEXT
    texts = {"title": (_("Title"), 1, ""), "body": (pgettext_lazy("of a section", "Text"), 12, MARKDOWN)}


class BoxForm(PartForm):
    kind = QUESTION_BOX
    texts = {"title": (_("Title"), 1, ""), "body": (_("What may be asked here"), 5, MARKDOWN)}


class SceneForm(PartForm):
    """A part with a story, which may be distressing."""

    distressing = forms.BooleanField(label=_("It may be distressing: say so first, and offer a text instead"), required=False)

    def scene(self) -> dict:
        is_hard = self.cleaned_data["distressing"]
        return {"distressing": is_hard, "note": self.text("note"), "equal": self.text("equal")}

    def hard(self) -> Group:
        return Group(_("Before a distressing scene"), self._rows_of("distressing", "note", "equal"))


class ScenarioForm(SceneForm):
    """A story, a question, and three or four answers, each with what is said to it."""

    kind = SCENARIO
    numbers = range(1, MOST_OPTIONS + 1)
    texts = {
        "title": (_("Title"), 1, ""),
        "story": (_("The story"), 8, MARKDOWN),
        "question": (_("The question"), 2, ""),
        **{f"option_{n}": (pgettext_lazy("in a course", "Answer"), 2, "") for n in numbers},
        **{f"feedback_{n}": (_("What is said to it"), 5, EXPLAINED if n == 1 else "") for n in numbers},
        **_SCENE,
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number in self.numbers:
            self.fields[f"fit_{number}"] = one_of(_("How it fits"), FITS.items(), blank=pgettext_lazy("how an answer fits", "not said yet"))
            self.fields[f"id_{number}"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def groups(self) -> list[Group]:
        answers = self.entries(_("Answer %(number)s"), "option", "feedback", "fit")
        return [Group("", self._rows_of("title", "story", "question")), *answers, self.hard()]

    @property
    def hidden(self) -> list:
        return [self[f"id_{number}"] for number in self.numbers]

    @classmethod
    def initial_of(cls, record: Part) -> dict:
        found = _texts(record, "title", "story", "question", "note", "equal") | _about(record) | {"distressing": record.distressing}
        for number, option in enumerate(record.options[:MOST_OPTIONS], 1):
            found |= {f"fit_{number}": option.fit, f"id_{number}": option.id}
            found |= _text(f"option_{number}", option.text) | _text(f"feedback_{number}", option.feedback)
        return found

    def own(self) -> dict:
        return self.scene() | {"story": self.text("story"), "question": self.text("question"), "options": tuple(self._options())}

    def _options(self):
        taken = {self.cleaned_data[f"id_{number}"] for number in self.numbers}
        free = (letter for letter in "abcdefgh" if letter not in taken)
        for number in self.numbers:
            text, feedback = self.text(f"option_{number}"), self.text(f"feedback_{number}")
            if text or feedback:
                option_id = self.cleaned_data[f"id_{number}"] or next(free)
                yield Option(option_id, self.cleaned_data[f"fit_{number}"], text, feedback)


class JudgementForm(SceneForm):
    """A grey area: OK, not OK, or it depends, and on what."""

    kind = JUDGEMENT
    numbers = range(1, MOST_DEPENDS + 1)
    texts = {
        "title": (_("Title"), 1, ""),
        "story": (_("The story"), 8, MARKDOWN),
        "question": (_("The question"), 2, _("Left empty, it asks: Is this OK?")),
        **{f"feedback_{verdict}": (_("What is said to it"), 4, EXPLAINED if verdict == "ok" else "") for verdict in VERDICTS},
        **{f"depends_{n}": (_("It depends on"), 1, "") for n in numbers},
        **_SCENE,
    }
    best = one_of(_("What we think"), VERDICTS.items(), blank=pgettext_lazy("how an answer fits", "not said yet"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for number in self.numbers:
            self.fields[f"matters_{number}"] = forms.BooleanField(label=_("It really matters"), required=False)
            self.fields[f"id_{number}"] = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def groups(self) -> list[Group]:
        said = [Group(str(words), self._rows_of(f"feedback_{verdict}")) for verdict, words in VERDICTS.items()]
        depends = self.entries(_("What it may depend on: %(number)s"), "depends", "matters")
        return [Group("", self._rows_of("title", "story", "question", "best")), *said, *depends, self.hard()]

    @property
    def hidden(self) -> list:
        return [self[f"id_{number}"] for number in self.numbers]

    @classmethod
    def initial_of(cls, record: Part) -> dict:
        found = _texts(record, "title", "story", "question", "note", "equal") | _about(record)
        found |= {"distressing": record.distressing, "best": record.best}
        for verdict in VERDICTS:
            found |= _text(f"feedback_{verdict}", record.feedback.of(verdict))
        for number, each in enumerate(record.depends_on[:MOST_DEPENDS], 1):
            found |= _text(f"depends_{number}", each.text) | {f"matters_{number}": each.matters, f"id_{number}": each.id}
        return found

    def own(self) -> dict:
        said = Verdicts(**{verdict: self.text(f"feedback_{verdict}") for verdict in VERDICTS})
        story = {"story": self.text("story"), "question": self.text("question"), "best": self.cleaned_data["best"]}
        return self.scene() | story | {"feedback": said, "depends_on": tuple(self._depends_on())}

    def _depends_on(self):
        taken = {self.cleaned_data[f"id_{number}"] for number in self.numbers}
        free = (letter for letter in "abcdefgh" if letter not in taken)
        for number in self.numbers:
            text = self.text(f"depends_{number}")
            if text:
                yield Dependence(self.cleaned_data[f"id_{number}"] or next(free), text, self.cleaned_data[f"matters_{number}"])


class MediaForm(SceneForm):
    """A film or a recording with captions in both languages and the whole text of it."""

    kind = MEDIA
    boxes = {"file_en": _("Film or recording (English)"), "file_zh": _("Film or recording (中文)"), "captions_en": _("Captions (English)"),
             "captions_zh": _("Captions (中文)")}  # fmt: skip
    texts = {
        "title": (_("Title"), 1, ""),
        "body": (_("What is said before it"), 3, MARKDOWN),
        "transcript": (_("Everything that is said and shown, as text"), 10, MARKDOWN),
        **_SCENE,
    }
    media_kind = one_of(_("Kind"), MEDIA_KINDS.items(), blank=pgettext_lazy("kind of a film", "not chosen yet"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in self.boxes.items():
            help_text = _("WebVTT.") if name.startswith("captions") else _("MP4 or WebM; MP3, M4A, OGG or WAV for sound alone.")
            self.fields[name] = forms.FileField(
                label=label, help_text=help_text, required=False, error_messages={"empty": _("This file is empty.")}
            )
            self.fields[f"kept_{name}"] = forms.UUIDField(required=False, widget=forms.HiddenInput)
            self.fields[f"drop_{name}"] = forms.BooleanField(label=_("Take this file out"), required=False)

    def groups(self) -> list[Group]:
        rows = []
        for name in self.boxes:
            rows += self._rows_of(name, f"drop_{name}") if self[f"kept_{name}"].value() else self._rows_of(name)
        return [
            Group("", self._rows_of("title", "body", "media_kind")),
            Group(_("Files"), rows),
            Group("", self._rows_of("transcript")),
            self.hard(),
        ]

    @property
    def hidden(self) -> list:
        return [self[f"kept_{name}"] for name in self.boxes]

    @classmethod
    def initial_of(cls, record: Part) -> dict:
        found = _texts(record, "title", "body", "note", "equal") | _about(record) | _text("transcript", record.media.transcript)
        found |= {"distressing": record.distressing, "media_kind": record.media.kind}
        return found | {f"kept_{name}": getattr(record.media, name) or None for name in cls.boxes}

    def clean(self):
        said = super().clean()
        for name in self.boxes:
            if said.get(name) is not None:
                self._check_file(name, said)
        return said

    def _check_file(self, name: str, said: dict) -> None:
        try:
            media_type_of(said[name], self.file_kind(name))
        except WrongFile:
            is_text = name.startswith("captions")
            self.add_error(name, _("This is no WebVTT file.") if is_text else _("This is no film or recording of a kind we can play."))

    def file_kind(self, name: str) -> str:
        """What a file is given as: captions, or what the part holds."""
        if name.startswith("captions"):
            return FileKind.CAPTIONS
        return FileKind.AUDIO if self.cleaned_data.get("media_kind") == FileKind.AUDIO else FileKind.VIDEO

    def files_given(self) -> list[str]:
        """Names of the boxes with a new file in them."""
        return [name for name in self.boxes if self.cleaned_data.get(name) is not None]

    def own(self) -> dict:
        kept = {name: self._kept(name) for name in self.boxes}
        told = Media(kind=self.cleaned_data["media_kind"], transcript=self.text("transcript"), **kept)
        return self.scene() | {"body": self.text("body"), "media": told}

    def _kept(self, name: str) -> str:
        kept = self.cleaned_data[f"kept_{name}"]
        return str(kept) if kept and not self.cleaned_data[f"drop_{name}"] else ""


# "option_2_en" -> "option", "2", "_en"
_NUMBERED = re.compile(r"([a-z]+)_(\d+)((?:_en|_zh_hans)?)")


def moved(form_class: type[PartForm], typed: dict, wanted: str) -> tuple[dict, int]:
    """What was typed, with one entry in its neighbour's place, and where the entry is now. `wanted`: "2:up".

    Nothing moves beyond an end, nor by words that no button says; the place is 0 then.
    """
    name, _colon, way = wanted.partition(":")
    number = int(name) if name.isdecimal() else 0
    other = number + {"up": -1, "down": 1}.get(way, 0)
    if other == number or not {number, other} <= set(form_class.numbers):
        return typed, 0
    places = {str(number): str(other), str(other): str(number)}

    def place(field: str) -> str:
        match = _NUMBERED.fullmatch(field)
        return f"{match[1]}_{places.get(match[2], match[2])}{match[3]}" if match else field

    return {place(field): value for field, value in typed.items()}, other


FORMS = {form.kind: form for form in (TextForm, ScenarioForm, JudgementForm, MediaForm, BoxForm)}


def _about(record: Part) -> dict:
    return {"chapter": record.chapter, "minutes": record.minutes, "policy": record.policy}


def _text(name: str, text: Text) -> dict:
    return {f"{name}_{suffix}": getattr(text, suffix) for suffix, _label in LANGUAGE_FIELDS}


def _texts(record: Part, *names: str) -> dict:
    found: dict = {}
    for name in names:
        found |= _text(name, getattr(record, name))
    return found


def with_files(part: Part, added: dict[str, str]) -> Part:
    """The part with files that were just kept: {field of `Media`: id}."""
    return replace(part, media=replace(part.media, **added)) if added else part
