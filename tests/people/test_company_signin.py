"""Signing in through the company's identity service, over real HTTP: who gets in, and every answer that proves nothing."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.test import Client
from django.utils import timezone

from people.models import Employee, User
from tests.people import urls_company
from tests.people.company import LEFT_OUT, SECRET, STRANGERS_KEY, company_at_work
from tests.people.conftest import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.urls(urls_company.__name__)]
LOGIN = "/a/oidc/sso/login/"
BASE = Path(__file__).resolve().parents[2]


@pytest.fixture
def company(settings):
    with company_at_work() as service:
        app = {
            "provider_id": "sso",
            "name": "Linden",
            "client_id": "heard",
            "secret": SECRET,
            "settings": {"server_url": service.url},
        }
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
        yield service


def asked(client, path=LOGIN) -> str:
    """Press “Continue”; return the address at which the company sends the browser back."""
    leaving = client.post(path)
    assert leaving.status_code == 302, leaving.content.decode()
    return requests.get(leaving["Location"], allow_redirects=False, timeout=5).headers["Location"]


def come_back(client, address: str):
    parts = urlsplit(address)
    return client.get(f"{parts.path}?{parts.query}")


def sign_on(client=None):
    client = client or Client()
    return client, come_back(client, asked(client))


def is_signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def refused(client, response) -> bool:
    return response.status_code in (200, 401) and "You are not signed in" in response.content.decode() and not is_signed_in(client)


@pytest.fixture(autouse=True)
def nothing_is_kept(db):
    """No account is made and none is connected, whatever happens; what the company says is not stored."""
    yield
    assert not SocialAccount.objects.exists() and not SocialToken.objects.exists() and not EmailAddress.objects.exists()
    assert set(User.objects.values_list("email", flat=True)) <= {"lin@example.test", "other@example.test"}


def test_somebody_whom_both_know_signs_in_and_the_password_stays(account, company, demo):
    user = account("lin@example.test", "intake_officer")
    company.person["email"] = "Lin@Example.test"
    page = Client().get("/a/login/").content.decode()
    assert LOGIN in page and "Linden" in page
    client, response = sign_on()
    assert response.status_code == 302 and response["Location"] == "/w/"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert Client().post("/a/login/", {"login": user.email, "password": PASSWORD}).status_code == 302


def test_the_question_carries_a_nonce_and_nothing_that_a_visitor_wrote(account, company, demo):
    account("lin@example.test")
    client = Client()
    asked(client, LOGIN + "?scope=offline_access&auth_params=prompt%3Dnone%26nonce%3Dmine&process=connect")
    asked(client)
    first, second = company.asked
    assert set(first["scope"].split()) == {"openid", "profile", "email"} and "prompt" not in first
    assert first["code_challenge_method"] == "S256" and len(first["nonce"]) >= 20 and first["nonce"] != second["nonce"]


def test_staff_still_prove_a_second_factor(account, company):
    account("lin@example.test", "intake_officer")
    client, response = sign_on()
    assert response.status_code == 302 and is_signed_in(client)
    for address in ("/w/", "/unlock/", "/w/cases/"):
        assert client.get(address)["Location"] == "/a/2fa/", address


def test_somebody_with_a_second_factor_is_asked_for_it(account, sign_in, company):
    from tests.people.test_signin import set_up_app

    user = account("lin@example.test", "system_admin")
    set_up_app(sign_in(user))
    client, response = sign_on()
    assert response["Location"].startswith("/a/2fa/authenticate/") and not is_signed_in(client)


def test_somebody_unknown_is_told_kindly_and_gets_no_account(account, company, demo):
    account("other@example.test")
    client, response = sign_on()
    html = response.content.decode()
    assert response.status_code == 200 and not is_signed_in(client)
    assert "lin@example.test" not in html and "/a/login/" in html
    assert User.objects.count() == 1


@pytest.mark.parametrize("verified", [False, None, "false", "true", 1])
def test_an_address_that_nobody_has_verified_opens_nothing(account, company, demo, verified):
    account("lin@example.test")
    company.person["email_verified"] = verified
    client, response = sign_on()
    assert response.status_code == 200 and not is_signed_in(client)


def test_an_account_that_is_closed_stays_closed(account, company, demo):
    user = account("lin@example.test", "intake_officer")
    User.objects.filter(pk=user.pk).update(is_active=False)
    client, response = sign_on()
    assert response["Location"] == "/a/inactive/" and not is_signed_in(client)
    assert client.get("/a/inactive/").status_code == 200


@pytest.mark.parametrize("days", [0, 30])
def test_whoever_has_left_does_not_get_in_even_before_the_account_is_closed(account, company, demo, days):
    user = account("lin@example.test", "intake_officer")
    left = (timezone.now() - timedelta(days=days)).astimezone().date()
    Employee.objects.create(user=user, number="7", name="Lin", joined_date=left - timedelta(days=400), left_date=left)
    client, response = sign_on()
    assert response["Location"] == "/a/inactive/" and not is_signed_in(client)
    by_password = Client()
    assert by_password.post("/a/login/", {"login": user.email, "password": PASSWORD})["Location"] == "/a/inactive/"
    assert not is_signed_in(by_password)


def hs256(company) -> None:
    """A token “signed” with what everybody may read: the provider's public key."""
    company.algorithm, company.key = "HS256", jwt.algorithms.RSAAlgorithm.to_jwk(company.key.public_key())


