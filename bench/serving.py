"""The web process of `make run` over the throwaway databases, and a client that asks and posts."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from config.run import BASE, web_command

# What the page's form would carry; Django takes the cookie's own value as the form's.
CSRF = "c" * 32


@contextmanager
def served() -> Iterator[str]:
    """Start gunicorn as `make run` does, with the installation's own settings, and give its address; stopped afterwards."""
    from django.conf import settings

    environment = _environment()
    if not (Path(settings.HEARD_DATA) / "static").exists():
        # In a process of its own, since the settings of a test know no manifest.
        subprocess.run([sys.executable, "manage.py", "collectstatic", "--noinput", "-v", "0"], cwd=BASE, env=environment, check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(web_command(address), cwd=BASE, env=environment)
    try:
        _wait(address)
        yield address
    finally:
        process.terminate()
        process.wait(30)


def post(client: http.client.HTTPConnection, path: str, cookies: dict[str, str], fields: dict[str, str]) -> tuple[int, str]:
    """Send a form and return the status and where it leads."""
    body = "&".join(f"{name}={quote(value)}" for name, value in {**fields, "csrfmiddlewaretoken": CSRF}.items())
    sent = "; ".join(f"{name}={value}" for name, value in {**cookies, "c": CSRF}.items())
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": sent, "Accept-Language": "en"}
    client.request("POST", path, body, headers)
    response = client.getresponse()
    response.read()
    return response.status, response.getheader("Location", "")


def look(client: http.client.HTTPConnection, path: str, cookies: dict[str, str]) -> int:
    """Ask for a page and return its status; the whole page was read."""
    client.request(
        "GET", path, headers={"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept-Language": "en"}
    )
    response = client.getresponse()
    response.read()
    return response.status


def _environment() -> dict[str, str]:
    from django.conf import settings
    from django.db import connections

    mine = {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HEARD_DATA": str(settings.HEARD_DATA),
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": _url(connections["default"].settings_dict),
        "SHRED_DATABASE_URL": _url(connections["shred_keys"].settings_dict),
    }
    return {**os.environ, **mine}


def _url(database: dict) -> str:
    if database["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{database['NAME']}"
    user = ":".join(quote(part) for part in (database["USER"], database["PASSWORD"]) if part)
    return f"postgres://{user}@{database['HOST'] or 'localhost'}:{database['PORT'] or 5432}/{database['NAME']}"


def _wait(address: str) -> None:
    for _ in range(300):
        try:
            client = http.client.HTTPConnection(address, timeout=5)
            client.request("GET", "/health/")
            client.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web process did not start")
