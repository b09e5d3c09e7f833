"""Chromium as Debian ships it, without anything that talks to the outside; tests are skipped where there is none."""

import os
import shutil

import pytest

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
