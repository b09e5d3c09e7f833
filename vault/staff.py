"""Staff keys under the vault passphrase: made at first sign-in, unlocked once a session, replaced when the passphrase is forgotten."""

import os
from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from vault import hpke
from vault.errors import Damaged, NoKeys, WeakPassphrase
from vault.keyholders import new_keyholder, require_genuine
from vault.keyring import Keyring
from vault.keysfile import server_keys
from vault.models import Keyholder, VaultSession
from vault.primitives import KEY_BYTES
from vault.staffkey import Cost, open_seed, seal_seed

MIN_PASSPHRASE = 12


def staff_keyholder(user) -> Keyholder | None:
    """The user's key in use, or None."""
    return Keyholder.objects.filter(kind=Keyholder.Kind.STAFF, user=user, retired_at__isnull=True).first()


def staff_keyholders(users) -> dict[int, Keyholder]:
    """Keys in use by user id, in one query. `users`: accounts or their ids."""
    found = Keyholder.objects.filter(kind=Keyholder.Kind.STAFF, user__in=users, retired_at__isnull=True)
    return {keyholder.user_id: keyholder for keyholder in found}


def users_with_keys(user_ids: Iterable[int]) -> set[int]:
    """Those of `user_ids` who have a key in use, in one query that reads no key."""
    found = Keyholder.objects.filter(kind=Keyholder.Kind.STAFF, user__in=user_ids, retired_at__isnull=True)
    return set(found.values_list("user_id", flat=True))


def create_staff_keys(*, user, passphrase: str, now: datetime) -> Keyring:
    """Make the user's key pair under a passphrase (12 characters or more). Call it outside any transaction: it takes about 0.3 s.

    Raises WeakPassphrase; IntegrityError when the user has keys already.
    """
    _require_strength(passphrase)
    private_key = hpke.key_pair(os.urandom(KEY_BYTES))
    keyholder = new_keyholder(kind=Keyholder.Kind.STAFF, private_key=private_key, now=now, user=user, keyholder_id=uuid4())
    _seal_under(keyholder, private_key.seed, passphrase)
    keyholder.save(force_insert=True)
    return Keyring(keyholder.id, private_key)


def unlock(*, user, passphrase: str) -> Keyring:
    """The user's keyring. Raises NoKeys, WrongPassphrase, Tampered (the row was changed). Takes about 0.3 s."""
    keyholder = staff_keyholder(user)
    if keyholder is None:
        raise NoKeys("this person has no vault key")
    return Keyring(keyholder.id, _unlocked(keyholder, passphrase))


def change_passphrase(*, user, old: str, new: str, now: datetime) -> Keyring:
    """Seal the same seed under another passphrase; other sessions end. Raises NoKeys, WrongPassphrase, WeakPassphrase, Tampered."""
    _require_strength(new)
    keyholder = staff_keyholder(user)
    if keyholder is None:
        raise NoKeys("this person has no vault key")
    private_key = _unlocked(keyholder, old)
    _seal_under(keyholder, private_key.seed, new)
    with transaction.atomic():
        keyholder.save(update_fields=["sealed_seed", "pepper_id"])
        VaultSession.objects.filter(subject_id=keyholder.id).delete()
    return Keyring(keyholder.id, private_key)


def retire_keys(*, user, now: datetime) -> Keyholder | None:
    """End the user's key (passphrase forgotten, person left). Grants stay until colleagues re-grant or remove; nothing opens with it.

    Returns the retired keyholder, or None.
    """
    keyholder = staff_keyholder(user)
    if keyholder is not None:
        keyholder.retired_at = now
        keyholder.sealed_seed = None
        with transaction.atomic():
            keyholder.save(update_fields=["retired_at", "sealed_seed"])
            VaultSession.objects.filter(subject_id=keyholder.id).delete()
    return keyholder


def _unlocked(keyholder: Keyholder, passphrase: str) -> hpke.PrivateKey:
    require_genuine(keyholder)
    seed = open_seed(
        blob=keyholder.sealed_seed or b"",
        passphrase=passphrase,
        pepper=server_keys().by_id("pepper", keyholder.pepper_id).secret,
        keyholder_id=keyholder.id,
        public_key=bytes(keyholder.public_key),
    )
    private_key = hpke.key_pair(seed, keyholder.suite)
    if private_key.public_key != bytes(keyholder.public_key):
        raise Damaged("the seed does not belong to the public key")
    return private_key


def _seal_under(keyholder: Keyholder, seed: bytes, passphrase: str) -> None:
    pepper = server_keys().active("pepper")
    keyholder.pepper_id = pepper.id
    keyholder.sealed_seed = seal_seed(
        seed=seed,
        passphrase=passphrase,
        pepper=pepper.secret,
        keyholder_id=keyholder.id,
        public_key=bytes(keyholder.public_key),
        cost=_cost(),
    )


def _cost() -> Cost:
    return Cost(**getattr(settings, "VAULT_ARGON2", {}))


def _require_strength(passphrase: str) -> None:
    if len(passphrase.strip()) < MIN_PASSPHRASE:
        raise WeakPassphrase("a vault passphrase has at least 12 characters")
