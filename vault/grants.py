"""Format 0x01: the core key of one compartment epoch, sealed to one keyholder. `0x01 ‖ suite ‖ HPKE(core)`."""

from uuid import UUID

from vault import hpke
from vault.encoding import ctx
from vault.errors import BadFormat
from vault.primitives import KEY_BYTES

FORMAT = 0x01


def seal_grant(*, core: bytes, compartment_id: UUID, epoch: int, public_key: bytes, suite: int) -> bytes:
    """Seal the 32-byte core key to `public_key`. Raises BadFormat for a bad key."""
    info = _info(suite, compartment_id, epoch, public_key)
    return bytes([FORMAT]) + hpke.seal(public_key=public_key, suite=suite, data=core, info=info)


def open_grant(*, private_key: hpke.PrivateKey, compartment_id: UUID, epoch: int, blob: bytes) -> bytes:
    """The core key. Raises BadFormat or Damaged (sealed to another key, compartment or epoch)."""
    check_grant(blob, private_key.suite)
    info = _info(private_key.suite, compartment_id, epoch, private_key.public_key)
    return hpke.unseal(private_key, bytes(blob)[1:], info=info)


def check_grant(blob: bytes, suite: int) -> None:
    """Raises BadFormat unless format, suite and length are those of a grant. Needs no key."""
    blob = bytes(blob)
    if suite not in hpke.PUBLIC_KEY_BYTES or len(blob) != 1 + hpke.sealed_length(suite, KEY_BYTES) or blob[0] != FORMAT or blob[1] != suite:
        raise BadFormat("not a grant")


def _info(suite: int, compartment_id: UUID, epoch: int, public_key: bytes) -> bytes:
    return ctx("grant", suite, compartment_id, epoch, bytes(public_key))
