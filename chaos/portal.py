"""The portal as `make run` starts it: a supervisor with web, worker and beat, in a folder of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import requests

from chaos.ports import free_port, listens

BASE = Path(__file__).resolve().parent.parent
# The first start loads the demonstration; other work on the machine makes that slow.
START_SECONDS = 600
KINDS = {"web": "gunicorn", "worker": " worker ", "beat": " beat "}


class Portal:
    """`settings`: variables of the environment beyond the folder, the port and the mail server."""

    def __init__(self, folder: Path, mail_port: int, settings: dict[str, str]):
        self.data, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        named = {"HEARD_DATA": str(folder), "PORT": str(self.port), "HEARD_DEMO": "1", "SITE_URL": self.url, "LOG_LEVEL": "ERROR"}
        # Each reporter comes from an address of their own: tries are counted by address.
        named |= {"EMAIL_URL": f"smtp://127.0.0.1:{mail_port}", "TRUSTED_PROXIES": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        self.environment = os.environ | named | settings
        self.log = folder.parent / f"{folder.name}.log"
        self._supervisor: subprocess.Popen | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "config.run"]
            # A group of its own, so that all of it can be stopped and nothing else.
            self._supervisor = subprocess.Popen(command, cwd=BASE, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        for _ in range(START_SECONDS * 10):
            if self._supervisor.poll() is not None:
                raise RuntimeError(f"the portal did not start, see {self.log}")
            if listens(self.port):
                return
            time.sleep(0.1)
        raise RuntimeError("the portal did not start in ten minutes")

    def stop(self) -> None:
        if self._supervisor and self._supervisor.poll() is None:
            self._supervisor.terminate()
            self._supervisor.wait(60)

    def accounts(self) -> dict[str, dict]:
        """The demonstration's accounts by the part of the address before the @."""
        listed = json.loads((self.data / "demo.json").read_text(encoding="utf-8"))["accounts"]
        return {each["email"].partition("@")[0]: each for each in listed}

    def processes(self, kind: str) -> list[int]:
        """Process ids of web, worker or beat, oldest first: the supervisor's children and theirs."""
        parents = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except OSError:
                    continue
        mine, found = {self._supervisor.pid}, []
        for pid in sorted(parents):
            if parents[pid] in mine:
                mine.add(pid)
                if KINDS[kind] in _command(pid):
                    found.append(pid)
        return found

    def kill(self, kind: str) -> None:
        """`kill -9`: no clean-up. The supervisor starts it again."""
        for pid in self.processes(kind):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue

    def another_beat(self, number: int) -> subprocess.Popen:
        """One more scheduler than there should be."""
        celery = str(Path(sys.executable).parent / "celery")
        command = [celery, "-A", "config", "-q", "beat", "-s", str(self.data / f"beat-{number}"), "--pidfile=", "-l", "error"]
        return subprocess.Popen(command, cwd=BASE, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def health(self) -> tuple[int, dict]:
        try:
            answer = requests.get(f"{self.url}/health/", timeout=30)
            return answer.status_code, answer.json()
        except (requests.RequestException, ValueError):
            return 0, {}


def _command(pid: int) -> str:
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
