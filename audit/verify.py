"""Checking the record from the first entry to the head. `manage.py verify` calls `problems()`."""

import hmac
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from audit import triggers
from audit.chain import GENESIS, digest_of, head_mark
from audit.keys import head_keys
from audit.models import Entry, Head

CHUNK = 2_000
# After so many problems the rest says nothing new.
ENOUGH = 50


@dataclass(frozen=True)
class Noted:
    """A head that somebody wrote down earlier: sequence number and digest (hex). It must still be in the record."""

    seq: int
    digest: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.digest}"

    @classmethod
    def parse(cls, text: str) -> "Noted":
        """Read `SEQ:DIGEST`. Raises ValueError."""
        seq, _, digest = text.strip().partition(":")
        if len(bytes.fromhex(digest)) != 32:
            raise ValueError("a digest has 64 hex digits")
        return cls(int(seq), digest.lower())


def problems() -> Iterator[str]:
    """One line per way in which the record does not hold, from the first entry to the head. Constant memory."""
    for name in triggers.missing(connection):
        yield f"audit: the database no longer refuses changes (trigger {name} is missing or off)"
    count = 0
    last = (0, GENESIS)
    for entry in Entry.objects.order_by("seq").iterator(CHUNK):
        for problem in _entry_problems(entry, *last):
            yield problem
            count += 1
        if count >= ENOUGH:
            yield "audit: stopped after many problems"
            return
        last = (entry.seq, bytes(entry.digest))
    yield from _head_problems(*last)


def problems_since(noted: Noted) -> Iterator[str]:
    """Whether an earlier head is still in the record: shows an end that was cut off, or a record rewritten as a whole."""
    entry = Entry.objects.filter(seq=noted.seq).first()
    if entry is None:
        yield f"audit: entry {noted.seq} was there earlier and is gone: the end was cut off"
    elif bytes(entry.digest).hex() != noted.digest:
        yield f"audit: entry {noted.seq} is not the one noted earlier: the record was rewritten"


def head() -> Noted | None:
    """The newest entry as it can be noted down, or None while there is none."""
    row = Head.objects.first()
    return Noted(row.seq, bytes(row.digest).hex()) if row and row.seq else None


def _entry_problems(entry: Entry, last_seq: int, last_digest: bytes) -> Iterator[str]:
    if entry.seq != last_seq + 1:
        yield f"audit: entries between {last_seq} and {entry.seq} are missing"
    elif not hmac.compare_digest(bytes(entry.previous), last_digest):
        yield f"audit: entry {entry.seq} does not follow the one before it"
    if not hmac.compare_digest(bytes(entry.digest), digest_of(entry)):
        yield f"audit: entry {entry.seq} was changed"


def _head_problems(last_seq: int, last_digest: bytes) -> Iterator[str]:
    row = Head.objects.first()
    if row is None:
        if last_seq:
            yield "audit: the head is missing"
        return
    if row.seq != last_seq or not hmac.compare_digest(bytes(row.digest), last_digest):
        yield f"audit: the head says {row.seq} entries, the record ends at {last_seq}: entries were cut off or added"
    key = dict(head_keys()).get(row.key_id)
    if key is None:
        yield "audit: the head is marked with an unknown key"
    elif not hmac.compare_digest(bytes(row.mark), head_mark(key=key, seq=row.seq, digest=bytes(row.digest))):
        yield "audit: the head was not made by this server"
