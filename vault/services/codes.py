"""Finding whom a code belongs to, with the same work for known, unknown and mistyped codes."""

from dataclasses import dataclass
from datetime import datetime

from vault.codes import DIGITS, RECEIPT, CodeKeys, derive_from_seed, normalise, seed_of
from vault.errors import InvalidCode
from vault.hidden import Hidden
from vault.keyholders import is_genuine, is_usable
from vault.keyring import Keyring
from vault.keysfile import server_keys
from vault.models import Keyholder


@dataclass(frozen=True, repr=False, eq=False)
class Found(Hidden):
    """A known code: its keyholder and the keyring that opens with it."""

    keyholder: Keyholder
    code_keys: CodeKeys

    @property
    def keyring(self) -> Keyring:
        return self.code_keys.keyring(self.keyholder.id)


def candidates(text: str, label: str = RECEIPT) -> list[CodeKeys]:
    """What `text` derives to under each usable server key: normally one, more after a change of pepper or lookup key.

    A text that is no code gives an empty list after the same work.
    """
    try:
        code, valid = normalise(text), True
    except InvalidCode:
        # The work is done all the same, so that the time taken says nothing about what was typed.
        code, valid = "0" * DIGITS, False
    keys = server_keys()
    seeds = [seed_of(code, pepper=pepper) for pepper in keys.readable("pepper")]
    found = [derive_from_seed(seed, label, lookup=lookup) for seed in seeds for lookup in keys.readable("lookup")]
    return found if valid else []


def find(text: str, *, now: datetime, label: str = RECEIPT) -> Found | None:
    """The keyholder of a code, or None for an unknown, mistyped, replaced, expired or revoked one. Takes the same time for all of them."""
    by_lookup = {code_keys.lookup_id: code_keys for code_keys in candidates(text, label)}
    keyholder = Keyholder.objects.filter(lookup_id__in=list(by_lookup) or [bytes(32)]).first()
    if keyholder is None or not is_usable(keyholder, now) or not is_genuine(keyholder):
        return None
    return Found(keyholder, by_lookup[bytes(keyholder.lookup_id)])
