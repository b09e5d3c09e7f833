"""The few building blocks of `cryptography` that the formats use, each in one place with its fixed parameters."""

import threading

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import constant_time, hashes, hmac
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.errors import BadFormat, Damaged

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16

# Format 0x21 and the codes: more lanes than one deadlock in threads with version 50 of the library.
ARGON2_LANES = 1
ARGON2_ITERATIONS = range(2, 9)
ARGON2_MEMORY_KIB = range(19_456, 262_145)

# Each derivation takes up to 256 MiB. Two at a time use both cores without letting a burst of sign-ins eat the memory.
_argon2_slots = threading.BoundedSemaphore(2)


def hkdf(secret: bytes, *, info: bytes, salt: bytes | None = None, length: int = KEY_BYTES) -> bytes:
    """HKDF-SHA-256 of `secret`; `length` in bytes."""
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(secret)


def aes_seal(key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
    """AES-256-GCM: data ‖ 16-byte tag. The caller guarantees that (key, nonce) is used once."""
    return AESGCM(key).encrypt(nonce, data, aad)


def aes_open(key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
    """Undo `aes_seal`. Raises Damaged; never tries another key."""
    try:
        return AESGCM(key).decrypt(nonce, sealed, aad)
    except InvalidTag:
        raise Damaged("authentication failed") from None


def mac(key: bytes, data: bytes) -> bytes:
    """HMAC-SHA-256, 32 bytes."""
    h = hmac.HMAC(key, hashes.SHA256())
    h.update(data)
    return h.finalize()


def same(a: bytes, b: bytes) -> bool:
    """Compare secrets or marks without telling by the time taken where they differ."""
    return constant_time.bytes_eq(a, b)


def argon2id(secret: bytes, *, salt: bytes, pepper: bytes, memory_kib: int, iterations: int, lanes: int = ARGON2_LANES) -> bytes:
    """Argon2id, 32 bytes. Raises BadFormat for parameters outside the bounds of `vault.md` section 2.

    `memory_kib` is in KiB. Parameters come from stored bytes, so without bounds a changed row could freeze a server or make guessing cheap.
    """
    if lanes != ARGON2_LANES or iterations not in ARGON2_ITERATIONS or memory_kib not in ARGON2_MEMORY_KIB:
        raise BadFormat("key derivation parameters out of bounds")
    with _argon2_slots:
        return Argon2id(salt=salt, length=KEY_BYTES, iterations=iterations, lanes=lanes, memory_cost=memory_kib, secret=pepper).derive(
            secret
        )
