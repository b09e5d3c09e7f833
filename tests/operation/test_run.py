"""`make run` as a person meets it: it says what is in the way, brings back what dies, and leaves nothing behind on Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parents[2]
# The processes have databases of their own; once is enough.
pytestmark = pytest.mark.skipif("DATABASE_URL" in os.environ, reason="the embedded installation runs on SQLite")


def start(folder: Path, port: int | str, **more) -> subprocess.Popen:
    left_out = ("DATABASE_URL", "SHRED_DATABASE_URL", "CACHE_URL", "DJANGO_SETTINGS_MODULE", "TEST_REDIS_URL")
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    env |= {"HEARD_DATA": str(folder), "PORT": str(port), "HEARD_DEMO": "0", **more}
    # A session of its own: what is sent to it reaches everything it started, as Ctrl-C at a terminal does, and nothing of the tests.
    return subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        cwd=BASE,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(what, seconds: int = 300):
    """Ask again and again; the limit is for a broken installation, not for a slow machine."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := what():
            return found
        time.sleep(0.2)
    raise AssertionError(f"it never came true: {what.__name__}")


def answers(port: int) -> bool:
    try:
        return urllib.request.urlopen(f"http://127.0.0.1:{port}/cookies/", timeout=30).status == 200
    except OSError:
        return False


def of_folder(folder: Path) -> dict[int, str]:
    """Processes that were started on this data folder, by their environment."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and f"HEARD_DATA={folder}\0".encode() in (entry / "environ").read_bytes():
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def named(folder: Path, word: str) -> set[int]:
    return {pid for pid, command in of_folder(folder).items() if word in command}


def test_it_runs_comes_back_and_stops_whole(tmp_path):
    folder, port = tmp_path / "data", free_port()
    process = start(folder, port)
    try:
        until(lambda: answers(port))
        workers = until(lambda: named(folder, "celery -A config -q worker"))
        until(lambda: named(folder, "celery -A config -q beat"))
        second = start(folder, free_port())
        assert "running on" in second.communicate(timeout=60)[0] and second.returncode == 1
        os.kill(min(workers), signal.SIGKILL)
        until(lambda: named(folder, "celery -A config -q worker") - workers)
        os.killpg(process.pid, signal.SIGINT)
        said, _ = process.communicate(timeout=60)
        assert f"http://localhost:{port}" in said and "manage.py setup" in said
        until(lambda: not of_folder(folder))
    finally:
        for pid in of_folder(folder):
            os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("port", ["eighty", "0", "70000"])
def test_what_is_no_port_is_said(tmp_path, port):
    process = start(tmp_path, port)
    assert "is not a port" in process.communicate(timeout=60)[0] and process.returncode == 1


def test_a_port_in_use_is_said_before_anything_is_made(tmp_path):
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start(tmp_path, port)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 1 and f"Port {port} can't be used" in said and f"PORT={port % 65535 + 1}" in said
    assert not list(tmp_path.glob("*.sqlite3"))


def test_a_python_that_is_too_old_is_said(tmp_path):
    """The Makefile asks before it makes anything; here with an interpreter that claims to be an old one."""
    old = tmp_path / "python-old"
    old.write_text('#!/bin/sh\ntest "$1" = --version && { echo "Python 3.9.2"; exit 0; }\nexit 1\n')
    old.chmod(0o755)
    command = ["make", "-f", str(BASE / "Makefile"), "run", f"PYTHON={old}"]
    (tmp_path / "requirements.txt").touch()
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "needs Python 3.11 or newer" in done.stdout and "Python 3.9.2" in done.stdout
    assert not (tmp_path / ".venv").exists()
