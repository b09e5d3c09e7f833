"""One keyholder in the place of another: a changed code, or a colleague's new key after a forgotten passphrase."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from vault.errors import NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.models import Compartment, Grant, Keyholder, VaultSession
from vault.services.changes import Change, apply, new_grant, retried
from vault.services.compartments import cores_of, removal


@dataclass(frozen=True, repr=False, eq=False)
class Replacement(Hidden):
    """A new code in the place of an old one, over all compartments of a subject. `.save()` inside a transaction."""

    old: Keyholder
    new: Keyholder
    changes: list[Change]
    now: datetime

    def save(self) -> None:
        """Save the new keyholder and its grants, retire the old one and end its sessions. Raises Changed when it came too late."""
        with transaction.atomic():
            self.new.save(force_insert=True)
            for change in self.changes:
                change.save()
            Keyholder.objects.filter(pk=self.old.pk).update(retired_at=self.now)
            VaultSession.objects.filter(subject_id=self.old.pk).delete()
        self.old.retired_at = self.now


def prepare_replacement(*, subject_id: UUID, old: Keyholder, new: Keyholder, keyring: Keyring, now: datetime) -> Replacement:
    """Re-seal all that `old` reads to `new` (not saved yet), and start new epochs without `old`. `keyring` is that of `old`.

    Raises NoAccess when `keyring` opens nothing of the subject.
    """
    compartments = list(_compartments_of(old).filter(subject_id=subject_id))
    if not compartments:
        raise NoAccess("no key for this matter")
    return Replacement(old, new, [_handover(compartment, old, new, keyring, now) for compartment in compartments], now)


@retried
def replace_keyholder(*, subject_id: UUID, old: Keyholder, new: Keyholder, keyring: Keyring, now: datetime) -> None:
    """`prepare_replacement` and save, again when somebody else was faster."""
    prepare_replacement(subject_id=subject_id, old=old, new=new, keyring=keyring, now=now).save()


def regrant(*, old: Keyholder, new: Keyholder, keyring: Keyring, now: datetime) -> int:
    """Give `new` what `old` could read, as far as `keyring` (a colleague's, or the recovery key's) opens it. Returns how many compartments.

    Each compartment is a transaction of its own: what was done stays done, and running again goes on with the rest.
    """
    done = 0
    for compartment_id in _compartments_of(old).values_list("id", flat=True):
        try:
            apply(lambda pk=compartment_id: _handover(Compartment.objects.get(pk=pk), old, new, keyring, now))
        except NoAccess:
            continue
        done += 1
    return done


def awaiting_regrant(old: Keyholder) -> int:
    """In how many compartments `old` still stands, which nobody has re-granted."""
    return _compartments_of(old).count()


def subjects_of(keyholder_id: UUID) -> Iterator[UUID]:
    """Subjects of which this keyholder reads the newest epoch of at least one compartment."""
    grants = Grant.objects.filter(keyholder=keyholder_id, epoch=F("compartment__epoch"))
    yield from grants.values_list("compartment__subject_id", flat=True).distinct()


def _compartments_of(keyholder: Keyholder):
    # Always in the same order: two changes that lock several compartments must not wait for each other in a circle.
    mine = Grant.objects.filter(keyholder=keyholder, epoch=F("compartment__epoch")).values("compartment")
    return Compartment.objects.filter(pk__in=mine).order_by("pk")


def _handover(compartment: Compartment, old: Keyholder, new: Keyholder, keyring: Keyring, now: datetime) -> Change:
    cores = cores_of(compartment, keyring)
    change = removal(compartment, frozenset({old.id}), [new], now)
    change.grants += [new_grant(compartment=compartment, epoch=epoch, keyholder=new, core=core, now=now) for epoch, core in cores.items()]
    return change
