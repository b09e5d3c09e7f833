"""No word of a question to an expert, nor of its answer, outside the sealed fields; and nothing that says what somebody chose."""

import pytest
from django.core import mail
from django.db import OperationalError
from django.utils import timezone

from notices.services import deliver_next
from tests.factories.canary import LogBook, leaks
from tests.journeys.telling import CHINESE, LATIN, Teller, say
from tests.training import course as made
from training.models import Answer, Completion, ExpertQuestion
from training.services import assigning, reminders
from vault.keys import Opened

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
WORDS = (LATIN, CHINESE)
CODE = "everyone"


@pytest.fixture
def now():
    """Pages look at the clock, so this happens now."""
    return timezone.now()


@pytest.fixture
def version(training_admin, now):
    return made.published(CODE, by=training_admin.user, now=now)


def at(number: int, after: bool = False) -> str:
    return f"/t/{CODE}/{number}/" + ("after/" if after else "")


def stumble(learner, monkeypatch) -> None:
    """The question while something behind it fails with words in the exception, and one that is too long."""
    for target, error in (
        ("training.services.asking.seal_column", RuntimeError(say("sealing"))),
        ("training.services.asking.record", OperationalError(say("database"))),
        ("training.views.play.asking.ask", ValueError(say("view"))),
    ):

        def fail(*args, _error=error, **kwargs):
            raise _error

        with monkeypatch.context() as patch:
            patch.setattr(target, fail)
            learner.send(at(4), (500, 503), text=say("broken"), token="t", go="ask")
    learner.send(at(4), 200, text=say("long") * 1_000, token="t", go="ask")
    learner.send(at(4), 200, text=say("not sent"), token="t", go="done")


def learn(learner, monkeypatch) -> None:
    """The whole course: a scene that is skipped, a judgement, a question to the expert, the certificate."""
    learner.send(f"/t/{CODE}/", 302)
    learner.send(at(1), 302, go="done")
    learner.send(at(2), 302, go="skip")
    learner.send(at(2, after=True), 302)
    learner.send(at(3), 302, choice="depends")
    learner.send(at(3) + "?scene=1&on=1", 302, depends=["wanted"])
    learner.send(at(3, after=True), 302)
    stumble(learner, monkeypatch)
    learner.send(at(4), 302, text=say("question"), token="one", go="ask")
    learner.send(at(4), 302, go="done")
    assert Completion.objects.get()


def answer(expert, learner) -> None:
    question = ExpertQuestion.objects.get()
    assert LATIN in expert.get(f"/t/answers/{question.pk}/").content.decode()
    expert.send(f"/t/answers/{question.pk}/", 302, text=say("answer"))
    # Whoever asked is told before they have read it.
    work()
    page = learner.get(f"/t/questions/{question.pk}/").content.decode()
    assert say("question") in page and say("answer") in page


def work() -> None:
    now = timezone.now()
    while assigning.look(now=now):
        pass
    while reminders.remind(now=now):
        pass
    while deliver_next(now=now, worker_id="test"):
        pass


def enter(person) -> Teller:
    browser = Teller()
    browser.force_login(person.user)
    return browser


def journey(top, training_admin, monkeypatch) -> list:
    learner, expert = enter(top), enter(training_admin)
    learn(learner, monkeypatch)
    work()
    answer(expert, learner)
    return [learner, expert]


def test_no_word_of_a_question_is_found_anywhere(version, top, training_admin, monkeypatch):
    with LogBook() as logs:
        browsers = journey(top, training_admin, monkeypatch)
    headers = "\n".join(line for browser in browsers for line in browser.headers_seen).encode()
    assert len(mail.outbox) >= 2, "the expert and whoever asked were told"
    assert leaks(WORDS, ("headers", headers), *(("logs", line.encode()) for line in logs.written)) == []
    # The words were in the exceptions while the log was looked at.
    assert any(LATIN in line for line in logs.unfiltered)


def test_the_scan_would_find_them(version, top, training_admin, monkeypatch):
    """The control run: with sealing switched off the same journey leaves its words in the row."""
    monkeypatch.setattr("vault.columns.seal_field", lambda key, *, data, **place: data)
    monkeypatch.setattr("vault.columns.open_field", lambda keys, *, blob, **place: Opened(bytes(blob)))
    journey(top, training_admin, monkeypatch)
    assert "default.training_expertquestion" in leaks(WORDS)


def test_nothing_says_what_somebody_chose(version, top, training_admin, monkeypatch):
    journey(top, training_admin, monkeypatch)
    assert Answer.objects.count() == 4
    assert not Answer.objects.exclude(choice="", depends=[], skipped=False).exists()
