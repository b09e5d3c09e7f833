"""What can go wrong in the vault. Messages are constant: an exception never carries key material or what somebody wrote."""


class VaultError(Exception):
    """Base of everything the vault raises on purpose."""


class NoAccess(VaultError):
    """This person or code holds no key for what was asked."""


class Destroyed(NoAccess):
    """The shred key of this matter was deleted: nobody can read it again."""


class BadFormat(VaultError):
    """Bytes that are not in the stated format, or state parameters outside its bounds."""


class Damaged(VaultError):
    """Authentication failed: the bytes were changed, moved to another row, or put back from an earlier version."""


class Tampered(VaultError):
    """A row that names a reader does not carry the server's mark: a public key or grant was put there by somebody else."""


class WrongPassphrase(VaultError):
    """The vault passphrase does not open this person's key."""


class WeakPassphrase(VaultError):
    """The vault passphrase is shorter than the vault accepts."""


class NoKeys(VaultError):
    """This person has no vault key (yet, or any more)."""


class InvalidCode(VaultError):
    """The text is not a 20-digit code. Says nothing about whether a code is known."""


class InvalidRecoveryKey(VaultError):
    """The text is not the printed recovery key of this installation. `groups`: numbers (from 1) of those that are mistyped."""

    def __init__(self, message: str, *, groups=()):
        super().__init__(message)
        self.groups = tuple(groups)


class KeysFileError(VaultError):
    """The server keys file is missing, readable by others, incomplete or malformed."""


class Changed(VaultError):
    """The compartment's members changed between preparing and saving. Prepare again."""


class EpochUnknown(NoAccess, Changed):
    """The keys at hand don't cover this epoch: it is somebody else's, or it began after they were opened.

    So it is both: whoever prepares a write begins again with fresh keys, and whoever has none learns that there is no access.
    """


class TooLarge(VaultError):
    """More data than this format takes."""
