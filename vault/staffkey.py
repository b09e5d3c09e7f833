"""Format 0x21: the seed of a staff member's key pair under the vault passphrase.

`0x21 ‖ t ‖ lanes ‖ m u32 ‖ salt[16] ‖ nonce[12] ‖ AES-256-GCM(seed)`; key = Argon2id(passphrase, salt, pepper). The associated data
names the keyholder and the public key, so a sealed seed moved to another person's row does not open.
"""

import os
import unicodedata
from dataclasses import dataclass
from uuid import UUID

from vault.encoding import ctx
from vault.errors import BadFormat, Damaged, WrongPassphrase
from vault.primitives import ARGON2_LANES, KEY_BYTES, NONCE_BYTES, TAG_BYTES, aes_open, aes_seal, argon2id

FORMAT = 0x21
SALT_BYTES = 16
HEADER_BYTES = 1 + 1 + 1 + 4
BLOB_BYTES = HEADER_BYTES + SALT_BYTES + NONCE_BYTES + KEY_BYTES + TAG_BYTES


@dataclass(frozen=True)
class Cost:
    """What one guess of a passphrase costs: memory in KiB, and passes."""

    memory_kib: int = 131_072
    iterations: int = 3


def seal_seed(*, seed: bytes, passphrase: str, pepper: bytes, keyholder_id: UUID, public_key: bytes, cost: Cost) -> bytes:
    """Seal a 32-byte seed under a passphrase. Takes about 0.3 s at production cost. Raises BadFormat for a cost out of bounds."""
    return _seal(seed, passphrase, pepper, keyholder_id, public_key, cost, os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES))


def open_seed(*, blob: bytes, passphrase: str, pepper: bytes, keyholder_id: UUID, public_key: bytes) -> bytes:
    """Undo `seal_seed`. Raises WrongPassphrase, or BadFormat before any work when format or cost are out of bounds.

    A changed row can't be told from a wrong passphrase; both are refused.
    """
    blob = bytes(blob)
    header, salt, nonce, sealed = _parts(blob)
    key = argon2id(
        _normal(passphrase),
        salt=salt,
        pepper=pepper,
        iterations=header[1],
        lanes=header[2],
        memory_kib=int.from_bytes(header[3:], "big"),
    )
    try:
        return aes_open(key, nonce, sealed, _aad(header, keyholder_id, public_key))
    except Damaged:
        raise WrongPassphrase("the passphrase does not open this key") from None


def _seal(seed, passphrase, pepper, keyholder_id, public_key, cost: Cost, salt: bytes, nonce: bytes) -> bytes:
    key = argon2id(_normal(passphrase), salt=salt, pepper=pepper, iterations=cost.iterations, memory_kib=cost.memory_kib)
    header = bytes([FORMAT, cost.iterations, ARGON2_LANES]) + cost.memory_kib.to_bytes(4, "big")
    return header + salt + nonce + aes_seal(key, nonce, seed, _aad(header, keyholder_id, public_key))


def _parts(blob: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    if len(blob) != BLOB_BYTES or blob[0] != FORMAT:
        raise BadFormat("not a sealed staff key")
    salt_end = HEADER_BYTES + SALT_BYTES
    nonce_end = salt_end + NONCE_BYTES
    return blob[:HEADER_BYTES], blob[HEADER_BYTES:salt_end], blob[salt_end:nonce_end], blob[nonce_end:]


def _aad(header: bytes, keyholder_id: UUID, public_key: bytes) -> bytes:
    return ctx("staff-key", header, keyholder_id, bytes(public_key))


def _normal(passphrase: str) -> bytes:
    # The same passphrase typed on another keyboard may arrive as other code points; full-width and half-width digits too.
    return unicodedata.normalize("NFKC", passphrase.strip()).encode()
