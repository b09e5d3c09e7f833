"""The processes that tests kill: a web server that starts again by itself, and a worker."""

import http.client
import json
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests.factories.processes import BASE, PYTHON, environment

# A token that fits the cookie is all that the portal asks of a form.
CSRF = "x" * 32


class Died(Exception):
    """The connection broke: nobody answered."""


@dataclass
class Browser:
    """A browser without scripts: keeps cookies, follows nothing."""

    port: int
    cookies: dict[str, str] = field(default_factory=lambda: {settings.CSRF_COOKIE_NAME: CSRF})

    def ask(self, method: str, path: str, data: dict | None = None, die_at: int | None = None, multipart: bool = False):
        """Return the answer with its body in `.text`. Raises Died."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        headers |= {"X-Die-At": str(die_at)} if die_at is not None else {}
        body = None
        if data is not None:
            data = {"csrfmiddlewaretoken": CSRF, **data}
            body = encode_multipart(BOUNDARY, data) if multipart else urlencode(data).encode()
            headers["Content-Type"] = MULTIPART_CONTENT if multipart else "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.text = answer.read().decode()
        except (http.client.HTTPException, OSError) as error:
            raise Died from error
        finally:
            connection.close()
        for value in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
        return answer

    def get(self, path: str, **how):
        return self.ask("GET", path, **how)

    def post(self, path: str, data: dict, **how):
        return self.ask("POST", path, data, **how)


def steps_of(answer) -> list[str]:
    """The steps an answer says its request took."""
    return answer.headers["X-Steps"].split("|")


@contextmanager
def web_server():
    """gunicorn on the databases of the running test. Its master starts a new worker for one that was killed; yields the port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    gunicorn = str(Path(PYTHON).parent / "gunicorn")
    command = [gunicorn, "tests.faults.app:application", "--preload", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
    command += ["--threads", "2", "--no-control-socket", "--log-level", "critical"]
    process = subprocess.Popen(command, cwd=BASE, env=environment())
    try:
        _wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int) -> None:
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the portal did not start")


@dataclass(frozen=True)
class Done:
    """How a task ended: the exit code (-9 when it was killed) and, when it got through, its steps."""

    exit: int
    steps: list[str]


class Worker:
    """A worker process that does one task after the other, each in a fork of its own."""

    def __init__(self, process: subprocess.Popen):
        self._process = process

    def do(self, task: str, now: datetime, die_at: int = 0) -> Done:
        """`task`: remind or deliver. `die_at`: the step to die at; 0: none."""
        self._process.stdin.write(f"{task} {now.isoformat()} {die_at}\n")
        self._process.stdin.flush()
        return Done(**json.loads(self._process.stdout.readline()))


@contextmanager
def worker(**env: str):
    command = [PYTHON, "-m", "tests.faults.worker"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, cwd=BASE, env=environment(**env), **pipes)
    try:
        yield Worker(process)
    finally:
        process.stdin.close()
        process.wait(20)
        process.stdout.close()
