"""A kept query answers like the queryset it was built from, whatever the values, in every thread; values are never kept."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.db.models import BooleanField, CharField, DateTimeField, Exists, OuterRef, UUIDField
from django.utils import timezone

from tests.factories.cast import make_person
from vault.kept_queries import KeptQuery
from vault.models import Compartment, Grant, Keyholder, VaultSession

pytestmark = pytest.mark.django_db


def session(id_hash, *, kind="staff", minutes=5):
    now = timezone.now()
    ends = now + timedelta(minutes=minutes)
    subject = "6f0c2f0e-5d68-4a7e-9a70-0a4f1c2b3d4e"
    return VaultSession.objects.create(
        id_hash=id_hash, kind=kind, subject_id=subject, sealed_secret=b"-", created_at=now, seen_at=now, idle_seconds=60, expires_at=ends
    )


def test_each_value_finds_its_own_row():
    rows = [session("one"), session("two")]
    kept = KeptQuery(lambda id_hash: VaultSession.objects.filter(pk=id_hash), id_hash=CharField())
    assert [kept.first(id_hash=row.pk) for row in rows] == rows
    assert kept.first(id_hash="three") is None and kept.all(id_hash="three") == []


def test_the_sql_is_put_together_once_and_holds_no_value():
    built = []

    def build(id_hash, now):
        built.append(id_hash)
        return VaultSession.objects.filter(pk=id_hash, expires_at__gt=now)

    kept = KeptQuery(build, id_hash=CharField(), now=DateTimeField())
    row = session("secret-hash", minutes=5)
    assert kept.first(id_hash="secret-hash", now=timezone.now()) == row
    # A moment is compared as a moment, on both databases.
    assert kept.first(id_hash="secret-hash", now=timezone.now() + timedelta(minutes=6)) is None
    assert len(built) == 1 and kept._compiled.compiler.connection is None
    assert "secret-hash" not in repr((kept._compiled.sql, kept._compiled.params, kept._compiled.queryset.query))


def test_related_rows_annotations_and_lists_of_values_come_as_from_the_queryset():
    person = make_person("031", "Ma Lin", "intake_officer")
    holder = Keyholder.objects.get(user=person.user)

    def build(holder_id):
        granted = Exists(Grant.objects.filter(keyholder=OuterRef("pk")))
        return Keyholder.objects.filter(pk=holder_id).select_related("user").annotate(reads=granted).order_by("created_at")

    found = KeptQuery(build, holder_id=UUIDField()).first(holder_id=holder.pk)
    with connection.execute_wrapper(refuse):
        assert found == holder and found.user == person.user and found.reads is False
    kinds = KeptQuery(lambda holder_id: Keyholder.objects.filter(pk=holder_id).values_list("kind", flat=True), holder_id=UUIDField())
    assert kinds.all(holder_id=holder.pk) == ["staff"]


def refuse(*args):
    raise AssertionError("asked the database")


def test_slots_in_subqueries_and_slices():
    first, second = session("a", minutes=1), session("b", minutes=2)

    def build(kind):
        latest = VaultSession.objects.filter(kind=kind).order_by("-expires_at").values("pk")[:1]
        return VaultSession.objects.filter(pk__in=latest)

    kept = KeptQuery(build, kind=CharField())
    assert kept.all(kind="staff") == [second]
    second.delete()
    assert kept.all(kind="staff") == [first]


@pytest.mark.parametrize(
    ("values", "error"), [({"id_hash": None}, ValueError), ({}, TypeError), ({"id_hash": "a", "kind": "staff"}, TypeError)]
)
def test_a_missing_value_never_becomes_another_question(values, error):
    session("a")
    kept = KeptQuery(lambda id_hash: VaultSession.objects.filter(pk=id_hash), id_hash=CharField())
    with pytest.raises(error):
        kept.all(**values)


def test_without_slots():
    kept = KeptQuery(lambda: Compartment.objects.order_by("pk"))
    assert kept.all() == []


def test_a_row_that_was_kept_can_be_changed_and_saved():
    row = session("a")
    kept = KeptQuery(lambda id_hash: VaultSession.objects.filter(pk=id_hash), id_hash=CharField())
    kept.first(id_hash="a").delete()
    assert not VaultSession.objects.filter(pk=row.pk).exists()
    assert kept.first(id_hash="a") is None


def test_booleans_are_converted_as_the_database_wants_them():
    make_person("032", "Ma Li")
    from people.models import User

    kept = KeptQuery(lambda active: User.objects.filter(is_active=active), active=BooleanField())
    assert len(kept.all(active=True)) == User.objects.filter(is_active=True).count() > 0
    assert kept.all(active=False) == []


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_over_its_own_connection():
    session("a")
    kept = KeptQuery(lambda id_hash: VaultSession.objects.filter(pk=id_hash), id_hash=CharField())
    assert kept.first(id_hash="a")
    used = []

    def ask():
        try:
            with connection.execute_wrapper(lambda execute, *rest: used.append(id(connections["default"].connection)) or execute(*rest)):
                used.append(kept.first(id_hash="a").pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert used[1] == "a" and used[0] != id(connection.connection)
