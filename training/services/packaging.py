"""A course as a SCORM 1.2 package: one file that other learning systems import, play and report as completed.

The package holds everything it needs (texts in both languages, media, a player of its own) and asks nobody else for anything. What somebody
chooses in it is never told to the learning system.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext, pgettext

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, User
from policy.records import Text
from policy.templatetags.policy_tags import policy_markdown
from training.models import CourseFile, CourseVersion
from training.parts import CourseContent, Part
from training.selectors import content_of
from training.services import media
from training.vocabulary import JUDGEMENT, MEDIA, VERDICTS
from vault.zipping import zipped

PLAYER = Path(__file__).resolve().parents[1] / "scorm"
PLAYER_FILES = ("index.html", "player.css", "scorm12.js", "player.js")
MANIFEST, CONTENT = "imsmanifest.xml", "content.js"
SUFFIXES = {
    "video/mp4": "mp4", "video/webm": "webm", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg", "audio/wav": "wav",
    "audio/webm": "webm", "text/vtt": "vtt",
}  # fmt: skip
# Namespaces of SCORM 1.2 (Content Aggregation Model, 2.3).
IMSCP, ADLCP = "http://www.imsproject.org/xsd/imscp_rootv1p1p2", "http://www.adlnet.org/xsd/adlcp_rootv1p2"
MOST_TITLE = 200
# What the link to the other language says, in that language.
OTHER = {"en": "简体中文", "zh-hans": "English"}


def package(*, version: CourseVersion, by: User, now: datetime) -> Iterator[bytes]:
    """The bytes of the package of a published version, made while they are sent; recorded before the first one goes out."""
    with transaction.atomic():
        record(
            by=staff(by, Role.TRAINING_ADMIN.value),
            action=Action.COURSE_PACKAGED,
            subject_id=None,
            object_kind="course_version",
            object_id=version.pk,
            facts={"course": version.course.code, "number": version.number},
            now=now,
        )
    return zipped(members(version), now)


def members(version: CourseVersion) -> Iterator[tuple[str, Iterator[bytes]]]:
    """(name, blocks) of every file of the package, the manifest first."""
    content = content_of(version)
    files = files_of(version, content)
    names = [CONTENT, *PLAYER_FILES, *(name for name, _file in files.values())]
    yield MANIFEST, iter([manifest(version, content, names)])
    yield CONTENT, iter([content_script(version, content, {pk: name for pk, (name, _file) in files.items()})])
    for name in PLAYER_FILES:
        yield name, iter([(PLAYER / name).read_bytes()])
    for name, file in files.values():
        yield name, media.stream(file)


def files_of(version: CourseVersion, content: CourseContent) -> dict[str, tuple[str, CourseFile]]:
    """The films, recordings and captions that the parts name: {id: (name in the package, file)}."""
    wanted = {name for part in content.parts if part.kind == MEDIA for name in part.media.files()}
    rows = CourseFile.objects.filter(course=version.course, pk__in=wanted).select_related("file").order_by("created_at", "pk")
    return {str(row.pk): (f"media/{row.pk}.{SUFFIXES.get(row.media_type, 'bin')}", row) for row in rows}


def manifest(version: CourseVersion, content: CourseContent, names: list[str]) -> bytes:
    """`imsmanifest.xml`: one organisation, one item, one resource (the SCO) with every file."""
    identifier, title = f"HEARD-{version.course.code}-{version.number}", title_of(content)
    ElementTree.register_namespace("", IMSCP)
    ElementTree.register_namespace("adlcp", ADLCP)
    root = ElementTree.Element(f"{{{IMSCP}}}manifest", {"identifier": identifier, "version": "1.0"})
    metadata = _child(root, "metadata")
    _child(metadata, "schema", "ADL SCORM")
    _child(metadata, "schemaversion", "1.2")
    organizations = _child(root, "organizations", default=f"{identifier}-ORG")
    organization = _child(organizations, "organization", identifier=f"{identifier}-ORG")
    _child(organization, "title", title)
    item = _child(organization, "item", identifier=f"{identifier}-ITEM", identifierref=f"{identifier}-RES", isvisible="true")
    _child(item, "title", title)
    resources = _child(root, "resources")
    resource = _child(resources, "resource", identifier=f"{identifier}-RES", type="webcontent", href="index.html")
    resource.set(f"{{{ADLCP}}}scormtype", "sco")
    for name in sorted(names):
        _child(resource, "file", href=name)
    return ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _child(parent, name: str, text: str = "", **attributes: str):
    element = ElementTree.SubElement(parent, f"{{{IMSCP}}}{name}", attributes)
    element.text = text or None
    return element


def title_of(content: CourseContent) -> str:
    """The title in both languages: learning systems show one."""
    return " / ".join(text for text in (content.title.en, content.title.zh_hans) if text)[:MOST_TITLE]


# --- what the player is given -----------------------------------------------------------------------


def content_script(version: CourseVersion, content: CourseContent, files: dict[str, str]) -> bytes:
    """`content.js`: everything the course says, as one value. Texts are HTML already, made as the portal makes them."""
    data = {
        "version": f"{version.number}-{version.content_hash[:12]}",
        "site": settings.SITE_URL,
        "minutes": content.minutes,
        "title": _plain(content.title),
        "summary": _rich(content.summary),
        "words": {code: _words(code) | {"other_language": OTHER[code]} for code, _name in settings.LANGUAGES},
        "parts": [_part(part, files) for part in content.parts],
    }
    # A script must not end inside a text, and these two end a line in JavaScript but not in JSON.
    text = json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.HEARD_COURSE = {text};\n".encode()


def _plain(text: Text) -> dict:
    return {"en": text.en, "zh-hans": text.zh_hans}


def _rich(text: Text) -> dict:
    return {name: str(policy_markdown(each, 2)) for name, each in _plain(text).items()}


def _part(part: Part, files: dict[str, str]) -> dict:
    data = {"id": part.id, "kind": part.kind, "minutes": part.minutes, "title": _plain(part.title), "distressing": part.distressing}
    if part.distressing:
        data |= {"note": _rich(part.note), "equal": _rich(part.equal)}
    if part.asks:
        data |= {"story": _rich(part.story), "question": _plain(part.question), "choices": _choices(part)}
        data["depends"] = [{"id": each.id, "text": _plain(each.text), "matters": each.matters} for each in part.depends_on]
    elif part.body:
        data["body"] = _rich(part.body)
    if part.kind == MEDIA:
        data["media"] = _media(part, files)
    return data


def _choices(part: Part) -> list[dict]:
    return [
        {
            "id": choice,
            "text": _verdict(choice) if part.kind == JUDGEMENT else _plain(part.option(choice).text),
            "feedback": _rich(part.feedback_to(choice)),
            "good": part.fits(choice) in ("best", "also_good"),
        }
        for choice in part.choices()
    ]


def _verdict(choice: str) -> dict:
    return {code: _in(code, lambda: str(VERDICTS[choice])) for code, _name in settings.LANGUAGES}


def _media(part: Part, files: dict[str, str]) -> dict:
    def named(of) -> dict:
        found = {code: files.get(of(code), "") for code, _name in settings.LANGUAGES}
        return {code: name for code, name in found.items() if name}

    return {
        "kind": part.media.kind,
        "file": named(part.media.file),
        "captions": named(part.media.captions),
        "transcript": _rich(part.media.transcript),
    }


def _in(language: str, words):
    with translation.override(language):
        return words()


def _words(language: str) -> dict[str, str]:
    return _in(language, _words_now)


def _words_now() -> dict[str, str]:
    """What the player itself says, in the language in force."""
    return {
        "part_of": gettext("Part %(number)s of %(total)s") % {"number": "{number}", "total": "{total}"},
        "minutes": gettext("About %(number)s minutes. You can stop at any time and go on later.") % {"number": "{number}"},
        "begin": gettext("Begin"),
        "go_on": gettext("Go on where you were"),
        "continue": gettext("Continue"),
        "previous": gettext("Previous part"),
        "skip": gettext("Skip this scene"),
        "skip_hint": gettext("You can skip it and read a text that teaches the same. It counts fully."),
        "show_scene": gettext("Show the scene"),
        "choose": gettext("Choose one answer – there is no penalty"),
        "tick": gettext("Tick at least one – there is no penalty"),
        "is_it_ok": pgettext("judgement", "Is this OK?"),
        "on_what": gettext("What does it depend on?"),
        "other_answer": gettext("Choose another answer"),
        "next": gettext("What happens next"),
        "to_think": gettext("What there is to think about"),
        "chose": gettext("You chose:"),
        "another_good": gettext("Another good option:"),
        "a_good": gettext("A good option:"),
        "had_been": gettext("And if it had been:"),
        "story_again": gettext("The story again"),
        "depends_on": gettext("What it depends on"),
        "matters": pgettext("what a judgement depends on", "matters"),
        "decides_little": pgettext("what a judgement depends on", "decides little"),
        "transcript": gettext("Read it instead"),
        "ask_in_portal": gettext("In the portal of your organisation you can put a question to a named colleague."),
        "report": gettext("This happened to me"),
        "done": gettext("Completed. Thank you."),
        "done_kept": gettext("Your learning system has been told. You can close this window."),
        "again": gettext("Look at it once more"),
        "not_connected": gettext("No learning system is connected: you can read everything, but nothing is kept."),
    }
