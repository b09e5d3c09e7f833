"""Receipt and invitation codes: 20 digits that anybody can read out, write down and type (`vault.md` section 4).

Pure functions. Nothing about a code is stored except the public key and the keyed lookup id that `derive` computes from it.
"""

import unicodedata
from dataclasses import dataclass
from uuid import UUID

from vault import hpke
from vault.encoding import ctx
from vault.errors import InvalidCode
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keysfile import ServerKey, server_keys
from vault.primitives import KEY_BYTES, argon2id, hkdf, mac

DIGITS = 20
GROUP = 4
MEMORY_KIB = 19_456
ITERATIONS = 2
RECEIPT = "receipt"
INVITATION = "invitation"
# What people put between groups: spaces, dashes and dots of any width.
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\u30fc\u00b7\u30fb.\u3002\u200b\ufeff\u00ad_")


@dataclass(frozen=True, repr=False, eq=False)
class CodeKeys(Hidden):
    """What a code stands for: where to look it up (32 bytes, keyed) and its key pair."""

    label: str
    lookup_id: bytes
    private_key: hpke.PrivateKey

    @property
    def public_key(self) -> bytes:
        return self.private_key.public_key

    @property
    def suite(self) -> int:
        return self.private_key.suite

    def keyring(self, keyholder_id: UUID) -> Keyring:
        return Keyring(keyholder_id, self.private_key)


def code_from_secret(secret: bytes) -> str:
    """The 20 digits of a 32-byte secret: the same secret always gives the same code."""
    if len(secret) != KEY_BYTES:
        raise ValueError("a code secret is 32 bytes")
    # 256 bits reduced to 66: the remainder's bias is below 2**-189.
    number = int.from_bytes(hkdf(secret, info=ctx("code")), "big") % 10**DIGITS
    return f"{number:0{DIGITS}d}"


def normalise(text: str) -> str:
    """The 20 ASCII digits in what somebody typed. Accepts spaces, dashes and full-width digits. Raises InvalidCode."""
    if len(text) > 200:
        raise InvalidCode("too long for a code")
    kept = [c for c in text if not c.isspace() and c not in _DASHES]
    digits = "".join(_ascii_digit(c) for c in kept)
    if len(digits) != DIGITS:
        raise InvalidCode("a code has 20 digits")
    return digits


def groups(code: str) -> list[str]:
    """Five groups of four digits."""
    code = normalise(code)
    return [code[i : i + GROUP] for i in range(0, DIGITS, GROUP)]


def derive(code: str, label: str = RECEIPT, *, pepper: ServerKey | None = None, lookup: ServerKey | None = None) -> CodeKeys:
    """The lookup id and key pair of `code` for one use (`label`). Takes about 20-50 ms and 19 MiB.

    `pepper` and `lookup` default to the active server keys. Raises InvalidCode.
    """
    keys = server_keys()
    return derive_from_seed(seed_of(code, pepper=pepper or keys.active("pepper")), label, lookup=lookup or keys.active("lookup"))


def seed_of(code: str, *, pepper: ServerKey) -> bytes:
    """Argon2id(code, installation salt, pepper), 32 bytes: the slow step. Raises InvalidCode."""
    salt = server_keys().active("salt").secret
    return argon2id(normalise(code).encode(), salt=salt, pepper=pepper.secret, memory_kib=MEMORY_KIB, iterations=ITERATIONS)


def derive_from_seed(seed: bytes, label: str, *, lookup: ServerKey) -> CodeKeys:
    """The fast step: HKDF to a lookup id (stored only as HMAC under the lookup key) and a key pair."""
    lookup_id = mac(lookup.secret, hkdf(seed, info=ctx("code-lookup", label)))
    return CodeKeys(label, lookup_id, hpke.key_pair(hkdf(seed, info=ctx("code-key", label))))


def _ascii_digit(character: str) -> str:
    value = unicodedata.digit(character, None)
    # Superscripts and circled digits have a digit value too, but nobody's keyboard types them by mistake.
    if value is None or unicodedata.category(character) != "Nd":
        raise InvalidCode("a code has digits only")
    return str(value)
