"""`vault.verify` names what a writer to the database or the disk changed, without anybody's key."""

import os
from uuid import uuid4

import pytest
from django.apps import apps

from people import serverseal
from people.models import DirectoryUpload, User
from vault import codes, storage
from vault.columns import seal_column
from vault.models import Compartment, Grant, Keyholder, SealedFile, ShredKey
from vault.services import compartments
from vault.services.files import keep
from vault.uploads import sealed_upload
from vault.verify import problems, sealed_columns

from .conftest import NOW

pytestmark = [pytest.mark.django_db(databases=["default", "shred_keys"]), pytest.mark.usefixtures("sealed_root")]


@pytest.fixture
def officer(someone):
    return someone()


@pytest.fixture
def matter(officer, someone):
    """Two cases with two epochs and a file each."""
    made = []
    for _ in range(2):
        colleague = someone()
        members = {"file": [officer.keyholder, colleague.keyholder]}
        prepared = compartments.prepare(subject_id=uuid4(), members=members, now=NOW)
        prepared.save()
        compartment = prepared.compartments["file"]
        compartments.remove_members(compartment=compartment, keyholders=[colleague.keyholder], now=NOW)
        key = compartments.open_keys(compartment=compartment, keyring=officer.keyring).current
        keep(sealed_upload(name="n", content_type="", chunks=[b"evidence" * 3000]), key=key, given_by="x", now=NOW).save()
        made.append(compartment)
    return made


def only(*words) -> None:
    found = list(problems())
    assert found
    assert all(any(word in line for word in words) for line in found), found


def test_what_the_vault_wrote_holds(matter):
    assert list(problems()) == []


def test_an_empty_vault_holds():
    assert list(problems()) == []


def test_a_swapped_public_key(matter, officer):
    attacker = codes.derive("99998888777766665555").public_key
    Keyholder.objects.filter(pk=officer.keyring.keyholder_id).update(public_key=attacker)
    only("keyholder", "grant")
    assert any(f"keyholder {officer.keyring.keyholder_id}" in line for line in problems())


def test_a_public_key_of_the_wrong_length(officer):
    Keyholder.objects.update(public_key=b"x")
    assert any("wrong length" in line for line in problems())


def test_a_keyholder_given_to_somebody_else(officer, someone):
    other = someone()
    Keyholder.objects.filter(pk=other.keyring.keyholder_id).delete()
    Keyholder.objects.filter(pk=officer.keyring.keyholder_id).update(user=other.user)
    only("keyholder")


def test_a_keyholder_put_in_by_hand(officer):
    copy = officer.keyholder
    copy.pk, copy.kind, copy.user, copy.sealed_seed = uuid4(), "recovery", None, None
    copy.save(force_insert=True)
    only(f"keyholder {copy.pk}")


def test_a_damaged_seed(officer):
    Keyholder.objects.update(sealed_seed=b"\x21")
    only("sealed seed")


def test_swapped_grants_between_cases(matter):
    first, second = (Grant.objects.filter(compartment=c, epoch=2).get() for c in matter)
    Grant.objects.filter(pk=first.pk).update(sealed=bytes(second.sealed), mark=bytes(second.mark))
    only(f"grant {first.pk}")


def test_a_grant_for_another_keyholder(matter, someone):
    grant = Grant.objects.filter(compartment=matter[0], epoch=2).get()
    Grant.objects.filter(pk=grant.pk).update(keyholder=someone().keyring.keyholder_id)
    only(f"grant {grant.pk}")


def test_a_grant_in_another_format(matter):
    grant = Grant.objects.first()
    Grant.objects.filter(pk=grant.pk).update(sealed=b"\x01\x02short")
    only(f"grant {grant.pk}")


def test_an_old_grant_of_a_removed_member_put_back_under_the_new_epoch(matter):
    grant = Grant.objects.filter(compartment=matter[0], epoch=1).get()
    Grant.objects.create(
        compartment=matter[0],
        epoch=2,
        keyholder_id=Keyholder.objects.exclude(grants__compartment=matter[0]).first().pk,
        sealed=bytes(grant.sealed),
        mark=bytes(grant.mark),
        created_at=NOW,
    )
    only("grant")


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_changed_epoch(matter, epoch):
    Compartment.objects.filter(pk=matter[0].pk).update(epoch=epoch)
    only("epoch")


