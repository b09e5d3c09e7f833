"""The recovery key: made at set-up, printed once, kept offline. A member of compartments, so that content survives lost passphrases.

Printed as 14 groups of five letters and digits (Crockford's base 32: no I, L, O or U, either case). The first four of each group carry
256 bits of secret and a 24-bit check over the whole; the fifth checks its own group and the group's place, so that a slip of the pen is
found in the group where it was made: any one wrong letter, two neighbours exchanged, two groups exchanged.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime

from vault import hpke
from vault.encoding import ctx
from vault.errors import InvalidRecoveryKey
from vault.hidden import Hidden
from vault.kept_queries import KeptQuery
from vault.keyholders import is_genuine, new_keyholder
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.primitives import KEY_BYTES, hkdf, same

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHECK_BYTES = 3
GROUPS, DATA, GROUP = 14, 4, 5
_READ = {**{c: i for i, c in enumerate(ALPHABET)}, "O": 0, "I": 1, "L": 1}


@dataclass(frozen=True, repr=False, eq=False)
class PrintedRecovery(Hidden):
    """A recovery key, to be shown once: `groups` are the 14 printed groups. `keyholder` is its public half."""

    keyholder: Keyholder
    groups: list[str]


def new_recovery_key(*, now: datetime) -> PrintedRecovery:
    """Make a recovery key without keeping anything: its public half is saved once somebody has the printed groups in hand."""
    secret = os.urandom(KEY_BYTES)
    return PrintedRecovery(new_keyholder(kind=Keyholder.Kind.RECOVERY, private_key=_private_key(secret), now=now), printed(secret))


def create_recovery_key(*, now: datetime) -> PrintedRecovery:
    """Make and keep the installation's recovery key. Its secret exists only in the result. IntegrityError when there is one already."""
    made = new_recovery_key(now=now)
    made.keyholder.save(force_insert=True)
    return made


def recovery_keyholder() -> Keyholder | None:
    """The recovery key's public half, to be made a member of each new compartment; None before set-up."""
    return _IN_USE.first()


_IN_USE = KeptQuery(lambda: Keyholder.objects.filter(kind=Keyholder.Kind.RECOVERY, retired_at__isnull=True).order_by("pk"))


def keyring_from_printed(text: str) -> Keyring:
    """The recovery keyring. Accepts spaces, dashes, lower case, and O, I, L for 0, 1, 1. Raises InvalidRecoveryKey."""
    private_key = _private_key(secret_of(text))
    for keyholder in Keyholder.objects.filter(kind=Keyholder.Kind.RECOVERY):
        if is_genuine(keyholder) and same(bytes(keyholder.public_key), private_key.public_key):
            return Keyring(keyholder.id, private_key)
    raise InvalidRecoveryKey("this recovery key is not one of this installation")


def printed(secret: bytes) -> list[str]:
    """The 14 groups of five of a 32-byte secret."""
    number = int.from_bytes(secret + _check(secret), "big")
    values = [number >> shift & 31 for shift in range((GROUPS * DATA - 1) * 5, -1, -5)]
    groups = [values[at : at + DATA] for at in range(0, len(values), DATA)]
    return ["".join(ALPHABET[value] for value in [*group, _group_check(place, group)]) for place, group in enumerate(groups)]


def secret_of(text: str) -> bytes:
    """The 32 bytes of a printed recovery key. Raises InvalidRecoveryKey; its `groups` are the numbers (from 1) of the mistyped groups."""
    letters = [c for c in text.upper() if not c.isspace() and c not in "-\u2010\u2013\u2014"]
    if len(letters) != GROUPS * GROUP:
        raise InvalidRecoveryKey(
            f"a recovery key has {GROUPS} groups of {GROUP}; these are {len(letters)} letters", groups=_first_gap(text)
        )
    groups = [letters[at : at + GROUP] for at in range(0, len(letters), GROUP)]
    wrong = [place for place, group in enumerate(groups) if not _fits(place, group)]
    if wrong:
        raise InvalidRecoveryKey("a group is mistyped", groups=[place + 1 for place in wrong])
    number = 0
    for group in groups:
        for letter in group[:DATA]:
            number = number << 5 | _READ[letter]
    raw = number.to_bytes(KEY_BYTES + CHECK_BYTES, "big")
    secret = raw[:KEY_BYTES]
    if not same(raw[KEY_BYTES:], _check(secret)):
        raise InvalidRecoveryKey("several letters are mistyped")
    return secret


def group_fits(number: int, text: str) -> bool:
    """Whether `text` can be the group with this number (from 1) of some recovery key: for asking group by group."""
    letters = list(text.strip().upper())
    return len(letters) == GROUP and _fits(number - 1, letters)


def _fits(place: int, group: list[str]) -> bool:
    values = [_READ.get(letter) for letter in group]
    return None not in values and values[DATA] == _group_check(place, values[:DATA])


def _first_gap(text: str) -> list[int]:
    """The first group that is too short or too long, when the text is parted into groups at all."""
    parts = text.replace("-", " ").split()
    return [number for number, part in enumerate(parts, 1) if len(part) != GROUP][:1] if len(parts) > 1 else []


def _group_check(place: int, values: list[int]) -> int:
    """Five bits over the place of a group and its letters: a polynomial over the field of 32 elements, so no single slip goes unseen."""
    found = place
    for value in values:
        found = _times_two(found) ^ value
    return _times_two(found)


def _times_two(value: int) -> int:
    doubled = value << 1
    return doubled ^ 0b100101 if doubled > 31 else doubled


def _check(secret: bytes) -> bytes:
    return hashlib.sha256(ctx("recovery-check", secret)).digest()[:CHECK_BYTES]


def _private_key(secret: bytes) -> hpke.PrivateKey:
    return hpke.key_pair(hkdf(secret, info=ctx("recovery-key")))
