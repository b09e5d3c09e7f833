"""The demonstration, running: a data folder of its own, gunicorn on a free port, stopped at the end."""

import atexit
import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Running:
    """`url`: where it listens. `data`: its folder. `demo`: what var/demo.json says (accounts, reports)."""

    url: str
    data: Path
    demo: dict

    def account(self, role: str) -> dict:
        return next(account for account in self.demo["accounts"] if role in account["role"])

    def report(self, story: str) -> dict:
        return next(report for report in self.demo["reports"] if report["story"] == story)


def environment(folder: str) -> dict:
    found = {**os.environ, "HEARD_DATA": folder, "HEARD_DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
    for name in ("DATABASE_URL", "SHRED_DATABASE_URL", "CACHE_URL"):
        found.pop(name, None)
    return found


@cache
def _loaded() -> Path:
    """The demonstration, loaded once and never served: whoever wants one gets a copy. The processes of one run share it."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"{os.getpid()}")
    folder = Path(tempfile.gettempdir()) / f"heard-demo-of-{run}"
    folder.mkdir(exist_ok=True)
    in_use = (folder / "in-use").open("w")
    fcntl.flock(in_use, fcntl.LOCK_SH)
    atexit.register(_leave, folder, in_use)
    data = folder / "data"
    with (folder / "loading").open("w") as loading:
        fcntl.flock(loading, fcntl.LOCK_EX)
        if not (data / "demo.json").exists():
            _load(data)
    return data


def _load(data: Path) -> None:
    data.mkdir()
    manage = [sys.executable, "manage.py"]
    for command in (
        ["create_keys"],
        ["migrate", "-v", "0"],
        ["migrate", "--database", "shred_keys", "-v", "0"],
        ["collectstatic", "--noinput", "-v", "0"],
        ["load_demo"],
    ):
        subprocess.run([*manage, *command], cwd=BASE, env=environment(str(data)), check=True, stdout=subprocess.DEVNULL)


def _leave(folder: Path, in_use) -> None:
    """The last process that has it open removes it."""
    with suppress(BlockingIOError):
        fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder)


@contextmanager
def demonstration():
    """Serve a demonstration of one's own, in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="heard-demo-") as folder:
        shutil.copytree(_loaded(), folder, dirs_exist_ok=True)
        settings = environment(folder)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"127.0.0.1:{port}"
        command = [str(Path(sys.executable).parent / "gunicorn"), "config.wsgi", "--bind", address, "--worker-class", "gthread"]
        command += ["--threads", "4", "--no-control-socket", "--log-level", "error"]
        process = subprocess.Popen(command, cwd=BASE, env=settings)
        try:
            _wait(f"http://{address}/cookies/")
            demo = json.loads((Path(folder) / "demo.json").read_text(encoding="utf-8"))
            yield Running(f"http://{address}", Path(folder), demo)
        finally:
            process.terminate()
            process.wait(10)


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=1)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the demonstration did not start")
