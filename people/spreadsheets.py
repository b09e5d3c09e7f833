"""Lists as CSV files: for spreadsheets, and safe in them."""

import csv
from collections.abc import Iterable, Iterator

# With it, spreadsheets read the file as UTF-8 and show Chinese.
BYTE_ORDER_MARK = "\ufeff"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe(value: str) -> str:
    """The same words, never a formula: what begins like one gets an apostrophe in front."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) or value.startswith(_FORMULA) else value


class _Line:
    """What the csv module writes to: hands each line back."""

    def write(self, line: str) -> str:
        return line


def csv_lines(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """The file line by line, in constant memory. Cells are text; none of them can be a formula."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(list(heading))
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])
