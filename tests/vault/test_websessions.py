"""Django's sessions with a hashed key in the database."""

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.test import Client

from vault.websessions import SessionStore, stored_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    store = SessionStore()
    store["a"] = 1
    store.save()
    return store


def test_a_session_comes_back(store):
    assert SessionStore(store.session_key)["a"] == 1


def test_the_database_does_not_hold_the_key(store):
    row = Session.objects.get()
    assert row.session_key == stored_key(store.session_key)
    assert store.session_key not in row.session_key
    assert len(row.session_key) == 40


def test_what_the_database_holds_is_no_key(store):
    stolen = SessionStore(Session.objects.get().session_key)
    assert stolen.load() == {}
    assert stolen.session_key is None


def test_saving_again_changes_the_same_row(store):
    store["b"] = 2
    store.save()
    assert Session.objects.count() == 1
    assert dict(SessionStore(store.session_key).items()) == {"a": 1, "b": 2}


def test_a_new_key_at_sign_in(store):
    before = store.session_key
    store.cycle_key()
    assert store.session_key != before
    assert SessionStore(before).load() == {}
    assert SessionStore(store.session_key)["a"] == 1
    assert Session.objects.count() == 1


def test_a_flushed_session_is_gone(store):
    before = store.session_key
    store.flush()
    assert not Session.objects.exists()
    assert not SessionStore().exists(before)


def test_a_session_deleted_elsewhere_can_not_be_saved(store):
    Session.objects.all().delete()
    store["b"] = 2
    with pytest.raises(UpdateError):
        store.save()


def test_exists_and_delete(store):
    assert store.exists(store.session_key)
    assert not store.exists(stored_key(store.session_key))
    SessionStore().delete(store.session_key)
    assert not Session.objects.exists()
    SessionStore().delete()


def test_an_expired_session_is_not_loaded(store):
    store.set_expiry(-1)
    store.save()
    assert SessionStore(store.session_key).load() == {}
    SessionStore.clear_expired()
    assert not Session.objects.exists()


def test_signing_in_through_the_client(someone):
    client = Client()
    client.force_login(someone().user)
    assert Session.objects.get().session_key == stored_key(client.session.session_key)


def test_the_asynchronous_methods_hash_too(store):
    from asgiref.sync import async_to_sync

    again = SessionStore(store.session_key)
    assert async_to_sync(again.aload)() == {"a": 1}
    assert async_to_sync(again.aexists)(store.session_key)
    async_to_sync(again.adelete)(store.session_key)
    assert not Session.objects.exists()
