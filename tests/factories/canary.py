"""Looking for words where they must not be: every table, every file, the mail, in every spelling a leak could have."""

import base64
import html
import io
import logging
import os
import urllib.parse
import zipfile
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.core.cache import cache
from django.db import connections

from config.logs import LineFormatter, PrivateFilter
from tests.factories.rawfiles import on_disk
from vault.websessions import SessionStore

Place = tuple[str, bytes]


def spellings(word: str) -> set[bytes]:
    """Return `word` as it would look after the usual encodings."""
    utf8 = word.encode()
    found = {
        utf8,
        utf8.lower(),
        utf8.upper(),
        word.encode("utf-16-le"),
        word.encode("utf-16-be"),
        utf8.hex().encode(),
        utf8.hex().upper().encode(),
        urllib.parse.quote(word).encode(),
        word.encode("unicode_escape"),
        html.escape(word).encode("ascii", "xmlcharrefreplace"),
    }
    for codec in ("gb18030", "utf-7"):
        found.add(word.encode(codec))
    # Inside a longer base64 text a word can begin at each of three offsets.
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + utf8)
        found.add(encoded[4 if offset else 0 : -4])
    return {s for s in found if len(s) >= 6}


def document(*words: str) -> bytes:
    """A .docx that says `words`, compressed as word processors do."""
    body = "".join(f"<w:p><w:r><w:t>{html.escape(word)}</w:t></w:r></w:p>" for word in words)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", f'<?xml version="1.0"?><w:document>{body * 40}</w:document>')
    return made.getvalue()


def pieces(content: bytes, length: int = 24) -> set[bytes]:
    """Stretches of a file that say nothing to the eye but would show that it lies somewhere as it was."""
    middle = len(content) // 2
    return {content[:length], content[middle : middle + length], content[-length:]}


def database_bytes() -> Iterable[Place]:
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


def session_bytes() -> Iterable[Place]:
    """Web sessions are stored compressed: yield them as the program reads them."""
    for row in Session.objects.all():
        yield "session", repr(SessionStore().decode(row.session_data)).encode()


def file_bytes() -> Iterable[Place]:
    """Yield every file below the data folder, SQLite files and write-ahead logs included."""
    for path in Path(settings.HEARD_DATA).rglob("*"):
        if path.is_file():
            yield path.name, on_disk(path) if "sqlite" in path.name else path.read_bytes()
            yield path.name, str(path).encode()


def mail_bytes() -> Iterable[Place]:
    for message in getattr(mail, "outbox", []):
        yield "mail", message.message().as_bytes()
        yield "mail", f"{message.subject}\n{message.body}".encode()


def cache_bytes() -> Iterable[Place]:
    """What the cache holds, in this process or in Redis, as it was written and as the program reads it back."""
    held = cache._cache
    if isinstance(held, dict):
        for key, value in held.items():
            yield "cache", f"{key} {value!r}".encode()
        return
    client = held.get_client(None)
    for key in client.scan_iter():
        # A key may run out between being listed and being read.
        raw = client.get(key)
        if raw is not None:
            yield "cache", key + b" " + raw + b" " + repr(held._serializer.loads(raw)).encode()


def process_bytes() -> Iterable[Place]:
    yield "environment", repr(dict(os.environ)).encode()
    for name in ("environ", "cmdline"):
        if (path := Path("/proc/self") / name).exists():
            yield "process", path.read_bytes()


def everything() -> list[Place]:
    sources = (database_bytes, session_bytes, file_bytes, mail_bytes, cache_bytes, process_bytes)
    return [place for source in sources for place in source()]


def leaks(words: Iterable[str], *extra: Place, raw: Iterable[bytes] = ()) -> list[str]:
    """Return where any of `words` was found. `extra`: more (place, bytes) to look through; `raw`: bytes to look for as they are."""
    needles = {needle for word in words for needle in spellings(word)} | set(raw)
    return sorted({place for place, content in [*everything(), *extra] for needle in needles if needle in content})


class LogBook(logging.Handler):
    """Everything that is logged at any level, written as production writes it, and before its filter."""

    def __init__(self):
        super().__init__(logging.DEBUG)
        self.written: list[str] = []
        self.unfiltered: list[str] = []
        self.private, self.formatter, self.plain = PrivateFilter(), LineFormatter(), logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        self.unfiltered.append(self.plain.format(record))
        # A copy, because the filter takes things out of the record.
        record = logging.makeLogRecord(record.__dict__)
        if self.private.filter(record):
            self.written.append(self.formatter.format(record))

    def __enter__(self):
        self.before = logging.root.level
        # First, because the filter of the handler in use takes things out of the record for everybody after it.
        logging.root.handlers.insert(0, self)
        logging.root.setLevel(logging.DEBUG)
        return self

    def __exit__(self, *error):
        logging.root.removeHandler(self)
        logging.root.setLevel(self.before)
