"""What the questions say. Every text has a key, and an employer may word it anew; order, options and what is compulsory stay (D12).

A text is looked up when it is shown: first in the wording in use (`using`), then in the words the software came with. Pure: which
wording is in force, and which one a draft was begun under, is said from outside.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from django.utils.functional import lazy
from django.utils.translation import get_language, override

from complaints.questions.kinds import FILES, GROUP, Field, Note, Option, Page

ENGLISH, CHINESE = LANGUAGES = ("en", "zh-hans")
SHIPPED_NUMBER = 0
_PLACEHOLDER = re.compile(r"\{(\w+)\}")

# What a text is for.
HEADING, QUESTION, HINT, HINT_WITHOUT, ANSWER, ANSWER_HINT, ANSWER_HINT_WITHOUT = (
    "heading", "question", "hint", "hint_without", "answer", "answer_hint", "answer_hint_without",
)  # fmt: skip
NOTE, NOTE_WITHOUT, WHY, HELP_TITLE, HELP_TEXT, BLANK_ERROR, BLOCK, ADD, PART = (
    "note", "note_without", "why", "help_title", "help_text", "blank_error", "block", "add", "part",
)  # fmt: skip
# Sentences; everything else is a label.
SENTENCES = frozenset(
    {HINT, HINT_WITHOUT, ANSWER_HINT, ANSWER_HINT_WITHOUT, NOTE, NOTE_WITHOUT, WHY, HELP_TEXT, BLANK_ERROR},
)


@dataclass(frozen=True, eq=False)
class Wording:
    """One complete wording of the questions. `texts`: {key: (English, Chinese)}; a key that it does not name keeps the shipped words.

    `number` and `digest` name it for ever: they are what a draft and a report keep.
    """

    number: int
    digest: str
    texts: Mapping[str, tuple[str, str]] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def label(self) -> str:
        return f"{self.number}-{self.digest}"


_in_use: ContextVar[Wording | None] = ContextVar("wording of the questions", default=None)


@contextmanager
def using(wording: Wording | None) -> Iterator[None]:
    """Show the questions in `wording` (None: as shipped) until the block ends. May be a lazy object: it is asked at the first text."""
    before = _in_use.set(wording)
    try:
        yield
    finally:
        _in_use.reset(before)


def in_use() -> Wording | None:
    """The wording that texts are looked up in now; None where nobody chose one."""
    return _in_use.get()


def _said(key: str, shipped) -> str:
    wording = in_use()
    words = wording.texts.get(key) if wording else None
    return str(shipped) if words is None else words[_column(get_language())]


def _column(language: str | None) -> int:
    return 1 if (language or ENGLISH).startswith("zh") else 0


# A text that is looked up anew whenever it is shown; behaves like `gettext_lazy`.
worded = lazy(_said, str)


@dataclass(frozen=True, eq=False)
class Slot:
    """One text that may be worded anew. `of`: what it belongs to (a field's label, an answer), where the page has several of its kind."""

    key: str
    kind: str
    shipped: object
    of: object = ""
    optional: bool = False

    def shipped_in(self, language: str) -> str:
        """The words the software came with."""
        with override(language):
            return str(self.shipped)

    @property
    def placeholders(self) -> frozenset[str]:
        """Names of the numbers that the policy puts into it."""
        return frozenset(_PLACEHOLDER.findall(self.shipped_in(ENGLISH)))

    @property
    def may_be_blank(self) -> bool:
        """A hint or a reason may be left out; never a sentence that holds a promise's number."""
        return self.optional and not self.placeholders

    @property
    def is_sentence(self) -> bool:
        return self.kind in SENTENCES


def digest_of(number: int, texts: list) -> str:
    """SHA-256 (hex) over a complete wording: `texts` is [[key, English, Chinese], …] in the order of the questions."""
    canonical = json.dumps([number, texts], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def sewn(page: Page, part: str) -> tuple[Page, tuple[Slot, ...]]:
    """The page with every text looked up when it is shown, and those texts in the order in which somebody reads them.

    `part`: the key of the section's name.
    """
    needle = _Needle(page.id)
    made = replace(
        page,
        section=worded(part, page.section),
        heading=needle("heading", HEADING, page.heading),
        hint=needle("hint", HINT, page.hint, optional=True, always=bool(_is_said(page.heading))),
        hint_without=needle("hint_without", HINT_WITHOUT, page.hint_without),
        fields=tuple(_field(needle, page, each) for each in page.fields),
        notes=tuple(_note(needle, each, n) for n, each in enumerate(page.notes)),
        details=page.details and (needle("help_title", HELP_TITLE, page.details[0]), needle("help_text", HELP_TEXT, page.details[1])),
        why=needle("why", WHY, page.why, optional=True, always=True),
    )
    return made, tuple(needle.slots)


class _Needle:
    """Makes the texts of one page worded, and notes each of them."""

    def __init__(self, page_id: str):
        self.page_id = page_id
        self.slots: list[Slot] = []

    def __call__(self, name: str, kind: str, shipped, *, of="", optional: bool = False, always: bool = False):
        """`always`: also where the shipped questions say nothing, so that something can be said."""
        if not _is_said(shipped) and not always:
            return shipped
        slot = Slot(f"{self.page_id}/{name}", kind, shipped, of, optional)
        self.slots.append(slot)
        return worded(slot.key, shipped)


def _is_said(text) -> bool:
    # A lazy text must not be looked at while modules are loaded; only plain strings are ever empty.
    return not isinstance(text, str) or bool(text)


def _field(needle: _Needle, page: Page, field: Field, above: str = "") -> Field:
    path = f"{above}{field.name}"
    # The label and hint of a group and of the list of files are the page's own heading and hint.
    is_drawn = field.kind not in (GROUP, FILES)
    # The hint of the page stands in the place of the first field's, because it holds a number.
    is_hinted = is_drawn and not (field is page.fields[0] and _is_said(page.hint) and not _is_said(page.heading))
    label = field.label or ""
    return replace(
        field,
        label=needle(f"{path}.question", QUESTION, label) if is_drawn else label,
        hint=needle(f"{path}.hint", HINT, field.hint, of=label, optional=True, always=True) if is_hinted else field.hint,
        block_title=needle(f"{path}.block", BLOCK, field.block_title),
        parts=tuple(_field(needle, page, part, f"{path}.") for part in field.parts),
        add_label=needle(f"{path}.add", ADD, field.add_label),
        options=tuple(_option(needle, path, each) for each in field.options),
        blank_error=needle(f"{path}.blank_error", BLANK_ERROR, field.blank_error),
    )


def _option(needle: _Needle, path: str, option: Option) -> Option:
    name, of = f"{path}={option.value}", option.label
    return replace(
        option,
        label=needle(name, ANSWER, option.label),
        hint=needle(f"{name}.hint", ANSWER_HINT, option.hint, of=of),
        hint_without=needle(f"{name}.hint_without", ANSWER_HINT_WITHOUT, option.hint_without, of=of),
    )


def _note(needle: _Needle, note: Note, n: int) -> Note:
    return replace(note, text=needle(f"note{n}", NOTE, note.text), without=needle(f"note{n}.without", NOTE_WITHOUT, note.without))
