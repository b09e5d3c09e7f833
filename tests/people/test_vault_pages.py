"""The vault passphrase in the browser."""

from datetime import datetime

import pytest
import time_machine  # noqa: F401 - fails early when the package is missing
from django.test import Client

from people import tries
from tests.people.conftest import PASSPHRASE, PASSWORD
from vault.models import Keyholder, VaultSession

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo")]

NEW = "nine loud hills stand south"


@pytest.fixture
def officer(account):
    return account("lin@example.test", "intake_officer", keys=True)


def test_the_first_time_explains_makes_the_key_and_unlocks(account, sign_in):
    user = account("lin@example.test", "intake_officer")
    client = sign_in(user)
    assert client.get("/unlock/?next=/w/")["Location"] == "/vault/start/?next=%2Fw%2F"
    page = client.get("/vault/start/").content.decode()
    assert "Nobody can reset it or look it up." in page and "recovery key" in page
    form = {"new": PASSPHRASE, "again": PASSPHRASE, "understood": "on", "next": "/w/"}
    assert client.post("/vault/start/", form)["Location"] == "/w/"
    assert Keyholder.objects.filter(user=user, retired_at=None).count() == 1
    assert client.get("/unlock/?next=/c/x/")["Location"] == "/c/x/"  # unlocked already
    assert client.get("/vault/start/")["Location"].startswith("/unlock/")


@pytest.mark.parametrize(
    "wrong",
    [{"new": "short", "again": "short"}, {"again": NEW}, {"understood": ""}, {"new": "aaaaaaaaaaaaaaa", "again": "aaaaaaaaaaaaaaa"}],
)
def test_a_first_passphrase_must_be_good_repeated_and_understood(account, sign_in, wrong):
    client = sign_in(account("lin@example.test", "intake_officer"))
    page = client.post("/vault/start/", {"new": PASSPHRASE, "again": PASSPHRASE, "understood": "on"} | wrong)
    assert page.status_code == 200 and "error-summary" in page.content.decode()
    assert PASSPHRASE not in page.content.decode()
    assert not Keyholder.objects.exists()


def test_unlocking_goes_on_to_the_page_and_never_to_another_site(officer, sign_in):
    client = sign_in(officer)
    assert client.post("/unlock/", {"passphrase": PASSPHRASE, "next": "/c/abc/"})["Location"] == "/c/abc/"
    client.post("/lock/")
    assert client.post("/unlock/", {"passphrase": PASSPHRASE, "next": "https://evil.test/"})["Location"] == "/w/"


def test_a_wrong_passphrase_is_not_the_password(officer, sign_in):
    client = sign_in(officer)
    for wrong in (PASSWORD, "wrong"):
        page = client.post("/unlock/", {"passphrase": wrong})
        assert "This is not your vault passphrase" in page.content.decode()
        assert wrong not in page.content.decode().replace("This is not", "")
    assert not VaultSession.objects.exists()


def test_five_wrong_tries_cost_a_wait_even_for_the_right_one(officer, sign_in):
    client = sign_in(officer)
    for _ in range(tries.FREE):
        client.post("/unlock/", {"passphrase": "wrong wrong wrong"})
    page = client.post("/unlock/", {"passphrase": PASSPHRASE}).content.decode()
    assert "Wait 1 minute" in page and not VaultSession.objects.exists()


def test_waits_grow_to_half_an_hour_and_end():
    now = datetime.fromisoformat("2026-11-23T02:00:00+00:00")
    waits = []
    for _ in range(14):
        tries.failed(user_id=1, now=now)
        waits.append(tries.wait_minutes(user_id=1, now=now))
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30, 30]
    assert tries.wait_minutes(user_id=2, now=now) == 0
    tries.succeeded(user_id=1)
    assert tries.wait_minutes(user_id=1, now=now) == 0


def test_lock_needs_a_post_and_locks_at_once(officer, sign_in):
    client = sign_in(officer)
    client.post("/unlock/", {"passphrase": PASSPHRASE})
    cookie = client.cookies["k"].value
    assert client.get("/lock/").status_code == 405
    assert client.post("/lock/")["Location"] == "/unlock/"
    client.cookies["k"] = cookie  # a replayed cookie opens nothing
    assert client.get("/unlock/").status_code == 200


def test_changing_the_passphrase_locks_other_browsers(officer, sign_in):
    here, there = sign_in(officer), sign_in(officer)
    for client in (here, there):
        client.post("/unlock/", {"passphrase": PASSPHRASE})
    assert here.post("/vault/change/", {"old": "wrong", "new": NEW, "again": NEW}).status_code == 200
    assert here.post("/vault/change/", {"old": PASSPHRASE, "new": NEW, "again": NEW, "next": "/a/2fa/"})["Location"] == "/a/2fa/"
    assert here.get("/unlock/").status_code == 302
    assert there.get("/unlock/").status_code == 200
    assert there.post("/unlock/", {"passphrase": NEW}).status_code == 302


def test_a_forgotten_passphrase_makes_a_new_key(officer, sign_in):
    client = sign_in(officer)
    page = client.get("/vault/forgot/").content.decode()
    assert "given up at once and for good" in page
    form = {"new": NEW, "again": NEW, "understood": "on", "next": "/w/"}
    assert client.post("/vault/forgot/", form | {"understood": ""}).status_code == 200
    assert Keyholder.objects.filter(user=officer).count() == 1
    assert client.post("/vault/forgot/", form)["Location"] == "/w/"
    assert Keyholder.objects.filter(user=officer, retired_at=None).count() == 1
    assert Keyholder.objects.filter(user=officer).count() == 2


def test_giving_up_a_key_asks_for_the_sign_in_again(officer, sign_in, settings):
    client = sign_in(officer)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.post("/vault/forgot/", {"new": NEW, "again": NEW, "understood": "on"})["Location"].startswith("/a/reauthenticate/")
    assert Keyholder.objects.filter(user=officer, retired_at=None).count() == 1


def test_people_without_case_roles_have_no_vault(account, sign_in):
    client = sign_in(account("root@example.test", "system_admin"))
    for address in ("/unlock/", "/vault/start/", "/vault/change/", "/vault/forgot/"):
        assert client.get(address).status_code == 404
    assert Client().get("/unlock/")["Location"].startswith("/a/login/")


def test_the_cookie_of_one_person_unlocks_nothing_for_another(officer, account, sign_in):
    client = sign_in(officer)
    client.post("/unlock/", {"passphrase": PASSPHRASE})
    other = sign_in(account("he@example.test", "intake_officer", keys=True))
    other.cookies["k"] = client.cookies["k"].value
    assert other.get("/unlock/").status_code == 200
