"""Reading CSV files as spreadsheets write them: comma, semicolon or tab; UTF-8, UTF-16, or GB 18030 as in China. Pure."""

import re
from datetime import date

# A cell that begins like this runs as a formula when somebody opens an export in a spreadsheet.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))


def decoded(raw: bytes) -> str | None:
    """The text of a file; None when it is none."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return _try(raw, encoding)
    text = _try(raw, "utf-8")
    return text if text is not None else _try(raw, "gb18030")


def _try(raw: bytes, encoding: str) -> str | None:
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def delimiter(text: str) -> str:
    """What parts the cells, as far as the heading tells."""
    heading = text.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def heading_word(title: str) -> str:
    """A heading folded to lower case, without spaces, dashes and underscores."""
    return re.sub(r"[\s_\-]+", "", title).casefold()


def date_of(text: str) -> date | None:
    """A date as 2026-11-23, 2026/11/23 or 2026年11月23日; None for anything else."""
    found = _DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None
