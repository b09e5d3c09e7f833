"""The database does not answer for minutes; the volume of the uploads is full: a kind page, and nothing typed is lost."""

import errno
import re

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.cache import caches
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError, connections
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import ConnectionError as RedisConnectionError

from complaints.models import Complaint, Seat
from complaints.services import drafts, messages
from config.pages import bad_request
from investigations.models import Triage
from investigations.services import triage
from people.selectors import forget_organisation
from tests.complaints.report_helpers import send, told, write
from tests.factories.filing import file_story
from tests.factories.forms import forms_of
from vault import storage
from vault.outages import is_outage

pytestmark = [pytest.mark.django_db(databases=["default", "shred_keys"]), pytest.mark.usefixtures("handlers")]
TYPED = "CANARY-outage typed while nobody answered"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture(params=[OperationalError, InterfaceError], ids=["gone", "cut off"])
def outage(request, monkeypatch):
    """Return a function after which no database answers (or only not the one named), until the test ends or `.undo()`."""

    def begin(only: str = ""):
        def gone(*args, **kwargs):
            raise request.param("the server closed the connection unexpectedly")

        forget_organisation()
        # On each connection, not on their class: Django leaves the method on a connection that it has forbidden to an earlier test.
        for connection in connections.all():
            if only in ("", connection.alias):
                monkeypatch.setattr(connection, "cursor", gone)
        return monkeypatch

    return begin


@pytest.fixture
def no_cache(monkeypatch):
    """Return a function after which the cache does not answer, until the test ends or `.undo()`."""

    def gone(self, *args, **kwargs):
        raise RedisConnectionError("Error 111 connecting to 127.0.0.1:6379. Connection refused.")

    def begin():
        for name in ("get", "set", "add", "incr", "touch", "delete"):
            monkeypatch.setattr(type(caches["default"]), name, gone)
        return monkeypatch

    return begin


def again(response) -> dict:
    """The form that the page of an outage gives back, as a browser would send it."""
    (form,) = forms_of(response)
    assert form.action == response.request["PATH_INFO"]
    return form.values()


def kept(response) -> bool:
    return TYPED in "".join(re.findall(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.S))


def test_a_page_of_a_report_comes_back_with_its_words_and_saves_them_later(outage):
    client = told()
    client.raise_request_exception = False
    down = outage()
    response = write(client, "2", more=TYPED)
    assert response.status_code == 503 and kept(response) and "Retry-After" in response
    assert client.get("/r/2/").status_code == 503
    down.undo()
    assert write(client, "2", more=TYPED).status_code == 303
    assert TYPED in client.get("/r/2/").content.decode()
    assert send(client).url == "/r/sent/"


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_connection_cut_while_a_page_is_saved_is_an_outage(monkeypatch, error):
    client = told()

    def cut(**values):
        raise error("connection already closed")

    monkeypatch.setattr(drafts, "save_page", cut)
    response = write(client, "2", more=TYPED)
    assert response.status_code == 503 and kept(response) and "Retry-After" in response
    monkeypatch.undo()
    assert write(client, "2", more=TYPED).status_code == 303


REPORTER_PAGES = ("home", "thread", "add", "protect", "exclude", "escalate", "withdraw", "punished", "code", "identity")


@pytest.mark.parametrize("database", ["", "default", "shred_keys"])
def test_every_page_of_a_reporter_is_unavailable_for_a_moment(outage, reporter_client, now, database):
    client = reporter_client(file_story(now=now).code)
    client.raise_request_exception = False
    pages = [reverse(f"followup:{name}") for name in REPORTER_PAGES]
    down = outage(only=database)
    for page in pages:
        response = client.get(page)
        assert response.status_code == 503 and int(response["Retry-After"]) > 0, page
        html = response.content.decode()
        assert "We cannot reach what you saved" in html and "暂时无法读取您保存的内容" in html
        assert f'href="{page}"' in html
    down.undo()
    assert {client.get(page).status_code for page in pages} <= {200, 302}


@pytest.mark.parametrize("database", ["", "shred_keys"])
def test_a_message_of_a_reporter_is_given_back_and_sent_later_once(outage, reporter_client, now, database):
    filed = file_story(now=now)
    client = reporter_client(filed.code)
    client.raise_request_exception = False
    down = outage(only=database)
    typed = {"text": TYPED, "once": "t" * 32}
    response = client.post(reverse("followup:thread"), typed)
    assert response.status_code == 503 and kept(response) and "Retry-After" in response
    assert again(response) == typed
    assert client.post(reverse("followup:thread"), again(response)).status_code == 503
    down.undo()
    for _ in range(2):
        assert client.post(reverse("followup:thread"), again(response)).status_code == 302
    assert filed.complaint.messages.count() == 1


