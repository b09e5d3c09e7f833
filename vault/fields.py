"""Format 0x11: one value in a database column, padded so that its size says little.

`0x11 ‖ epoch u32 ‖ salt[32] ‖ AES-256-GCM`. Key and nonce come from the compartment key and the salt, so a nonce never repeats under one
key. The associated data names table, column, row and row version: a value moved elsewhere, or an older one put back, does not open.
"""

import os
from uuid import UUID

from vault.encoding import ctx
from vault.errors import BadFormat, Damaged, TooLarge
from vault.keys import Opened, OpeningKeys, SealingKey
from vault.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, aes_open, aes_seal, hkdf

FORMAT = 0x11
SALT_BYTES = 32
HEADER_BYTES = 1 + 4 + SALT_BYTES
LENGTH_BYTES = 4
KIB = 1024
# A big one-shot AEAD call would hold every thread; text is never near this, and files have their own format.
MAX_DATA_BYTES = 16 * KIB * KIB - LENGTH_BYTES


def padded_length(length: int) -> int:
    """Bytes to which `length` bytes (length prefix included) are padded: 1, 4, 16, 64 KiB, then doubling."""
    size = KIB
    while size < length:
        size *= 4 if size < 64 * KIB else 2
    return size


def blob_length(data_length: int) -> int:
    """Bytes of a sealed field that holds `data_length` bytes."""
    return HEADER_BYTES + padded_length(LENGTH_BYTES + data_length) + TAG_BYTES


def seal_field(key: SealingKey, *, table: str, column: str, row_id: UUID, row_version: int, data: bytes) -> bytes:
    """Seal `data` for exactly this column of this version of this row. Raises TooLarge above 16 MiB."""
    return _seal(key, _place(key, table, column, row_id, row_version), data, os.urandom(SALT_BYTES))


def open_field(keys: OpeningKeys | SealingKey, *, table: str, column: str, row_id: UUID, row_version: int, blob: bytes) -> Opened:
    """Open a sealed field. Raises BadFormat, NoAccess (no key for its epoch) or Damaged (changed, moved or put back)."""
    epoch, salt, sealed = _parts(bytes(blob))
    key = keys.for_epoch(epoch)
    aead_key, nonce = _key_and_nonce(key, salt)
    return Opened(_unpadded(aes_open(aead_key, nonce, sealed, _place(key, table, column, row_id, row_version))))


def epoch_of(blob: bytes) -> int:
    """The epoch a field was sealed in, after checking format and size. Needs no key. Raises BadFormat."""
    return _parts(bytes(blob))[0]


def _seal(key: SealingKey, place: bytes, data: bytes, salt: bytes) -> bytes:
    aead_key, nonce = _key_and_nonce(key, salt)
    return bytes([FORMAT]) + key.epoch.to_bytes(4, "big") + salt + aes_seal(aead_key, nonce, _padded(data), place)


def _place(key: SealingKey, table: str, column: str, row_id: UUID, row_version: int) -> bytes:
    return ctx("field", key.owner_id, table, column, row_id, row_version)


def _key_and_nonce(key: SealingKey, salt: bytes) -> tuple[bytes, bytes]:
    both = hkdf(key.key, salt=salt, info=ctx("field-key"), length=KEY_BYTES + NONCE_BYTES)
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _padded(data: bytes) -> bytes:
    if len(data) > MAX_DATA_BYTES:
        raise TooLarge("too much for one field")
    body = len(data).to_bytes(LENGTH_BYTES, "big") + data
    return body.ljust(padded_length(len(body)), b"\0")


def _unpadded(padded: bytes) -> bytes:
    length = int.from_bytes(padded[:LENGTH_BYTES], "big")
    end = LENGTH_BYTES + length
    # The tag already fitted; anything odd here was sealed by a broken writer, and must not pass for an answer.
    if end > len(padded) or len(padded) != padded_length(end) or padded.count(0, end) != len(padded) - end:
        raise Damaged("padding is not as this format writes it")
    return padded[LENGTH_BYTES:end]


def _parts(blob: bytes) -> tuple[int, bytes, bytes]:
    padded = len(blob) - HEADER_BYTES - TAG_BYTES
    if padded < KIB or blob[0] != FORMAT or padded != padded_length(padded) or padded > MAX_DATA_BYTES + LENGTH_BYTES:
        raise BadFormat("not a sealed field")
    return int.from_bytes(blob[1:5], "big"), blob[5:HEADER_BYTES], blob[HEADER_BYTES:]
