"""Reading a directory file and planning what it would change. Pure: no database, no clock.

A file is CSV (comma, semicolon or tab; UTF-8, or GB 18030 as spreadsheets in China write it). One row is one employee. The plan names every
change and every bad row by its line number; a file with a single bad row changes nothing.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from people import csvfiles

COLUMNS = ("number", "name", "other_name", "email", "manager", "hr_contact", "unit", "site", "language", "joined", "left")
REQUIRED = ("number", "name", "joined")
# What a column may be called in the first line, folded to lower case without spaces, dashes and underscores.
HEADINGS = {
    "number": ("number", "employeenumber", "employeeno", "employeeid", "staffnumber", "工号", "员工编号", "员工号"),
    "name": ("name", "fullname", "姓名", "名字"),
    "other_name": ("othername", "englishname", "chinesename", "英文名", "英文姓名", "中文名", "其他姓名"),
    "email": ("email", "mail", "emailaddress", "邮箱", "电子邮箱", "电子邮件", "工作邮箱"),
    "manager": ("manager", "managernumber", "supervisor", "reportsto", "上级", "上级工号", "直属上级", "直属上级工号", "主管工号"),
    "hr_contact": ("hrcontact", "hrcontactnumber", "hrbp", "人事联系人", "人事联系人工号", "hrbp工号"),
    "unit": ("unit", "department", "team", "部门", "单位", "团队"),
    "site": ("site", "location", "office", "地点", "工作地点", "办公地点"),
    "language": ("language", "lang", "语言"),
    "joined": ("joined", "joineddate", "hired", "hiredate", "startdate", "入职日期", "入职时间"),
    "left": ("left", "leftdate", "leavingdate", "enddate", "离职日期", "离职时间"),
}
LANGUAGES = {
    "en": "en", "english": "en", "英文": "en", "英语": "en",
    "zh": "zh-hans", "zh-hans": "zh-hans", "zh-cn": "zh-hans", "zh_cn": "zh-hans", "chinese": "zh-hans",
    "中文": "zh-hans", "简体中文": "zh-hans",
}  # fmt: skip
LENGTHS = {"number": 40, "name": 120, "other_name": 120, "email": 254, "unit": 120, "site": 40, "manager": 40, "hr_contact": 40}
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\"]+")


class Problem(NamedTuple):
    """Why a line can't be taken. `code` names the sentence to show (see `people.directory_words`), `value` what stood there."""

    line: int
    column: str
    code: str
    value: str = ""


class Entry(NamedTuple):
    """One employee as a file or the database states it. Dates are ISO text or ""; everything else is text as stored."""

    number: str
    name: str
    other_name: str = ""
    email: str = ""
    manager: str = ""
    hr_contact: str = ""
    unit: str = ""
    site: str = ""
    language: str = ""
    joined: str = ""
    left: str = ""


class Row(NamedTuple):
    line: int
    entry: Entry


class Change(NamedTuple):
    """What happens to one employee. `kind` is join, change, leave or return; `line` is 0 for somebody who isn't in the file."""

    line: int
    kind: str
    number: str
    name: str
    fields: tuple[tuple[str, str, str], ...]  # (column, before, after)


@dataclass(slots=True)
class Reading:
    """A file as read: which columns it has, its rows, and what is wrong with it."""

    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What a file would change. It may be applied when `problems` is empty."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    new_units: list[str] = field(default_factory=list)
    unchanged: int = 0
    # The directory after the change, for the rows that change: number -> Entry.
    after: dict[str, Entry] = field(default_factory=dict)

    @property
    def may_apply(self) -> bool:
        return not self.problems

    def count(self, kind: str) -> int:
        return sum(change.kind == kind for change in self.changes)


def read(raw: bytes) -> Reading:
    """Read a CSV file. Never raises for what somebody put into it: whatever is wrong is a Problem with its line (1 is the heading)."""
    text = csvfiles.decoded(raw)
    if text is None:
        return Reading(problems=[Problem(1, "", "encoding")])
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=csvfiles.delimiter(text), strict=True)
    reading = Reading()
    try:
        heading = next(reader, [])
        reading.columns = _columns(heading, reading.problems)
        if not reading.problems:
            _read_rows(reader, reading)
    except csv.Error:
        reading.problems.append(Problem(reader.line_num, "", "malformed"))
    if not reading.rows and not reading.problems:
        reading.problems.append(Problem(1, "", "empty"))
    return reading


