"""Reading a list of completions from another learning system, and planning what importing it would do.

Pure but for who is meant, which is handed in. One row is one completed course of one person. A file with a single bad row imports nothing.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from people import csvfiles
from people.models import Employee
from training.recognising import Found

COLUMNS = ("person", "course", "completed", "minutes", "provider", "reference")
REQUIRED = ("person", "course", "completed", "minutes", "provider")
# What a column may be called in the first line (`csvfiles.heading_word`).
HEADINGS = {
    "person": (
        "person",
        "email",
        "mail",
        "emailaddress",
        "number",
        "employeenumber",
        "staffnumber",
        "邮箱",
        "电子邮箱",
        "工号",
        "员工编号",
    ),
    "course": ("course", "coursecode", "code", "课程", "课程代码"),
    "completed": ("completed", "completedon", "completiondate", "date", "完成日期", "完成时间", "日期"),
    "minutes": ("minutes", "duration", "时长", "分钟", "学时分钟"),
    "provider": ("provider", "givenby", "培训机构", "提供方"),
    "reference": ("reference", "recordid", "id", "编号", "记录编号"),
}
MOST_ROWS = 2_000
MOST_MINUTES = 6_000
_LENGTHS = {"person": 254, "course": 300, "provider": 120, "reference": 120}
NEW, THERE, BAD = "new", "there", "bad"


class Problem(NamedTuple):
    """Why a line can't be taken. `code`: a key of `import_words.PROBLEMS`; `value`: what stood there."""

    line: int
    column: str
    code: str
    value: str = ""


class Cells(NamedTuple):
    """One row as written."""

    line: int
    person: str = ""
    course: str = ""
    completed: str = ""
    minutes: str = ""
    provider: str = ""
    reference: str = ""


@dataclass(frozen=True)
class Row:
    """What becomes of one row: `state` is NEW, THERE (imported before) or BAD. `key`: the same for the same completion."""

    cells: Cells
    state: str
    employee: Employee | None = None
    course_code: str = ""
    completed_on: date | None = None
    minutes: int = 0
    key: str = ""


@dataclass(frozen=True)
class Plan:
    """Every row in order, and everything that is wrong. It may be applied when nothing is."""

    rows: tuple[Row, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def to_import(self) -> list[Row]:
        return [row for row in self.rows if row.state == NEW]

    def count(self, state: str) -> int:
        return sum(row.state == state for row in self.rows)


def read(raw: bytes) -> tuple[list[Cells], list[Problem]]:
    """The rows of a CSV file and what is wrong with its form. Never raises for what somebody put into it; line 1 is the heading."""
    text = csvfiles.decoded(raw)
    if text is None:
        return [], [Problem(1, "", "encoding")]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=csvfiles.delimiter(text), strict=True)
    rows, problems = [], []
    try:
        columns = _columns(next(reader, []), problems)
        if not problems:
            _read_rows(reader, columns, rows, problems)
    except csv.Error:
        problems.append(Problem(reader.line_num, "", "malformed"))
    if len(rows) > MOST_ROWS:
        return [], [Problem(1, "", "too_many", str(MOST_ROWS))]
    return rows, problems or ([] if rows else [Problem(1, "", "empty")])


def _columns(heading: list[str], problems: list[Problem]) -> tuple[str, ...]:
    known = {word: column for column, words in HEADINGS.items() for word in words}
    columns = tuple(known.get(csvfiles.heading_word(title), "") for title in heading)
    for title, column in zip(heading, columns, strict=True):
        if not column and title.strip():
            problems.append(Problem(1, "", "unknown_column", title.strip()[:60]))
    problems.extend(Problem(1, column, "column_twice") for column in COLUMNS if columns.count(column) > 1)
    problems.extend(Problem(1, column, "column_missing") for column in REQUIRED if column not in columns)
    return columns


