"""The only upload handler of the portal: seals while the body is being received, so no plaintext touches a disk, `kill -9` included."""

from collections.abc import Callable
from contextlib import contextmanager
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from vault.files import FileWriter
from vault.scanner import Scan
from vault.uploads import NOT_STORED, TOO_LARGE, SealedUpload, from_writer

MIB = 1024 * 1024
# Past this many times the limit nobody is served by reading on to give a kind answer.
GIVE_UP_AFTER = 4

_choices: list[Callable[[], float | None]] = []


def register_most_mb(choice: Callable[[], float | None]) -> None:
    """Let `choice` say how much one file may have, in MB (None: it has no opinion). Never more than the server takes."""
    if choice not in _choices:
        _choices.append(choice)


def most_mb() -> float:
    """The most one file may have, in MB."""
    return min([settings.MAX_UPLOAD_MB, *(said for choice in _choices if (said := choice()) is not None)])


class SealingUploadHandler(FileUploadHandler):
    """Seals each file of a form under a key of its own. The form's view gets a `SealedUpload`.

    A file above `most_mb()`, or one the disk has no room for, is not stored, but the rest of the form still arrives, so that
    the person who typed it reads a kind message and loses nothing. Far above the limit the connection is dropped.

    The same pieces go to the virus scanner on the way, so that nothing has to be opened again for it and no copy is made.
    """

    chunk_size = 256 * 1024

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self._file_id = uuid4()
        self._received = 0
        self._limit = most_mb() * MIB
        self._problem = ""
        self._writer = self._scan = None
        with self._storage_may_fail():
            self._writer = FileWriter(self._file_id)
            self._scan = Scan()

    def receive_data_chunk(self, raw_data, start):
        self._received += len(raw_data)
        if self._received > self._limit:
            self._drop(TOO_LARGE)
        if self._received > self._limit * GIVE_UP_AFTER:
            raise StopUpload(connection_reset=True)
        if self._writer is not None:
            with self._storage_may_fail():
                self._writer.write(raw_data)
                self._scan.feed(raw_data)

    def file_complete(self, file_size):
        if self._writer is not None:
            with self._storage_may_fail():
                # The scanner thinks while the disk writes.
                self._scan.end()
                self._writer.finish()
        writer, self._writer = self._writer, None
        name, content_type = self.file_name or "", self.content_type or ""
        if writer is not None:
            return from_writer(writer, name=name, content_type=content_type, verdict=self._scan.verdict())
        return SealedUpload(
            file_id=self._file_id, name=name, size=self._received, content_type=content_type, writer=None, problem=self._problem
        )

    def upload_interrupted(self):
        self._drop("")

    @contextmanager
    def _storage_may_fail(self):
        # A full disk must not cost the person the words that came in the same form.
        try:
            yield
        except OSError:
            self._drop(NOT_STORED)

    def _drop(self, problem: str) -> None:
        self._problem = self._problem or problem
        writer, self._writer = getattr(self, "_writer", None), None
        if writer is not None:
            writer.discard()
        if scan := getattr(self, "_scan", None):
            scan.close()
