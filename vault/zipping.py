"""A ZIP written as a stream: members are stored as they are, one block at a time, and nothing of it ever lies on a disk."""

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime


class _Sink:
    """What the ZIP writer writes to: keeps the bytes until they are taken."""

    def __init__(self):
        self._parts: list[bytes] = []

    def write(self, data) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def zipped(members: Iterable[tuple[str, Iterable[bytes]]], at: datetime) -> Iterator[bytes]:
    """Yield the bytes of a ZIP of `members`: (name, blocks) each. `at`, a local time, dates every member."""
    sink = _Sink()
    # A date before 1980 can't be said in a ZIP.
    moment = max(at.timetuple()[:6], (1980, 1, 1, 0, 0, 0))
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, blocks in members:
            info = zipfile.ZipInfo(name, moment)
            info.external_attr = 0o600 << 16
            # A file of any size may follow, and what was written can't be gone back to.
            with archive.open(info, "w", force_zip64=True) as member:
                for block in blocks:
                    member.write(block)
                    yield sink.taken()
            yield sink.taken()
    yield sink.taken()