def _columns(heading: list[str], problems: list[Problem]) -> tuple[str, ...]:
    known = {word: column for column, words in HEADINGS.items() for word in words}
    columns = tuple(known.get(csvfiles.heading_word(title), "") for title in heading)
    for title, column in zip(heading, columns, strict=True):
        if not column and title.strip():
            problems.append(Problem(1, "", "unknown_column", title.strip()[:60]))
    for column in COLUMNS:
        if columns.count(column) > 1:
            problems.append(Problem(1, column, "column_twice"))
    problems.extend(Problem(1, column, "column_missing") for column in REQUIRED if column not in columns)
    return columns


def _read_rows(reader, reading: Reading) -> None:
    first_line: dict[str, int] = {}
    emails: dict[str, int] = {}
    line = reader.line_num + 1
    for cells in reader:
        # A quoted cell may span lines: the row is named by the line on which it begins.
        here, line = line, reader.line_num + 1
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(reading.columns):
            reading.problems.append(Problem(here, "", "cells", str(len(cells))))
            continue
        values = {column: cell for column, cell in zip(reading.columns, cells, strict=True) if column}
        entry = _entry(here, values, reading.problems)
        if entry is None:
            continue
        _note_once(here, "number", entry.number, first_line, reading.problems)
        if entry.email and not entry.left:
            _note_once(here, "email", entry.email, emails, reading.problems)
        reading.rows.append(Row(here, entry))


def _note_once(line: int, column: str, value: str, seen: dict[str, int], problems: list[Problem]) -> None:
    if value in seen:
        problems.append(Problem(line, column, "twice", f"{value} ({seen[value]})"))
    else:
        seen[value] = line


def _entry(line: int, raw: Mapping[str, str], problems: list[Problem]) -> Entry | None:
    before = len(problems)
    values = {}
    for column, cell in raw.items():
        values[column] = _cell(line, column, cell, problems)
    problems.extend(Problem(line, column, "missing") for column in REQUIRED if not values.get(column) and len(problems) == before)
    entry = Entry(**{"number": "", "name": "", **values})
    if len(problems) == before and entry.left and entry.left < entry.joined:
        problems.append(Problem(line, "left", "left_before_joined", entry.left))
    if len(problems) == before and entry.manager == entry.number:
        problems.append(Problem(line, "manager", "own_manager", entry.number))
    return entry if len(problems) == before else None


def _cell(line: int, column: str, cell: str, problems: list[Problem]) -> str:
    value = " ".join(cell.split())
    if cell.startswith(csvfiles.FORMULA_STARTS) or value.startswith(csvfiles.FORMULA_STARTS):
        problems.append(Problem(line, column, "formula", value[:40]))
        return ""
    if len(value) > LENGTHS.get(column, 40):
        problems.append(Problem(line, column, "too_long", value[:40]))
        return ""
    if any(ord(ch) < 32 or ord(ch) == 127 for ch in value):
        problems.append(Problem(line, column, "characters"))
        return ""
    if not value:
        return ""
    if column == "email":
        value = value.casefold()
        if not _EMAIL.fullmatch(value):
            problems.append(Problem(line, column, "email", value[:60]))
    elif column in ("joined", "left"):
        return _date(line, column, value, problems)
    elif column == "language":
        if value.casefold() not in LANGUAGES:
            problems.append(Problem(line, column, "language", value))
        return LANGUAGES.get(value.casefold(), "")
    return value


def _date(line: int, column: str, value: str, problems: list[Problem]) -> str:
    found = csvfiles.date_of(value)
    if found is None:
        problems.append(Problem(line, column, "date", value[:40]))
    return found.isoformat() if found else ""


