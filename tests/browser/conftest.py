"""Chromium as Debian ships it, without anything that talks to the outside; tests are skipped where there is none."""

import os
import shutil
from datetime import datetime, timedelta

import pytest

from tests.browser.server import demonstration
from tests.factories.rendering import without_copied_contexts

# The test client of the live server and Playwright's own loop share a thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser") or ""
# The same engine without a browser around it does with half the work.
ENGINE = os.environ.get("CHROMIUM") or shutil.which("chromium-headless-shell") or CHROMIUM
# With EVERY_LANGUAGE=1 axe looks at everything in both languages at both widths; else in English on a phone, in Chinese on a desk.
EVERYTHING = bool(os.environ.get("EVERY_LANGUAGE"))
VIEWS = [("en-GB", 390), ("zh-CN", 1280)] + [("en-GB", 1280), ("zh-CN", 390)] * EVERYTHING
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
    return {"executable_path": ENGINE, "args": ARGUMENTS}


@pytest.fixture(autouse=True, scope="session")
def pages_as_they_are(django_test_environment):
    with without_copied_contexts():
        yield


@pytest.fixture(scope="session")
def whole_browser(browser, browser_type):
    """Chromium with all that surrounds the engine, for tests of what it keeps: its history above all."""
    if ENGINE == CHROMIUM:
        yield browser
        return
    whole = browser_type.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield whole
    whole.close()


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
def away(live_server, company):
    """Where “Leave this site” leads in a test: a page that says nothing and lies on this machine."""
    # Here, because whoever takes pictures imports this module without any settings.
    from audit.actors import SYSTEM
    from people.services.accounts import save_organisation
    from tests.factories import cast

    address = f"{live_server.url}/cookies/"
    save_organisation(values={"exit_url_en": address, "exit_url_zh": address}, by=SYSTEM, now=cast.NOW)
    return address
