"""One form sent twice makes one row: the form's one-time token becomes the row's identifier."""

import json
import secrets
from collections.abc import Iterable
from hashlib import sha256
from uuid import UUID, uuid5


def new_token() -> str:
    """A one-time token for a form (128 bits)."""
    return secrets.token_hex(16)


def token_of(token: str, words: Iterable[tuple[str, list[str]]], files: Iterable[tuple[str, str, int]] = ()) -> str:
    """The token of a form together with what is in it: the same again is one act; what was edited and sent again is another one.

    Somebody who goes back to a page that the browser kept, writes something else there and sends it must not lose it.
    """
    return sha256(json.dumps([token, sorted(words), sorted(files)]).encode()).hexdigest()


def once_id(complaint_id: UUID, use: str, token: str) -> UUID:
    """The identifier of the row that `token` makes. The same token in another complaint gives another row, so nothing can collide."""
    return uuid5(complaint_id, f"{use}:{token}")
