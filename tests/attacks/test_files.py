"""Files and names made to do harm (section 3.6 of the quality rules): kept bit for bit, never shown on our pages, under a name of ours."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from complaints.models import Attachment
from complaints.services import additions, drafts, messages
from complaints.services.access import openable
from people import directory
from people.services.directory import plan_import
from tests.factories.browsers import unlock
from tests.factories.canary import document
from vault.services.files import open_manifest
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def nested(depth: int = 12) -> bytes:
    content = b"0" * 200_000
    for _ in range(depth):
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner.zip", content)
        content = made.getvalue()
    return content


def office_with(entity: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", f'<?xml version="1.0"?><!DOCTYPE a [{entity}]><a>&x;</a>')
    return made.getvalue()


FILES = {
    "virus": EICAR,
    "nested archive": nested(),
    "pdf with a script": b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF",
    "picture with a script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
    "page that calls itself a picture": b"<!doctype html><script>alert(1)</script>",
    "picture and page at once": b"GIF89a/*" + b"\0" * 20 + b"*/=1;</script><script>alert(1)</script>",
    "picture and archive at once": b"\xff\xd8\xff\xe0" + b"\0" * 200 + document("x"),
    "table with a formula": b"=cmd|' /C calc'!A0,+1,-1,@SUM(1)\n",
    "document that reads other files": office_with('<!ENTITY x SYSTEM "file:///etc/passwd">'),
    "document that grows without end": office_with("".join(f'<!ENTITY x{n} "&x{n + 1};&x{n + 1};">' for n in range(30))),
    "picture of impossible size": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\0\0\0",
}
NAMES = [
    "../../x", "..\\..\\x.exe", "/etc/passwd", "a\u202egnp.exe", "漢" * 255 + ".png", "x\r\nSet-Cookie: a=b.png", 'x"; filename="y.html',
    "=cmd|' /C calc'!A0.csv", "<img src=x onerror=alert(1)>.png", "{{ 7*7 }}{% debug %}.png", "\u200b.txt", "CON", ".htaccess", "a" * 900,
]  # fmt: skip


@pytest.fixture
def now():
    return timezone.now()


def sent(client, content: bytes, name: str = "x.png", declared: str = "image/png"):
    """Send one file with a message, whatever its name: (page that lists it, download of the newest one)."""
    upload = _named(name, content, declared)
    assert client.post("/f/messages/", {"text": "see", "file": upload}).status_code == 302
    number = Attachment.objects.order_by("-number").first().number
    return client.get("/f/messages/"), client.get(f"/f/file/{number}/")


def _named(name: str, content: bytes = b"evidence", declared: str = "image/png"):
    """An upload whose name nothing in the test client has tidied."""
    upload = SimpleUploadedFile("placeholder", content, content_type=declared)
    upload.name = upload._name = name
    return upload


def harmless(download, content: bytes) -> None:
    assert b"".join(download.streaming_content) == content
    assert download.headers["Content-Type"] == "application/octet-stream"
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r'attachment; filename="(file-\d+|item-\d+)\.[a-z0-9]{2,4}"', download.headers["Content-Disposition"])
    assert "default-src 'none'" in download.headers["Content-Security-Policy"]
    assert int(download.headers["Content-Length"]) == len(content)


def test_whatever_a_file_is_it_is_kept_and_never_shown(filed, reporter_client):
    client = reporter_client(filed.code)
    for content in FILES.values():
        _page, download = sent(client, content)
        harmless(download, content)


def test_a_handler_gets_the_same_bytes_under_a_name_of_ours(filed, handlers, signed_in, reporter_client, settings, now):
    settings.DEMO = True
    content = FILES["picture and page at once"]
    sent(reporter_client(filed.code), content, name="../../boss.html", declared="text/html")
    officer = next(p for p in handlers[:2] if filed.complaint.seats.filter(user=p.user, until=None).exists())
    client, at = signed_in(officer), f"/c/{filed.complaint.ref}/"
    client.post(f"{at}conflict/", {"conflict": "no"})
    client.get(f"{at}triage/")
    client.get(f"{at}triage/read/")
    client.post(f"{at}triage/read/")
    harmless(client.post(f"{at}files/1/"), content)
    listed = client.get(f"{at}files/").content.decode()
    assert "<img" not in listed and "<object" not in listed and "<embed" not in listed


def test_whatever_a_file_is_called(filed, reporter_client):
    client = reporter_client(filed.code)
    for name in NAMES:
        shown, download = sent(client, b"evidence", name=name)
        harmless(download, b"evidence")
        assert "Set-Cookie: a=b" not in str(download.headers) and "a" not in download.cookies
    page = shown.content.decode()
    assert "<img src=x" not in page and ">49" not in page


# Characters that turn the direction, break a line, hide, or come in halves.
TRICKS = "\u202e\u2066\u200e\u200b\ufeff\r\n\t\0\x1b\x85\u2028\u2029"
TRICKY = f"invoice{TRICKS}gnp.exe"


def tricks_left(page: str) -> set[str]:
    """Which of the tricks stand in `page` between "invoice" and "exe"."""
    shown = re.findall(r"invoice(.*?)gnp\.exe", page, re.DOTALL)
    assert shown
    return {character for part in shown for character in part} - {"\N{REPLACEMENT CHARACTER}"}


def tricky_upload():
    return sealed_upload(name=TRICKY, content_type="image/png", chunks=[b"evidence"])


def test_no_name_can_look_like_another_one(filed, handlers, signed_in, reporter_client, settings, now):
    """Wherever a name is shown; the manifest keeps it as it was given."""
    settings.DEMO = True
    by = {"complaint": filed.complaint, "keyring": filed.keyring, "now": now}
    messages.write_to_team(text="see", uploads=[tricky_upload()], token="m", **by)
    additions.add(text="more", uploads=[tricky_upload()], token="a", language="en", **by)
    client = reporter_client(filed.code)
    officer = next(p for p in handlers[:2] if filed.complaint.seats.filter(user=p.user, until=None).exists())
    desk, at = signed_in(officer), f"/c/{filed.complaint.ref}/"
    desk.post(f"{at}conflict/", {"conflict": "no"})
    desk.get(f"{at}triage/")
    desk.get(f"{at}triage/read/")
    desk.post(f"{at}triage/read/")
    for page in (client.get("/f/messages/"), client.get("/f/sent/"), desk.get(f"{at}files/")):
        assert tricks_left(page.content.decode()) == set()
    for name in ("report/", "messages/", "print/"):
        assert not set("\u202e\u2066\u2028\0") & set(desk.get(at + name).content.decode()), name
    keys = openable(complaint=filed.complaint, keyring=officer.keyring).statement
    assert {open_manifest(each.file, keys).name for each in Attachment.objects.all()} == {TRICKY}


def test_nor_in_a_report_that_is_being_written(handlers, client, now):
    draft = drafts.begin(device="own", now=now)
    drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id="1", values={"story": "words"}, now=now)
    drafts.add_file(draft_id=draft.id, secret=draft.secret, upload=tricky_upload(), note="", now=now)
    unlock(client, kind="draft", subject_id=draft.id, secret=draft.secret, now=now)
    for page in ("/r/10/", "/r/check/"):
        assert tricks_left(client.get(page).content.decode()) == set()


class TestDirectory:
    """The one table that is read, and shown again."""

    HEAD = ",".join(directory.COLUMNS)

    def test_words_of_a_table_stay_words(self, world, signed_in, sysadmin, settings, now):
        settings.DEMO = True
        for words in ("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "<script>alert(1)</script>", "{{ 7*7 }}{% debug %}"):
            self.imported(words, signed_in(sysadmin), now)

    def imported(self, words: str, client, now) -> None:
        row = {"number": "900", "name": words, "joined_date": "2026-01-01"}
        cells = [row.get(column, "") for column in directory.COLUMNS]
        quoted = ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
        content = f"{self.HEAD}\n{quoted}\n".encode()
        assert plan_import(content=content, complete=False, now=now) is not None
        answer = client.post("/w/directory/", {"file": SimpleUploadedFile("d.csv", content)})
        page = client.get(answer.headers["Location"]).content.decode()
        assert "<script>alert" not in page and ">49<" not in page
