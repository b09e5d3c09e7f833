"""The server keys file: TOML, mode 0400, outside database and environment (`vault.md` section 2).

Each key has a purpose, an id and a state. `active` keys seal and open, `read-only` keys only open what was sealed before a change of key,
`destroyed` keys are remembered by id alone. There is exactly one active key per purpose.
"""

import base64
import binascii
import hashlib
import os
import stat
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vault.encoding import ctx
from vault.errors import KeysFileError
from vault.hidden import Hidden
from vault.primitives import KEY_BYTES, NONCE_BYTES, TAG_BYTES, hkdf

# `salt` is the installation's own salt for codes: it need not be secret, but must never change.
PURPOSES = ("salt", "pepper", "lookup", "session", "blind_index", "notify", "log_signing")
STATES = ("active", "read-only", "destroyed")
VERSION = 1
SHORT_ID_BYTES = 4
# What a server seals for itself begins with this byte and is at least so long: short id of the key, nonce, tag (`people.serverseal`).
SERVER_SEAL = b"\x41"
SERVER_SEAL_LEAST = 1 + SHORT_ID_BYTES + NONCE_BYTES + TAG_BYTES


@dataclass(frozen=True, repr=False, eq=False)
class ServerKey(Hidden):
    """One key of the file. `secret` is 32 bytes."""

    purpose: str
    id: str
    state: str
    secret: bytes

    @property
    def short_id(self) -> bytes:
        """Four bytes that name this key inside stored bytes, so that a reader never has to guess which key was used."""
        return hashlib.sha256(ctx("key-id", self.purpose, self.id)).digest()[:SHORT_ID_BYTES]


class ServerKeys(Hidden):
    """All usable keys of one installation."""

    def __init__(self, keys: Iterable[ServerKey]):
        self._by_purpose = {purpose: [] for purpose in PURPOSES}
        for key in keys:
            self._by_purpose[key.purpose].append(key)
        for usable in self._by_purpose.values():
            usable.sort(key=lambda key: key.state != "active")

    def active(self, purpose: str) -> ServerKey:
        return self._by_purpose[purpose][0]

    def readable(self, purpose: str) -> list[ServerKey]:
        """The active key first, then the read-only ones."""
        return list(self._by_purpose[purpose])

    def by_id(self, purpose: str, key_id: str) -> ServerKey:
        """Raises KeysFileError when the key is unknown or destroyed."""
        return self._one(purpose, lambda key: key.id == key_id)

    def by_short_id(self, purpose: str, short_id: bytes) -> ServerKey:
        """Raises KeysFileError when the key is unknown or destroyed."""
        return self._one(purpose, lambda key: key.short_id == short_id)

    def _one(self, purpose: str, fits) -> ServerKey:
        for key in self._by_purpose[purpose]:
            if fits(key):
                return key
        raise KeysFileError("a key needed here is not in the keys file")


def load(path: Path) -> ServerKeys:
    """Read and check the keys file. Raises KeysFileError when it is missing, readable by group or others, short, repeated or malformed."""
    return ServerKeys(_checked(_parsed(_private_bytes(Path(path)))))


def generate(path: Path) -> None:
    """Write a fresh keys file, readable by its owner only. Raises FileExistsError rather than replacing keys that seal something."""
    lines = [
        "# Keys of this installation. Whoever holds this file and the databases can attack passphrases and codes: keep it apart from both.",
        "# Back it up once, offline. Without it nothing can be opened. Never edit by hand while the portal runs.",
        f"version = {VERSION}",
    ]
    for purpose in PURPOSES:
        fresh = base64.b64encode(os.urandom(KEY_BYTES)).decode()
        lines += ["", "[[key]]", f'purpose = "{purpose}"', f'id = "{purpose}-1"', 'state = "active"', f'secret = "{fresh}"']
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(descriptor, "w") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _private_bytes(path: Path) -> bytes:
    try:
        # O_NONBLOCK: a pipe put in the file's place must not hang the start.
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError:
        raise KeysFileError("the keys file is missing or can't be read") from None
    try:
        # Judge the opened file, not the name: the name could be exchanged in between.
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise KeysFileError("the keys file is not a regular file")
        if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeysFileError("the keys file is open to its group or to others (use mode 0400)")
        return os.read(descriptor, 1_000_000)
    finally:
        os.close(descriptor)


def _parsed(raw: bytes) -> list[dict]:
    try:
        document = tomllib.loads(raw.decode())
    except ValueError:  # includes UnicodeDecodeError and TOMLDecodeError, whose messages would quote the file
        raise KeysFileError("the keys file is not valid TOML") from None
    if document.get("version") != VERSION or not isinstance(document.get("key"), list):
        raise KeysFileError("the keys file has an unknown version or no keys")
    return document["key"]


def _checked(entries: list[dict]) -> list[ServerKey]:
    keys = [_key(entry) for entry in entries]
    if len({(key.purpose, key.id) for key in keys}) != len(keys):
        raise KeysFileError("two keys share a purpose and an id")
    usable = [key for key in keys if key.state != "destroyed"]
    if len({key.secret for key in usable}) != len(usable):
        raise KeysFileError("a key is repeated")
    if len({(key.purpose, key.short_id) for key in usable}) != len(usable):
        raise KeysFileError("two key ids can't be told apart; rename one")
    for purpose in PURPOSES:
        if sum(key.purpose == purpose and key.state == "active" for key in usable) != 1:
            raise KeysFileError(f"there must be exactly one active {purpose} key")
    return usable


def _key(entry: dict) -> ServerKey:
    if not isinstance(entry, dict) or set(entry) - {"purpose", "id", "state", "secret"}:
        raise KeysFileError("an entry of the keys file has unknown fields")
    purpose, key_id, state = entry.get("purpose"), entry.get("id"), entry.get("state")
    if purpose not in PURPOSES or state not in STATES or not isinstance(key_id, str) or not 1 <= len(key_id) <= 64:
        raise KeysFileError("an entry of the keys file has an unknown purpose, state or id")
    if state == "destroyed":
        if "secret" in entry:
            raise KeysFileError("a destroyed key must not keep its secret")
        return ServerKey(purpose, key_id, state, b"")
    return ServerKey(purpose, key_id, state, _secret(entry.get("secret")))


def _secret(text) -> bytes:
    try:
        secret = base64.b64decode(text, validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise KeysFileError("a key is not valid base64") from None
    if len(secret) != KEY_BYTES or len(set(secret)) < 8:
        raise KeysFileError("a key is short or not random")
    return secret


_loaded: tuple[Path, ServerKeys] | None = None


def server_keys() -> ServerKeys:
    """The keys of this installation, read once per process from `settings.HEARD_KEYS_FILE`. Raises KeysFileError."""
    from django.conf import settings  # here, because the settings of the test run call generate()

    global _loaded
    path = Path(settings.HEARD_KEYS_FILE)
    if _loaded is None or _loaded[0] != path:
        _loaded = (path, load(path))
    return _loaded[1]


def audit_keys() -> list[tuple[str, bytes]]:
    """(key id, 32-byte key) for the mark on the head of the audit chain, the one to write with first. Named in `settings.AUDIT_KEYS`."""
    return [(key.id, hkdf(key.secret, info=ctx("audit-head"))) for key in server_keys().readable("log_signing")]
