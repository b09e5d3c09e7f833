"""In every test: sealing, opening, key derivation and mail inside a transaction are an error.

With SQLite such a transaction would hold everybody's write lock while it computes (house rules, docs/structure.md). The guard sits on the
lowest layer, so that no service gets round it.
"""

import sys

from django.core.mail import EmailMessage
from django.db import connections

from vault import files, hpke, primitives


class InsideTransaction(Exception):
    """Slow work was begun while a transaction was open."""


def in_transaction() -> bool:
    """Whether the code under test has opened a transaction; those in which a test itself is wrapped don't count."""
    blocks = (block for connection in connections.all(initialized_only=True) for block in connection.atomic_blocks)
    return any(not block._from_testcase for block in blocks)


def outside(work):
    """`work`, refusing to run inside a transaction."""

    def guarded(*args, **kwargs):
        if in_transaction() and not _asked_by_allauth():
            raise InsideTransaction(getattr(work, "__qualname__", work))
        return work(*args, **kwargs)

    return guarded


def _asked_by_allauth() -> bool:
    """allauth saves a second factor in a transaction of its own, in which it has us seal forty bytes. That is not ours to move."""
    frame = sys._getframe(2)
    while frame is not None:
        if "/allauth/" in frame.f_code.co_filename:
            return "/mfa/" in frame.f_code.co_filename
        frame = frame.f_back
    return False


class _Suite:
    def __init__(self, suite):
        self.encrypt, self.decrypt = outside(suite.encrypt), outside(suite.decrypt)


def watch() -> None:
    """Put the guard in place, once a process."""
    if isinstance(hpke._SUITES[hpke.X25519], _Suite):
        return
    hpke._SUITES.update({number: _Suite(suite) for number, suite in hpke._SUITES.items()})
    primitives.AESGCM = outside(primitives.AESGCM)
    primitives.Argon2id = outside(primitives.Argon2id)
    files.Cobblestone256Encryptor = outside(files.Cobblestone256Encryptor)
    files.Cobblestone256Decryptor = outside(files.Cobblestone256Decryptor)
    EmailMessage.send = outside(EmailMessage.send)
