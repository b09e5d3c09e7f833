"""Compartments: made with a complaint, opened by a person, changed when somebody joins or leaves (`vault.md` section 2)."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet, UUIDField

from vault.errors import Damaged, NoAccess
from vault.grants import open_grant
from vault.hidden import Hidden
from vault.kept_queries import KeptQuery
from vault.keyholders import is_usable
from vault.keyring import Keyring
from vault.keys import OpeningKeys, SealingKey, compartment_key
from vault.marks import require_mark
from vault.models import Compartment, Grant, Keyholder
from vault.primitives import KEY_BYTES
from vault.services.changes import Change, apply, current_members, grant_parts, new_grant
from vault.services.shred import destroy_subject, ensure_shred_key, shred_key

__all__ = [
    "Prepared",
    "add_member",
    "destroy_subject",
    "key_after",
    "let_in_from_now",
    "members",
    "open_keys",
    "open_subject",
    "prepare",
    "prepare_addition",
    "prepare_change",
    "prepare_removal",
    "remove_members",
]


@dataclass(frozen=True, repr=False, eq=False)
class Prepared(Hidden):
    """New compartments, ready to seal with and to save. `compartments` and `keys` are by kind."""

    compartments: Mapping[str, Compartment]
    keys: Mapping[str, SealingKey]
    grants: list[Grant]

    def save(self) -> None:
        """Write compartments and grants. Call it inside the transaction that writes what was sealed."""
        with transaction.atomic(savepoint=False):
            Compartment.objects.bulk_create(self.compartments.values())
            Grant.objects.bulk_create(self.grants)


def prepare(*, subject_id: UUID, members: Mapping[str, Iterable[Keyholder]], now: datetime) -> Prepared:
    """Make compartments of these kinds for a subject, each sealed to its members. Writes nothing to the main database.

    The shred key is written and committed first, in its own database. Call this outside any transaction. Raises ValueError for a kind
    without members, Tampered for a keyholder whose row is not genuine, NoAccess for a retired one.
    """
    shred = ensure_shred_key(subject_id=subject_id, now=now)
    compartments, keys, grants = {}, {}, []
    for kind, keyholders in members.items():
        compartment = Compartment(id=uuid4(), subject_id=subject_id, kind=kind, epoch=1, created_at=now)
        core = os.urandom(KEY_BYTES)
        grants += _grants_for(compartment, 1, core, keyholders, now)
        compartments[kind] = compartment
        keys[kind] = compartment_key(core=core, shred_key=shred, compartment_id=compartment.id, epoch=1)
    return Prepared(compartments, keys, grants)


def open_keys(*, compartment: Compartment, keyring: Keyring) -> OpeningKeys:
    """Every epoch of the compartment this keyring opens. Raises NoAccess (or its subclass Destroyed), Tampered, Damaged."""
    return _opening_keys(compartment, cores_of(compartment, keyring), shred_key(compartment.subject_id))


def open_subject(*, subject_id: UUID, keyring: Keyring) -> dict[str, OpeningKeys]:
    """All compartments of a subject that this keyring opens, by kind, in one query and one for the shred key.

    Raises NoAccess when there is none.
    """
    found: dict[Compartment, list[Grant]] = {}
    for grant in _GRANTS_OF_SUBJECT.all(subject_id=subject_id, keyholder_id=keyring.keyholder_id):
        found.setdefault(grant.compartment, []).append(grant)
    # Without the newest epoch somebody was removed from that compartment, and opens nothing of it.
    readable = {box: grants for box, grants in found.items() if any(grant.epoch == box.epoch for grant in grants)}
    if not readable:
        raise NoAccess("no key for this matter")
    shred = shred_key(subject_id)
    return {box.kind: _opening_keys(box, _cores_in(grants, keyring), shred) for box, grants in readable.items()}


def members(compartment: Compartment) -> QuerySet[Keyholder]:
    """Keyholders of the newest epoch."""
    return Keyholder.objects.filter(grants__compartment=compartment, grants__epoch=compartment.epoch)


def add_member(*, compartment: Compartment, keyholder: Keyholder, keyring: Keyring, now: datetime) -> None:
    """Let `keyholder` read every epoch that `keyring` opens. Does nothing for somebody who reads them already."""
    apply(lambda: prepare_addition(compartment=_fresh(compartment), keyholder=keyholder, keyring=keyring, now=now))
    compartment.refresh_from_db(fields=["epoch"])


def prepare_addition(*, compartment: Compartment, keyholder: Keyholder, keyring: Keyring, now: datetime) -> Change:
    """The first half of `add_member`: seals, writes nothing. `.save()` inside a transaction; it raises Changed when it came too late."""
    snapshot = current_members(compartment)
    cores = cores_of(compartment, keyring)
    have = set(Grant.objects.filter(compartment=compartment, keyholder=keyholder).values_list("epoch", flat=True))
    grants = [
        new_grant(compartment=compartment, epoch=epoch, keyholder=keyholder, core=core, now=now)
        for epoch, core in cores.items()
        if epoch not in have
    ]
    return Change(compartment, snapshot, grants=grants)


def remove_members(*, compartment: Compartment, keyholders: Iterable[Keyholder], now: datetime) -> None:
    """Take these members' grants away and start a new epoch for those who stay. Needs public keys only, nobody's passphrase.

    Whoever leaves does so with every key they have had here: one may have been replaced since the caller looked.
    Raises ValueError when nobody would be left.
    """
    leaving = list(keyholders)
    apply(lambda: prepare_removal(compartment=_fresh(compartment), keyholders=leaving, now=now))
    compartment.refresh_from_db(fields=["epoch"])


def prepare_removal(*, compartment: Compartment, keyholders: Iterable[Keyholder], now: datetime) -> Change:
    """The first half of `remove_members`: seals, writes nothing. `.save()` raises Changed when it came too late."""
    return removal(compartment, _every_key_of(compartment, keyholders), [], now)


def _every_key_of(compartment: Compartment, keyholders: Iterable[Keyholder]) -> frozenset[UUID]:
    """These keyholders, and all others of the same people that hold or held a grant here: retired ones, and the ones made instead."""
    keyholders = list(keyholders)
    people = {keyholder.user_id for keyholder in keyholders if keyholder.user_id}
    theirs = Grant.objects.filter(compartment=compartment, keyholder__user__in=people).values_list("keyholder_id", flat=True)
    return frozenset(theirs) | {keyholder.id for keyholder in keyholders}


def let_in_from_now(*, compartment: Compartment, keyholder: Keyholder, now: datetime) -> None:
    """Let `keyholder` read what is sealed from now on, and nothing of before: a new epoch. Needs public keys only, nobody's passphrase."""
    apply(lambda: removal(_fresh(compartment), frozenset(), [keyholder], now))
    compartment.refresh_from_db(fields=["epoch"])