def test_a_replaced_case(matter):
    Compartment.objects.filter(pk=matter[0].pk).update(subject_id=uuid4())
    only("grant")


def test_a_flipped_bit_in_the_shred_keys(matter):
    row = ShredKey.objects.first()
    ShredKey.objects.filter(pk=row.pk).update(key=os.urandom(32))
    only(f"shred key {row.pk}")


def test_files_missing_cut_or_pointing_elsewhere(matter):
    first, second = SealedFile.objects.order_by("pk")
    storage.delete(first.storage_name)
    path = storage.path_of(second.storage_name)
    path.write_bytes(path.read_bytes()[:-1])
    only(f"file {first.pk}: missing", f"file {second.pk}: cut")
    SealedFile.objects.filter(pk=first.pk).update(storage_name="../../etc/passwd")
    only(f"file {first.pk}: impossible", f"file {second.pk}: cut")


def test_a_file_cut_together_with_its_row(matter):
    row = SealedFile.objects.first()
    path = storage.path_of(row.storage_name)
    path.write_bytes(path.read_bytes()[:-1])
    SealedFile.objects.filter(pk=row.pk).update(stored_size=row.stored_size - 1)
    only(f"file {row.pk}: cut")


def test_a_sealed_column_in_another_format(matter):
    row = SealedFile.objects.first()
    SealedFile.objects.filter(pk=row.pk).update(manifest_sealed=b"somebody's words in the clear")
    only(f"{row.pk}: column manifest_sealed")


def test_what_a_server_sealed_for_itself_has_a_format_of_its_own():
    user = User.objects.create_user("files@example.test", display_name="Files")
    row = DirectoryUpload.objects.create(by=user, content_sealed=serverseal.seal("t", b"number,name"), complete=False, created_at=NOW)
    assert list(problems()) == []
    DirectoryUpload.objects.filter(pk=row.pk).update(content_sealed=b"number,name in the clear, and long enough")
    only(f"{row.pk}: column content_sealed")


def test_whatever_is_called_sealed_and_is_not_of_the_vault_says_so():
    """Each kind of row is looked at by the rule of whoever sealed it; a name that fits no column would hide one."""
    for model in apps.get_models():
        columns = {field.name for field in model._meta.local_concrete_fields}
        assert set(getattr(model, "server_sealed", ())) <= columns
    assert {model._meta.label for model in apps.get_models() if getattr(model, "server_sealed", ())} == {
        "people.DirectoryUpload", "training.ImportFile", "training.ReceivedStatement",
    }  # fmt: skip


def test_every_sealed_column_of_the_product_is_looked_at():
    assert sealed_columns(SealedFile) == ["manifest_sealed"]
    assert sealed_columns(Keyholder) == []


def test_columns_bind_table_column_row_and_version(matter, officer):
    from vault.columns import open_column
    from vault.errors import Damaged

    key = compartments.open_keys(compartment=matter[0], keyring=officer.keyring).current
    row = SealedFile(id=uuid4(), row_version=4)
    for value in ("words 字", b"bytes", {"a": [1, "字"]}, ["x"]):
        seal_column(row, "manifest_sealed", value, key)
        opened = open_column(row, "manifest_sealed", key)
        assert (opened.json() if isinstance(value, dict | list) else opened.text() if isinstance(value, str) else opened.bytes()) == value
    row.row_version = 5
    with pytest.raises(Damaged):
        open_column(row, "manifest_sealed", key)
    with pytest.raises(ValueError, match="nothing"):
        open_column(Keyholder(id=uuid4()), "sealed_seed", key)
    with pytest.raises(TypeError):
        seal_column(row, "storage_name", "x", key)
    with pytest.raises(TypeError):
        seal_column(row, "manifest_sealed", 5, key)
