"""An upload that is already sealed when the view sees it."""

from collections.abc import Iterator
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile

from vault import storage
from vault.files import FileWriter, open_stream, seal_chunks
from vault.hidden import Hidden
from vault.scanner import NOT_CHECKED, Verdict
from vault.sniff import sniff

TOO_LARGE = "too_large"
NOT_STORED = "not_stored"


class SealedUpload(Hidden, UploadedFile):
    """What a form finds in `request.FILES`: name, size, type and hash; the content itself lies sealed on disk.

    `size` is the true length in bytes, `verdict` what the virus scanner said. `chunks()` opens the content again. When the request ends
    the file is removed unless `vault.services.files.keep` took it over. An upload with a `problem` (`TOO_LARGE`, `NOT_STORED`) has no
    content: only its size is known.
    """

    def __init__(
        self,
        *,
        file_id: UUID,
        name: str,
        size: int,
        content_type: str,
        writer: FileWriter | None,
        problem: str = "",
        verdict: Verdict = NOT_CHECKED,
    ):
        super().__init__(file=None, name=name, content_type=content_type, size=size)
        self.file_id = file_id
        self.given_name = name
        self.given_type = content_type
        self.problem = problem
        self.verdict = verdict
        self.storage_name = "" if problem else storage.name_of(file_id)
        self.kept = False
        self.file_key = writer.key if writer else b""
        self.sha256 = writer.sha256 if writer else b""
        self.stored_size = writer.stored_size if writer else 0
        self.sniffed_type = sniff(writer.head) if writer else ""

    def chunks(self, chunk_size=None) -> Iterator[bytes]:
        """The original bytes, in blocks of up to 1 MiB. `chunk_size` is ignored. Raises ValueError when there is no content."""
        if self.problem:
            raise ValueError("this upload was not stored")
        return open_stream(storage.path_of(self.storage_name), file_id=self.file_id, key=self.file_key, length=self.size)

    def multiple_chunks(self, chunk_size=None) -> bool:
        return True

    def read(self, *args):
        raise TypeError("a sealed upload is read in chunks")

    open = read

    def close(self) -> None:
        """Called by Django at the end of the request."""
        if not self.kept and not self.problem:
            storage.delete(self.storage_name)

    def __bool__(self) -> bool:
        return True

    def __iter__(self):
        return iter(self.chunks())


def sealed_upload(*, name: str, content_type: str, chunks) -> SealedUpload:
    """Seal bytes made by the portal itself (a cleaned copy, a rendered page) as if they had been uploaded."""
    file_id = uuid4()
    return from_writer(seal_chunks(file_id, chunks), name=name, content_type=content_type)


def from_writer(writer: FileWriter, *, name: str, content_type: str, verdict: Verdict = NOT_CHECKED) -> SealedUpload:
    """Wrap a finished writer."""
    return SealedUpload(file_id=writer.file_id, name=name, size=writer.length, content_type=content_type, writer=writer, verdict=verdict)
