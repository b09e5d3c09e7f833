"""A course as a SCORM 1.2 package: whole, in both languages, with its media, asking nobody else for anything."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest

from audit.models import Entry
from tests.training import course as made
from tests.training import scorm
from training.parts import Media, Part
from training.services import courses, media, packaging, shipping
from training.shipped import shipped_courses
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db

FILM = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + bytes(range(256)) * 9000
CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.000\nGood morning.\n"


def unpacked(version, by, now) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(packaging.package(version=version, by=by, now=now))))


def said(archive: zipfile.ZipFile) -> dict:
    script = archive.read("content.js").decode()
    return json.loads(re.fullmatch(r"window\.HEARD_COURSE = (.*);\n", script, re.DOTALL).group(1))


@pytest.fixture
def version(training_admin, now):
    """The course of the tests, with a film in it."""
    draft = courses.create_course(code="everyone", audience="everyone", content=made.CONTENT, by=training_admin.user, now=now)

    def keep(kind, name, given, content):
        upload = sealed_upload(name=name, content_type=given, chunks=[content])
        return str(media.add_file(course=draft.course, kind=kind, upload=upload, by=training_admin.user, now=now).pk)

    captions = {f"captions_{each}": keep("captions", "c.vtt", "text/vtt", CAPTIONS) for each in ("en", "zh")}
    film = Media("video", file_en=keep("video", "f.mp4", "video/mp4", FILM), transcript=made.both("Good morning."), **captions)
    keep("captions", "unused.vtt", "text/vtt", CAPTIONS)
    content = made.CONTENT.with_part(Part("film", "media", "scenes", 2, made.both("A film"), media=film))
    draft = courses.save_content(version=draft, content=content, row_version=draft.row_version, by=training_admin.user, now=now)
    return courses.publish(version=draft, row_version=draft.row_version, past_count=None, by=training_admin.user, now=now)


@pytest.fixture
def archive(version, training_admin, now):
    return unpacked(version, training_admin.user, now)


def test_a_package_is_what_the_standard_asks_for(archive):
    assert archive.testzip() is None
    assert scorm.problems(archive) == []


def test_every_shipped_course_becomes_a_package(training_admin, now):
    shipping.install(now=now)
    from training.record_selectors import published_versions

    versions = published_versions()
    assert len(versions) == len(shipped_courses()) == 3
    for version in versions:
        archive = unpacked(version, training_admin.user, now)
        assert scorm.problems(archive) == []
        assert all(part["title"]["en"] and part["title"]["zh-hans"] for part in said(archive)["parts"])


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"<schemaversion>1.2", b"<schemaversion>1.3"),
        (b'identifierref="', b'identifierref="X'),
        (b'default="', b'default="X'),
        (b'href="index.html" adlcp', b'href="other.html" adlcp'),
        (b'<file href="player.js" />', b""),
        (b"imscp_rootv1p1p2", b"imscp_v1p1"),
        (b'scormtype="sco"', b'scormtype="asset"'),
        (b"</metadata>", b"<title>x</title></metadata>"),
        (b'identifier="HEARD-everyone-1"', b'identifier="1 course"'),
    ],
)
def test_the_check_of_packages_finds_what_is_wrong(archive, was, becomes):
    broken, content = io.BytesIO(), archive.read("imsmanifest.xml")
    assert was in content
    with zipfile.ZipFile(broken, "w") as other:
        for name in archive.namelist():
            other.writestr(name, content.replace(was, becomes) if name == "imsmanifest.xml" else archive.read(name))
    assert scorm.problems(zipfile.ZipFile(broken))


def test_films_and_captions_are_in_it_and_nothing_else(archive):
    media_names = [name for name in archive.namelist() if name.startswith("media/")]
    assert sorted(archive.read(name) for name in media_names) == sorted([FILM, CAPTIONS, CAPTIONS])
    film = said(archive)["parts"][-1]["media"]
    # The Chinese page shows the English film with Chinese captions.
    assert film["file"]["en"] == film["file"]["zh-hans"]
    assert {film["file"]["en"], *film["captions"].values()} == set(media_names)


def test_nobody_else_is_asked_for_anything(archive, settings):
    ours = {"http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2", settings.SITE_URL}
    for name in archive.namelist():
        if not name.startswith("media/"):
            assert set(re.findall(r"https?://[^\s\"'<>)]+", archive.read(name).decode())) <= ours, name


def test_everything_is_said_in_both_languages(archive):
    course = said(archive)
    english, chinese = course["words"]["en"], course["words"]["zh-hans"]
    assert english.keys() == chinese.keys()
    assert not [name for name in english if english[name] == chinese[name]]
    assert (english["part_of"], chinese["other_language"]) == ("Part {number} of {total}", "English")
    dinner = next(part for part in course["parts"] if part["id"] == "client-dinner")
    assert [choice["good"] for choice in dinner["choices"]] == [True, True, False]
    assert "She comes over at once" in dinner["choices"][0]["feedback"]["en"]
    drinks = next(part for part in course["parts"] if part["id"] == "after-work-drinks")
    assert [choice["id"] for choice in drinks["choices"]] == ["ok", "not_ok", "depends"]
    assert drinks["choices"][0]["text"]["zh-hans"] != drinks["choices"][0]["text"]["en"]
    assert course["parts"][0]["body"]["en"] == "<p>This is about <strong>respect</strong> at work.</p>\n"


def test_a_text_cannot_end_the_script(training_admin, now):
    body = made.both("3 < 4 & `</script>` \u2028 end")
    parts = (replace(made.WELCOME, body=body, title=made.both("</script>\u2028")), *made.CONTENT.parts[1:])
    draft = courses.create_course(
        code="sharp", audience="everyone", content=replace(made.CONTENT, parts=parts), by=training_admin.user, now=now
    )
    script = packaging.content_script(draft, courses.content_of(draft), {}).decode()
    assert "<" not in script
    assert "\u2028" not in script


def test_each_download_is_recorded(signed_in, training_admin, version):
    office = signed_in(training_admin)
    assert "Respect at work" in office.get("/m/training/packages/").content.decode()
    response = office.post("/m/training/packages/everyone/")
    archive = zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))
    assert scorm.problems(archive) == []
    assert response.headers["Content-Disposition"] == 'attachment; filename="everyone-1-scorm12.zip"'
    assert Entry.objects.get(action="course_packaged").facts == {"course": "everyone", "number": 1}
    assert office.post("/m/training/packages/nothing/").status_code == 404


def test_another_version_is_another_package(version, training_admin, now):
    draft = courses.revise(course=version.course, by=training_admin.user, now=now)
    later = now + timedelta(days=1)
    second = courses.publish(version=draft, row_version=draft.row_version, past_count=True, by=training_admin.user, now=later)
    first, again = (said(unpacked(each, training_admin.user, later)) for each in (version, second))
    assert first["version"] != again["version"]