def erase_subject(subject_id: UUID) -> None:
    """Delete the compartments of a subject with every grant. Its fields and files must be gone; its shred key is another matter."""
    Compartment.objects.filter(subject_id=subject_id).delete()


def prepare_change(
    *, compartment: Compartment, joining: Iterable[Keyholder] = (), leaving: Iterable[Keyholder] = (), keyring: Keyring, now: datetime
) -> Change:
    """Members who come and go at once: seals, writes nothing. `.save()` raises Changed when it came too late.

    Whoever joins reads the past as far as `keyring` opens it; where it opens nothing they read from now on. When somebody leaves, a new
    epoch begins, and they lose every key they have had here but one that joins. When nobody would be left, the grants of those who leave
    go and nothing can be opened until somebody is let in.
    """
    joining = list(joining)
    gone = _every_key_of(compartment, leaving) - {keyholder.id for keyholder in joining}
    snapshot = current_members(compartment)
    cores = _cores_or_none(compartment, keyring) if joining else {}
    if gone and not joining and snapshot <= gone:
        return Change(compartment, snapshot, leaving=gone)
    change = removal(compartment, gone, joining, now) if gone or (joining and not cores) else Change(compartment, snapshot)
    have = set(Grant.objects.filter(compartment=compartment, keyholder__in=joining).values_list("keyholder_id", "epoch"))
    change.grants += [
        new_grant(compartment=compartment, epoch=epoch, keyholder=keyholder, core=core, now=now)
        for keyholder in joining
        for epoch, core in cores.items()
        if (keyholder.id, epoch) not in have
    ]
    return change


