"""Staff keys under a vault passphrase, and the printed recovery key."""

import os
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from vault import keysfile, recovery, staff
from vault.errors import InvalidRecoveryKey, NoKeys, Tampered, WeakPassphrase, WrongPassphrase
from vault.models import Keyholder, VaultSession

from .conftest import NOW, PASSPHRASE

pytestmark = pytest.mark.django_db


def session_of(keyring):
    return VaultSession.objects.create(
        id_hash=os.urandom(32).hex(),
        kind="staff",
        subject_id=keyring.keyholder_id,
        sealed_secret=b"",
        created_at=NOW,
        seen_at=NOW,
        idle_seconds=900,
        expires_at=NOW + timedelta(hours=8),
    )


class TestUnlocking:
    def test_the_passphrase_opens_the_same_key(self, someone):
        person = someone()
        keyring = staff.unlock(user=person.user, passphrase=PASSPHRASE)
        assert keyring.keyholder_id == person.keyring.keyholder_id
        assert keyring.seed == person.keyring.seed
        assert keyring.private_key.public_key == bytes(person.keyholder.public_key)

    def test_another_passphrase_does_not(self, someone):
        with pytest.raises(WrongPassphrase):
            staff.unlock(user=someone().user, passphrase=PASSPHRASE + "x")

    def test_a_person_without_keys(self, someone):
        person = someone()
        staff.retire_keys(user=person.user, now=NOW)
        with pytest.raises(NoKeys):
            staff.unlock(user=person.user, passphrase=PASSPHRASE)

    def test_one_key_a_person(self, someone):
        person = someone()
        with pytest.raises(IntegrityError):
            staff.create_staff_keys(user=person.user, passphrase=PASSPHRASE, now=NOW)

    @pytest.mark.parametrize("passphrase", ["", "short", "elevenchars", "   eleven     "])
    def test_a_short_passphrase_is_refused(self, someone, passphrase):
        person = someone()
        staff.retire_keys(user=person.user, now=NOW)
        with pytest.raises(WeakPassphrase):
            staff.create_staff_keys(user=person.user, passphrase=passphrase, now=NOW)

    def test_one_person_s_seed_does_not_open_as_another_s(self, someone):
        first, second = someone(), someone()
        Keyholder.objects.filter(pk=first.keyring.keyholder_id).update(sealed_seed=bytes(second.keyholder.sealed_seed))
        with pytest.raises(WrongPassphrase):
            staff.unlock(user=first.user, passphrase=PASSPHRASE)

    def test_a_swapped_public_key_is_noticed(self, someone):
        person = someone()
        Keyholder.objects.filter(pk=person.keyring.keyholder_id).update(public_key=bytes(someone().keyholder.public_key))
        with pytest.raises(Tampered):
            staff.unlock(user=person.user, passphrase=PASSPHRASE)

    def test_an_earlier_pepper_still_opens_and_a_destroyed_one_does_not(self, someone, monkeypatch):
        person, keys = someone(), keysfile.server_keys()
        others = [keys.active(purpose) for purpose in keysfile.PURPOSES if purpose != "pepper"]
        old = keys.active("pepper")
        new = keysfile.ServerKey("pepper", "new", "active", os.urandom(32))
        earlier = keysfile.ServerKey("pepper", old.id, "read-only", old.secret)
        monkeypatch.setattr(keysfile, "_loaded", (keysfile._loaded[0], keysfile.ServerKeys([*others, new, earlier])))
        assert staff.unlock(user=person.user, passphrase=PASSPHRASE).seed == person.keyring.seed
        staff.change_passphrase(user=person.user, old=PASSPHRASE, new="another long passphrase", now=NOW)
        assert person.keyholder.pepper_id == "new"
        monkeypatch.setattr(keysfile, "_loaded", (keysfile._loaded[0], keysfile.ServerKeys([*others, new])))
        assert staff.unlock(user=person.user, passphrase="another long passphrase").seed == person.keyring.seed


