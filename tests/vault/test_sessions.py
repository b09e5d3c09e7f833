"""What is unlocked in one browser: how it begins, and every way in which it ends."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import RequestFactory

from vault import codes, sessions
from vault.keyholders import code_keyholder
from vault.middleware import VaultSessionMiddleware
from vault.models import Keyholder, VaultSession
from vault.sessionseal import cookie_bytes, id_hash

from .conftest import NOW

pytestmark = pytest.mark.django_db


class Browser:
    """Keeps cookies from one answer to the next request."""

    def __init__(self, user=None):
        self.user = user or AnonymousUser()
        self.cookies = {}

    def request(self):
        request = RequestFactory().get("/")
        request.COOKIES = dict(self.cookies)
        request.user = self.user
        return request

    def take(self, response):
        for name, morsel in response.cookies.items():
            if morsel.value and morsel["max-age"] != 0:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        return response

    def at(self, now):
        return sessions.Access(self.request(), now)


@pytest.fixture
def person(someone):
    return someone()


@pytest.fixture
def unlocked(person):
    browser = Browser(person.user)
    response = HttpResponse()
    sessions.start_staff(response, keyring=person.keyring, now=NOW)
    browser.take(response)
    return browser


@pytest.fixture
def reporting():
    keys = codes.derive("48217305119688402257")
    keyholder = code_keyholder(code_keys=keys, now=NOW)
    keyholder.save()
    browser = Browser()
    response = HttpResponse()
    sessions.start_reporter(response, keyring=keys.keyring(keyholder.id), idle_seconds=1200, now=NOW)
    browser.take(response)
    browser.keyholder = keyholder
    return browser


@pytest.fixture
def drafting():
    browser = Browser()
    browser.draft_id, browser.secret = uuid4(), b"d" * 32
    response = HttpResponse()
    sessions.start_draft(response, draft_id=browser.draft_id, secret=browser.secret, idle_seconds=1200, now=NOW)
    browser.take(response)
    return browser


class TestWhileItLasts:
    def test_staff(self, unlocked, person):
        access = unlocked.at(NOW)
        assert access.keyring.seed == person.keyring.seed
        assert access.reporter is None
        assert access.draft_secret is None
        assert access.idle_ends_at == NOW + timedelta(minutes=15)

    def test_reporter(self, reporting):
        access = reporting.at(NOW)
        assert access.reporter.keyholder == reporting.keyholder
        assert access.reporter.keyring.private_key.public_key == bytes(reporting.keyholder.public_key)
        assert access.keyring is None

    def test_draft(self, drafting):
        access = drafting.at(NOW)
        assert (access.draft_id, access.draft_secret) == (drafting.draft_id, drafting.secret)
        assert access.keyring is None
        assert access.reporter is None

    def test_nothing_is_read_unless_asked(self, unlocked, django_assert_num_queries):
        with django_assert_num_queries(0):
            VaultSessionMiddleware(lambda request: HttpResponse())(unlocked.request())
        with django_assert_num_queries(2):
            access = unlocked.at(NOW)
            assert access.keyring is access.keyring

    def test_without_a_cookie_nothing_is_looked_up(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            access = Browser().at(NOW)
            assert (access.keyring, access.reporter, access.draft_id, access.idle_ends_at) == (None, None, None, None)


class TestTheCookie:
    def test_attributes(self, person, settings):
        settings.COOKIE_SECURE = True
        response = HttpResponse()
        sessions.start_staff(response, keyring=person.keyring, now=NOW)
        morsel = response.cookies[settings.VAULT_COOKIE]
        assert morsel["secure"]
        assert morsel["httponly"]
        assert morsel["samesite"] == "Lax"
        assert (morsel["path"], morsel["domain"], morsel["max-age"], morsel["expires"]) == ("/", "", "", "")
        assert len(cookie_bytes(morsel.value)) == 32

    def test_neither_cookie_nor_seed_is_in_the_database(self, unlocked, person):
        row = VaultSession.objects.get()
        cookie = cookie_bytes(unlocked.cookies[settings.VAULT_COOKIE])
        stored = b"".join(bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for v in row.__dict__.values())
        for secret in (cookie, cookie.hex().encode(), unlocked.cookies[settings.VAULT_COOKIE].encode(), person.keyring.seed):
            assert secret not in stored

    @pytest.mark.parametrize("value", ["", "x", "A" * 43 + "A", "A" * 42 + "é", "../" * 14 + "a", "!" * 43])
    def test_anything_else_is_no_cookie(self, unlocked, value):
        unlocked.cookies[settings.VAULT_COOKIE] = value
        assert unlocked.at(NOW).keyring is None

    def test_a_new_session_has_a_new_cookie(self, unlocked, person):
        before = unlocked.cookies[settings.VAULT_COOKIE]
        response = HttpResponse()
        sessions.start_staff(response, keyring=person.keyring, now=NOW)
        assert response.cookies[settings.VAULT_COOKIE].value != before


class TestHowItEnds:
    def test_idle(self, unlocked):
        assert unlocked.at(NOW + timedelta(minutes=14, seconds=59)).keyring is not None
        assert unlocked.at(NOW + timedelta(minutes=15)).keyring is None
        assert unlocked.at(NOW).keyring is None  # and for good
        assert not VaultSession.objects.exists()

    def test_use_keeps_it_open_up_to_the_absolute_end(self, unlocked):
        moment = NOW
        while moment < NOW + timedelta(hours=8) - timedelta(minutes=10):
            moment += timedelta(minutes=10)
            access = unlocked.at(moment)
            assert access.keyring is not None
            access.touch()
        assert unlocked.at(NOW + timedelta(hours=8)).keyring is None

    def test_a_session_that_was_not_read_is_not_kept_open(self, unlocked):
        unlocked.at(NOW + timedelta(minutes=10)).touch()
        assert VaultSession.objects.get().seen_at == NOW

    def test_use_is_not_written_on_every_request(self, unlocked, django_assert_num_queries):
        access = unlocked.at(NOW + timedelta(seconds=20))
        assert access.keyring is not None
        with django_assert_num_queries(0):
            access.touch()

    def test_leaving_ends_both_for_good(self, reporting, drafting):
        both = Browser()
        both.cookies = {**reporting.cookies, **drafting.cookies}
        response = HttpResponse()
        sessions.end(both.request(), response)
        assert reporting.at(NOW).reporter is None  # the old cookie replayed
        assert drafting.at(NOW).draft_secret is None
        assert not VaultSession.objects.exists()
        both.take(response)
        assert both.cookies == {}

    def test_another_one_begun_in_the_same_answer_is_kept_by_the_browser(self, reporting, person):
        response = HttpResponse()
        sessions.end(reporting.request(), response)
        sessions.start_staff(response, keyring=person.keyring, now=NOW)
        morsel = response.cookies[settings.VAULT_COOKIE]
        assert morsel.value and not morsel["expires"] and morsel["max-age"] == ""

    def test_one_of_them_can_be_kept(self, reporting, drafting):
        both = Browser()
        both.cookies = {**reporting.cookies, **drafting.cookies}
        sessions.end(both.request(), HttpResponse(), vault=False)
        assert both.at(NOW).reporter is not None
        assert both.at(NOW).draft_secret is None

    def test_somebody_else_signed_in(self, unlocked, someone):
        unlocked.user = someone().user
        assert unlocked.at(NOW).keyring is None
        unlocked.user = AnonymousUser()
        assert unlocked.at(NOW).keyring is None

    def test_a_retired_key(self, unlocked, person):
        Keyholder.objects.filter(pk=person.keyring.keyholder_id).update(retired_at=NOW)
        assert unlocked.at(NOW).keyring is None

    def test_a_replaced_code(self, reporting):
        Keyholder.objects.filter(pk=reporting.keyholder.pk).update(retired_at=NOW)
        assert reporting.at(NOW).reporter is None

    def test_end_all(self, unlocked, person):
        sessions.end_all(person.keyring.keyholder_id)
        assert unlocked.at(NOW).keyring is None

    def test_expired_rows_are_collected(self, unlocked):
        assert sessions.collect_expired(now=NOW + timedelta(hours=7)) == 0
        assert sessions.collect_expired(now=NOW + timedelta(hours=8)) == 1


class TestAChangedRow:
    """A writer to the database can't stretch a session or turn it into another."""

    @pytest.mark.parametrize(
        "change",
        [
            {"idle_seconds": 10**6},
            {"expires_at": NOW + timedelta(days=400)},
            {"kind": "reporter"},
            {"subject_id": uuid4()},
            {"sealed_secret": b"\x31" + bytes(80)},
            {"sealed_secret": b""},
        ],
    )
    def test_opens_nothing(self, unlocked, change):
        VaultSession.objects.update(**change)
        access = unlocked.at(NOW)
        assert access.keyring is None
        assert access.reporter is None

    def test_a_staff_session_is_no_reporter_session_even_with_a_fitting_keyholder(self, unlocked, reporting):
        row = VaultSession.objects.get(kind="staff")
        VaultSession.objects.filter(pk=row.pk).update(kind="reporter", subject_id=reporting.keyholder.pk)
        assert unlocked.at(NOW).reporter is None

    def test_another_cookie_s_secret_does_not_open(self, unlocked, drafting):
        theirs = VaultSession.objects.get(kind="draft")
        VaultSession.objects.filter(kind="staff").update(sealed_secret=bytes(theirs.sealed_secret))
        assert unlocked.at(NOW).keyring is None

    def test_the_draft_cookie_does_not_open_the_vault(self, drafting):
        drafting.cookies[settings.VAULT_COOKIE] = drafting.cookies.pop(settings.DRAFT_COOKIE)
        access = drafting.at(NOW)
        assert (access.keyring, access.reporter) == (None, None)