def plan(
    reading: Reading, *, existing: Mapping[str, Entry], sites: Iterable[str], units: Iterable[str], complete: bool, today: date
) -> Plan:
    """Compare `reading` with the directory as it stands.

    `existing`: number -> Entry for everyone, leavers included. `sites`: known site codes. `units`: known unit names. `complete`: the file
    lists everybody, so whoever isn't in it has left as of `today`. A column that the file doesn't have is left as it is.
    """
    known_sites, known_units = set(sites), set(units)
    made = Plan(problems=list(reading.problems))
    in_file = {row.entry.number for row in reading.rows}
    after_all = {row.entry.number: _merged(row.entry, existing.get(row.entry.number), reading.columns) for row in reading.rows}
    for row in reading.rows:
        wanted, before = after_all[row.entry.number], existing.get(row.entry.number)
        _check_references(row, in_file, existing, known_sites, reading.columns, made.problems)
        if wanted.left and wanted.left < wanted.joined and not row.entry.left:
            made.problems.append(Problem(row.line, "joined", "left_before_joined", wanted.joined))
        if wanted.unit and wanted.unit not in known_units:
            known_units.add(wanted.unit)
            made.new_units.append(wanted.unit)
        change = _change(row.line, before, wanted)
        if change is None:
            made.unchanged += 1
        else:
            made.changes.append(change)
            made.after[wanted.number] = wanted
    if complete and reading.rows:
        _plan_leavers(made, existing, in_file, today)
    lines = {row.entry.number: row.line for row in reading.rows}
    made.problems.extend(_circles(existing, after_all, lines))
    made.problems.sort()
    return made


def _merged(entry: Entry, before: Entry | None, columns: tuple[str, ...]) -> Entry:
    if before is None:
        return entry
    return before._replace(**{column: getattr(entry, column) for column in columns if column and (column != "language" or entry.language)})


def _check_references(row: Row, in_file: set[str], existing, sites: set[str], columns, problems: list[Problem]) -> None:
    for column in ("manager", "hr_contact"):
        number = getattr(row.entry, column)
        if number and number not in in_file and number not in existing:
            problems.append(Problem(row.line, column, "unknown_person", number))
    if row.entry.site and row.entry.site not in sites:
        problems.append(Problem(row.line, "site", "unknown_site", row.entry.site))


def _change(line: int, before: Entry | None, after: Entry) -> Change | None:
    if before is None:
        known = zip(COLUMNS[2:], after[2:], strict=True)
        shown = tuple((column, "", value) for column, value in known if value)
        return Change(line, "join", after.number, after.name, shown)
    pairs = zip(COLUMNS, before, after, strict=True)
    fields = tuple((column, old, new) for column, old, new in pairs if old != new)
    if not fields:
        return None
    kind = "change"
    if after.left and not before.left:
        kind = "leave"
    elif before.left and not after.left:
        kind = "return"
    return Change(line, kind, after.number, after.name, fields)


def _plan_leavers(made: Plan, existing: Mapping[str, Entry], in_file: set[str], today: date) -> None:
    for number, before in existing.items():
        if number in in_file or before.left:
            continue
        # Somebody who was to join later and isn't listed any more never worked here longer than that day.
        after = before._replace(left=max(today.isoformat(), before.joined))
        made.changes.append(Change(0, "leave", number, before.name, (("left", "", after.left),)))
        made.after[number] = after


def _circles(existing: Mapping[str, Entry], after: Mapping[str, Entry], lines: Mapping[str, int]) -> Iterator[Problem]:
    """Every circle in the reporting line as it would be, named once, on the first of its lines."""
    manager = {number: entry.manager for number, entry in existing.items()} | {number: entry.manager for number, entry in after.items()}
    done: set[str] = set()
    for start in manager:
        path: dict[str, None] = {}
        at = start
        while at and at not in done and at not in path:
            path[at] = None
            at = manager.get(at, "")
        if at in path:
            members = list(path)
            circle = members[members.index(at) :]
            shown = " → ".join([*circle[:6], "…"] if len(circle) > 6 else [*circle, at])
            yield Problem(min((lines[number] for number in circle if number in lines), default=0), "manager", "circle", shown)
        done.update(path)
