"""Files are shown to the virus scanner while they arrive. What it says is kept; what it does or fails to do never costs the file."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from tests.factories.clamd import EICAR, fake_clamd
from vault import checks, scanner
from vault.scanner import CLEAN, FOUND, UNCHECKED, Verdict, read_reply, scan

pytestmark = pytest.mark.usefixtures("sealed_root")
CLAMD = shutil.which("clamd", path=f"{os.environ['PATH']}:/usr/sbin")
with_clamd = pytest.mark.skipif(CLAMD is None, reason="there is no clamd here")
STORY = b"CANARY what happened " * 40_000


def upload(data: bytes, name: str = "a.bin"):
    request = RequestFactory().post("/", {"before": "typed", "file": SimpleUploadedFile(name, data)})
    found = request.FILES["file"]
    assert b"".join(found.chunks()) == data and request.POST["before"] == "typed"
    return found


@pytest.mark.parametrize(
    ("reply", "verdict"),
    [
        (b"stream: OK\0", Verdict(CLEAN)),
        (b"stream: Win.Test.EICAR_HDB-1 FOUND\0", Verdict(FOUND, "Win.Test.EICAR_HDB-1")),
        (b"stream: Odd FOUND FOUND\0", Verdict(FOUND, "Odd FOUND")),
        ("stream: \x1b[31m恶<b> FOUND\0".encode(), Verdict(FOUND, "[31m<b>")),
        (b"stream: " + b"x" * 300 + b" FOUND\0", Verdict(FOUND, "x" * 100)),
        (b"stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND\0", Verdict()),
        (b"INSTREAM size limit exceeded. ERROR\0", Verdict()),
        (b"", Verdict()),
        (b"HTTP/1.1 400 Bad Request", Verdict()),
    ],
)
def test_an_answer_is_read_with_care(reply, verdict):
    assert read_reply(reply) == verdict


def test_the_scanner_sees_every_byte_once(settings):
    with fake_clamd(settings) as clamd:
        assert upload(STORY).verdict == Verdict(CLEAN)
        assert upload(b"").verdict == Verdict(CLEAN)
        assert scanner.answers()
    assert clamd.seen == [STORY, b""]
    assert not scanner.answers()


def test_a_finding_is_kept_and_so_is_the_file(settings):
    with fake_clamd(settings, answer=b"stream: Eicar FOUND\0"):
        assert upload(EICAR).verdict == Verdict(FOUND, "Eicar")


@pytest.mark.parametrize("how", [{"answer": None}, {"hang_up_after": 0}, {"hang_up_after": 300_000}, {"answer": b"nonsense"}])
def test_a_scanner_that_fails_costs_neither_file_nor_words(settings, how):
    settings.CLAMD_PATIENCE_SECONDS = 0.2
    with fake_clamd(settings, **how):
        assert upload(STORY).verdict == Verdict(UNCHECKED)


@pytest.mark.parametrize("address", ["", "/nowhere/clamd.sock", "127.0.0.1:1", "no address at all"])
def test_no_scanner_is_no_obstacle(settings, address):
    settings.CLAMD_SOCKET = address
    assert upload(STORY).verdict == Verdict(UNCHECKED)


def test_a_scanner_that_never_reads_is_given_up(settings, tmp_path):
    """Its buffers fill, and every further piece would wait."""
    settings.CLAMD_PATIENCE_SECONDS = 0.2
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder, socket.socket(socket.AF_UNIX) as deaf:
        settings.CLAMD_SOCKET = str(Path(folder) / "s")
        deaf.bind(settings.CLAMD_SOCKET)
        deaf.listen()
        assert upload(bytes(6_000_000)).verdict == Verdict(UNCHECKED)


def test_a_file_that_is_not_stored_is_not_scanned_to_the_end(settings):
    settings.MAX_UPLOAD_MB = 1
    with fake_clamd(settings) as clamd:
        request = RequestFactory().post("/", {"file": SimpleUploadedFile("big", bytes(3 * 1024 * 1024))})
        assert request.FILES["file"].problem
    assert clamd.seen == []


def test_another_host_is_refused(settings):
    for address, problems in {
        "": [],
        "/run/clamav/clamd.ctl": [],
        "127.0.0.1:3310": [],
        "[::1]:3310": [],
        "tcp://localhost:3310": [],
        "scanner.example.com:3310": ["vault.E012"],
        "nonsense": ["vault.E011"],
    }.items():
        settings.CLAMD_SOCKET = address
        assert [found.id for found in checks.scanner_is_near(None)] == problems, address


@pytest.fixture(scope="module")
def clamd():
    """A real scanner that knows one signature, on a socket of its own."""
    with tempfile.TemporaryDirectory(prefix="clamd-") as folder:
        base = Path(folder)
        (base / "eicar.hdb").write_text("44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-File\n")
        lines = {
            "LocalSocket": base / "s",
            "DatabaseDirectory": base,
            "TemporaryDirectory": base,
            "Foreground": "yes",
            "AlertExceedsMax": "yes",
            "StreamMaxLength": "2M",
            "MaxFileSize": "1M",
        }
        (base / "clamd.conf").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        process = subprocess.Popen([CLAMD, "-c", str(base / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                if (base / "s").exists() or process.poll() is not None:
                    break
                time.sleep(0.05)
            yield str(base / "s")
        finally:
            process.terminate()
            process.wait()


@with_clamd
def test_a_real_scanner_finds_what_it_knows(settings, clamd):
    settings.CLAMD_SOCKET = clamd
    assert upload(EICAR).verdict == Verdict(FOUND, "Eicar-Test-File.UNOFFICIAL")
    assert upload(STORY).verdict == Verdict(CLEAN)
    assert scan([EICAR[:10], b"", EICAR[10:]]).state == FOUND


@with_clamd
@pytest.mark.parametrize("size", [1_500_000, 4_000_000])
def test_a_file_beyond_its_limits_is_unchecked_and_not_clean(settings, clamd, size):
    settings.CLAMD_SOCKET = clamd
    assert upload(bytes(size)).verdict == Verdict(UNCHECKED)