class TestMiddleware:
    def through(self, browser, view):
        return browser.take(VaultSessionMiddleware(view)(browser.request()))

    def test_use_is_noted_and_the_answer_varies(self, unlocked):
        VaultSession.objects.update(seen_at=NOW)

        def view(request):
            request.vault._now = NOW + timedelta(minutes=2)
            assert request.vault.keyring is not None
            return HttpResponse()

        response = self.through(unlocked, view)
        assert "Cookie" in response["Vary"]
        assert VaultSession.objects.get().seen_at == NOW + timedelta(minutes=2)

    def test_a_dead_cookie_is_cleared(self, unlocked):
        VaultSession.objects.all().delete()
        self.through(unlocked, lambda request: HttpResponse(str(request.vault.keyring)))
        assert unlocked.cookies == {}

    def test_a_cookie_set_by_the_view_is_not_cleared(self, unlocked, person):
        VaultSession.objects.all().delete()

        def view(request):
            assert request.vault.keyring is None
            response = HttpResponse()
            sessions.start_staff(response, keyring=person.keyring, now=NOW)
            return response

        self.through(unlocked, view)
        assert unlocked.at(NOW).keyring is not None

    def test_it_shows_nothing(self, unlocked):
        access = unlocked.at(NOW)
        assert access.keyring is not None
        assert repr(access) == "<Access>"


def test_the_id_is_one_way_and_not_the_key():
    assert id_hash(b"c" * 32) != id_hash(b"d" * 32)
    assert (b"c" * 32).hex() not in id_hash(b"c" * 32)
