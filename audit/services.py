"""Writing the record. `record` belongs in the transaction of what it records, as its last write: the head stays locked until commit."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit import once
from audit import verify as _verify
from audit.actions import ACCESSES, Action
from audit.actors import Actor
from audit.chain import GENESIS, digest_of, head_mark
from audit.facts import checked
from audit.keys import head_keys
from audit.models import Entry, Head

HEAD_ID = 1


class NotInTransaction(Exception):
    """An entry must be committed with what it records, or not at all."""


class BrokenChain(Exception):
    """Entries without a head: somebody removed it. Nothing is written on top of that."""


@dataclass(frozen=True)
class Line:
    """One entry to write. `object_kind`: a short lower-case word, with `object_id` the thing acted on."""

    by: Actor
    action: Action
    subject_id: UUID | None = None
    object_kind: str = ""
    object_id: UUID | None = None
    facts: dict | None = None


def record(
    *,
    by: Actor,
    action: Action,
    subject_id: UUID | None,
    object_kind: str = "",
    object_id: UUID | None = None,
    facts: dict | None = None,
    now: datetime,
) -> Entry:
    """Append one entry. Raises NotInTransaction, NotAFact, BrokenChain; ValueError for an unknown action."""
    return record_many([Line(by, action, subject_id, object_kind, object_id, facts)], now=now)[0]


def record_many(lines: Iterable[Line], *, now: datetime) -> list[Entry]:
    """Append several entries of one act, in order. The head is locked once. Raises `once.SentBefore`, and the act is undone with it."""
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction
    drafts = [_draft(line, now) for line in lines]
    if not drafts:
        return []
    if any(entry.action not in ACCESSES for entry in drafts):
        once.claim(now)
    head = _locked_head()
    seq, previous = head.seq, bytes(head.digest)
    for entry in drafts:
        seq += 1
        entry.seq, entry.previous = seq, previous
        entry.digest = previous = digest_of(entry)
    Entry.objects.bulk_create(drafts)
    _move(head, seq, previous)
    return drafts


def verify() -> list[str]:
    """Every way in which the record does not hold; empty when it does. For long records use `audit.verify.problems`, which streams."""
    return list(_verify.problems())


def _draft(line: Line, now: datetime) -> Entry:
    names = checked({"object_kind": line.object_kind, "role": line.by.role})
    return Entry(
        at=now,
        actor_kind=line.by.kind,
        user_id=line.by.user_id,
        role=names["role"],
        action=Action(line.action).value,
        subject_id=line.subject_id,
        object_kind=names["object_kind"],
        object_id=line.object_id,
        facts=checked(line.facts),
    )


def _locked_head() -> Head:
    head = Head.objects.select_for_update().filter(pk=HEAD_ID).first()
    return head or _first_head()


def _first_head() -> Head:
    """Begin the record. First writers settle it between them: the unique key makes the slower ones wait for the fastest to commit."""
    key_id, key = head_keys()[0]
    mark = head_mark(key=key, seq=0, digest=GENESIS)
    Head.objects.get_or_create(pk=HEAD_ID, defaults={"seq": 0, "digest": GENESIS, "key_id": key_id, "mark": mark})
    head = Head.objects.select_for_update().get(pk=HEAD_ID)
    # Judged on the locked row: before it, entries may be those of a first writer who was faster. Only an empty record may begin anew.
    if head.seq == 0 and Entry.objects.exists():
        raise BrokenChain
    return head


def _move(head: Head, seq: int, newest: bytes) -> None:
    key_id, key = head_keys()[0]
    head.seq, head.digest, head.key_id = seq, newest, key_id
    head.mark = head_mark(key=key, seq=seq, digest=newest)
    head.save(update_fields=["seq", "digest", "key_id", "mark"])
