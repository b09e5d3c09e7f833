"""Backing up the two databases and the sealed files, and putting them back into an empty place.

The main database is read first, then the shred keys, then the files: a key is written before what it belongs to and a file before its row,
so that whatever the first copy knows is in the others too, unless it was destroyed in between.
"""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import connections

from vault import storage

MAIN, SHRED = "default", "shred_keys"
NAMES = {MAIN: "heard", SHRED: "shred-keys"}
# How long a copy of a shred key may be kept: destroying a report is final when the last one is gone (the policy names the date).
SHRED_KEPT = timedelta(days=35)
STAMP = "%Y%m%dT%H%M%SZ"


class NotEmpty(Exception):
    """Something is there already; a backup is put back into an empty place only. `what`: a database or the files."""

    def __init__(self, what: str):
        self.what = what
        super().__init__(what)


class Failed(Exception):
    """The database's own program gave up; the exception's text is what it said."""


def save(*, main: Path, shred: Path, now: datetime) -> tuple[Path, Path]:
    """Copy the main database and the files below `main`, the shred keys below `shred`; return the two database copies.

    Copies of shred keys in `shred` that are older than 35 days are deleted. Raises Failed, OSError.
    """
    for folder in (main, shred):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    stamp = now.strftime(STAMP)
    copies = tuple(_dump(alias, folder / f"{NAMES[alias]}-{stamp}.backup") for alias, folder in ((MAIN, main), (SHRED, shred)))
    _copy_new(storage.root(), main / "sealed")
    forget_old(shred, now=now)
    return copies


def forget_old(folder: Path, *, now: datetime) -> int:
    """Delete copies of shred keys whose time is over. Returns how many."""
    old = [path for path in folder.glob(f"{NAMES[SHRED]}-*.backup") if _made_at(path) <= now - SHRED_KEPT]
    for path in old:
        path.unlink()
    return len(old)


def load(*, main: Path, shred: Path, sealed: Path) -> None:
    """Put two database copies and the files back. Raises NotEmpty before anything is written; Failed, OSError."""
    for alias in (MAIN, SHRED):
        if connections[alias].introspection.table_names():
            raise NotEmpty(f"database “{alias}”")
    if any(storage.root().glob("*/*")):
        raise NotEmpty("folder of sealed files")
    _copy_new(sealed, storage.root())
    for alias, source in ((MAIN, main), (SHRED, shred)):
        connections[alias].close()
        _restore(alias, source)


def _made_at(path: Path) -> datetime:
    return datetime.strptime(path.stem.removeprefix(f"{NAMES[SHRED]}-"), STAMP).replace(tzinfo=UTC)


def _dump(alias: str, target: Path) -> Path:
    """One consistent copy while everybody works on, under its name only when it is whole."""
    half = target.with_suffix(".half")
    half.unlink(missing_ok=True)
    os.close(os.open(half, os.O_CREAT | os.O_EXCL, 0o600))
    if connections[alias].vendor == "sqlite":
        _sqlite_copy(Path(connections[alias].settings_dict["NAME"]), half)
    else:
        _postgres("pg_dump", alias, "-Fc", "--no-owner", "--no-privileges", "-f", str(half))
    _durable(half)
    half.rename(target)
    _durable(target.parent)
    return target


def _restore(alias: str, source: Path) -> None:
    if connections[alias].vendor == "sqlite":
        _sqlite_copy(source, Path(connections[alias].settings_dict["NAME"]))
    else:
        _postgres("pg_restore", alias, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", str(source), to="-d")


def _sqlite_copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _postgres(program: str, alias: str, *options: str, to: str = "") -> None:
    """Run a program of PostgreSQL's client on one database. The password travels in the environment, where no other user sees it."""
    at = connections[alias].settings_dict
    given = {"PGHOST": at["HOST"], "PGPORT": at["PORT"], "PGUSER": at["USER"], "PGPASSWORD": at["PASSWORD"], "PGDATABASE": at["NAME"]}
    environment = os.environ | {name: str(value) for name, value in given.items() if value}
    command = [program, *options[:-1], *([to, at["NAME"]] if to else []), options[-1]]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - no shell, own words
    except FileNotFoundError:
        raise Failed(f"{program} is not installed here (Debian: postgresql-client)") from None
    if done.returncode:
        raise Failed(f"{program}: {done.stderr.strip()[:500]}")


def _copy_new(source: Path, target: Path) -> None:
    """Sealed files never change, so what has a name there already stays as it is. Unfinished ones are left out."""
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in source.glob("[0-9a-f][0-9a-f]/*"):
        copy = target / path.parent.name / path.name
        if copy.exists():
            continue
        copy.parent.mkdir(mode=0o700, exist_ok=True)
        half = copy.with_suffix(".half")
        shutil.copyfile(path, half)
        half.chmod(0o600)
        _durable(half)
        half.rename(copy)


def _durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
