"""A picture of the register is covered until somebody asks to see it, and the look is part of its chain."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audit.models import Entry
from demo.inquiry import picture_bytes
from investigations.services import evidence
from tests.factories.clamd import fake_clamd
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PNG = picture_bytes()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def take(by, now, data: bytes = PNG, name: str = "IMG_1.png", kind: str = "image/png"):
    upload = sealed_upload(name=name, content_type=kind, chunks=[data])
    return evidence.take_in(**by, detail={"name": "Screenshot"}, obtained_at=now, token="p1", upload=upload)


def looks() -> int:
    return Entry.objects.filter(action="opened_picture").count()


def test_no_byte_of_it_leaves_before_somebody_asks(handler_desk, by, now):
    take(by, now)
    page = handler_desk.get("evidence/1/").content.decode()
    assert "A covered picture" in page and "Show the picture" in page and "<img" not in page and "blob:" not in page
    assert handler_desk.get("evidence/1/show/").headers["Location"] == handler_desk.path("evidence/1/"), "an address alone shows nothing"
    assert looks() == 0


def test_it_is_shown_alone_uncached_and_the_look_is_recorded(handler_desk, by, now, filed, reporter_client):
    take(by, now)
    answer = handler_desk.post("evidence/1/show/")
    assert b"".join(answer.streaming_content) == PNG and answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "no-store, private" and answer.headers["X-Content-Type-Options"] == "nosniff"
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert answer.headers["Content-Disposition"] == 'inline; filename="E-1"'
    assert looks() == 1
    assert "Looked at a picture" in handler_desk.get("evidence/1/").content.decode()
    assert "A picture, looked at" in reporter_client(filed.code).get("/f/home/").content.decode()


def test_only_after_proving_who_asks(handler_desk, by, now):
    take(by, now)
    session = handler_desk.client.session
    session["account_authentication_methods"] = []
    session.save()
    assert handler_desk.post("evidence/1/show/").headers["Location"].startswith("/a/reauthenticate/?next=")
    assert looks() == 0


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (SVG, "a.svg", "image/svg+xml"),
        (SVG, "a.png", "image/png"),
        (b"<html><script>alert(1)</script>", "a.png", "image/png"),
        (b"%PDF-1.7\n", "a.pdf", "application/pdf"),
        (b"words", "a.txt", "text/plain"),
    ],
)
def test_what_is_no_picture_by_its_bytes_is_never_shown(handler_desk, by, now, data, name, kind):
    take(by, now, data, name, kind)
    assert "Show the picture" not in handler_desk.get("evidence/1/").content.decode()
    assert handler_desk.post("evidence/1/show/").status_code == 404 and looks() == 0


def test_a_picture_with_a_finding_is_never_shown(handler_desk, inquiry, settings):
    today = timezone.localdate().isoformat()
    with fake_clamd(settings, answer=b"stream: Eicar-Test FOUND\0"):
        sent = {"name": "Screenshot", "day": today, "once": "f1", "file": SimpleUploadedFile("a.png", PNG)}
        assert handler_desk.post("evidence/add/upload/", sent).status_code == 302
    assert "Show the picture" not in handler_desk.get("evidence/1/").content.decode()
    assert handler_desk.post("evidence/1/show/").status_code == 404 and looks() == 0


def test_somebody_who_has_no_seat_sees_nothing(handler_desk, by, now, signed_in, second_investigator):
    take(by, now)
    assert signed_in(second_investigator).post(handler_desk.path("evidence/1/show/")).status_code == 404 and looks() == 0
