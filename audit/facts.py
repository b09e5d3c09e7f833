"""Facts of an entry: numbers, truth values, dates and words of a fixed vocabulary. Never what somebody wrote."""

import re
from datetime import date, datetime
from enum import Enum
from uuid import UUID

WORD = re.compile(r"[a-z0-9_.:-]{0,64}")
MAX_FACTS = 20
_INT = range(-(2**53) + 1, 2**53)  # what every JSON reader keeps exactly


class NotAFact(ValueError):
    """Something that could carry a person's words. The message names the fact, never its value."""


def checked(facts: dict | None) -> dict:
    """Return `facts` as they are stored: dates as ISO text, identifiers as text. Raises NotAFact."""
    facts = facts or {}
    if len(facts) > MAX_FACTS:
        raise NotAFact("too many facts")
    return {_name(name): _value(name, value) for name, value in facts.items()}


def _name(name) -> str:
    if not isinstance(name, str) or not name or not WORD.fullmatch(name):
        raise NotAFact("the name of a fact is a short lower-case word")
    return name


def _value(name: str, value):
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool) or (isinstance(value, int) and value in _INT):
        return value
    if isinstance(value, datetime):
        raise NotAFact(f"{name}: give a date, the entry has its own time")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str) and WORD.fullmatch(value):
        return str(value)
    raise NotAFact(f"{name} is not a number, truth value, date or fixed word")
