"""Sealing and opening a 1 GiB file, against the raw AEAD in turns in the same run.

The bar compares with bare AES-256-GCM in blocks of 1 MiB that goes to and comes from the same disk, synced; the line without a bar compares
with bare AES-256-GCM that touches no disk and makes no hash, which no stored file can reach.
"""

import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.test import override_settings

from bench.world import Result, median
from vault import storage
from vault.files import open_stream, seal_chunks

MIB = 1024 * 1024
ROUNDS = 5


def main(quick: bool = False) -> list[Result]:
    size = 100 if quick else 1024
    with tempfile.TemporaryDirectory(prefix="heard-bench-") as folder, override_settings(SEALED_ROOT=Path(folder) / "sealed"):
        rounds = [_round(size, Path(folder) / "raw") for _ in range(ROUNDS)]
    # The middle of several rounds, each with its works side by side: other work on the machine meets both alike.
    sealing, opening, memory, grown = (median(values) for values in zip(*rounds, strict=True))
    return [
        Result("seal a file, share of the raw AEAD's speed, same disk", sealing, 0.5, "", most=False),
        Result("open a file, share of the raw AEAD's speed, same disk", opening, 0.5, "", most=False),
        Result("seal a file, share of the raw AEAD's speed in memory", memory, None, ""),
        Result("memory grown by sealing and opening", grown, 32, "MiB"),
    ]


def _round(size: int, raw_path: Path) -> tuple[float, float, float, float]:
    """Seconds of the raw AEAD by seconds of ours: sealing, opening, sealing against memory only; and MiB of memory grown."""
    block, aead = os.urandom(MIB), AESGCM(AESGCM.generate_key(256))
    raw_memory, _ = _timed(lambda: _raw_memory(aead, block, size))
    raw_seal, _ = _timed(lambda: _raw_seal(aead, block, size, raw_path))
    raw_open, _ = _timed(lambda: _raw_open(aead, size, raw_path))
    raw_path.unlink()  # the second file finds the same memory for its pages as the first
    before = _peak_mib()
    seal, writer = _timed(lambda: seal_chunks(uuid4(), (block for _ in range(size))))
    opened, _ = _timed(lambda: _open(writer))
    grown = _peak_mib() - before
    storage.delete(storage.name_of(writer.file_id))
    return raw_seal / seal, raw_open / opened, raw_memory / seal, grown


def _raw_memory(aead: AESGCM, block: bytes, size: int) -> None:
    for number in range(size):
        aead.encrypt(number.to_bytes(12, "big"), block, None)


def _raw_seal(aead: AESGCM, block: bytes, size: int, path: Path) -> None:
    with path.open("wb", buffering=0) as file:
        for number in range(size):
            file.write(aead.encrypt(number.to_bytes(12, "big"), block, None))
        os.fsync(file.fileno())


def _raw_open(aead: AESGCM, size: int, path: Path) -> None:
    source = bytearray(MIB + 16)
    with path.open("rb", buffering=0) as file:
        for number in range(size):
            file.readinto(source)
            aead.decrypt(number.to_bytes(12, "big"), source, None)


def _open(writer) -> None:
    path = storage.path_of(storage.name_of(writer.file_id))
    for _ in open_stream(path, file_id=writer.file_id, key=writer.key, length=writer.length):
        pass


def _timed(work: Callable) -> tuple[float, object]:
    start = time.perf_counter()
    made = work()
    return time.perf_counter() - start, made


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
