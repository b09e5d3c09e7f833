"""Small secrets that the server itself must open: sealed under a key derived from the session key of the keys file, so that a copy of the
database does not hold them.

`0x41 ‖ short id of the session key[4] ‖ nonce[12] ‖ AES-256-GCM`; the purpose is bound in, so one kind of secret never passes for another.
"""

import os
from uuid import UUID

from vault.encoding import ctx
from vault.errors import BadFormat
from vault.keys import SealingKey
from vault.keysfile import SERVER_SEAL, SERVER_SEAL_LEAST, SHORT_ID_BYTES, server_keys
from vault.primitives import NONCE_BYTES, aes_open, aes_seal, hkdf

_HEADER = 1 + SHORT_ID_BYTES


def seal(purpose: str, data: bytes) -> bytes:
    """Seal `data` for `purpose`, a short label of the code that opens it."""
    key = server_keys().active("session")
    nonce = os.urandom(NONCE_BYTES)
    return SERVER_SEAL + key.short_id + nonce + aes_seal(_key(key, purpose), nonce, data, ctx("server-seal", purpose, key.short_id))


def open_sealed(purpose: str, blob: bytes) -> bytes:
    """Undo `seal`. Raises BadFormat, Damaged, or KeysFileError when the key is gone."""
    blob = bytes(blob)
    if blob[:1] != SERVER_SEAL or len(blob) < SERVER_SEAL_LEAST:
        raise BadFormat("not sealed by this server")
    key = server_keys().by_short_id("session", blob[1:_HEADER])
    nonce, sealed = blob[_HEADER : _HEADER + NONCE_BYTES], blob[_HEADER + NONCE_BYTES :]
    return aes_open(_key(key, purpose), nonce, sealed, ctx("server-seal", purpose, key.short_id))


def _key(server_key, purpose: str) -> bytes:
    return hkdf(server_key.secret, info=ctx("server-seal-key", purpose))


def owner_key(purpose: str, owner_id: UUID, *, key_id: str = "") -> tuple[str, SealingKey]:
    """A sealing key for the columns and files of one row, which the server can make again: (id of the server's key to keep, sealing key).

    `key_id`: what was kept when the row was sealed; empty: the key in use now. Raises KeysFileError when that key is gone.
    """
    key = server_keys().by_short_id("session", bytes.fromhex(key_id)) if key_id else server_keys().active("session")
    secret = hkdf(key.secret, info=ctx("server-owner-key", purpose, owner_id, key.short_id))
    return key.short_id.hex(), SealingKey(owner_id, 1, secret)
