"""The database does not answer for minutes; the volume of the uploads is full: a kind page, and nothing typed is lost."""

import errno
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.urls import reverse
from django.utils import timezone

from complaints.models import Complaint
from people.selectors import forget_organisation
from tests.complaints.report_helpers import send, told, write
from tests.factories.filing import file_story
from vault import storage

pytestmark = [pytest.mark.django_db(databases=["default", "shred_keys"]), pytest.mark.usefixtures("handlers")]
TYPED = "CANARY-outage typed while nobody answered"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def outage(monkeypatch):
    """Return a function after which no database answers, until the test ends or `.undo()`."""

    def gone(self, *args, **kwargs):
        raise OperationalError("the server closed the connection unexpectedly")

    def begin():
        forget_organisation()
        monkeypatch.setattr(BaseDatabaseWrapper, "cursor", gone)
        return monkeypatch

    return begin


def kept(response) -> bool:
    return TYPED in "".join(re.findall(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.S))


def test_a_page_of_a_report_comes_back_with_its_words_and_saves_them_later(outage):
    client = told()
    client.raise_request_exception = False
    down = outage()
    response = write(client, "2", more=TYPED)
    assert response.status_code == 503 and kept(response)
    assert client.get("/r/2/").status_code == 503
    down.undo()
    assert write(client, "2", more=TYPED).status_code == 303
    assert TYPED in client.get("/r/2/").content.decode()
    assert send(client).url == "/r/sent/"


def test_a_message_of_a_reporter_is_shown_again(outage, reporter_client, now):
    client = reporter_client(file_story(now=now).code)
    client.raise_request_exception = False
    down = outage()
    response = client.post(reverse("followup:thread"), {"text": TYPED, "once": "t" * 32})
    assert response.status_code == 500 and kept(response)
    assert "t" * 32 not in response.content.decode()
    down.undo()
    assert client.post(reverse("followup:thread"), {"text": TYPED, "once": "t" * 32}).status_code == 302


def test_words_of_staff_are_shown_again(outage, signed_in, intake_officer, now):
    client = signed_in(intake_officer)
    client.raise_request_exception = False
    complaint = file_story(now=now).complaint
    outage()
    response = client.post(f"/c/{complaint.ref}/messages/", {"text": TYPED})
    assert response.status_code == 500 and kept(response)


@pytest.mark.parametrize("path", ["/a/login/", "/f/"])
def test_secrets_are_not_shown_again(outage, client, path):
    client.raise_request_exception = False
    outage()
    secret = "4821 7305 1196 8840 2257"
    response = client.post(path, {"code": secret, "password": secret, "login": "somebody@example.test"})
    assert response.status_code in (500, 503) and secret not in response.content.decode()


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
