"""What a question is made of: pure descriptions, used by the reporter's pages, by staff who record a call, and by the case page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# How an answer is given.
TEXT, LINE, CHOICE, CHOICES, DATE, GROUP, FILES = "text", "line", "choice", "choices", "date", "group", "files"

# Everything that was answered: {page id: {field name: value}}. A value is a str, a list of str (CHOICES) or a list of dicts (GROUP).
Answers = Mapping[str, Mapping[str, object]]

# Longer than anybody types in one go; what is longer stays on the page with a kind sentence.
LONGEST_TEXT = 20_000
LONGEST_LINE = 2_000
MOST_BLOCKS = 20


@dataclass(frozen=True)
class Option:
    """One answer of a list. `value` is stored; `label` is shown in the language of the page;
    `hint` is one more sentence, which may hold numbers of the policy (`hint_without`: said when there are none)."""

    value: str
    label: object
    hint: object = ""
    hint_without: object = ""


@dataclass(frozen=True)
class Field:
    """One thing asked. `label` may be empty when the page's heading asks it. `extra_options`: answers that follow from
    earlier ones; `fixed`: values that are always ticked; `parts` are the fields of one block of a GROUP."""

    name: str
    kind: str
    label: object = ""
    hint: object = ""
    options: tuple[Option, ...] = ()
    extra_options: Callable[[Answers], tuple[Option, ...]] | None = None
    fixed: Callable[[Answers], tuple[str, ...]] | None = None
    parts: tuple["Field", ...] = ()
    block_title: object = ""
    add_label: object = ""
    rows: int = 8
    compulsory: bool = False
    blank_error: object = ""

    def all_options(self, answers: Answers) -> tuple[Option, ...]:
        """The options in the order they are shown, earlier answers considered."""
        return (*(self.extra_options(answers) if self.extra_options else ()), *self.options)

    def fixed_values(self, answers: Answers) -> tuple[str, ...]:
        return self.fixed(answers) if self.fixed else ()

    @property
    def longest(self) -> int:
        """Characters taken in one go."""
        return LONGEST_TEXT if self.kind == TEXT else LONGEST_LINE


@dataclass(frozen=True)
class Note:
    """A quiet panel on a page. `text` may hold `{name}` numbers of the policy; `without` is said when there is no number."""

    text: object
    without: object = ""


@dataclass(frozen=True)
class Page:
    """One question on one page. Its address is `/r/<id>/`.

    The heading is `heading`, or the label of the first field. `hint` may hold numbers of the policy like `Note.text`, with
    `hint_without` for when there are none. `when` says whether the page is asked, given the earlier answers.
    """

    id: str
    section: object
    fields: tuple[Field, ...]
    heading: object = ""
    hint: object = ""
    hint_without: object = ""
    why: object = ""
    details: tuple[object, object] | None = None
    notes: tuple[Note, ...] = ()
    when: Callable[[Answers], bool] = field(default=lambda answers: True)
    may_send: bool = False

    @property
    def title(self) -> object:
        return self.heading or self.fields[0].label

    def field(self, name: str) -> Field:
        return next(each for each in self.fields if each.name == name)


def answer(answers: Answers, page_id: str, name: str, default=""):
    """The value given to one field, or `default`."""
    return answers.get(page_id, {}).get(name, default) or default


def is_blank(value) -> bool:
    """Whether somebody left this blank: nothing, spaces, an empty list, or blocks in which nothing was filled in."""
    if isinstance(value, str):
        return not value.strip()
    if isinstance(value, list | tuple):
        return all(is_blank(each) for each in value)
    if isinstance(value, Mapping):
        return all(is_blank(each) for each in value.values())
    return not value


def fill(text, numbers: Mapping[str, str], without="") -> str:
    """Put the numbers of the policy into a sentence; say `without` when one of them is not known, nothing when that one lacks one too."""
    known = {name: value for name, value in numbers.items() if value}
    for sentence in (text, without):
        try:
            return str(sentence).format_map(known)
        except KeyError:
            continue
    return ""
