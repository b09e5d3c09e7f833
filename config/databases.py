"""How the two databases and the cache are reached: PostgreSQL and Redis by URL, or embedded files."""

from pathlib import Path

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError
from redis.retry import Retry

# WAL lets readers go on while somebody writes; FULL keeps a receipt true after a power cut.
# `mmap_size` must never be set: with several processes it lost committed rows. 16 MiB of pages a connection instead of 2 keep the reminders
# as fast among a million open deadlines as among ten thousand (`bench/reminders.py`).
SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16384;"
PATIENCE = {"connect_timeout": 5, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}


def sqlite_or_url(env, variable: str, path: Path) -> dict:
    """Return the Django database settings for `variable`, or an SQLite file at `path` when it is not set."""
    url = env(variable, default="")
    config = env.db_url_config(url) if url else {"ENGINE": "django.db.backends.sqlite3", "NAME": str(path)}
    if config["ENGINE"] == "django.db.backends.sqlite3":
        # IMMEDIATE takes the write lock at the start of a transaction: reading first and writing later would otherwise fail under load.
        config["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
    else:
        # A server that is gone is noticed within half a minute, also by a connection that was open.
        config["OPTIONS"] = {**PATIENCE, **config.get("OPTIONS", {})}
        config["CONN_HEALTH_CHECKS"] = True
    config["CONN_MAX_AGE"] = 60
    config.setdefault("TEST", {})["MIGRATE"] = True
    return config


def files_or_url(env, variable: str, path: Path) -> dict:
    """Return the Django cache settings for `variable`, or a folder at `path` when it is not set."""
    url = env(variable, default="")
    if not url:
        return {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(path)}
    config = env.cache_url_config(url)
    # A page must not wait for a server that hangs: without the cache it goes on, or says that it can't.
    # One more try for a connection that the server closed meanwhile, none for a server that does not answer.
    again = Retry(NoBackoff(), 1, supported_errors=(ConnectionError,))
    config["OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 1, "retry": again, **config.get("OPTIONS", {})}
    return config
