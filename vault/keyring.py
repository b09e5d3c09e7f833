"""What an unlocked person, a code or the recovery ceremony holds: one private key and whose it is."""

from dataclasses import dataclass
from uuid import UUID

from vault import hpke
from vault.hidden import Hidden


@dataclass(frozen=True, repr=False, eq=False)
class Keyring(Hidden):
    """The private key of one keyholder, in memory only."""

    keyholder_id: UUID
    private_key: hpke.PrivateKey

    @property
    def seed(self) -> bytes:
        """The 32 bytes a session seals; the private key is expanded from them again."""
        return self.private_key.seed


def keyring_from_seed(*, keyholder_id: UUID, seed: bytes, suite: int = hpke.CURRENT_SUITE) -> Keyring:
    """Expand `seed` (32 bytes). Raises BadFormat."""
    return Keyring(keyholder_id, hpke.key_pair(seed, suite))
