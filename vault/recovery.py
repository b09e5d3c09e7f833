"""The recovery key: made at set-up, printed once, kept offline. A member of compartments, so that content survives lost passphrases.

Printed as 14 groups of four letters and digits (Crockford's base 32: no I, L, O or U, either case): 256 bits of secret and a 24-bit check.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime

from vault import hpke
from vault.encoding import ctx
from vault.errors import InvalidRecoveryKey
from vault.hidden import Hidden
from vault.keyholders import is_genuine, new_keyholder
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.primitives import KEY_BYTES, hkdf, same

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_BYTES = 3
GROUPS, GROUP = 14, 4
_READ = {**{c: i for i, c in enumerate(ALPHABET)}, "O": 0, "I": 1, "L": 1}


@dataclass(frozen=True, repr=False, eq=False)
class PrintedRecovery(Hidden):
    """What `create_recovery_key` returns, to be shown once: `groups` are the 14 printed groups."""

    keyholder: Keyholder
    groups: list[str]


def create_recovery_key(*, now: datetime) -> PrintedRecovery:
    """Make the installation's recovery key. Its secret exists only in the result. IntegrityError when there is one already."""
    secret = os.urandom(KEY_BYTES)
    keyholder = new_keyholder(kind=Keyholder.Kind.RECOVERY, private_key=_private_key(secret), now=now)
    keyholder.save(force_insert=True)
    return PrintedRecovery(keyholder, printed(secret))


def recovery_keyholder() -> Keyholder | None:
    """The recovery key's public half, to be made a member of each new compartment; None before set-up."""
    return Keyholder.objects.filter(kind=Keyholder.Kind.RECOVERY, retired_at__isnull=True).first()


def keyring_from_printed(text: str) -> Keyring:
    """The recovery keyring. Accepts spaces, dashes, lower case, and O, I, L for 0, 1, 1. Raises InvalidRecoveryKey."""
    private_key = _private_key(secret_of(text))
    for keyholder in Keyholder.objects.filter(kind=Keyholder.Kind.RECOVERY):
        if is_genuine(keyholder) and same(bytes(keyholder.public_key), private_key.public_key):
            return Keyring(keyholder.id, private_key)
    raise InvalidRecoveryKey("this recovery key is not one of this installation")


def printed(secret: bytes) -> list[str]:
    """The 14 groups of four of a 32-byte secret."""
    number = int.from_bytes(secret + _check(secret), "big")
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range((GROUPS * GROUP - 1) * 5, -1, -5))
    return [letters[i : i + GROUP] for i in range(0, GROUPS * GROUP, GROUP)]


def secret_of(text: str) -> bytes:
    """The 32 bytes of a printed recovery key. Raises InvalidRecoveryKey when a group is missing or mistyped."""
    letters = [c for c in text.upper() if not c.isspace() and c not in "-\u2010\u2013\u2014"]
    if len(letters) != GROUPS * GROUP or any(c not in _READ for c in letters):
        raise InvalidRecoveryKey("a recovery key has 14 groups of four")
    number = 0
    for letter in letters:
        number = number << 5 | _READ[letter]
    raw = number.to_bytes(KEY_BYTES + CHECK_BYTES, "big")
    secret = raw[:KEY_BYTES]
    if not same(raw[KEY_BYTES:], _check(secret)):
        raise InvalidRecoveryKey("a group is mistyped")
    return secret


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(ctx("recovery-check", secret)).digest()[:CHECK_BYTES]


def _private_key(secret: bytes) -> hpke.PrivateKey:
    return hpke.key_pair(hkdf(secret, info=ctx("recovery-key")))
