"""Chromium as Debian ships it, without anything that talks to the outside; tests are skipped where there is none."""

import os
import shutil
from datetime import datetime, timedelta

import pytest

from tests.browser.server import demonstration

# The test client of the live server and Playwright's own loop share a thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser_type_launch_args():
    if not CHROMIUM:
        if "chromium" in os.environ.get("REQUIRE", ""):
            pytest.fail("REQUIRE names chromium, and there is none")
        pytest.skip("needs Chromium")
    return {"executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def running(browser_type_launch_args):
    """The demonstration, running, for every test that asks for it."""
    with demonstration() as demo:
        yield demo


class Clock:
    """The present as the server sees it; a test moves it on."""

    def __init__(self, now: datetime):
        self.now = now

    def forward(self, **amount) -> datetime:
        self.now += timedelta(**amount)
        return self.now


@pytest.fixture
def clock(monkeypatch, now):
    """The server of the test (it runs in this process) lives in the moment of the cast, and moves on only when told."""
    moving = Clock(now)
    monkeypatch.setattr("django.utils.timezone.now", lambda: moving.now)
    return moving


@pytest.fixture
def away(live_server, settings):
    """Where “Leave this site” leads in a test: a page that says nothing and lies on this machine."""
    address = f"{live_server.url}/cookies/"
    settings.EXIT_URL = dict.fromkeys(settings.EXIT_URL, address)
    return address
