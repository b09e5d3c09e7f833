"""Storage that fails, errors of our own, forms from elsewhere: what was typed stays."""

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client

from complaints.services import drafts, submitting
from tests.complaints.report_helpers import EN, ZH, begin, browser, readers_of, text, told, write
from tests.factories.cast import NOW

pytestmark = [pytest.mark.django_db(databases=["default", "shred_keys"]), pytest.mark.usefixtures("handlers")]
TYPED = "CANARY-typed and not saved"


@pytest.fixture(autouse=True)
def at_now():
    with time_machine.travel(NOW, tick=False):
        yield


def failing(error):
    def fail(**kwargs):
        raise error

    return fail


@pytest.mark.parametrize("error", [OperationalError(TYPED), OSError(28, TYPED)])
@pytest.mark.parametrize(
    ("lang", "words"), [(EN, "We could not save. Copy your text somewhere safe before you leave."), (ZH, "未能保存。")]
)
def test_a_storage_failure_keeps_what_was_typed(monkeypatch, caplog, lang, words, error):
    client = told(lang)
    monkeypatch.setattr(drafts, "save_page", failing(error))
    response = write(client, "2", more=TYPED)
    assert response.status_code == 503
    assert words in text(response) and TYPED in response.content.decode()
    assert TYPED not in caplog.text


def test_it_is_kept_when_nothing_at_all_answers(monkeypatch):
    client = told()
    monkeypatch.setattr(drafts, "save_page", failing(OperationalError()))

    def down(request):
        raise OperationalError

    from django.template import engines

    engine = engines["django"].engine
    monkeypatch.setitem(engine.__dict__, "template_context_processors", (*engine.template_context_processors, down))
    response = write(client, "2", more=TYPED)
    assert response.status_code == 503 and TYPED in response.content.decode()
    assert "csrfmiddlewaretoken" in response.content.decode()


def test_an_error_of_ours_keeps_what_was_typed(monkeypatch, caplog):
    client = told()
    monkeypatch.setattr(drafts, "save_page", failing(ValueError(TYPED)))
    response = write(client, "2", more=TYPED)
    assert response.status_code == 500
    assert TYPED in response.content.decode() and "Something went wrong on our side" in text(response)
    assert TYPED not in caplog.text and "ValueError" in caplog.text


def test_sending_that_fails_can_be_tried_again(monkeypatch):
    client = told()
    check = client.get("/r/check/")
    data = {"go": "send", "readers": readers_of(check)}
    with monkeypatch.context() as patch:
        patch.setattr(submitting.filing, "file_complaint", failing(OperationalError()))
        response = client.post("/r/check/", data)
        assert response.status_code == 503 and "Please try again in a few minutes." in text(response)
    assert client.post("/r/check/", data).url == "/r/sent/"


def test_forms_of_other_sites_are_refused():
    client = Client(enforce_csrf_checks=True)
    assert client.post("/r/private/", {"device": "own"}).status_code == 403


def test_forms_work_with_their_token_and_without_a_session():
    client = Client(enforce_csrf_checks=True)
    client.get("/r/private/")
    token = client.cookies["c"].value
    assert client.post("/r/private/", {"device": "own", "csrfmiddlewaretoken": token}).status_code == 303


def test_what_is_typed_is_never_taken_for_markup():
    client = begin(browser())
    write(client, "1", story="<script>alert(1)</script>{{ 1 }}")
    for path in ("/r/1/", "/r/check/"):
        body = client.get(path).content.decode()
        assert "<script>alert" not in body and "&lt;script&gt;alert(1)" in body


def test_characters_no_database_takes_are_left_out():
    client = begin(browser())
    write(client, "1", story="a\0b")
    assert "ab" in client.get("/r/1/").content.decode()


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods(method):
    assert getattr(told(), method)("/r/1/").status_code == 405
