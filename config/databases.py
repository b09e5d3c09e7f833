"""How the two databases are reached: PostgreSQL by URL, or an embedded SQLite file."""

from pathlib import Path

# WAL lets readers go on while somebody writes; FULL keeps a receipt true after a power cut.
# `mmap_size` must never be set: with several processes it lost committed rows.
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"


def sqlite_or_url(env, variable: str, path: Path) -> dict:
    """Return the Django database settings for `variable`, or an SQLite file at `path` when it is not set."""
    url = env(variable, default="")
    config = env.db_url_config(url) if url else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE takes the write lock at the start of a transaction: reading first and writing later would otherwise fail under load.
        config["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
    else:
        config.setdefault("OPTIONS", {})["connect_timeout"] = 5
        config["CONN_HEALTH_CHECKS"] = True
    config["CONN_MAX_AGE"] = 60
    config.setdefault("TEST", {})["MIGRATE"] = True
    return config
