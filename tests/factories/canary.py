"""Looking for words where they must not be: every table, every file, the mail, in every spelling a leak could have."""

import base64
import urllib.parse
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.core import mail
from django.db import connections


def spellings(word: str) -> set[bytes]:
    """Return `word` as it would look after the usual encodings."""
    utf8 = word.encode()
    found = {
        utf8,
        utf8.lower(),
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        utf8.hex().encode(),
        utf8.hex().upper().encode(),
        urllib.parse.quote(word).encode(),
        word.encode("unicode_escape"),
    }
    # Inside a longer base64 text a word can begin at each of three offsets.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + utf8)
        found.add(encoded[4 if offset else 0 : -4])
    return {s for s in found if len(s) >= 6}


def database_bytes() -> Iterable[tuple[str, bytes]]:
    """Yield every row of every table of every database as bytes."""
    for alias in connections:
        connection = connections[alias]
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                for row in cursor.fetchall():
                    for value in row:
                        raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                        yield f"{alias}.{table}", raw


def file_bytes() -> Iterable[tuple[str, bytes]]:
    """Yield every file below the data folder, SQLite files and write-ahead logs included."""
    for path in Path(settings.HEARD_DATA).rglob("*"):
        if path.is_file():
            yield path.name, path.read_bytes()


def mail_bytes() -> Iterable[tuple[str, bytes]]:
    for message in getattr(mail, "outbox", []):
        yield "mail", message.message().as_bytes()


def leaks(words: Iterable[str], *extra: tuple[str, bytes]) -> list[str]:
    """Return where any of `words` was found. `extra`: more (place, bytes) to look through, such as captured logs."""
    needles = {needle for word in words for needle in spellings(word)}
    places = [*database_bytes(), *file_bytes(), *mail_bytes(), *extra]
    return sorted({place for place, raw in places for needle in needles if needle in raw})
