"""The demonstration, running: a data folder of its own, gunicorn on a free port, stopped at the end."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
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


@contextmanager
def demonstration():
    """Load the demonstration into a temporary folder and serve it."""
    with tempfile.TemporaryDirectory(prefix="heard-demo-") as folder:
        environment = {**os.environ, "HEARD_DATA": folder, "HEARD_DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        for name in ("DATABASE_URL", "SHRED_DATABASE_URL", "CACHE_URL"):
            environment.pop(name, None)
        manage = [sys.executable, "manage.py"]
        for command in (
            ["create_keys"],
            ["migrate", "-v", "0"],
            ["migrate", "--database", "shred_keys", "-v", "0"],
            ["collectstatic", "--noinput", "-v", "0"],
            ["load_demo"],
        ):
            subprocess.run([*manage, *command], cwd=BASE, env=environment, check=True, stdout=subprocess.DEVNULL)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        address = f"127.0.0.1:{port}"
        command = [str(Path(sys.executable).parent / "gunicorn"), "config.wsgi", "--bind", address, "--worker-class", "gthread"]
        command += ["--threads", "4", "--no-control-socket", "--log-level", "error"]
        process = subprocess.Popen(command, cwd=BASE, env=environment)
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
