"""No word of what other learning systems and lists say outside the sealed fields; nothing of it in logs, answers or the record."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from tests.factories.canary import LogBook, leaks
from tests.training import course as made
from tests.training.test_statements import GOOD
from tests.training.test_xapi import AT, basic
from training.models import ImportFile, LiveSession, ReceivedStatement, SignInSheet
from training.services import learning_systems

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
WORDS = ("CANARY-quiet-river", "金丝雀静河")
NAME, OTHER = WORDS
PNG = b"\x89PNG\r\n\x1a\n" + NAME.encode()


def said(**more) -> dict:
    actor = {"mbox": f"mailto:{NAME}@mail.test", "name": OTHER}
    words = {"response": f"{NAME} {OTHER}", "duration": "PT5M", "extensions": {"https://mail.test/x": [NAME, None]}}
    statement = {name: value for name, value in GOOD.items() if name != "id"}
    return statement | {"actor": actor, "result": words, "context": {"platform": OTHER}} | more


def send(token, data, **headers) -> bytes:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    headers = {"X-Experience-API-Version": "1.0.3", "Authorization": basic(*token)} | headers
    return Client().post(AT, body, content_type="application/json", headers=headers).content


@pytest.fixture
def told(training_admin, signed_in, monkeypatch):
    """Return a function that lets everything arrive, and gives back (what was answered to the systems, what was logged)."""

    def arrive() -> tuple[list[bytes], list[str]]:
        now = timezone.now()
        made.published(by=training_admin.user, now=now)
        system = learning_systems.add(name="Lantern LMS", by=training_admin.user, now=now)
        token = learning_systems.make_token(system=system, by=training_admin.user, now=now)
        office = signed_in(training_admin)
        with LogBook() as logs:
            answers = [
                send(token, said()),
                send(token, [said(), said(result={"duration": NAME})]),
                send(token, said() | {OTHER: NAME}),
                send(token, NAME.encode()),
                send((NAME, OTHER), said()),
            ]
            rows = f"person,course,completed,minutes,provider\n{NAME},everyone,2026-01-02,45,{OTHER}\n"
            office.post("/m/training/import/", {"file": SimpleUploadedFile("list.csv", rows.encode(), "text/csv")}, follow=True)
            day = {
                "course": "everyone",
                "day": "2026-01-02",
                "clock": "09:30",
                "minutes": "60",
                "trainer": "Zhao Wen",
                "provider": "Lantern",
            }
            office.post("/m/training/sessions/new/", day)
            at = f"/m/training/sessions/{LiveSession.objects.get().pk}/"
            office.post(f"{at}people/", {"go": "apply", "people": f"{NAME}\n{OTHER}"})
            office.post(f"{at}sheet/", {"file": SimpleUploadedFile(f"{NAME}.png", PNG, "image/png")})
            with monkeypatch.context() as patch:

                def fail(*args, **kwargs):
                    raise RuntimeError(NAME)

                patch.setattr("training.services.statements._settle", fail)
                browser = Client(raise_request_exception=False)
                headers = {"X-Experience-API-Version": "1.0.3", "Authorization": basic(*token)}
                broken = browser.post(AT, json.dumps(said()).encode(), content_type="application/json", headers=headers)
                assert broken.status_code == 500
                answers.append(broken.content)
        assert any("RuntimeError at" in line for line in logs.written)
        return answers, list(logs.written)

    return arrive


def test_no_word_is_found_anywhere(told):
    answers, lines = told()
    assert (ReceivedStatement.objects.count(), ImportFile.objects.count(), SignInSheet.objects.count()) == (1, 1, 1)
    places = [*(("answers", each) for each in answers), *(("logs", line.encode()) for line in lines)]
    assert leaks(WORDS, *places) == []


def test_the_scan_would_find_them(told, monkeypatch):
    """The control run: with sealing switched off the words are found where they are kept."""
    monkeypatch.setattr("people.serverseal.seal", lambda purpose, data: data)
    monkeypatch.setattr("people.serverseal.open_sealed", lambda purpose, blob: bytes(blob))
    told()
    assert "default.training_receivedstatement" in leaks(WORDS)