@pytest.mark.parametrize("database", ["", "shred_keys"])
def test_words_of_staff_are_given_back(outage, signed_in, intake_officer, now, database):
    client = signed_in(intake_officer)
    client.raise_request_exception = False
    complaint = file_story(now=now).complaint
    Seat.objects.filter(complaint=complaint).update(conflict_declared_at=now)
    triage.begin(complaint=complaint, by=intake_officer.user, now=now)
    Triage.objects.update(read_at=now)
    down = outage(only=database)
    typed = {"text": TYPED, "go": "send", "purpose": "plain", "once": "o" * 32}
    response = client.post(f"/c/{complaint.ref}/messages/", typed)
    assert response.status_code == 503 and kept(response)
    assert again(response) == typed
    assert client.get(f"/c/{complaint.ref}/report/").status_code == 503
    if not database:
        assert client.get("/w/").status_code == 503
    down.undo()
    assert client.post(f"/c/{complaint.ref}/messages/", again(response)).status_code == 302
    assert complaint.messages.count() == 1


def test_a_form_of_another_site_is_not_made_one_of_ours(outage, reporter_client, now):
    """The page has a token of ours: what somebody else's page sent must not get one."""
    client = reporter_client(file_story(now=now).code)
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = True
    outage()
    response = client.post(reverse("followup:thread"), {"text": TYPED})
    assert b'name="text"' not in response.content


@pytest.mark.parametrize("path", ["/a/login/", "/f/"])
def test_secrets_are_not_shown_again(outage, client, path):
    client.raise_request_exception = False
    outage()
    secret = "4821 7305 1196 8840 2257"
    response = client.post(path, {"code": secret, "password": secret, "login": "somebody@example.test"})
    assert response.status_code == 503 and secret not in response.content.decode()


def test_a_mistake_of_ours_is_no_outage(monkeypatch, reporter_client, now):
    client = reporter_client(file_story(now=now).code)
    client.raise_request_exception = False

    def broken(**kwargs):
        raise IntegrityError("a mistake")

    monkeypatch.setattr(messages, "write_to_team", broken)
    response = client.post(reverse("followup:thread"), {"text": TYPED, "once": "t" * 32})
    assert response.status_code == 500 and kept(response)
    assert "t" * 32 not in response.content.decode()


def test_without_the_cache_reports_are_filed_read_and_answered(no_cache, reporter_client, signed_in, intake_officer, now):
    filed = file_story(now=now)
    reporter, officer, visitor = reporter_client(filed.code), signed_in(intake_officer), Client(raise_request_exception=False)
    fresh = told()
    down = no_cache()
    assert send(fresh).url == "/r/sent/"
    assert reporter.get("/f/home/").status_code in (200, 302)
    assert reporter.post(reverse("followup:thread"), {"text": TYPED, "once": "t" * 32}).status_code == 302
    assert officer.get("/w/").status_code == 200
    assert visitor.get("/").status_code == 200 and visitor.get("/health/").status_code in (200, 503)
    # Tries can't be counted, so no code and no password is tried.
    response = visitor.post("/f/", {"code": filed.code})
    assert response.status_code == 503 and filed.code not in response.content.decode() and "Retry-After" in response
    down.undo()
    assert visitor.post("/f/", {"code": filed.code}).status_code == 302


def test_a_session_that_could_not_be_saved_is_no_bad_request(outage, client):
    """Django makes a 400 of it."""
    try:
        try:
            raise OperationalError
        except OperationalError:
            raise SessionInterrupted("gone")
    except SessionInterrupted as error:
        caught = error
    request = RequestFactory().get("/")
    assert bad_request(request, caught).status_code == 503
    assert not is_outage(SessionInterrupted("gone"))


def test_a_full_volume_takes_no_file_but_every_word(monkeypatch):
    client = told()

    def full(self, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage.Incoming, "write", full)
    upload = SimpleUploadedFile("a.txt", b"x" * 300_000, "text/plain")
    response = client.post("/r/10/", {"file": upload, "note": TYPED, "go": "add", "end": "1"})
    assert response.status_code == 200 and TYPED in response.content.decode()
    assert 'role="alert"' in response.content.decode() or "error" in response.content.decode()
    assert send(client).url == "/r/sent/"
    assert Complaint.objects.count() == 1
