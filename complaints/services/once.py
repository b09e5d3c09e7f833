"""One form sent twice makes one row: the form's one-time token becomes the row's identifier."""

import secrets
from uuid import UUID, uuid5


def new_token() -> str:
    """A one-time token for a form (128 bits)."""
    return secrets.token_hex(16)


def once_id(complaint_id: UUID, use: str, token: str) -> UUID:
    """The identifier of the row that `token` makes. The same token in another complaint gives another row, so nothing can collide."""
    return uuid5(complaint_id, f"{use}:{token}")
