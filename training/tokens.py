"""One-time tokens of forms: the same one twice makes one row."""

import secrets


def new_token() -> str:
    """A one-time token for a form (128 bits)."""
    return secrets.token_hex(16)
