"""Format 0x12: a file of any size, sealed and opened as a stream in constant memory.

`0x12 ‖ Cobblestone-256 stream` under a fresh 32-byte file key with context ctx("file", file id); the plaintext is followed by zeros up to
its Padmé size. The true length is known from the manifest, a sealed field. Every 16 KiB are authenticated before they are handed out; a
stream that was cut, extended or exchanged raises Damaged instead of ending quietly.
"""

import contextlib
import hashlib
import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from vault import storage
from vault.encoding import ctx
from vault.errors import BadFormat, Damaged
from vault.hidden import Hidden
from vault.padme import padme
from vault.primitives import KEY_BYTES

FORMAT = 0x12
STREAM_CHUNK = 16 * 1024
STREAM_HEADER = 56
STREAM_TAG = 16
# Large enough that Python's own cost vanishes, small enough that one call does not hold the other threads for long.
BLOCK = 1024 * 1024
_BLOCK_OUT = BLOCK + (BLOCK // STREAM_CHUNK + 2) * STREAM_TAG + STREAM_HEADER
LAG = 4
HEAD_BYTES = 8192

_hasher: ThreadPoolExecutor | None = None


def stored_length(length: int) -> int:
    """Bytes on disk of a sealed file whose true length is `length` bytes."""
    padded = padme(length)
    return 1 + STREAM_HEADER + padded + STREAM_TAG * (padded // STREAM_CHUNK + 1)


def is_stored_length(size: int) -> bool:
    """Whether some file gives exactly `size` bytes on disk. Needs no key."""
    body = size - 1 - STREAM_HEADER
    if body < STREAM_TAG:
        return False
    chunks = (body - STREAM_TAG) // (STREAM_CHUNK + STREAM_TAG) + 1
    padded = body - chunks * STREAM_TAG
    return padded >= 0 and padme(padded) == padded and stored_length(padded) == size


class FileWriter(Hidden):
    """Seals what is written to it into a new stored file. `finish()` keeps the file, `discard()` leaves nothing.

    Nothing but ciphertext ever reaches the disk, and an unfinished file has no key anywhere but in this object. Memory is a few MiB
    whatever the size.
    """

    def __init__(self, file_id: UUID):
        self.file_id = file_id
        self.key = os.urandom(KEY_BYTES)
        self.length = 0
        self.head = b""
        self.sha256 = b""
        self.stored_size = 0
        self._digest = hashlib.sha256()
        self._encryptor = Cobblestone256Encryptor(self.key, ctx("file", file_id))
        self._block = bytearray(BLOCK)
        self._hashing: deque[Future] = deque()
        self._out = bytearray(_BLOCK_OUT)
        self._filled = 0
        self._file = storage.Incoming(file_id)
        self._put(bytes([FORMAT]))

    def write(self, data: bytes) -> None:
        """Take the next bytes of the file."""
        if len(self.head) < HEAD_BYTES:
            self.head += bytes(data[: HEAD_BYTES - len(self.head)])
        self.length += len(data)
        view = memoryview(data)
        while isinstance(data, bytes) and not self._filled and len(view) >= BLOCK:
            # A large piece that nobody can change meanwhile needs no copy.
            self._seal(view[:BLOCK])
            view = view[BLOCK:]
        while view:
            taken = min(len(view), BLOCK - self._filled)
            self._block[self._filled : self._filled + taken] = view[:taken]
            self._filled += taken
            view = view[taken:]
            if self._filled == BLOCK:
                self._seal(memoryview(self._block))
                # The full block is still being hashed; the next one gets a buffer of its own.
                self._block, self._filled = bytearray(BLOCK), 0

    def finish(self) -> str:
        """Pad, authenticate, put the file on disk for good, and return its storage name."""
        self._await_hashing(0)
        last = memoryview(self._block)[: self._filled]
        self._digest.update(last)
        self._encrypt(last)
        self.sha256 = self._digest.digest()
        self._pad(padme(self.length) - self.length)
        self._put(self._encryptor.finalize())
        return self._file.keep()

    def discard(self) -> None:
        """Remove what was written so far. Safe to call twice."""
        self._file.discard()

    def __del__(self):
        # An upload whose parser failed is dropped without a word to its handler.
        with contextlib.suppress(Exception):
            self.discard()

    def _seal(self, block: memoryview) -> None:
        # Hashing beside the sealing costs no time on a second core. It may lag by a few blocks, which bounds the memory.
        self._await_hashing(LAG - 1)
        self._hashing.append(_aside(self._digest.update, block))
        self._encrypt(block)

    def _await_hashing(self, most: int) -> None:
        while len(self._hashing) > most:
            self._hashing.popleft().result()

    def _pad(self, missing: int) -> None:
        zeros = bytes(min(missing, BLOCK))
        while missing:
            taken = min(missing, BLOCK)
            self._encrypt(zeros[:taken])
            missing -= taken

    def _encrypt(self, block) -> None:
        written = self._encryptor.update_into(block, self._out)
        with memoryview(self._out) as out:
            self._put(out[:written])

    def _put(self, data) -> None:
        self._file.write(data)
        self.stored_size += len(data)


def seal_chunks(file_id: UUID, chunks: Iterable[bytes]) -> FileWriter:
    """Seal an iterable of byte strings and return the finished writer (key, length, hash, stored size)."""
    writer = FileWriter(file_id)
    try:
        for chunk in chunks:
            writer.write(chunk)
        writer.finish()
    except BaseException:
        writer.discard()
        raise
    return writer


def open_stream(path: Path, *, file_id: UUID, key: bytes, length: int) -> Iterator[bytes]:
    """Yield the original `length` bytes of a sealed file in blocks of up to 1 MiB.

    Raises BadFormat for another format and Damaged as soon as something does not authenticate; what was yielded before that is genuine.
    A missing file raises Damaged too: the manifest says it was there.
    """
    try:
        file = open(path, "rb", buffering=0)  # noqa: SIM115 (closed below; a generator outlives this block)
    except OSError:
        raise Damaged("a sealed file is missing or can't be read") from None
    with file:
        if file.read(1) != bytes([FORMAT]):
            raise BadFormat("not a sealed file")
        yield from _true_bytes(_decrypted(file, Cobblestone256Decryptor(key, ctx("file", file_id))), length)


def _decrypted(file, decryptor) -> Iterator[memoryview | bytes]:
    source, out = bytearray(BLOCK), bytearray(_BLOCK_OUT)
    try:
        while count := file.readinto(source):
            with memoryview(source) as view:
                written = decryptor.update_into(view[:count], out)
            if written:
                with memoryview(out) as view:
                    yield view[:written]
        yield decryptor.finalize()
    except InvalidTag:
        raise Damaged("authentication failed") from None
    except ValueError:
        # The library says ValueError for a stream too short to hold its header.
        raise Damaged("a sealed file is cut short") from None


def _true_bytes(blocks: Iterator[memoryview | bytes], length: int) -> Iterator[bytes]:
    total = 0
    for block in blocks:
        true = max(0, min(len(block), length - total))
        total += len(block)
        if any_set(block[true:]):
            raise Damaged("padding is not as this format writes it")
        if true:
            yield bytes(block[:true])
    if total != padme(length):
        raise Damaged("padding is not as this format writes it")


def any_set(data) -> bool:
    """Whether any byte is not zero."""
    data = bytes(data)
    return data.count(0) != len(data)


def _aside(task, *args) -> Future:
    global _hasher
    if _hasher is None:
        # Made on first use: a server forks its workers after loading the code, and threads do not survive a fork.
        # One thread only: pieces of one file are hashed in the order in which they were handed over.
        _hasher = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vault-hash")
    return _hasher.submit(task, *args)
