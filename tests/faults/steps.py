"""Counting the steps at which a process can die, and dying at one of them (`kill -9`: no clean-up, no roll-back by us).

A step is anything that changes what is stored: a writing statement or a commit on either database, a piece of a sealed file, its final
name, a mail. The product knows nothing of this; a process of the tests puts it around the product.
"""

import os
import re
import signal
import threading
from functools import wraps

from django.core.mail import EmailMessage
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from vault import storage

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_TABLE = re.compile(r'"(\w+)"')
_counting = threading.local()


def count(die_at: int) -> None:
    """From now on count the steps of this thread and die when number `die_at` is reached; 0: only count."""
    _counting.names, _counting.die_at = [], die_at


def counted() -> list[str]:
    """Stop counting and return the names of the steps taken."""
    names, _counting.names = getattr(_counting, "names", None) or [], None
    return names


def step(name: str) -> None:
    names = getattr(_counting, "names", None)
    if names is None:
        return
    names.append(name)
    if len(names) == _counting.die_at:
        os.kill(os.getpid(), signal.SIGKILL)


def install() -> None:
    """Put the counting in place, once a process, before any connection is opened."""
    connection_created.connect(_watch, weak=False)
    BaseDatabaseWrapper._commit = _around(BaseDatabaseWrapper._commit, lambda self: f"commit {self.alias}")
    storage.Incoming.write = _around(storage.Incoming.write, lambda self, data: "file written")
    storage.Incoming.keep = _around(storage.Incoming.keep, lambda self: "file named")
    EmailMessage.send = _around(EmailMessage.send, lambda self, *args, **kwargs: "mail")


def _watch(sender, connection, **kwargs) -> None:
    if _statement not in connection.execute_wrappers:
        connection.execute_wrappers.append(_statement)


def _statement(execute, sql, params, many, context):
    if sql.lstrip().upper().startswith(WRITES):
        step(f"{context['connection'].alias} {sql.split()[0].lower()} {_TABLE.search(sql)[1]}")
    return execute(sql, params, many, context)


def _around(work, name):
    """`work` with a step before and a step after it."""

    @wraps(work)
    def stepping(*args, **kwargs):
        step(f"before {name(*args, **kwargs)}")
        result = work(*args, **kwargs)
        step(f"after {name(*args, **kwargs)}")
        return result

    return stepping
