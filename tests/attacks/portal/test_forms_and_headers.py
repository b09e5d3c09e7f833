"""Forged forms, and the headers of every page that exists."""

import pytest
from django.test import Client, override_settings

from config.csp import POLICY
from tests.attacks.addresses import ADDRESSES, path_of
from tests.attacks.conftest import undone
from tests.attacks.matrix import matrix

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])

# What every answer carries, refusals and redirects included.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


def somebody_inside(portal, address: str) -> list:
    """Whoever gets furthest at `address`, and a visitor."""
    expected = matrix().expected(address, "POST") | matrix().expected(address, "GET")
    inside = next((who for word in ("page", "done", "away") for who, got in expected.items() if got == word), "visitor")
    return [portal.actors[inside], portal.actors["visitor"]]


# Whoever sends something there shows a token of their own; a session counts for nothing (tests/training/test_xapi.py).
WITHOUT_SESSION = {"xapi:statements"}


@pytest.mark.parametrize("address", sorted(ADDRESSES.keys() - WITHOUT_SESSION))
def test_a_form_from_elsewhere_is_refused(portal, address):
    """Every POST needs the token of its own page, whoever is signed in."""
    for actor in somebody_inside(portal, address):
        path = path_of(address, actor.case, portal)
        with undone():
            forged = actor.browser(enforce_csrf_checks=True)
            assert forged.post(path).status_code == 403
            forged = actor.browser(enforce_csrf_checks=True)
            foreign = forged.post(path, {"csrfmiddlewaretoken": "a" * 64}, headers={"origin": "https://elsewhere.example"})
            assert foreign.status_code == 403


@pytest.mark.parametrize("address", sorted(ADDRESSES))
def test_headers_of_every_page(portal, address):
    for actor in somebody_inside(portal, address):
        path = path_of(address, actor.case, portal)
        for method in ("get", "post"):
            with undone():
                response = getattr(actor.browser(), method)(path)
            wrong = {name: response.headers.get(name) for name, value in HEADERS.items() if response.headers.get(name) != value}
            assert wrong in ({}, {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private"}), (path, method, wrong)
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy and "unsafe-" not in policy and "data:" not in policy
            # A file may do less than a page: nothing at all.
            if policy != "default-src 'none'; sandbox":
                for directive, sources in POLICY["DIRECTIVES"].items():
                    assert f"{directive} {' '.join(sources)}" in policy, directive
            assert "geolocation=()" in response.headers["Permissions-Policy"]
            assert "Server" not in response.headers and "X-Powered-By" not in response.headers
            _cookies(response)
            if "text/html" in response.headers.get("Content-Type", ""):
                _nothing_inline(response.content.decode())


def _cookies(response) -> None:
    for name, morsel in response.cookies.items():
        if morsel["max-age"] == 0:
            continue
        assert morsel["httponly"] and morsel["samesite"] in {"Lax", "Strict"} and morsel["path"] == "/" and not morsel["domain"], name
        assert name in {"s", "c", "l", "k", "d", "messages"}, name


def _nothing_inline(page: str) -> None:
    for forbidden in ("<style", " style=", "javascript:", " onclick=", " onload=", " onsubmit=", " onchange=", "<base", "<iframe"):
        assert forbidden not in page, forbidden
    for script in page.split("<script")[1:]:
        head, _, body = script.partition(">")
        is_data = 'type="application/json"' in head
        assert is_data or (" src=" in head and not body.partition("</script")[0].strip()), head


@override_settings(
    SECURE_HSTS_SECONDS=63_072_000,
    SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
    SECURE_HSTS_PRELOAD=True,
    SECURE_SSL_REDIRECT=True,
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https"),
)
def test_production_speaks_https_only(portal):
    # A new one: the middleware reads these settings when it is put together.
    browser = Client()
    assert browser.get("/").headers["Location"].startswith("https://")
    answer = browser.get("/", headers={"x-forwarded-proto": "https"})
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
