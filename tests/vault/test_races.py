"""Several people change who may read at the same moment."""

import threading
from uuid import uuid4

import pytest
from django.db import connections

from vault.errors import NoAccess
from vault.models import Compartment, Grant, Keyholder, ShredKey
from vault.services import compartments
from vault.services.shred import ensure_shred_key
from vault.verify import problems

from .conftest import NOW

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "shred_keys"])


def together(*jobs) -> list[str]:
    """Run all jobs at once; return what broke."""
    broken, barrier = [], threading.Barrier(len(jobs))

    def run(job):
        try:
            barrier.wait(10)
            job()
        except Exception as problem:
            broken.append(repr(problem))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return broken


def test_joining_and_leaving_at_once_loses_nobody_and_keeps_nobody(someone):
    officer, leaving, *joining = (someone() for _ in range(5))
    prepared = compartments.prepare(subject_id=uuid4(), members={"file": [officer.keyholder, leaving.keyholder]}, now=NOW)
    prepared.save()
    pk = prepared.compartments["file"].pk

    def join(person):
        keyholder = person.keyholder
        return lambda: compartments.add_member(
            compartment=Compartment.objects.get(pk=pk), keyholder=keyholder, keyring=officer.keyring, now=NOW
        )

    def leave(keyholder):
        return lambda: compartments.remove_members(compartment=Compartment.objects.get(pk=pk), keyholders=[keyholder], now=NOW)

    assert together(*(join(person) for person in joining), leave(leaving.keyholder)) == []
    compartment = Compartment.objects.get(pk=pk)
    assert compartment.epoch == 2
    assert set(compartments.members(compartment)) == {officer.keyholder, *(person.keyholder for person in joining)}
    keys = {compartments.open_keys(compartment=compartment, keyring=p.keyring).current.key for p in (officer, *joining)}
    assert len(keys) == 1
    with pytest.raises(NoAccess):
        compartments.open_keys(compartment=compartment, keyring=leaving.keyring)
    assert not Grant.objects.filter(keyholder=leaving.keyring.keyholder_id).exists()
    assert list(problems()) == []


def test_two_removals_at_once_remove_both(someone):
    officer, first, second = (someone() for _ in range(3))
    holders = Keyholder.objects.all()
    prepared = compartments.prepare(subject_id=uuid4(), members={"file": holders}, now=NOW)
    prepared.save()
    pk = prepared.compartments["file"].pk
    jobs = [
        lambda keyholder=person.keyholder: compartments.remove_members(
            compartment=Compartment.objects.get(pk=pk), keyholders=[keyholder], now=NOW
        )
        for person in (first, second)
    ]
    assert together(*jobs) == []
    assert set(compartments.members(Compartment.objects.get(pk=pk))) == {officer.keyholder}


def test_a_shred_key_made_twice_at_once_is_one():
    subject_id, made = uuid4(), []
    assert together(*[lambda: made.append(ensure_shred_key(subject_id=subject_id, now=NOW))] * 4) == []
    assert len(made) == 4
    assert len(set(made)) == 1
    assert ShredKey.objects.count() == 1
