"""A few people and ways to sign them in."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from audit import actors
from people.models import Organisation, Site
from people.services import accounts, vault_keys

PASSWORD = "correct horse battery"
PASSPHRASE = "seven quiet rivers run north"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def linden(db):
    site = Site.objects.create(code="hz", name="Hangzhou")
    return Organisation.objects.create(name_en="Linden", name_zh="菩提", site=site)


@pytest.fixture
def account(linden):
    """Return a function that makes an account with `roles`."""

    def make(email="anna@example.test", *roles, keys=False):
        now = timezone.now() - timedelta(minutes=5)
        user = accounts.create_account(email=email, display_name="Anna", language="en", password=PASSWORD, by=actors.SYSTEM, now=now)
        for role in roles:
            accounts.grant_role(user=user, role=role, by=actors.SYSTEM, now=now)
        if keys:
            vault_keys.make_keys(user=user, passphrase=PASSPHRASE, by=actors.SYSTEM, now=now)
        return user

    return make


@pytest.fixture
def demo(settings):
    """The second factor is relaxed, as in the demonstration."""
    settings.DEMO = True


@pytest.fixture
def sign_in():
    """Return a function: a browser in which `user` signed in with the password."""

    def enter(user, client=None):
        client = client or Client()
        response = client.post("/a/login/", {"login": user.email, "password": PASSWORD})
        assert response.status_code == 302, response.content
        return client

    return enter