WRONG = {
    "another nonce": lambda c: c.claims.update(nonce="of another browser"),
    "no nonce": lambda c: c.claims.update(nonce=LEFT_OUT),
    "another issuer": lambda c: c.claims.update(iss="https://elsewhere.test"),
    "another audience": lambda c: c.claims.update(aud="another site"),
    "for us among others, asked by another": lambda c: c.claims.update(aud=["heard", "another site"], azp="another site"),
    "expired": lambda c: c.claims.update(iat=int(time.time()) - 900, exp=int(time.time()) - 300),
    "no end": lambda c: c.claims.update(exp=LEFT_OUT),
    "from the future": lambda c: c.claims.update(iat=int(time.time()) + 900),
    "signed by a stranger": lambda c: setattr(c, "key", STRANGERS_KEY),
    "not signed": lambda c: setattr(c, "algorithm", "none"),
    "signed with what everybody knows": hs256,
    "no token": lambda c: setattr(c, "no_token", True),
    "the information is about somebody else": lambda c: c.info.update(sub="s-2"),
    "nobody named": lambda c: c.claims.update(sub=LEFT_OUT),
    "a provider that calls itself otherwise": lambda c: c.discovery.update(issuer="https://elsewhere.test"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_proves_nothing_signs_nobody_in(account, company, demo, wrong):
    account("lin@example.test")
    client = Client()
    if "calls itself" in wrong:
        WRONG[wrong](company)
        assert refused(client, client.post(LOGIN))
        return
    back = asked(client)
    WRONG[wrong](company)
    assert refused(client, come_back(client, back))
    # The same browser, asked again, gets in when the answer is right.
    company.claims.clear(), company.info.clear()
    company.key, company.algorithm, company.no_token = type(company)().key, "RS256", False
    assert sign_on(client)[1].status_code == 302 and is_signed_in(client)


def test_clocks_may_differ_by_some_seconds(account, company, demo):
    account("lin@example.test")
    company.claims.update(iat=int(time.time()) + 20)
    assert is_signed_in(sign_on()[0])


def test_an_answer_belongs_to_the_browser_that_asked_and_works_once(account, company, demo):
    account("lin@example.test")
    mine, other = Client(), Client()
    back = asked(mine)
    assert refused(other, come_back(other, back))
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert refused(mine, come_back(mine, back.replace(state, "another")))
    assert come_back(mine, back).status_code == 302 and is_signed_in(mine)
    mine.logout()
    assert refused(mine, come_back(mine, back))


def test_saying_no_at_the_company_signs_nobody_in(account, company, demo):
    account("lin@example.test")
    client = Client()
    state = parse_qs(urlsplit(asked(client)).query)["state"][0]
    response = client.get(f"{LOGIN}callback/?error=access_denied&state={state}", follow=True)
    assert refused(client, response)


def test_somebody_signed_in_connects_no_second_identity(account, sign_in, company, demo):
    """A link on another site must not tie a stranger's company account to one of ours."""
    account("other@example.test")
    client = sign_in(User.objects.get())
    back = asked(client, LOGIN + "?process=connect&next=/w/")
    response = come_back(client, back)
    assert response.status_code == 200 and User.objects.count() == 1


def test_a_company_that_does_not_answer_is_said_so(account, company, demo):
    account("lin@example.test")
    client = Client()
    back = asked(client)
    company.down = True
    assert refused(client, client.post(LOGIN))
    assert refused(client, come_back(client, back))
    company.down = False
    assert is_signed_in(sign_on(client)[0])
    assert Client().get("/a/oidc/other/login/").status_code == 404


def test_the_settings_come_from_the_environment(tmp_path):
    """A portal that starts with these variables offers the company's page at the address that the documentation tells to register."""
    asking = (
        "import django; django.setup()\n"
        "from django.urls import reverse\n"
        "from django.conf import settings\n"
        "(app,) = settings.SOCIALACCOUNT_PROVIDERS['openid_connect']['APPS']\n"
        "print(reverse('openid_connect_callback', args=[app['provider_id']]), app['settings']['server_url'], app['client_id'], app['name'])"
    )
    named = {"SERVER_URL": "https://id.example.test", "CLIENT_ID": "heard", "CLIENT_SECRET": "s", "NAME": "Linden"}
    environment = os.environ | {f"OIDC_{name}": value for name, value in named.items()} | {"HEARD_DATA": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    told = subprocess.run([sys.executable, "-c", asking], cwd=BASE, env=environment, capture_output=True, text=True, check=True).stdout
    assert told.split() == ["/a/oidc/sso/login/callback/", "https://id.example.test", "heard", "Linden"]
