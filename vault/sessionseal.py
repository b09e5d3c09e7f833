"""Format 0x31: a secret that is open for the length of a session.

`0x31 ‖ short id of the session key[4] ‖ nonce[12] ‖ AES-256-GCM(secret)`. The AEAD key comes from the 32 random bytes in the visitor's
cookie and the server's session key: neither the database nor the cookie nor the keys file alone opens it. The row is found by a one-way id
derived from the cookie. The associated data holds whom the session is for and when it ends, so a changed row does not open.
"""

import base64
import binascii
import os
from datetime import datetime
from uuid import UUID

from vault.encoding import ctx
from vault.errors import BadFormat
from vault.keysfile import SHORT_ID_BYTES, ServerKey, server_keys
from vault.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, aes_open, aes_seal, hkdf

FORMAT = 0x31
COOKIE_BYTES = 32
_OVERHEAD = 1 + SHORT_ID_BYTES + NONCE_BYTES + TAG_BYTES
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def new_cookie() -> str:
    return base64.urlsafe_b64encode(os.urandom(COOKIE_BYTES)).decode().rstrip("=")


def cookie_bytes(value: str) -> bytes | None:
    """The 32 bytes of a cookie value, or None for anything else."""
    if len(value) != 43:
        return None
    try:
        raw = base64.b64decode(value + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return raw if len(raw) == COOKIE_BYTES else None


def id_hash(cookie: bytes) -> str:
    """The stored id (64 hex digits). Whoever reads it in the database can't make the cookie from it."""
    return hkdf(cookie, info=ctx("session-id")).hex()


def place(*, kind: str, subject_id: UUID, idle_seconds: int, expires_at: datetime) -> bytes:
    """What the seal is bound to. `expires_at` counts to the microsecond."""
    microseconds = (expires_at - _EPOCH).days * 86_400_000_000 + (expires_at - _EPOCH).seconds * 1_000_000 + expires_at.microsecond
    return ctx("session", kind, subject_id, idle_seconds, microseconds)


def seal_secret(*, cookie: bytes, secret: bytes, bound_to: bytes) -> bytes:
    key = server_keys().active("session")
    return _seal(key, cookie, secret, bound_to, os.urandom(NONCE_BYTES))


def open_secret(*, cookie: bytes, blob: bytes, bound_to: bytes) -> bytes:
    """Raises BadFormat, Damaged, or KeysFileError when the session key is gone."""
    blob = bytes(blob)
    if len(blob) <= _OVERHEAD or blob[0] != FORMAT:
        raise BadFormat("not a sealed session")
    nonce_start = 1 + SHORT_ID_BYTES
    nonce_end = nonce_start + NONCE_BYTES
    key = server_keys().by_short_id("session", blob[1:nonce_start])
    return aes_open(_aead_key(key, cookie), blob[nonce_start:nonce_end], blob[nonce_end:], bound_to)


def _seal(key: ServerKey, cookie: bytes, secret: bytes, bound_to: bytes, nonce: bytes) -> bytes:
    return bytes([FORMAT]) + key.short_id + nonce + aes_seal(_aead_key(key, cookie), nonce, secret, bound_to)


def _aead_key(key: ServerKey, cookie: bytes) -> bytes:
    return hkdf(cookie, salt=key.secret, info=ctx("session-key"), length=KEY_BYTES)
