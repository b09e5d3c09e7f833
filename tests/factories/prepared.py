"""Empty databases with every table, made once for each state of the migrations and copied after that.

Applying all migrations takes longer than most test files do. SQLite only: there a database is one file. On PostgreSQL they are applied.
"""

import hashlib
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import django
from django.apps import apps
from django.db import connections
from django.test.utils import setup_databases


def databases():
    """Make the test databases and return what `teardown_databases` wants."""
    kept = [_place(alias) for alias in connections if connections[alias].vendor == "sqlite"]
    known = bool(kept) and all(template.exists() for template, _ in kept)
    for template, file in kept if known else ():
        file.parent.mkdir(parents=True, exist_ok=True)
        _copy(template, file)
    made = setup_databases(verbosity=0, interactive=False, keepdb=known)
    for template, file in () if known else kept:
        template.parent.mkdir(parents=True, exist_ok=True)
        # Under another name first: several processes may be making it.
        half = template.with_suffix(f".{os.getpid()}")
        _copy(file, half)
        half.replace(template)
    return made


def _place(alias: str) -> tuple[Path, Path]:
    folder = Path(tempfile.gettempdir()) / f"heard-tables-{os.getuid()}" / _state_of_migrations()
    return folder / f"{alias}.sqlite3", Path(connections[alias].settings_dict["TEST"]["NAME"])


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new)


def _state_of_migrations() -> str:
    """Changes with any migration of an installed app and with any trigger that they install."""
    digest = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    for app in apps.get_app_configs():
        folder = Path(app.path)
        for file in sorted([*folder.glob("migrations/*.py"), *folder.glob("*triggers.py")]):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:32]


def end_other_sessions() -> None:
    """A process that a test has killed may still be known to PostgreSQL, and a database in use can't be dropped."""
    for connection in connections.all():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
