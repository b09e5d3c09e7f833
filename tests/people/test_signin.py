"""Signing in, the second factor, and the pages that do not exist."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client, override_settings
from django.urls import get_resolver

from people import second_factor
from tests.people.conftest import PASSWORD

pytestmark = pytest.mark.django_db


# Allauth tells of a new factor when its transaction is committed.
committed = pytest.mark.django_db(transaction=True)


def totp(secret):
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def set_up_app(client):
    """Set up an authenticator app and return its secret."""
    page = client.get("/a/2fa/totp/activate/").content.decode()
    secret = re.search(r'class="code-spelled"[^>]*>([A-Z2-7]+)<', page).group(1)
    response = client.post("/a/2fa/totp/activate/", {"code": totp(secret)})
    assert response.status_code == 302, response.content.decode()
    return secret


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_wrong_password_says_so_without_telling_which_field(account, language):
    account()
    client = Client(HTTP_ACCEPT_LANGUAGE=language)
    said = {
        client.post("/a/login/", {"login": login, "password": password}).content.decode().count(text)
        for login, password in (("anna@example.test", "wrong"), ("nobody@example.test", PASSWORD))
        for text in ({"en": "We could not sign you in. Check both fields.", "zh-hans": "无法登录"}[language],)
    }
    assert len(said) == 1 and said.pop() >= 1


def test_after_signing_in_everyone_lands_where_their_work_is(account, sign_in, demo):
    for email, role, address in (
        ("a@example.test", "intake_officer", "/w/"),
        ("b@example.test", "oversight", "/o/"),
        ("c@example.test", "system_admin", "/m/"),
        ("d@example.test", "policy_admin", "/m/"),
        ("e@example.test", "training_admin", "/m/"),
        ("f@example.test", "support_contact", "/w/"),
        ("g@example.test", None, "/"),
    ):
        user = account(email, *filter(None, [role]))
        response = Client().post("/a/login/", {"login": user.email, "password": PASSWORD})
        assert response["Location"] == address


def test_staff_without_a_second_factor_are_sent_to_set_one_up(account, sign_in):
    client = sign_in(account("root@example.test", "system_admin"))
    for address in ("/w/directory/", "/unlock/", "/vault/start/", "/a/2fa/recovery-codes/generate/"):
        assert client.get(address).headers.get("Location") == "/a/2fa/", address
    assert client.get("/a/2fa/").status_code == 200
    assert client.get("/private/").status_code == 200  # public pages stay public


@committed
def test_setting_up_an_app_opens_the_door_and_its_secret_is_sealed(account, sign_in):
    client = sign_in(account("root@example.test", "system_admin"))
    secret = set_up_app(client)
    assert client.get("/w/directory/").status_code == 200
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert secret not in stored and second_factor.open_secret(stored) == secret


def test_the_second_step_is_asked_at_the_next_sign_in(account, sign_in):
    user = account("root@example.test", "system_admin")
    secret = set_up_app(sign_in(user))
    client = Client()
    assert client.post("/a/login/", {"login": user.email, "password": PASSWORD})["Location"].startswith("/a/2fa/authenticate/")
    assert client.get("/w/directory/").headers["Location"].startswith("/a/login/")
    page = client.post("/a/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "This code is not right" in page
    assert client.post("/a/2fa/authenticate/", {"code": f" {totp(secret)} "}).status_code == 302
    assert client.get("/w/directory/").status_code == 200


def test_a_session_older_than_the_factor_must_prove_it_and_can_not_add_its_own(account, sign_in):
    user = account("root@example.test", "system_admin")
    thief = sign_in(user)  # somebody with the password only
    set_up_app(sign_in(user))
    for address in ("/w/directory/", "/a/2fa/", "/a/2fa/totp/activate/", "/a/2fa/webauthn/add/", "/a/password/change/"):
        assert thief.get(address).headers["Location"].startswith("/a/2fa/reauthenticate/"), address


def test_people_without_a_role_and_the_demonstration_need_no_second_factor(account, sign_in, settings):
    assert sign_in(account("plain@example.test")).get("/a/password/change/").status_code == 200
    settings.DEMO = True
    assert sign_in(account("root@example.test", "system_admin")).get("/w/directory/").status_code == 200


@committed
def test_the_last_factor_of_staff_stays(account, sign_in):
    client = sign_in(account("root@example.test", "system_admin"))
    set_up_app(client)
    page = client.get("/a/2fa/totp/deactivate/").content.decode()
    assert "You need at least one" in page
    client.post("/a/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(type="totp").count() == 1


@committed
def test_recovery_codes_are_shown_once_and_work_once(account, sign_in):
    user = account("root@example.test", "system_admin")
    client = sign_in(user)
    set_up_app(client)
    page = client.get("/a/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li>([0-9a-z]{6,})</li>", page)
    assert len(codes) == 10
    assert re.search(r'btn-primary" href="/m/">', page), "on to the work"
    assert codes[0] not in client.get("/a/2fa/recovery-codes/").content.decode()
    for expected in ("/m/", None):
        other = Client()
        other.post("/a/login/", {"login": user.email, "password": PASSWORD})
        assert other.post("/a/2fa/authenticate/", {"code": codes[0]}).headers.get("Location") == expected


@pytest.mark.parametrize(
    "address",
    [
        "/a/signup/",
        "/a/email/",
        "/a/confirm-email/",
        "/a/confirm-email/abc/",
        "/a/login/code/",
        "/a/login/code/confirm/",
        "/a/sso/",
        "/a/sso/signup/",
        "/a/3rdparty/",
        "/a/2fa/trust/",
        "/a/2fa/recovery-codes/download/",
        "/a/2fa/webauthn/signup/",
        "/a/signup/passkey/",
        "/a/phone/change/",
        "/a/oidc/other/login/",
    ],
)
def test_what_is_not_offered_does_not_exist(account, sign_in, demo, address):
    for client in (Client(), sign_in(account("root@example.test", "system_admin"))):
        for method in (client.get, client.post):
            assert method(address).status_code == 404


def test_every_account_address_is_named_in_our_list():
    from people import urls_account

    offered = {str(pattern.pattern) for pattern in urls_account.urlpatterns}
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert {name for name in names if name.startswith(("account_", "mfa_", "socialaccount_"))} == {
        pattern.name for pattern in urls_account.urlpatterns if getattr(pattern, "name", None)
    }
    assert "signup/" in offered


def test_a_new_password_by_mail(account):
    account()
    client = Client()
    assert client.post("/a/password/reset/", {"email": "anna@example.test"})["Location"] == "/a/password/reset/done/"
    assert "Look into your mail" in client.get("/a/password/reset/done/").content.decode()
    link = re.search(r"https?://\S+", mail.outbox[0].body).group()
    page = client.get(link, follow=True)
    assert "Set a new password" in page.content.decode()
    new = {"password1": "many small blue boats", "password2": "many small blue boats"}
    assert client.post(page.redirect_chain[-1][0], new).status_code == 302
    assert Client().post("/a/login/", {"login": "anna@example.test", "password": new["password1"]}).status_code == 302
    assert "no longer works" in Client().get(link, follow=True).content.decode()


def test_a_new_password_for_an_unknown_address_looks_the_same_and_writes_to_nobody(linden):
    response = Client().post("/a/password/reset/", {"email": "stranger@example.test"})
    assert response["Location"] == "/a/password/reset/done/"
    assert mail.outbox == []


@override_settings(ACCOUNT_RATE_LIMITS={})
def test_guessing_is_slowed_down(account):
    account()
    client = Client()
    pages = [client.post("/a/login/", {"login": "anna@example.test", "password": f"guess {at}"}).content.decode() for at in range(7)]
    assert "Too many tries in a row" in pages[-1] and "Too many tries in a row" not in pages[0]
    assert "Too many" in client.post("/a/login/", {"login": "anna@example.test", "password": PASSWORD}).content.decode()


def test_the_address_for_rate_limits_is_not_what_a_visitor_writes(rf, settings):
    from people.adapter import AccountAdapter

    request = rf.get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.0.0.1", REMOTE_ADDR="192.0.2.9")
    settings.TRUSTED_PROXIES = 0
    assert AccountAdapter().get_client_ip(request) == "192.0.2.9"
    settings.TRUSTED_PROXIES = 1
    assert AccountAdapter().get_client_ip(request) == "10.0.0.1"


def test_signing_out_locks_the_vault(account, sign_in, demo):
    from tests.people.conftest import PASSPHRASE
    from vault.models import VaultSession

    client = sign_in(account("lin@example.test", "intake_officer", keys=True))
    client.post("/unlock/", {"passphrase": PASSPHRASE})
    assert VaultSession.objects.count() == 1
    assert client.get("/a/logout/").status_code == 200
    assert client.post("/a/logout/")["Location"] == "/"
    assert VaultSession.objects.count() == 0


@committed
def test_second_factors_are_recorded(account, sign_in):
    from audit.models import Entry

    user = account("root@example.test", "system_admin")
    set_up_app(sign_in(user))
    kinds = Entry.objects.filter(action="second_factor_added").order_by("seq").values_list("facts", flat=True)
    assert {"user": user.pk, "kind": "totp"} in list(kinds)


def test_the_account_page_offers_the_passphrase_only_to_those_who_have_one(account, sign_in, demo):
    assert "/vault/change/" not in sign_in(account("root@example.test", "system_admin")).get("/a/2fa/").content.decode()
    assert "/vault/change/" in sign_in(account("lin@example.test", "intake_officer")).get("/a/2fa/").content.decode()
