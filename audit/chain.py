"""The arithmetic of the chain. Pure: the same row gives the same digest on every database, so anybody holding the rows can recompute it."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from uuid import UUID

GENESIS = bytes(32)
_FORM = b"heard-audit-1\n"
_START = datetime(1970, 1, 1, tzinfo=UTC)


def digest(
    *,
    seq: int,
    at: datetime,
    actor_kind: str,
    user_id: int | None,
    role: str,
    action: str,
    subject_id: UUID | None,
    object_kind: str,
    object_id: UUID | None,
    facts: dict,
    previous: bytes,
) -> bytes:
    """SHA-256 (32 bytes) over one entry and the digest before it; `at` counts in whole microseconds."""
    row = [
        seq,
        microseconds(at),
        actor_kind,
        user_id,
        role,
        action,
        str(subject_id) if subject_id else None,
        object_kind,
        str(object_id) if object_id else None,
        facts,
        previous.hex(),
    ]
    return hashlib.sha256(_FORM + json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).digest()


def digest_of(entry) -> bytes:
    """The digest an `audit.models.Entry` must carry."""
    return digest(
        seq=entry.seq,
        at=entry.at,
        actor_kind=entry.actor_kind,
        user_id=entry.user_id,
        role=entry.role,
        action=entry.action,
        subject_id=entry.subject_id,
        object_kind=entry.object_kind,
        object_id=entry.object_id,
        facts=entry.facts,
        previous=bytes(entry.previous),
    )


def head_mark(*, key: bytes, seq: int, digest: bytes) -> bytes:
    """HMAC-SHA-256 over the newest entry: whoever rewrites the whole chain can't make a fitting head without the keys file."""
    return hmac.digest(key, b"heard-audit-head-1\n" + seq.to_bytes(8, "big") + digest, "sha256")


def microseconds(at: datetime) -> int:
    passed = at - _START
    return (passed.days * 86_400 + passed.seconds) * 1_000_000 + passed.microseconds