def _read_rows(reader, columns: tuple[str, ...], rows: list[Cells], problems: list[Problem]) -> None:
    line = reader.line_num + 1
    for cells in reader:
        # A quoted cell may span lines: the row is named by the line on which it begins.
        here, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            problems.append(Problem(here, "", "cells", str(len(cells))))
            continue
        values = {column: _cell(here, column, cell, problems) for column, cell in zip(columns, cells, strict=True) if column}
        rows.append(Cells(here, **values))


def _cell(line: int, column: str, cell: str, problems: list[Problem]) -> str:
    value = " ".join(cell.split())
    if cell.startswith(csvfiles.FORMULA_STARTS) or value.startswith(csvfiles.FORMULA_STARTS):
        problems.append(Problem(line, column, "formula", value[:40]))
    elif len(value) > _LENGTHS.get(column, 40):
        problems.append(Problem(line, column, "too_long", value[:40]))
    elif any(ord(character) < 32 or ord(character) == 127 for character in value):
        problems.append(Problem(line, column, "characters"))
    elif not value and column in REQUIRED:
        problems.append(Problem(line, column, "missing"))
    return value[: _LENGTHS.get(column, 40)]


def plan(
    raw: bytes,
    recognise: Callable[[Iterable[str]], dict[str, Found]],
    *,
    courses: Mapping[str, str],
    there: Callable[[Collection[str]], Collection[str]],
    today: date,
) -> Plan:
    """What importing the file would do.

    `courses`: {code or title, folded: code}; `there`: which of these keys are completions already, not taken back; `today`: the last day
    on which something may have been completed.
    """
    rows, problems = read(raw)
    found = recognise(row.person for row in rows)
    bad = {problem.line for problem in problems}
    looked = [_row(cells, found[cells.person], courses, today, problems) if cells.line not in bad else Row(cells, BAD) for cells in rows]
    seen: dict[str, int] = {}
    for at, row in enumerate(looked):
        if row.key in seen and row.state != BAD:
            problems.append(Problem(row.cells.line, "", "twice", str(seen[row.key])))
            looked[at] = Row(row.cells, BAD, row.employee)
        elif row.key:
            seen[row.key] = row.cells.line
    known = set(there(seen))
    rows = tuple(_there(row) if row.key in known else row for row in looked)
    return Plan(rows, tuple(sorted(problems)))


def _there(row: Row) -> Row:
    return Row(row.cells, THERE, row.employee, row.course_code, row.completed_on, row.minutes, row.key)


def _row(cells: Cells, who: Found, courses: Mapping[str, str], today: date, problems: list[Problem]) -> Row:
    before, line = len(problems), cells.line
    code, day = courses.get(cells.course.casefold(), ""), csvfiles.date_of(cells.completed)
    minutes = int(cells.minutes) if cells.minutes.isascii() and cells.minutes.isdecimal() else 0
    if who.problem:
        problems.append(Problem(line, "person", who.problem, cells.person))
    if not code:
        problems.append(Problem(line, "course", "unknown_course", cells.course))
    if not 1 <= minutes <= MOST_MINUTES:
        problems.append(Problem(line, "minutes", "minutes", cells.minutes))
    if day is None:
        problems.append(Problem(line, "completed", "date", cells.completed))
    elif day > today:
        problems.append(Problem(line, "completed", "future", cells.completed))
    elif who.employee and not _worked_here(who.employee, day):
        problems.append(Problem(line, "completed", "not_here", cells.completed))
    if len(problems) > before:
        return Row(cells, BAD, who.employee)
    return Row(cells, NEW, who.employee, code, day, minutes, key_of(who.employee, code, day, cells))


def _worked_here(employee: Employee, day: date) -> bool:
    return employee.joined_date <= day and (employee.left_date is None or day < employee.left_date)


def key_of(employee: Employee, code: str, day: date, cells: Cells) -> str:
    """The fingerprint of a completion: person, course, provider, and the other system's own number of it, or the day."""
    same = cells.reference or day.isoformat()
    text = "\x1f".join((str(employee.pk), code, cells.provider.casefold(), same))
    return "import:" + hashlib.sha256(text.encode()).hexdigest()
