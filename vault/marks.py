"""The server's own mark (a keyed MAC) on rows that decide who can read.

Somebody who can write to the database but doesn't hold the keys file can neither put another public key in a colleague's place nor
add a reader: the mark would not fit, and nothing is ever sealed to a row without a fitting mark.
"""

from vault.encoding import Part, ctx
from vault.errors import KeysFileError, Tampered
from vault.keysfile import SHORT_ID_BYTES, ServerKey, server_keys
from vault.primitives import hkdf, mac, same

MARK_BYTES = SHORT_ID_BYTES + 32


def make_mark(label: str, *parts: Part) -> bytes:
    """Short key id (4 bytes) ‖ HMAC-SHA-256 over ctx(label, parts) under a key derived from the active log-signing key."""
    key = server_keys().active("log_signing")
    return key.short_id + _mark_under(key, label, parts)


def fits(mark: bytes, label: str, *parts: Part) -> bool:
    """Whether `mark` was made by this installation for exactly these parts."""
    mark = bytes(mark)
    if len(mark) != MARK_BYTES:
        return False
    try:
        key = server_keys().by_short_id("log_signing", mark[:SHORT_ID_BYTES])
    except KeysFileError:
        return False
    return same(mark[SHORT_ID_BYTES:], _mark_under(key, label, parts))


def require_mark(mark: bytes, label: str, *parts: Part) -> None:
    """Raises Tampered when the mark does not fit."""
    if not fits(mark, label, *parts):
        raise Tampered("a row does not carry this server's mark")


def _mark_under(key: ServerKey, label: str, parts: tuple[Part, ...]) -> bytes:
    return mac(hkdf(key.secret, info=ctx("mark-key")), ctx("mark:" + label, *parts))
