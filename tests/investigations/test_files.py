"""Files of a case: what the virus scanner said stands beside them, and a finding is a warning, never a loss."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Entry
from complaints.models import Message
from complaints.services import additions
from tests.factories.clamd import EICAR, fake_clamd
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
FOUND = b"stream: Eicar-Test FOUND\0"


@pytest.fixture
def give(handler_desk, filed, reporter_client, settings):
    """Return a function: the reporter adds a file while the scanner answers `how`."""
    client = reporter_client(filed.code)

    def add(data: bytes = EICAR, **how):
        with fake_clamd(settings, **how):
            response = client.post("/f/add/", {"text": "", "file": SimpleUploadedFile("chat.txt", data), "once": "f1"})
        assert response.status_code == 302
        return handler_desk

    return add


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def exports() -> int:
    return Entry.objects.filter(action="exported_file").count()


def test_a_finding_stands_beside_the_file_and_before_its_download(give):
    desk = give(answer=FOUND)
    assert "The virus scanner found something: Eicar-Test" in desk.get("files/").content.decode()
    asked = desk.post("files/1/")
    assert "Eicar-Test" in asked.content.decode() and "Download it all the same" in asked.content.decode()
    assert not exports()
    assert body(desk.post("files/1/", {"warned": "1"})) == EICAR
    assert exports() == 1


def test_a_clean_file_comes_at_once_and_without_a_word(give):
    desk = give()
    page = desk.get("files/").content.decode()
    assert "virus" not in page
    assert body(desk.post("files/1/")) == EICAR


def test_a_file_the_scanner_missed_says_so_and_can_be_checked_later(give, settings):
    settings.CLAMD_PATIENCE_SECONDS = 0.1
    desk = give(answer=None)
    page = desk.get("files/").content.decode()
    assert "Not checked for viruses" in page and "Check it now" not in page
    assert body(desk.post("files/1/")) == EICAR
    settings.CLAMD_SOCKET = "/nowhere/s"
    assert "Check it now" in desk.get("files/").content.decode()
    assert "does not answer" in desk.client.post(desk.path("files/1/check/"), follow=True).content.decode()
    with fake_clamd(settings, answer=FOUND) as clamd:
        desk.post("files/1/check/")
    assert clamd.seen == [EICAR]
    assert "found something: Eicar-Test" in desk.get("files/").content.decode()
    assert [entry.facts["state"] for entry in Entry.objects.filter(action="file_checked").order_by("pk")] == ["unchecked", "found"]
    assert body(desk.post("files/1/", {"warned": "1"})) == EICAR
    assert desk.post("files/9/check/").status_code == 404


def test_the_reporter_reads_nothing_of_a_finding(give, filed, reporter_client):
    give(answer=FOUND)
    client = reporter_client(filed.code)
    pages = [client.get(path).content.decode() for path in ("/f/home/", "/f/add/", "/f/sent/")]
    assert any("chat.txt" in page for page in pages)
    assert not any("Eicar" in page or "virus" in page for page in pages)


def test_what_we_send_must_be_clean(handler_desk, settings):
    desk, data = handler_desk, {"purpose": "plain", "text": "See this.", "once": "m9", "go": "send"}
    sent = Message.objects.count()
    with fake_clamd(settings, answer=FOUND):
        refused = desk.post("messages/", data | {"file": SimpleUploadedFile("plan.txt", EICAR)})
    assert "It was not attached" in refused.content.decode() and "See this." in refused.content.decode()
    assert Message.objects.count() == sent
    with fake_clamd(settings):
        assert desk.post("messages/", data | {"file": SimpleUploadedFile("plan.txt", b"plan")}).status_code == 302
    assert Message.objects.count() == sent + 1


def test_files_from_before_the_scanner_open_as_unchecked(handler_desk, filed, monkeypatch):
    """Their manifests say nothing of it."""
    from vault.services import files

    whole = files._to_json
    monkeypatch.setattr(files, "_to_json", lambda manifest: {k: v for k, v in whole(manifest).items() if k != "scan"})
    upload = sealed_upload(name="old.txt", content_type="text/plain", chunks=[b"old"])
    additions.add(
        complaint=filed.complaint, keyring=filed.keyring, text="", uploads=[upload], token="o1", now=timezone.now(), language="en"
    )
    assert "Not checked for viruses" in handler_desk.get("files/").content.decode()


def test_an_original_is_handed_out_only_after_proving_who_asks(give):
    desk = give()
    session = desk.client.session
    session["account_authentication_methods"] = []
    session.save()
    assert desk.post("files/1/").headers["Location"].startswith("/a/reauthenticate/?next=")
    assert not exports()
    assert desk.get("files/").status_code == 200
