"""Films, recordings and captions: sealed on disk, served from our own address, in pieces when the player asks for them."""

from dataclasses import replace

import pytest
from django.test import Client

from people import serverseal
from tests.factories import cast
from tests.training import course as made
from training.models import CourseFile
from training.parts import Media, Part
from training.services import courses, media
from vault.services import files as sealed_files
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db

FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 9000
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n"


def upload(content: bytes, name: str, given: str):
    return sealed_upload(name=name, content_type=given, chunks=[content])


@pytest.fixture
def draft(training_admin, now):
    return courses.create_course(code="everyone", audience="everyone", content=made.CONTENT, by=training_admin.user, now=now)


@pytest.fixture
def add(draft, training_admin, now):
    def add_file(kind="video", content=FILM, name="film.mp4", given="video/mp4"):
        return media.add_file(course=draft.course, kind=kind, upload=upload(content, name, given), by=training_admin.user, now=now)

    return add_file


@pytest.fixture
def browser(world, top, signed_in):
    return signed_in(cast.make_person("060", "Mo Yan", manager=top.employee))


def body(response) -> bytes:
    return b"".join(response.streaming_content)


def test_a_film_is_served_whole_from_our_own_address(add, browser):
    file = add()
    response = browser.get(f"/t/file/{file.pk}/")
    assert (response.status_code, response.headers["Content-Type"], body(response)) == (200, "video/mp4", FILM)
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["Content-Length"] == str(len(FILM))


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=1048570-1048590", 1048570, 1048590), ("bytes=2000000-", 2000000, None), ("bytes=-10", -10, None)],
)
def test_the_player_may_jump_ahead(add, browser, wanted, first, last):
    file = add()
    response = browser.get(f"/t/file/{file.pk}/", headers={"Range": wanted})
    expected = FILM[first : last + 1] if last is not None else FILM[first:]
    assert (response.status_code, body(response)) == (206, expected)
    assert response.headers["Content-Range"].endswith(f"/{len(FILM)}")
    assert response.headers["Content-Length"] == str(len(expected))


def test_a_piece_that_lies_outside_is_refused(add, browser):
    response = browser.get(f"/t/file/{add().pk}/", headers={"Range": "bytes=99999999-"})
    assert (response.status_code, response.headers["Content-Range"]) == (416, f"bytes */{len(FILM)}")


def test_only_who_is_signed_in_gets_it(add):
    assert Client().get(f"/t/file/{add().pk}/").headers["Location"].startswith("/a/login/")


def test_it_is_sealed_on_disk(add, settings):
    file = add()
    stored = b"".join(path.read_bytes() for path in settings.SEALED_ROOT.rglob("*") if path.is_file())
    assert FILM[1000:1400] not in stored
    key = serverseal.owner_key(media.PURPOSE, file.pk, key_id=file.key_id)[1]
    assert sealed_files.open_manifest(file.file, key).length == len(FILM)


WRONG = {
    "a page": ("video", b"<!doctype html><script>alert(1)</script>", "film.mp4", "video/mp4"),
    "a picture": ("video", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "film.mp4", "video/mp4"),
    "a film given as captions": ("captions", FILM, "film.vtt", "text/vtt"),
    "words that are no captions": ("captions", b"Good morning", "film.vtt", "text/vtt"),
}


@pytest.mark.parametrize(("kind", "content", "name", "given"), WRONG.values(), ids=WRONG)
def test_what_is_something_else_is_refused(add, kind, content, name, given):
    with pytest.raises(media.WrongFile):
        add(kind, content, name, given)
    assert not CourseFile.objects.exists()


def test_captions_are_taken_with_and_without_a_mark_at_their_beginning(add):
    assert add("captions", CAPTIONS, "film.vtt", "").media_type == "text/vtt"
    assert add("captions", b"\xef\xbb\xbf" + CAPTIONS, "film.vtt", "application/octet-stream").media_type == "text/vtt"


def test_a_part_shows_the_film_with_captions_and_the_whole_text(add, draft, browser, training_admin, now):
    film, captions = add(), add("captions", CAPTIONS, "film.vtt", "text/vtt")
    told = Media(
        "video", file_en=str(film.pk), captions_en=str(captions.pk), captions_zh=str(captions.pk), transcript=made.both("Good day.")
    )
    part = Part("film", "media", "basics", 1, made.both("A film"), media=told)
    content = replace(made.CONTENT, parts=(part, *made.CONTENT.parts))
    saved = courses.save_content(version=draft, content=content, row_version=draft.row_version, by=training_admin.user, now=now)
    courses.publish(version=saved, row_version=saved.row_version, past_count=None, by=training_admin.user, now=now)
    browser.post("/t/everyone/")
    page = browser.get("/t/everyone/1/")
    text = page.content.decode()
    assert f'src="/t/file/{film.pk}/"' in text
    assert f'<track kind="captions" src="/t/file/{captions.pk}/" srclang="en" label="English" default>' in text
    assert "Good day." in text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]
    browser.cookies["l"] = "zh-hans"
    assert 'srclang="zh-Hans" label="简体中文" default' in browser.get("/t/everyone/1/").content.decode()


def test_a_film_without_captions_or_text_is_not_published(add, draft, training_admin, now):
    part = Part("film", "media", "basics", 1, made.both("A film"), media=Media("video", file_en=str(add().pk)))
    content = replace(made.CONTENT, parts=(part, *made.CONTENT.parts))
    saved = courses.save_content(version=draft, content=content, row_version=draft.row_version, by=training_admin.user, now=now)
    assert {(lack.field, lack.problem) for lack in courses.missing(saved)} == {
        ("media.captions_en", "missing"),
        ("media.captions_zh", "missing"),
        ("media.transcript", "missing"),
    }


def test_a_file_that_is_not_there_is_named(draft, training_admin, now):
    gone = "00000000-0000-0000-0000-000000000007"
    told = Media("audio", gone, "", gone, gone, made.both("Good day."))
    saved = courses.save_content(
        version=draft,
        content=made.CONTENT.with_part(Part("film", "media", "basics", 1, made.both("A film"), media=told)),
        row_version=draft.row_version,
        by=training_admin.user,
        now=now,
    )
    assert {(lack.field, lack.problem) for lack in courses.missing(saved)} == {("media.file", "no_file")}
