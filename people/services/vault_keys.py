"""The vault passphrase of a staff member: made once, changed, replaced when forgotten."""

from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import Actor
from audit.services import record
from people.signals import keys_replaced
from vault import staff
from vault.keyring import Keyring
from vault.models import Keyholder


def make_keys(*, user, passphrase: str, by: Actor, now: datetime) -> Keyring:
    """Make the key pair of `user`. Colleagues are asked to let them in again when an earlier key was given up.

    Raises WeakPassphrase; IntegrityError when there is a key already. Takes about 0.3 s, outside any transaction.
    """
    keyring = staff.create_staff_keys(user=user, passphrase=passphrase, now=now)
    with transaction.atomic():
        had_one = Keyholder.objects.filter(kind=Keyholder.Kind.STAFF, user=user, retired_at__isnull=False).exists()
        if had_one:
            keys_replaced.send(sender=type(user), user=user, keyholder_id=keyring.keyholder_id, now=now)
        action = Action.VAULT_KEYS_REPLACED if had_one else Action.VAULT_KEYS_MADE
        record(by=by, action=action, subject_id=None, object_kind="keyholder", object_id=keyring.keyholder_id, now=now)
    return keyring


def change_passphrase(*, user, old: str, new: str, by: Actor, now: datetime) -> Keyring:
    """Seal the same key under another passphrase; every unlocked browser is locked. Raises WrongPassphrase, WeakPassphrase, NoKeys."""
    keyring = staff.change_passphrase(user=user, old=old, new=new, now=now)
    with transaction.atomic():
        record(
            by=by,
            action=Action.VAULT_PASSPHRASE_CHANGED,
            subject_id=None,
            object_kind="keyholder",
            object_id=keyring.keyholder_id,
            now=now,
        )
    return keyring


def replace_keys(*, user, passphrase: str, by: Actor, now: datetime) -> Keyring:
    """Give up the key nobody can open any more and make a new one. Colleagues are told that this person needs access again.

    Raises WeakPassphrase before anything is given up.
    """
    if len(passphrase.strip()) < staff.MIN_PASSPHRASE:
        raise staff.WeakPassphrase("a vault passphrase has at least 12 characters")
    staff.retire_keys(user=user, now=now)
    return make_keys(user=user, passphrase=passphrase, by=by, now=now)
