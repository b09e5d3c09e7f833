"""A change of who can read, in two steps: computed without a lock, saved under one.

Sealing to several people takes milliseconds; the write transaction must not wait for it (SQLite lets one writer in at a time).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar
from uuid import UUID

from django.db import transaction

from vault.errors import Changed, NoAccess
from vault.grants import seal_grant
from vault.hidden import Hidden
from vault.keyholders import is_usable, require_genuine
from vault.keys import SealingKey
from vault.marks import make_mark
from vault.models import Compartment, Grant, Keyholder

ATTEMPTS = 5
P, R = ParamSpec("P"), TypeVar("R")


def new_grant(*, compartment: Compartment, epoch: int, keyholder: Keyholder, core: bytes, now: datetime) -> Grant:
    """An unsaved grant. Raises Tampered when the keyholder's row is not genuine, NoAccess when it was retired or has expired."""
    require_genuine(keyholder)
    if not is_usable(keyholder, now):
        raise NoAccess("this keyholder is retired or has expired")
    public_key = bytes(keyholder.public_key)
    sealed = seal_grant(core=core, compartment_id=compartment.id, epoch=epoch, public_key=public_key, suite=keyholder.suite)
    grant = Grant(compartment=compartment, epoch=epoch, keyholder=keyholder, sealed=sealed, created_at=now)
    grant.mark = make_mark("grant", *grant_parts(grant))
    return grant


def grant_parts(grant: Grant) -> tuple:
    """What a grant's mark covers: compartment and what it stands for, epoch, keyholder with public key, and the sealed bytes."""
    compartment, keyholder = grant.compartment, grant.keyholder
    return (
        compartment.id,
        compartment.subject_id,
        compartment.kind,
        grant.epoch,
        keyholder.id,
        keyholder.suite,
        bytes(keyholder.public_key),
        bytes(grant.sealed),
    )


@dataclass(repr=False, eq=False)
class Change(Hidden):
    """What to write for one compartment. `members` is the membership the change was computed from; `core` the core key of a new epoch."""

    compartment: Compartment
    members: frozenset[UUID]
    leaving: frozenset[UUID] = frozenset()
    grants: list[Grant] = field(default_factory=list)
    new_epoch: int | None = None
    core: bytes = b""

    def save(self) -> None:
        """Write it. Raises Changed when members or epoch are no longer what the change was computed from."""
        with transaction.atomic():
            locked = Compartment.objects.select_for_update().get(pk=self.compartment.pk)
            if locked.epoch != self.compartment.epoch or current_members(locked) != self.members:
                raise Changed("members changed in between")
            if self.leaving:
                Grant.objects.filter(compartment=locked, keyholder__in=self.leaving).delete()
            if self.new_epoch is not None:
                locked.epoch = self.new_epoch
                locked.save(update_fields=["epoch"])
            Grant.objects.bulk_create(self.grants)
        self.compartment.epoch = locked.epoch


def current_members(compartment: Compartment) -> frozenset[UUID]:
    """Ids of the keyholders of the newest epoch."""
    grants = Grant.objects.filter(compartment=compartment, epoch=compartment.epoch)
    return frozenset(grants.values_list("keyholder_id", flat=True))


def require_current(*keys: SealingKey) -> None:
    """Raises Changed when something was sealed with a key that is not its compartment's newest any more: somebody left meanwhile.

    The compartments stay locked until the caller's transaction ends, in one order for everybody.
    """
    sealed_for = {key.owner_id: key.epoch for key in keys}
    rows = Compartment.objects.select_for_update().filter(pk__in=sealed_for).order_by("pk").values_list("pk", "epoch")
    if dict(rows) != sealed_for:
        raise Changed("a new epoch has begun")


def retried(service: Callable[P, R]) -> Callable[P, R]:
    """Run `service` again from its start when it raised Changed: what it had sealed came too late and nothing was written.

    For services that seal first and write afterwards. The last Changed is raised when that goes on and on.
    """

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        for _ in range(ATTEMPTS - 1):
            try:
                return service(*args, **kwargs)
            except Changed:
                continue
        return service(*args, **kwargs)

    return run


@retried
def apply(prepare: Callable[[], Change]) -> None:
    """Prepare and save; prepare again when somebody else was faster. Raises Changed when that goes on and on."""
    prepare().save()
