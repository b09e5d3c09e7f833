"""Sealing to a public key: HPKE (RFC 9180) with the post-quantum hybrid MLKEM768_X25519, or plain X25519 for reading older grants.

Key pairs are expanded from a 32-byte seed, because the hybrid private key has no serialised form of its own.
"""

from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey, Suite

from vault.encoding import ctx
from vault.errors import BadFormat, Damaged
from vault.hidden import Hidden
from vault.primitives import KEY_BYTES, TAG_BYTES, hkdf

X25519 = 0x01
MLKEM768_X25519 = 0x02
CURRENT_SUITE = MLKEM768_X25519

_SUITES = {
    X25519: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    MLKEM768_X25519: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}
_MLKEM_SEED, _MLKEM_PUBLIC, _X25519_BYTES = 64, 1184, 32
PUBLIC_KEY_BYTES = {X25519: _X25519_BYTES, MLKEM768_X25519: _MLKEM_PUBLIC + _X25519_BYTES}
_ENCAPSULATED_BYTES = {X25519: 32, MLKEM768_X25519: 1120}


@dataclass(frozen=True, repr=False, eq=False)
class PrivateKey(Hidden):
    """A key pair expanded from `seed` (32 bytes). `public_key` is raw bytes: 32, or 1184 + 32 for the hybrid."""

    suite: int
    seed: bytes
    public_key: bytes
    _key: object


def key_pair(seed: bytes, suite: int = CURRENT_SUITE) -> PrivateKey:
    """Expand a 32-byte seed into a key pair. The same seed gives unrelated keys in different suites. Raises BadFormat."""
    if len(seed) != KEY_BYTES:
        raise BadFormat("a seed is 32 bytes")
    if suite == X25519:
        x = X25519PrivateKey.from_private_bytes(hkdf(seed, info=ctx("key-pair", suite)))
        return PrivateKey(suite, seed, x.public_key().public_bytes_raw(), x)
    if suite == MLKEM768_X25519:
        raw = hkdf(seed, info=ctx("key-pair", suite), length=_MLKEM_SEED + _X25519_BYTES)
        m = MLKEM768PrivateKey.from_seed_bytes(raw[:_MLKEM_SEED])
        x = X25519PrivateKey.from_private_bytes(raw[_MLKEM_SEED:])
        public = m.public_key().public_bytes_raw() + x.public_key().public_bytes_raw()
        return PrivateKey(suite, seed, public, MLKEM768X25519PrivateKey(m, x))
    raise BadFormat("unknown suite")


def sealed_length(suite: int, data_length: int) -> int:
    """Bytes `seal` gives for `data_length` bytes, suite byte included."""
    return 1 + _ENCAPSULATED_BYTES[suite] + data_length + TAG_BYTES


def seal(*, public_key: bytes, suite: int, data: bytes, info: bytes) -> bytes:
    """Return suite byte ‖ encapsulated key ‖ ciphertext. `info` must be repeated exactly to open. Raises BadFormat for a bad public key."""
    return bytes([suite]) + _SUITES[suite].encrypt(data, _public(public_key, suite), info=info)


def unseal(private: PrivateKey, blob: bytes, *, info: bytes) -> bytes:
    """Undo `seal`. Raises BadFormat for another suite than the key's, Damaged when it was sealed to another key or for another `info`."""
    if not blob or blob[0] != private.suite:
        raise BadFormat("sealed for another suite")
    try:
        return _SUITES[private.suite].decrypt(blob[1:], private._key, info=info)
    except (InvalidTag, ValueError):
        raise Damaged("authentication failed") from None


def _public(raw: bytes, suite: int):
    raw = bytes(raw)
    if len(raw) != PUBLIC_KEY_BYTES.get(suite):
        raise BadFormat("public key of the wrong length")
    try:
        if suite == X25519:
            return X25519PublicKey.from_public_bytes(raw)
        m = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC])
        return MLKEM768X25519PublicKey(m, X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC:]))
    except ValueError:
        raise BadFormat("not a public key") from None
