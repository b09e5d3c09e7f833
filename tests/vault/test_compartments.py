"""Who can open what: made, opened, joined, left, replaced, destroyed, and forged."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, connections
from django.http import HttpResponse

from tests.factories.rawfiles import on_disk
from vault import codes
from vault.errors import Changed, Damaged, Destroyed, NoAccess, Tampered
from vault.fields import open_field, seal_field
from vault.grants import seal_grant
from vault.keyholders import code_keyholder
from vault.models import Compartment, Grant, Keyholder, ShredKey, VaultSession
from vault.recovery import create_recovery_key, keyring_from_printed, recovery_keyholder
from vault.services import compartments, handover
from vault.services.shred import ensure_shred_key
from vault.sessions import start_reporter
from vault.staff import create_staff_keys, retire_keys, unlock

from .conftest import NOW, PASSPHRASE

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PLACE = {"table": "t", "column": "c_sealed", "row_id": uuid4(), "row_version": 1}


class Matter:
    """A subject with a statement (officer, reporter) and a file (officer)."""

    def __init__(self, officer):
        self.subject_id = uuid4()
        self.code_keys = codes.derive(codes.code_from_secret(uuid4().bytes * 2))
        self.receipt = code_keyholder(code_keys=self.code_keys, now=NOW)
        self.receipt.save()
        members = {"statement": [officer.keyholder, self.receipt], "file": [officer.keyholder]}
        prepared = compartments.prepare(subject_id=self.subject_id, members=members, now=NOW)
        self.keys = prepared.keys
        prepared.save()
        self.statement, self.file = (prepared.compartments[kind] for kind in ("statement", "file"))

    @property
    def reporter(self):
        return self.code_keys.keyring(self.receipt.id)


@pytest.fixture
def officer(someone):
    return someone()


@pytest.fixture
def colleague(someone):
    return someone()


@pytest.fixture
def matter(officer):
    return Matter(officer)


def opened(compartment, keyring):
    return compartments.open_keys(compartment=compartment, keyring=keyring)


class TestOpening:
    def test_members_open_what_was_sealed(self, matter, officer):
        blob = seal_field(matter.keys["statement"], **PLACE, data=b"words")
        for keyring in (officer.keyring, matter.reporter):
            assert open_field(opened(matter.statement, keyring), **PLACE, blob=blob).bytes() == b"words"

    def test_others_have_no_access(self, matter, colleague):
        with pytest.raises(NoAccess):
            opened(matter.statement, colleague.keyring)
        with pytest.raises(NoAccess):
            opened(matter.file, matter.reporter)

    def test_a_subject_opens_all_at_once_by_kind(self, matter, officer, colleague, django_assert_num_queries):
        with django_assert_num_queries(1):  # and one in the other database
            both = compartments.open_subject(subject_id=matter.subject_id, keyring=officer.keyring)
        assert set(both) == {"statement", "file"}
        assert both["file"].current.key == matter.keys["file"].key
        assert set(compartments.open_subject(subject_id=matter.subject_id, keyring=matter.reporter)) == {"statement"}
        with pytest.raises(NoAccess):
            compartments.open_subject(subject_id=matter.subject_id, keyring=colleague.keyring)

    def test_compartments_have_unrelated_keys(self, matter):
        assert matter.keys["statement"].key != matter.keys["file"].key
        with pytest.raises(Damaged):
            blob = seal_field(matter.keys["statement"], **PLACE, data=b"words")
            open_field(matter.keys["file"], **PLACE, blob=blob)

    def test_a_kind_needs_members_and_exists_once(self, matter, officer):
        with pytest.raises(ValueError, match="somebody"):
            compartments.prepare(subject_id=uuid4(), members={"statement": []}, now=NOW)
        again = compartments.prepare(subject_id=matter.subject_id, members={"statement": [officer.keyholder]}, now=NOW)
        with pytest.raises(IntegrityError):
            again.save()

    def test_more_compartments_can_follow_under_the_same_shred_key(self, matter, officer):
        prepared = compartments.prepare(subject_id=matter.subject_id, members={"party:1": [officer.keyholder]}, now=NOW)
        prepared.save()
        assert ShredKey.objects.count() == 1
        assert opened(prepared.compartments["party:1"], officer.keyring).current.key == prepared.keys["party:1"].key

    def test_prepare_writes_the_shred_key_and_nothing_else(self, officer):
        compartments.prepare(subject_id=uuid4(), members={"file": [officer.keyholder]}, now=NOW)
        assert (ShredKey.objects.count(), Compartment.objects.count(), Grant.objects.count()) == (1, 0, 0)

    def test_the_shred_key_lives_in_its_own_database_only(self, matter):
        tables = {alias: connections[alias].introspection.table_names() for alias in ("default", "shred_keys")}
        assert "vault_shredkey" in tables["shred_keys"]
        assert "vault_shredkey" not in tables["default"]
        assert "vault_grant" not in tables["shred_keys"]


class TestJoiningAndLeaving:
    def test_a_new_member_reads_the_past(self, matter, officer, colleague):
        blob = seal_field(matter.keys["statement"], **PLACE, data=b"before")
        compartments.add_member(compartment=matter.statement, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)
        assert open_field(opened(matter.statement, colleague.keyring), **PLACE, blob=blob).bytes() == b"before"
        assert set(compartments.members(matter.statement)) == {officer.keyholder, matter.receipt, colleague.keyholder}

    def test_adding_twice_changes_nothing(self, matter, officer):
        compartments.add_member(compartment=matter.statement, keyholder=officer.keyholder, keyring=officer.keyring, now=NOW)
        assert Grant.objects.filter(compartment=matter.statement).count() == 2

    def test_only_a_member_can_add(self, matter, colleague):
        with pytest.raises(NoAccess):
            compartments.add_member(compartment=matter.statement, keyholder=colleague.keyholder, keyring=colleague.keyring, now=NOW)

    def test_who_leaves_reads_nothing_any_more_and_who_stays_reads_all(self, matter, officer):
        before = seal_field(matter.keys["statement"], **PLACE, data=b"before")
        compartments.remove_members(compartment=matter.statement, keyholders=[officer.keyholder], now=NOW)
        assert matter.statement.epoch == 2
        with pytest.raises(NoAccess):
            opened(matter.statement, officer.keyring)
        keys = opened(matter.statement, matter.reporter)
        assert open_field(keys, **PLACE, blob=before).bytes() == b"before"
        after = seal_field(keys.current, **PLACE, data=b"after")
        with pytest.raises((Damaged, NoAccess)):
            open_field(matter.keys["statement"], **PLACE, blob=after)  # a key kept from before

    def test_everybody_can_not_leave(self, matter, officer):
        with pytest.raises(ValueError, match="somebody"):
            compartments.remove_members(compartment=matter.file, keyholders=[officer.keyholder], now=NOW)
        assert opened(matter.file, officer.keyring).current.epoch == 1

    def test_retired_members_are_not_carried_into_a_new_epoch(self, matter, officer, colleague):
        compartments.add_member(compartment=matter.statement, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)
        Keyholder.objects.filter(pk=colleague.keyring.keyholder_id).update(retired_at=NOW)
        compartments.remove_members(compartment=matter.statement, keyholders=[officer.keyholder], now=NOW)
        assert set(compartments.members(matter.statement)) == {matter.receipt}

    def test_who_leaves_takes_a_key_along_that_was_made_since_the_caller_looked(self, matter, officer, colleague):
        compartments.add_member(compartment=matter.statement, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)
        old = retire_keys(user=colleague.user, now=NOW)
        keyring = create_staff_keys(user=colleague.user, passphrase="another long passphrase", now=NOW)
        new = Keyholder.objects.get(pk=keyring.keyholder_id)
        handover.regrant(old=old, new=new, keyring=officer.keyring, now=NOW)
        compartments.remove_members(compartment=matter.statement, keyholders=[old], now=NOW)
        assert set(compartments.members(matter.statement)) == {officer.keyholder, matter.receipt}
        assert not Grant.objects.filter(compartment=matter.statement, keyholder__in=[old, new]).exists()
        with pytest.raises(NoAccess):
            opened(matter.statement, keyring)

    @pytest.mark.parametrize("with_keyring", [False, True], ids=["removed", "changed"])
    def test_who_leaves_takes_an_older_key_along_that_was_never_given_back(self, matter, officer, colleague, with_keyring):
        compartments.add_member(compartment=matter.statement, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)
        old = retire_keys(user=colleague.user, now=NOW)
        keyring = create_staff_keys(user=colleague.user, passphrase="another long passphrase", now=NOW)
        new = Keyholder.objects.get(pk=keyring.keyholder_id)
        # A new epoch leaves the retired key out; its grants of before are still there.
        compartments.let_in_from_now(compartment=matter.statement, keyholder=new, now=NOW)
        assert Grant.objects.filter(compartment=matter.statement, keyholder=old).exists()
        if with_keyring:
            compartments.prepare_change(compartment=matter.statement, leaving=[new], keyring=officer.keyring, now=NOW).save()
        else:
            compartments.remove_members(compartment=matter.statement, keyholders=[new], now=NOW)
        assert not Grant.objects.filter(compartment=matter.statement, keyholder__in=[old, new]).exists()
        assert set(compartments.members(matter.statement)) == {officer.keyholder, matter.receipt}

    def test_a_key_in_the_place_of_an_older_one_stays(self, matter, officer, colleague):
        compartments.add_member(compartment=matter.statement, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)
        old = retire_keys(user=colleague.user, now=NOW)
        keyring = create_staff_keys(user=colleague.user, passphrase="another long passphrase", now=NOW)
        new = Keyholder.objects.get(pk=keyring.keyholder_id)
        compartments.prepare_change(compartment=matter.statement, joining=[new], leaving=[old], keyring=officer.keyring, now=NOW).save()
        assert set(compartments.members(matter.statement)) == {officer.keyholder, matter.receipt, new}

    def test_let_in_from_now_reads_the_future_only(self, matter, officer, colleague):
        before = seal_field(matter.keys["file"], **PLACE, data=b"before")
        compartments.let_in_from_now(compartment=matter.file, keyholder=colleague.keyholder, now=NOW)
        keys = opened(matter.file, colleague.keyring)
        with pytest.raises(NoAccess):
            open_field(keys, **PLACE, blob=before)
        after = seal_field(keys.current, **PLACE, data=b"after")
        assert open_field(opened(matter.file, officer.keyring), **PLACE, blob=after).bytes() == b"after"

    def test_a_change_prepared_too_early_is_refused(self, matter, officer, colleague):
        adding = compartments.prepare_addition(
            compartment=matter.statement, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW
        )
        same = Compartment.objects.get(pk=matter.statement.pk)
        compartments.remove_members(compartment=same, keyholders=[matter.receipt], now=NOW)
        with pytest.raises(Changed):
            adding.save()
        assert not Grant.objects.filter(keyholder=colleague.keyring.keyholder_id).exists()

    def test_an_addition_prepared_for_an_older_epoch_is_refused_even_with_the_same_members(self, matter, officer, colleague):
        adding = compartments.prepare_addition(
            compartment=matter.statement, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW
        )
        compartments.prepare_removal(compartment=Compartment.objects.get(pk=matter.statement.pk), keyholders=[], now=NOW).save()
        with pytest.raises(Changed):
            adding.save()

    def test_a_removal_that_forgets_a_newcomer_is_refused(self, matter, officer, colleague):
        removing = compartments.prepare_removal(compartment=matter.statement, keyholders=[matter.receipt], now=NOW)
        compartments.add_member(
            compartment=Compartment.objects.get(pk=matter.statement.pk), keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW
        )
        with pytest.raises(Changed):
            removing.save()


class TestReplacing:
    def test_a_changed_code_reads_all_and_the_old_one_nothing(self, matter, officer):
        before = seal_field(matter.keys["statement"], **PLACE, data=b"before")
        start_reporter(HttpResponse(), keyring=matter.reporter, idle_seconds=1200, now=NOW)
        fresh = codes.derive("11112222333344445555")
        new = code_keyholder(code_keys=fresh, now=NOW)
        handover.replace_keyholder(subject_id=matter.subject_id, old=matter.receipt, new=new, keyring=matter.reporter, now=NOW)
        keys = compartments.open_subject(subject_id=matter.subject_id, keyring=fresh.keyring(new.id))["statement"]
        assert open_field(keys, **PLACE, blob=before).bytes() == b"before"
        with pytest.raises(NoAccess):
            compartments.open_subject(subject_id=matter.subject_id, keyring=matter.reporter)
        matter.receipt.refresh_from_db()
        assert matter.receipt.retired_at == NOW
        assert not Grant.objects.filter(keyholder=matter.receipt).exists()
        assert not VaultSession.objects.exists()
        assert opened(Compartment.objects.get(pk=matter.statement.pk), officer.keyring).current.epoch == 2

    def test_a_colleague_gives_back_what_a_forgotten_passphrase_locked(self, someone, officer, colleague):
        shared, alone = Matter(officer), Matter(colleague)
        for compartment in (shared.statement, shared.file):
            compartments.add_member(compartment=compartment, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)
        old = retire_keys(user=colleague.user, now=NOW)
        with pytest.raises(NoAccess):
            opened(shared.file, colleague.keyring)
        keyring = create_staff_keys(user=colleague.user, passphrase="another long passphrase", now=NOW)
        new = Keyholder.objects.get(pk=keyring.keyholder_id)
        assert handover.awaiting_regrant(old) == 4
        assert handover.regrant(old=old, new=new, keyring=officer.keyring, now=NOW) == 2
        assert handover.awaiting_regrant(old) == 2
        assert opened(Compartment.objects.get(pk=shared.file.pk), keyring).epochs.keys() == {1, 2}
        assert list(handover.subjects_of(new.id)) == [shared.subject_id]
        with pytest.raises(NoAccess):
            opened(alone.file, keyring)

    def test_the_recovery_key_gives_back_everything(self, officer):
        printed = create_recovery_key(now=NOW)
        prepared = compartments.prepare(subject_id=uuid4(), members={"file": [officer.keyholder, recovery_keyholder()]}, now=NOW)
        prepared.save()
        keyring = keyring_from_printed(" ".join(printed.groups).lower())
        assert opened(prepared.compartments["file"], keyring).current.key == prepared.keys["file"].key


class TestDestroying:
    def test_nobody_opens_it_again(self, matter, officer):
        assert compartments.destroy_subject(matter.subject_id) is True
        for keyring in (officer.keyring, matter.reporter):
            with pytest.raises(Destroyed):
                opened(matter.statement, keyring)
        assert compartments.destroy_subject(matter.subject_id) is False

    def test_a_new_shred_key_does_not_bring_it_back(self, matter, officer):
        blob = seal_field(matter.keys["file"], **PLACE, data=b"gone")
        compartments.destroy_subject(matter.subject_id)
        ensure_shred_key(subject_id=matter.subject_id, now=NOW)
        with pytest.raises(Damaged):
            open_field(opened(matter.file, officer.keyring), **PLACE, blob=blob)


@pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)
def test_a_destroyed_key_leaves_the_database_file(settings):
    from pathlib import Path

    if connections["shred_keys"].vendor != "sqlite":
        pytest.skip("SQLite file")
    subject_id = uuid4()
    key = ensure_shred_key(subject_id=subject_id, now=NOW)
    path = Path(connections["shred_keys"].settings_dict["NAME"])
    files = [path, Path(f"{path}-wal")]
    assert any(key in on_disk(file) for file in files if file.exists())
    compartments.destroy_subject(subject_id)
    assert not any(key in on_disk(file) for file in files if file.exists())


class TestForgery:
    """What a writer to the database tries, without the keys file."""

    def test_nothing_is_sealed_to_a_swapped_public_key(self, matter, officer, colleague):
        attacker = codes.derive("99998888777766665555").private_key
        Keyholder.objects.filter(pk=colleague.keyring.keyholder_id).update(public_key=attacker.public_key)
        for use in (
            lambda: compartments.prepare(subject_id=uuid4(), members={"file": [colleague.keyholder]}, now=NOW),
            lambda: compartments.add_member(compartment=matter.file, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW),
            lambda: compartments.let_in_from_now(compartment=matter.file, keyholder=colleague.keyholder, now=NOW),
        ):
            with pytest.raises(Tampered):
                use()

    @pytest.mark.parametrize("change", [{"kind": "recovery", "user": None, "sealed_seed": None}, {"suite": 1}])
    def test_a_keyholder_can_not_be_given_another_meaning(self, matter, officer, colleague, change):
        Keyholder.objects.filter(pk=colleague.keyring.keyholder_id).update(**change)
        with pytest.raises(Tampered):
            compartments.add_member(compartment=matter.file, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)

    def test_a_keyholder_can_not_be_given_to_another_user(self, matter, officer, colleague, someone):
        other = someone()
        Keyholder.objects.filter(pk=other.keyring.keyholder_id).delete()
        Keyholder.objects.filter(pk=colleague.keyring.keyholder_id).update(user=other.user)
        with pytest.raises(Tampered):
            compartments.add_member(compartment=matter.file, keyholder=colleague.keyholder, keyring=officer.keyring, now=NOW)

    def test_a_grant_put_in_by_hand_opens_nothing(self, matter, colleague):
        """An attacker's own core key, properly sealed to a handler: content sealed under it would be readable to them."""
        grant = Grant.objects.filter(compartment=matter.file).get()
        grant.sealed = seal_grant(
            core=b"attacker's own core key........."[:32],
            compartment_id=matter.file.id,
            epoch=1,
            public_key=bytes(grant.keyholder.public_key),
            suite=grant.keyholder.suite,
        )
        grant.save()
        keyring = unlock(user=grant.keyholder.user, passphrase=PASSPHRASE)
        with pytest.raises(Tampered):
            opened(matter.file, keyring)

    def test_a_grant_moved_between_cases_opens_nothing(self, matter, officer):
        other = Matter(officer)
        theirs = Grant.objects.get(compartment=other.file)
        Grant.objects.filter(compartment=matter.file).update(sealed=bytes(theirs.sealed), mark=bytes(theirs.mark))
        with pytest.raises(Tampered):
            opened(matter.file, officer.keyring)

    def test_a_compartment_moved_to_another_subject_opens_nothing(self, matter, officer):
        other = Matter(officer)
        Compartment.objects.filter(pk=matter.file.pk).update(subject_id=other.subject_id, kind="x")
        with pytest.raises(Tampered):
            opened(Compartment.objects.get(pk=matter.file.pk), officer.keyring)

    def test_a_raised_epoch_opens_nothing(self, matter, officer):
        Compartment.objects.filter(pk=matter.file.pk).update(epoch=2)
        with pytest.raises(NoAccess):
            opened(Compartment.objects.get(pk=matter.file.pk), officer.keyring)

    def test_a_changed_shred_key_is_noticed(self, matter, officer):
        ShredKey.objects.update(key=bytes(32))
        with pytest.raises(Tampered):
            opened(matter.file, officer.keyring)
