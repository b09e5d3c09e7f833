"""Where sealed files lie: below `settings.SEALED_ROOT`, under names without meaning, readable by the service's own account only.

An unfinished file lies in `incoming/`; `keep()` makes it durable and renames it. Whatever no row refers to is collected later.
"""

import contextlib
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

INCOMING = "incoming"
_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}")


def name_of(file_id: UUID) -> str:
    """Two-letter folder and 32 hex digits: `ab/ab12…`."""
    return f"{file_id.hex[:2]}/{file_id.hex}"


def path_of(storage_name: str) -> Path:
    """Raises ValueError for anything that is not a storage name, so that a changed row can't point elsewhere on the disk."""
    if not _NAME.fullmatch(storage_name):
        raise ValueError("not a storage name")
    return root() / storage_name


def root() -> Path:
    return Path(settings.SEALED_ROOT)


class Incoming:
    """A file being written. Only its owner may read it; it has no final name until `keep()`."""

    def __init__(self, file_id: UUID):
        self._name = name_of(file_id)
        self._path = _folder(root() / INCOMING) / f"{file_id.hex}.part"
        self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, data) -> None:
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def keep(self) -> str:
        """Make the bytes durable, give the file its final name and make the name durable: a receipt may depend on it."""
        os.fsync(self._descriptor)
        final = path_of(self._name)
        _folder(final.parent)
        os.rename(self._path, final)
        self._close()
        for folder in (final.parent, self._path.parent):
            _sync_folder(folder)
        return self._name

    def discard(self) -> None:
        """Remove the unfinished file; does nothing once it was kept or discarded."""
        if self._descriptor is not None:
            self._close()
            self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        os.close(self._descriptor)
        self._descriptor = None


def delete(storage_name: str) -> None:
    """Remove a stored file if it is there."""
    path_of(storage_name).unlink(missing_ok=True)


def stored_size(storage_name: str) -> int | None:
    """Size in bytes, or None when the file is missing."""
    try:
        return path_of(storage_name).stat().st_size
    except OSError:
        return None


def unfinished(older_than: datetime) -> Iterator[Path]:
    """Unfinished files last written before `older_than`."""
    yield from _older(root() / INCOMING, "*.part", older_than)


def finished(older_than: datetime) -> Iterator[tuple[str, Path]]:
    """(storage name, path) of finished files last written before `older_than`."""
    for path in _older(root(), "[0-9a-f][0-9a-f]/*", older_than):
        name = f"{path.parent.name}/{path.name}"
        if _NAME.fullmatch(name):
            yield name, path


def _older(folder: Path, pattern: str, moment: datetime) -> Iterator[Path]:
    for path in folder.glob(pattern):
        # Somebody else may collect at the same time.
        with contextlib.suppress(FileNotFoundError):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < moment:
                yield path


def _folder(path: Path) -> Path:
    if not path.is_dir():
        if path != root():
            _folder(root())
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sync_folder(path.parent)
    return path


def _sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
