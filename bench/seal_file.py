"""Sealing and opening a large file, against the raw AEAD doing the same with the same disk, in turns in one run.

`seal_file` and `open_file` are our speed divided by that of bare AES-256-GCM in blocks of 1 MiB, written to and read from the same disk and
synced (the bar is 0.5); `…_memory_only` divides by bare AES-256-GCM that touches no disk at all. Best of ROUNDS (3) with SIZE_MIB (1024).
Files go to SEAL_BENCH_DIR (default: the system's folder for temporary files).
"""

import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

BASE = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
BAR = 0.5


def main() -> int:
    size = int(os.environ.get("SIZE_MIB", "1024"))
    with tempfile.TemporaryDirectory(prefix="heard-bench-", dir=os.environ.get("SEAL_BENCH_DIR")) as folder:
        _django(folder)
        return _measure(size)


def _django(folder: str) -> None:
    os.environ["HEARD_DATA"] = folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings_test")
    sys.path.insert(0, str(BASE))
    import django

    django.setup()


def _measure(size: int) -> int:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    from vault import storage
    from vault.files import open_stream, seal_chunks

    block, aead = os.urandom(MIB), AESGCM(AESGCM.generate_key(256))
    raw_path = Path(os.environ["HEARD_DATA"]) / "raw"
    made = {}

    def raw_seal_memory():
        for number in range(size):
            aead.encrypt(number.to_bytes(12, "big"), block, None)

    def raw_seal():
        with raw_path.open("wb", buffering=0) as file:
            for number in range(size):
                file.write(aead.encrypt(number.to_bytes(12, "big"), block, None))
            os.fsync(file.fileno())

    def raw_open():
        with raw_path.open("rb", buffering=0) as file:
            for number in range(size):
                aead.decrypt(number.to_bytes(12, "big"), file.read(MIB + 16), None)

    def seal():
        file_id = uuid4()
        writer = seal_chunks(file_id, (block for _ in range(size)))
        made.update(id=file_id, path=storage.path_of(storage.name_of(file_id)), writer=writer)

    def open_all():
        for _ in open_stream(made["path"], file_id=made["id"], key=made["writer"].key, length=made["writer"].length):
            pass

    best, grown = {}, 0.0
    for _ in range(int(os.environ.get("ROUNDS", "3"))):
        for work in (raw_seal_memory, raw_seal, raw_open):
            _best(best, work, size)
        before = _peak_mib()
        for work in (seal, open_all):
            _best(best, work, size)
        grown = max(grown, _peak_mib() - before)
        made["path"].unlink()
    return _report(best, grown)


def _report(best: dict, grown: float) -> int:
    ratios = {"seal_file": best["seal"] / best["raw_seal"], "open_file": best["open_all"] / best["raw_open"]}
    for name, ratio in ratios.items():
        print(f"{name}: {ratio:.2f}")
    print(f"seal_file_memory_only: {best['seal'] / best['raw_seal_memory']:.2f}")
    print(f"seal_file_memory_grown_mib: {grown:.0f}")
    return 0 if all(ratio >= BAR for ratio in ratios.values()) and grown < 64 else 1


def _best(best: dict, work, size: int) -> None:
    name = work.__name__
    best[name] = max(best.get(name, 0), size / _seconds(work))


def _seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
