"""Keyholder rows, made and checked. Nothing is ever sealed to a keyholder whose mark does not fit."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from vault.codes import INVITATION, RECEIPT, CodeKeys
from vault.encoding import Part
from vault.hpke import PrivateKey
from vault.marks import fits, make_mark, require_mark
from vault.models import Keyholder

_CODE_KINDS = {RECEIPT: Keyholder.Kind.RECEIPT, INVITATION: Keyholder.Kind.INVITATION}


def new_keyholder(
    *,
    kind: str,
    private_key: PrivateKey,
    now: datetime,
    user=None,
    lookup_id: bytes | None = None,
    keyholder_id: UUID | None = None,
    expires_at: datetime | None = None,
) -> Keyholder:
    """An unsaved, marked keyholder for this key pair."""
    keyholder = Keyholder(
        id=keyholder_id or uuid4(),
        kind=kind,
        user=user,
        suite=private_key.suite,
        public_key=private_key.public_key,
        lookup_id=lookup_id,
        created_at=now,
        expires_at=expires_at,
    )
    keyholder.mark = make_mark("keyholder", *_marked(keyholder))
    return keyholder


def code_keyholder(*, code_keys: CodeKeys, now: datetime, expires_at: datetime | None = None) -> Keyholder:
    """An unsaved keyholder for a receipt or invitation code. `expires_at`: for invitations."""
    kind = _CODE_KINDS[code_keys.label]
    return new_keyholder(kind=kind, private_key=code_keys.private_key, now=now, lookup_id=code_keys.lookup_id, expires_at=expires_at)


def is_genuine(keyholder: Keyholder) -> bool:
    """Whether this server made the row: its public key was not exchanged in the database."""
    return fits(keyholder.mark, "keyholder", *_marked(keyholder))


def require_genuine(keyholder: Keyholder) -> None:
    """Raises Tampered."""
    require_mark(keyholder.mark, "keyholder", *_marked(keyholder))


def is_usable(keyholder: Keyholder, now: datetime) -> bool:
    """Neither retired nor expired."""
    return keyholder.retired_at is None and (keyholder.expires_at is None or keyholder.expires_at > now)


def _marked(keyholder: Keyholder) -> tuple[Part, ...]:
    lookup_id = bytes(keyholder.lookup_id) if keyholder.lookup_id is not None else b""
    expires = keyholder.expires_at.astimezone(UTC).isoformat() if keyholder.expires_at else ""
    return (keyholder.id, keyholder.kind, keyholder.suite, bytes(keyholder.public_key), keyholder.user_id or 0, lookup_id, expires)
