"""`make test`: run the suite on SQLite, and again on PostgreSQL and Redis where they are required or present.

REQUIRE=postgres,redis,chromium turns a missing part into a failure instead of a skip.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

BASE = Path(__file__).resolve().parent.parent
REQUIRED = {part.strip() for part in os.environ.get("REQUIRE", "").split(",") if part.strip()}
POSTGRES = os.environ.get("TEST_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/postgres")
POSTGRES_SHRED = os.environ.get("TEST_SHRED_DATABASE_URL", "postgres://postgres@127.0.0.1:5432/root")
# Two processes; whoever is done first takes over half of what the other still has. Neighbours stay together: they share a world.
TWO = ("-n", "2", "--dist", "worksteal")
# Where Debian keeps daemons; not on everybody's PATH.
SBIN = os.environ.get("PATH", "") + ":/usr/sbin"
# Tests that feed a parser whatever hypothesis thinks of.
PARSERS = ("tests/attacks/test_fuzz.py", "tests/vault/test_formats.py", "tests/vault/test_codes.py", "tests/vault/test_files.py",
           "tests/people/test_directory.py", "tests/people/test_matching.py")  # fmt: skip
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def available() -> set[str]:
    found = set()
    if listens(5432):
        found.add("postgres")
    if listens(6379):
        found.add("redis")
    if shutil.which("chromium"):
        found.add("chromium")
    if shutil.which("xgettext"):
        found.add("gettext")
    if shutil.which("clamd", path=SBIN):
        found.add("clamav")
    return found


def run(*args: str, **env: str) -> int:
    """Run pytest in a data folder of its own and return its exit code."""
    with tempfile.TemporaryDirectory(prefix="heard-test-") as folder:
        environment = {**os.environ, "HEARD_DATA": folder, "DJANGO_ALLOW_ASYNC_UNSAFE": "true", **env}
        # Importing this package has already named the production settings.
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
        return subprocess.run([sys.executable, "-m", "pytest", "-q", *args], cwd=BASE, env=environment, check=False).returncode


def fuzz() -> int:
    """Whatever is read from outside, with far more examples than in a run of the suite (`FUZZ` of each)."""
    return run(*PARSERS, "-n", "2")


def main() -> int:
    if sys.argv[1:] == ["fuzz"]:
        return fuzz()
    found = available()
    missing = REQUIRED - found
    if missing:
        print("required, but not found on this machine: " + ", ".join(sorted(missing)))
        return 1
    print("Suite on SQLite")
    code = run("-m", "not postgres and not redis and not browser", *TWO)
    if code == 0 and "chromium" in found:
        # Not beside the suite: two browsers are enough for two cores.
        print("Pages in Chromium")
        code = run("-m", "browser", "tests/browser", *TWO)
    elif code == 0:
        print("Pages in Chromium: skipped, there is none")
    if code == 0 and "postgres" in REQUIRED:
        print("Suite on PostgreSQL" + (" with Redis" if "redis" in found else ""))
        servers = {"DATABASE_URL": POSTGRES, "SHRED_DATABASE_URL": POSTGRES_SHRED}
        if "redis" in found:
            servers |= {"TEST_REDIS_URL": REDIS}
        code = run("-m", "not browser" if "redis" in found else "not browser and not redis", *TWO, **servers)
    return code


if __name__ == "__main__":
    sys.exit(main())
