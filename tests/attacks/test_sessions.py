"""Stolen, fixed and left-over sessions, through the pages."""

import pytest
from django.conf import settings as django_settings
from django.test import Client

from tests.factories.cast import PASSPHRASE, PASSWORD

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
WEB, VAULT, DRAFT = django_settings.SESSION_COOKIE_NAME, django_settings.VAULT_COOKIE, django_settings.DRAFT_COOKIE


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


def with_cookies(client: Client) -> Client:
    """Another browser with a copy of all cookies: what a thief has."""
    thief = Client()
    for name, morsel in client.cookies.items():
        if morsel.value:
            thief.cookies[name] = morsel.value
    return thief


def sign_in(client: Client, person) -> Client:
    assert client.post("/a/login/", {"login": person.user.email, "password": PASSWORD}).status_code == 302
    return client


def unlock(client: Client) -> Client:
    assert client.post("/unlock/", {"passphrase": PASSPHRASE}).status_code == 302
    return client


class TestStaff:
    def test_a_session_that_was_planted_is_not_the_one_that_is_signed_in(self, intake_officer):
        victim = Client()
        store = victim.session
        store["planted"] = 1
        store.save()
        victim.cookies[WEB] = store.session_key
        attacker = with_cookies(victim)
        sign_in(victim, intake_officer)
        assert victim.cookies[WEB].value != attacker.cookies[WEB].value
        assert attacker.get("/w/").headers["Location"].startswith("/a/login/")

    def test_a_session_key_that_was_made_up_is_not_taken_over(self, intake_officer):
        victim = Client()
        victim.cookies[WEB] = "a" * 32
        sign_in(victim, intake_officer)
        assert victim.cookies[WEB].value != "a" * 32

    def test_unlocking_gives_a_new_vault_cookie_and_ends_the_old_one(self, intake_officer):
        browser = unlock(sign_in(Client(), intake_officer))
        before, thief = browser.cookies[VAULT].value, with_cookies(browser)
        # Still unlocked in the other browser, until this one unlocks anew.
        assert thief.get("/w/").status_code == 200
        unlock(browser)
        assert browser.cookies[VAULT].value != before
        assert thief.get("/w/").headers["Location"].startswith("/unlock/")

    def test_after_signing_out_every_copy_is_dead(self, intake_officer):
        browser = unlock(sign_in(Client(), intake_officer))
        thief = with_cookies(browser)
        browser.post("/a/logout/")
        for client in (browser, thief):
            assert client.get("/w/").headers["Location"].startswith("/a/login/")
        # Not even with the vault cookie alone, once signed in anew.
        again = sign_in(Client(), intake_officer)
        again.cookies[VAULT] = thief.cookies[VAULT].value
        assert again.get("/w/").headers["Location"].startswith("/unlock/")

    def test_somebody_else_s_vault_cookie_opens_nothing(self, intake_officer, second_officer):
        victim = unlock(sign_in(Client(), intake_officer))
        thief = sign_in(Client(), second_officer)
        thief.cookies[VAULT] = victim.cookies[VAULT].value
        assert thief.get("/w/").headers["Location"].startswith("/unlock/")

    def test_leaving_the_site_ends_sign_in_and_vault(self, intake_officer):
        browser = unlock(sign_in(Client(), intake_officer))
        thief = with_cookies(browser)
        assert browser.get("/x/").headers["Clear-Site-Data"]
        assert thief.get("/w/").headers["Location"].startswith("/a/login/")


class TestReporter:
    def test_entering_a_code_gives_a_new_cookie_every_time(self, filed, reporter_client):
        browser = reporter_client(filed.code)
        first = browser.cookies[VAULT].value
        thief = with_cookies(browser)
        browser.post("/f/", {"code": filed.code})
        assert browser.cookies[VAULT].value != first
        assert thief.get("/f/home/").status_code == 404

    def test_a_planted_cookie_is_not_the_one_that_opens(self, filed):
        browser = Client()
        browser.cookies[VAULT] = "A" * 43
        browser.post("/f/", {"code": filed.code})
        assert browser.cookies[VAULT].value != "A" * 43

    @pytest.mark.parametrize("path", ["/f/home/", "/f/messages/", "/f/sent/"])
    def test_back_after_leaving_shows_nothing(self, filed, reporter_client, path):
        browser = reporter_client(filed.code)
        shown = browser.get(path)
        assert shown.status_code == 200 and shown.headers["Cache-Control"] == "no-store"
        thief = with_cookies(browser)
        browser.get("/x/")
        assert browser.get(path).status_code == thief.get(path).status_code == 404

    def test_a_reporter_is_no_user_and_a_user_no_reporter(self, filed, intake_officer, reporter_client):
        both = sign_in(reporter_client(filed.code), intake_officer)
        assert both.get("/w/").headers["Location"].startswith("/unlock/")
        unlock(both)
        assert both.get("/f/home/").status_code == 404

    def test_no_web_session_is_made_for_somebody_with_a_code(self, filed, reporter_client):
        browser = reporter_client(filed.code)
        for path in ("/f/home/", "/f/messages/", "/f/protect/"):
            browser.get(path)
        assert WEB not in browser.cookies
