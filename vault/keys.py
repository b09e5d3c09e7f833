"""Keys of a compartment or draft, and what they open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from vault.encoding import ctx
from vault.errors import EpochUnknown
from vault.hidden import Hidden
from vault.primitives import hkdf


@dataclass(frozen=True, repr=False, eq=False)
class SealingKey(Hidden):
    """The key of one epoch of one owner (a compartment id or a draft id). Seals, and opens what was sealed in that epoch."""

    owner_id: UUID
    epoch: int
    key: bytes

    def for_epoch(self, epoch: int) -> "SealingKey":
        if epoch != self.epoch:
            raise EpochUnknown("no key for this epoch")
        return self


@dataclass(frozen=True, repr=False, eq=False)
class OpeningKeys(Hidden):
    """Every epoch of one owner that somebody may open. `epochs` maps epoch number to its SealingKey and is never empty."""

    owner_id: UUID
    epochs: Mapping[int, SealingKey]

    @property
    def current(self) -> SealingKey:
        """The key to seal with: the newest epoch's."""
        return self.epochs[max(self.epochs)]

    def for_epoch(self, epoch: int) -> SealingKey:
        """Raises EpochUnknown (a NoAccess) for an epoch these keys don't cover."""
        try:
            return self.epochs[epoch]
        except KeyError:
            raise EpochUnknown("no key for this epoch") from None


class Opened(Hidden):
    """An opened value. Take it out on purpose with `.bytes()`, `.text()` or `.json()`; it does not show itself."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes):
        object.__setattr__(self, "_data", data)

    def __setattr__(self, name, value):
        raise AttributeError("an opened value can't be changed")

    def __eq__(self, other):
        raise TypeError("take the value out before comparing")

    __hash__ = None

    def bytes(self) -> bytes:
        return self._data

    def text(self) -> str:
        return self._data.decode()

    def json(self):
        return json.loads(self._data)


def compartment_key(*, core: bytes, shred_key: bytes, compartment_id: UUID, epoch: int) -> SealingKey:
    """HKDF(core, salt = shred key): without the shred key the core opens nothing (`vault.md` section 2). Both are 32 bytes."""
    key = hkdf(core, salt=shred_key, info=ctx("compartment-key", compartment_id, epoch))
    return SealingKey(compartment_id, epoch, key)