def _cores_or_none(compartment: Compartment, keyring: Keyring) -> dict[int, bytes]:
    try:
        return cores_of(compartment, keyring)
    except NoAccess:
        return {}


def key_after(change: Change) -> SealingKey | None:
    """The key of the epoch that `change` will begin, to seal what is written in the same transaction; None when it begins none."""
    if change.new_epoch is None:
        return None
    compartment = change.compartment
    shred = shred_key(compartment.subject_id)
    return compartment_key(core=change.core, shred_key=shred, compartment_id=compartment.id, epoch=change.new_epoch)


def _grants_for(compartment: Compartment, epoch: int, core: bytes, keyholders: Iterable[Keyholder], now: datetime) -> list[Grant]:
    unique = {keyholder.id: keyholder for keyholder in keyholders}
    if not unique:
        raise ValueError("a compartment needs somebody who can open it")
    return [new_grant(compartment=compartment, epoch=epoch, keyholder=holder, core=core, now=now) for holder in unique.values()]


def removal(compartment: Compartment, leaving: frozenset[UUID], joining: list[Keyholder], now: datetime) -> Change:
    """A new epoch for the members without `leaving`, with `joining`. Raises ValueError when nobody would be left."""
    present = list(members(compartment))
    # Retired and expired keyholders are not carried into a new epoch.
    staying = [keyholder for keyholder in present if keyholder.id not in leaving and is_usable(keyholder, now)]
    epoch = compartment.epoch + 1
    core = os.urandom(KEY_BYTES)
    grants = _grants_for(compartment, epoch, core, staying + joining, now)
    snapshot = frozenset(keyholder.id for keyholder in present)
    return Change(compartment, snapshot, leaving=leaving, grants=grants, new_epoch=epoch, core=core)


def _opening_keys(compartment: Compartment, cores: dict[int, bytes], shred: bytes) -> OpeningKeys:
    keys = {e: compartment_key(core=c, shred_key=shred, compartment_id=compartment.id, epoch=e) for e, c in cores.items()}
    return OpeningKeys(compartment.id, keys)


def cores_of(compartment: Compartment, keyring: Keyring) -> dict[int, bytes]:
    """Core keys by epoch. Raises NoAccess unless the newest epoch is among them."""
    grants = list(_grants_of(keyring.keyholder_id).filter(compartment=compartment).select_related("keyholder"))
    for grant in grants:
        grant.compartment = compartment
    cores = _cores_in(grants, keyring)
    # Somebody without the newest epoch was removed (or a row is missing): sealing with an older one would let others read on.
    if compartment.epoch not in cores:
        raise NoAccess("no key for this compartment")
    return cores


def _grants_of(keyholder_id) -> QuerySet[Grant]:
    return Grant.objects.filter(keyholder=keyholder_id, keyholder__retired_at__isnull=True)


def _grants_of_subject(subject_id, keyholder_id) -> QuerySet[Grant]:
    return _grants_of(keyholder_id).filter(compartment__subject_id=subject_id).select_related("compartment", "keyholder")


_GRANTS_OF_SUBJECT = KeptQuery(_grants_of_subject, subject_id=UUIDField(), keyholder_id=UUIDField())


def _cores_in(grants: Iterable[Grant], keyring: Keyring) -> dict[int, bytes]:
    """Core keys by epoch, of grants of one compartment."""
    return {grant.epoch: _core(grant, keyring) for grant in grants}


def _core(grant: Grant, keyring: Keyring) -> bytes:
    # HPKE says nothing about who sealed. Without the mark, a writer to the database could hand out a core key of their own choosing.
    require_mark(grant.mark, "grant", *grant_parts(grant))
    core = open_grant(private_key=keyring.private_key, compartment_id=grant.compartment_id, epoch=grant.epoch, blob=bytes(grant.sealed))
    if len(core) != KEY_BYTES:
        raise Damaged("not a core key")
    return core


def _fresh(compartment: Compartment) -> Compartment:
    return Compartment.objects.get(pk=compartment.pk)
