"""Spans of time in words, in both languages. Explicit about the language, because one page may show both."""

import re
from typing import TYPE_CHECKING

from policy.limits import Span

if TYPE_CHECKING:
    from policy.records import Text

NUMBER = "{number}"
_NUMBER_AFTER_HAN = re.compile(r"(?<=[\u4e00-\u9fff])(?=\d)")

_EN = {
    "hour": ("hour", "hours"),
    "working_hour": ("working hour", "working hours"),
    "calendar_day": ("day", "days"),
    "working_day": ("working day", "working days"),
    "month": ("month", "months"),
    "year": ("year", "years"),
}
_ZH = {
    "hour": "小时",
    "working_hour": "个工作小时",
    "calendar_day": "天",
    "working_day": "个工作日",
    "month": "个月",
    "year": "年",
}


def span_in_words(span: Span, language: str) -> str:
    """ "2 working days" or "2 个工作日"."""
    if language.lower().startswith("zh"):
        return f"{span.value} {_ZH[span.unit]}"
    return f"{span.value} {_EN[span.unit][0 if span.value == 1 else 1]}"


def fill(text: "Text", span: Span | None) -> "Text":
    """Put the number into a sentence; without a number the sentence is not said at all."""
    if span is None:
        return type(text)() if NUMBER in text.en + text.zh_hans else text
    return text.map(lambda words, language: spaced(words.replace(NUMBER, span_in_words(span, language))))


def spaced(words: str) -> str:
    """A number inside a Chinese sentence stands a little apart: 至少每 10 个工作日."""
    return _NUMBER_AFTER_HAN.sub(" ", words)
