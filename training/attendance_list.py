"""Reading a list of who was there, and planning what recording it would do. Pure but for who is meant, which is handed in.

A line holds an address, a staff number or a name, and after a comma the minutes of whoever was not there all the time. Lists copied from a
mail program (“Li Na <li.na@…>; …”) are read as well.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from people.models import Employee
from training.recognising import Found

MOST_LINES = 500
# What happens to a line. The first three are recorded or change nothing; the others stand in the way.
NEW, SHORT, THERE = "new", "short", "there"
UNKNOWN, SEVERAL, TWICE, MINUTES, NOT_YET, GONE = "unknown", "several", "twice", "minutes", "not_yet", "gone"
GOOD = frozenset({NEW, SHORT, THERE})
# Begins where a word does and is no longer than an address can be (with “mailto:” before it): a line of one endless word is read in one go.
_ADDRESS = re.compile(r"(?<![^\s<>,;，；\"'])[^\s<>,;，；\"']{1,80}@[^\s<>,;，；\"']{1,254}")
_PARTS = re.compile(r"[,;\t，；]")


class Written(NamedTuple):
    """One person as a line names them. `minutes`: None where the line says nothing, -1 where it can't be read."""

    line: int
    who: str
    minutes: int | None


@dataclass(frozen=True)
class Line:
    """What becomes of one of them: `state` is one of the words above."""

    line: int
    who: str
    minutes: int
    state: str
    employee: Employee | None = None

    @property
    def is_good(self) -> bool:
        return self.state in GOOD


@dataclass(frozen=True)
class Plan:
    """Every line, in order. It may be applied when none of them stands in the way and at least one is new."""

    lines: tuple[Line, ...]

    @property
    def problems(self) -> list[Line]:
        return [line for line in self.lines if not line.is_good]

    @property
    def to_record(self) -> list[Line]:
        return [line for line in self.lines if line.state in (NEW, SHORT)]

    def count(self, state: str) -> int:
        return sum(line.state == state for line in self.lines)


def read(text: str) -> list[Written]:
    """Everybody whom `text` names, with the number of the line (counted from 1). Never raises for what somebody typed."""
    return [written for number, line in enumerate(text.splitlines(), 1) for written in _line(number, line.strip())]


def _line(number: int, line: str) -> Iterator[Written]:
    if not line:
        return
    parts = [part.strip() for part in _PARTS.split(line) if part.strip()]
    minutes = None
    if len(parts) > 1 and (parts[-1].isdecimal() or (parts[-1][0] in "-+0123456789" and "@" not in parts[-1])):
        minutes = int(parts[-1]) if parts[-1].isdecimal() and len(parts[-1]) <= 4 else -1
        parts = parts[:-1]
    addresses = _ADDRESS.findall(line)
    if addresses:
        yield from (Written(number, address.removeprefix("mailto:"), minutes) for address in addresses)
    else:
        yield Written(number, " ".join(parts)[:120], minutes)


def plan(
    written: Iterable[Written],
    recognise: Callable[[Iterable[str]], dict[str, Found]],
    *,
    minutes: int,
    least_minutes: int,
    there: Collection,
    on: date,
) -> Plan:
    """What recording the list would do.

    `minutes`: the length of the session; `least_minutes`: from how many on the course is completed; `there`: ids of the employees whose
    attendance is recorded already; `on`: the day of the session.
    """
    written = list(written)
    found, seen, lines = recognise(each.who for each in written), set(), []
    for each in written:
        employee, problem = found[each.who]
        spent = minutes if each.minutes is None else each.minutes
        state = problem or _state(employee, spent, minutes, least_minutes, there, seen, on)
        if employee is not None:
            seen.add(employee.pk)
        lines.append(Line(each.line, each.who, spent, state, employee))
    return Plan(tuple(lines))


def _state(employee: Employee, spent: int, minutes: int, least: int, there, seen, on: date) -> str:
    if employee.pk in seen:
        return TWICE
    if employee.pk in there:
        return THERE
    if not 1 <= spent <= minutes:
        return MINUTES
    if employee.joined_date > on:
        return NOT_YET
    if employee.left_date and employee.left_date <= on:
        return GONE
    return NEW if spent >= least else SHORT
