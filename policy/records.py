"""JSON to frozen dataclasses and back, by their own type hints, naming every mistake by its place.

Small on purpose: strings, numbers, dates, moments, tuples, optional values, other dataclasses, and `Text`.
"""

import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from functools import cache

from django.utils.translation import get_language

from policy.vocabulary import LANGUAGES


class RecordError(ValueError):
    """The data does not have the shape of the record. `problems`: list of (place, what is wrong)."""

    def __init__(self, problems: list[tuple[str, str]]):
        self.problems = problems
        super().__init__("; ".join(f"{place}: {problem}" for place, problem in problems))


@dataclass(frozen=True)
class Text:
    """The same words in every language of the portal. Printed, it shows the language of the page."""

    en: str = ""
    zh_hans: str = ""

    def in_language(self, language: str) -> str:
        """The words in `language`, or in the other one where they are missing (see `language_shown`)."""
        return self._own(language) or self.en or self.zh_hans

    def language_shown(self, language: str) -> str:
        """Which language `in_language` really returns, for the `lang` attribute."""
        if self._own(language):
            return language
        return "en" if self.en else "zh-hans"

    def missing(self) -> list[str]:
        """Languages without words; none for a text that is empty in all."""
        empty = [language for language in LANGUAGES if not self._own(language).strip()]
        return [] if len(empty) == len(LANGUAGES) else empty

    def map(self, change) -> "Text":
        """A text with `change(words, language)` in every language."""
        return Text(change(self.en, "en"), change(self.zh_hans, "zh-hans"))

    def _own(self, language: str) -> str:
        return self.zh_hans if (language or "").lower().startswith("zh") else self.en

    def __str__(self) -> str:
        return self.in_language(get_language() or "en")

    def __bool__(self) -> bool:
        return bool(self.en or self.zh_hans)


EMPTY = Text()


def load(kind: type, data, place: str = ""):
    """Build `kind` from JSON data. Raises `RecordError` listing every mistake, unknown keys included."""
    problems: list[tuple[str, str]] = []
    value = _value(kind, data, place or kind.__name__, problems)
    if problems:
        raise RecordError(problems)
    return value


def load_all(kind: type, rows, place: str) -> tuple:
    """A tuple of `kind` from a JSON list."""
    return load(tuple[kind, ...], rows, place)


def dump(value):
    """JSON data of a record (or of a tuple of records); fields that hold their default are left out."""
    if isinstance(value, Text):
        return {"en": value.en, "zh-hans": value.zh_hans}
    if is_dataclass(value):
        kept = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: dump(item) for each, item in kept if not _is_default(each, item)}
    if isinstance(value, tuple | list):
        return [dump(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


def _is_default(field, value) -> bool:
    if field.default is not MISSING:
        return value == field.default
    return field.default_factory is not MISSING and value == field.default_factory()


def _value(kind, data, place, problems):
    origin = typing.get_origin(kind)
    if origin in (typing.Union, types.UnionType):
        if data is None:
            return None
        return _value(next(each for each in typing.get_args(kind) if each is not type(None)), data, place, problems)
    if origin is tuple:
        return _tuple(typing.get_args(kind)[0], data, place, problems)
    if kind is Text:
        return _text(data, place, problems)
    if is_dataclass(kind):
        return _record(kind, data, place, problems)
    return _scalar(kind, data, place, problems)


def _tuple(kind, data, place, problems):
    if not isinstance(data, list | tuple):
        problems.append((place, "a list is expected"))
        return ()
    return tuple(_value(kind, item, f"{place}[{n}]", problems) for n, item in enumerate(data))


def _text(data, place, problems):
    if not isinstance(data, dict) or not set(data) <= set(LANGUAGES) or not all(isinstance(v, str) for v in data.values()):
        problems.append((place, "words per language are expected"))
        return Text()
    return Text(data.get("en", ""), data.get("zh-hans", ""))


@cache
def _hints(kind) -> dict:
    """The types of a record's fields. They never change, and asking for them takes longer than all the rest."""
    return typing.get_type_hints(kind)


def _record(kind, data, place, problems):
    if not isinstance(data, dict):
        problems.append((place, "a record is expected"))
        return None
    hints = _hints(kind)
    known = {each.name: each for each in fields(kind) if each.init}
    problems.extend((f"{place}.{name}", "unknown field") for name in sorted(set(data) - set(known)))
    values = {}
    for name, each in known.items():
        if name in data:
            values[name] = _value(hints[name], data[name], f"{place}.{name}", problems)
        elif each.default is MISSING and each.default_factory is MISSING:
            problems.append((f"{place}.{name}", "missing"))
    if problems:
        return None
    try:
        return kind(**values)
    except (ValueError, TypeError) as error:
        problems.append((place, str(error)))
        return None


def _scalar(kind, data, place, problems):
    if kind in (date, datetime):
        if isinstance(data, kind) and not (kind is date and isinstance(data, datetime)):
            return data
        try:
            return kind.fromisoformat(data)
        except (ValueError, TypeError):
            problems.append((place, "a date is expected"))
            return None
    if not isinstance(data, kind) or (kind is int and isinstance(data, bool)):
        problems.append((place, f"{kind.__name__} is expected"))
        return None
    return data