class TestChanging:
    def test_a_new_passphrase_opens_the_same_key_and_ends_sessions(self, someone):
        person = someone()
        session_of(person.keyring)
        keyring = staff.change_passphrase(user=person.user, old=PASSPHRASE, new="another long passphrase", now=NOW)
        assert keyring.seed == person.keyring.seed
        assert not VaultSession.objects.exists()
        with pytest.raises(WrongPassphrase):
            staff.unlock(user=person.user, passphrase=PASSPHRASE)
        assert staff.unlock(user=person.user, passphrase="another long passphrase").seed == person.keyring.seed

    def test_the_old_passphrase_is_needed(self, someone):
        with pytest.raises(WrongPassphrase):
            staff.change_passphrase(user=someone().user, old="not this one at all", new="another long passphrase", now=NOW)

    def test_retiring_ends_sessions_and_leaves_nothing_to_guess_at(self, someone):
        person = someone()
        session_of(person.keyring)
        retired = staff.retire_keys(user=person.user, now=NOW)
        retired.refresh_from_db()
        assert retired.retired_at == NOW
        assert retired.sealed_seed is None
        assert not VaultSession.objects.exists()
        assert staff.retire_keys(user=person.user, now=NOW) is None
        fresh = staff.create_staff_keys(user=person.user, passphrase=PASSPHRASE, now=NOW)
        assert staff.staff_keyholders([person.user]) == {person.user.pk: Keyholder.objects.get(pk=fresh.keyholder_id)}


class TestRecovery:
    def test_what_is_printed_opens(self):
        made = recovery.create_recovery_key(now=NOW)
        assert [len(group) for group in made.groups] == [5] * 14
        assert recovery.recovery_keyholder() == made.keyholder
        for typed in (" ".join(made.groups), "-".join(made.groups).lower(), "".join(made.groups).replace("0", "o").replace("1", "l")):
            assert recovery.keyring_from_printed(typed).keyholder_id == made.keyholder.id

    def test_it_is_stored_nowhere(self):
        made = recovery.create_recovery_key(now=NOW)
        secret = recovery.secret_of("".join(made.groups))
        row = Keyholder.objects.get()
        stored = b"".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row.__dict__.values())
        assert secret not in stored
        assert made.groups[0] not in repr(made)

    def test_every_mistyped_letter_is_found_in_its_group(self):
        groups = " ".join(recovery.printed(os.urandom(32)))
        for position, letter in enumerate(groups):
            for other in recovery.ALPHABET.replace(letter, "") if letter != " " else "":
                with pytest.raises(InvalidRecoveryKey) as refused:
                    recovery.secret_of(groups[:position] + other + groups[position + 1 :])
                assert refused.value.groups == (position // 6 + 1,)

    def test_exchanged_neighbours_and_groups_are_found(self):
        groups = recovery.printed(bytes(range(32)))
        for number, group in enumerate(groups, 1):
            for at in range(4):
                turned = group[:at] + group[at + 1] + group[at] + group[at + 2 :]
                assert recovery.group_fits(number, turned) == (turned == group)
        with pytest.raises(InvalidRecoveryKey) as refused:
            recovery.secret_of(" ".join([groups[1], groups[0], *groups[2:]]))
        assert refused.value.groups == (1, 2)

    def test_a_group_left_out_or_cut_short_is_named(self):
        groups = recovery.printed(bytes(range(32)))
        with pytest.raises(InvalidRecoveryKey) as refused:
            recovery.secret_of(" ".join([*groups[:4], groups[4][:-1], *groups[5:]]))
        assert refused.value.groups == (5,)

    def test_nothing_is_kept_before_somebody_has_it_in_hand(self):
        made = recovery.new_recovery_key(now=NOW)
        assert recovery.recovery_keyholder() is None
        made.keyholder.save(force_insert=True)
        assert recovery.keyring_from_printed(" ".join(made.groups)).keyholder_id == made.keyholder.id

    @pytest.mark.parametrize("typed", ["", "AAAA", "U" * 70, "A" * 71, "字" * 70])
    def test_what_is_no_recovery_key(self, typed):
        with pytest.raises(InvalidRecoveryKey):
            recovery.secret_of(typed)

    def test_one_of_another_installation_is_refused(self):
        recovery.create_recovery_key(now=NOW)
        with pytest.raises(InvalidRecoveryKey):
            recovery.keyring_from_printed(" ".join(recovery.printed(os.urandom(32))))

    def test_there_is_one(self):
        recovery.create_recovery_key(now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            recovery.create_recovery_key(now=NOW)
