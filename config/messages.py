"""Collect the texts to translate (`make messages`), or check that none is missing (`--check`, part of `make lint`).

Checking works on a copy of the catalogue, so that it never changes the tree. Needs gettext's tools; without them only the catalogue itself is checked.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

BASE = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
SKIP = (".venv", "tests", "node_modules", "var", "bench", "chaos", "look", ".git")


def collect(folder: Path) -> None:
    """Run Django's collector in `folder`."""
    ignore = [part for name in SKIP for part in ("-i", name)]
    command = [sys.executable, "manage.py", "makemessages", "-l", "zh_Hans", "--no-location", "--no-wrap", "--no-obsolete", *ignore]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def unfinished(catalogue: Path) -> list[str]:
    """Return every text without a finished translation."""
    entries = polib.pofile(str(catalogue))
    return [entry.msgid for entry in entries if not entry.obsolete and (not entry.translated() or entry.fuzzy)]


def check() -> list[str]:
    if not shutil.which("xgettext"):
        return unfinished(BASE / CATALOGUE)
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / "tree"
        shutil.copytree(BASE, copy, ignore=shutil.ignore_patterns(*SKIP, "static", "assets"))
        collect(copy)
        return unfinished(copy / CATALOGUE)


def main() -> int:
    if "--check" not in sys.argv:
        collect(BASE)
        missing = unfinished(BASE / CATALOGUE)
    else:
        missing = check()
    for text in missing:
        print(f"not translated: {text[:120]!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
