"""Keys for the mark on the chain's head. They come from wherever `settings.AUDIT_KEYS` names (the server keys file)."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.module_loading import import_string

DEFAULT = "vault.keysfile.audit_keys"


def head_keys() -> Sequence[tuple[str, bytes]]:
    """(key id, 32-byte key); the first one marks, the others still verify."""
    return import_string(getattr(settings, "AUDIT_KEYS", DEFAULT))()
