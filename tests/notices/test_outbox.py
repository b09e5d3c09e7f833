"""Owing messages and sending them: once, in the end, to whoever may still know."""

import os
import signal
import smtplib
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connections, transaction

from notices import emails, selectors, services, tasks
from notices.heartbeat import beat
from notices.models import Notice
from tests.notices.conftest import Refusing, Sink

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def owe(recipient, key="k1", template="new_item", **more):
    values = {"about_kind": "", "about_id": None, "now": NOW} | more
    services.owe(key=key, recipient=recipient, template=template, **values)


def deliver(now=NOW):
    return services.deliver_one(now=now, worker_id="w1")


def received(sink):
    return [message_from_bytes(envelope.original_content or envelope.content, policy=policy.default) for envelope in sink.envelopes]


def test_owing_twice_is_owing_once(anna):
    owe(anna)
    owe(anna)
    assert Notice.objects.count() == 1


def test_what_is_rolled_back_is_not_owed(anna):
    with pytest.raises(RuntimeError), transaction.atomic():
        owe(anna)
        raise RuntimeError
    assert Notice.objects.count() == 0


def test_an_unknown_template_is_refused_when_owing_not_when_sending(anna):
    with pytest.raises(ValueError, match="unknown notice template"):
        owe(anna, template="surprise")


def test_a_message_reaches_a_mail_server_in_the_recipients_language(anna, li, mail_server):
    sink = mail_server(Sink())
    owe(anna, "a")
    owe(li, "b")
    assert deliver() == deliver() == services.Outcome.SENT
    assert deliver() is None
    english, chinese = sorted(received(sink), key=lambda message: message["To"])
    assert english["To"] == "anna@example.test" and "Something new is waiting for you" in english["Subject"]
    assert "Please open it soon" in english.get_content()
    assert "Something new" not in chinese["Subject"] and "请" in chinese.get_content()
    assert Notice.objects.filter(sent_at=NOW, next_try_at=None, leased_by="").count() == 2


@pytest.mark.parametrize("template", sorted(emails.TEMPLATES))
def test_no_message_says_what_it_is_about(anna, template):
    owe(anna, f"late:{uuid4()}", template, about_kind="complaint", about_id=uuid4())
    notice = Notice.objects.get()
    text = emails.message(notice).message().as_string()
    for word in ("harass", "complaint", "report", "case", "Anna", str(notice.about_id), notice.key, str(notice.pk)):
        assert word.lower() not in text.lower().replace("anna@example.test", "")


def test_the_message_id_comes_from_the_key_and_hides_it():
    assert emails.message_id("late:1") == emails.message_id("late:1") != emails.message_id("late:2")
    assert "late" not in emails.message_id("late:1")


def test_nothing_is_sent_before_its_time(anna):
    owe(anna, not_before=NOW + timedelta(days=2))
    assert deliver() is None
    assert selectors.oldest_unsent_age(NOW) is None
    assert deliver(NOW + timedelta(days=2)) == services.Outcome.SENT


def test_a_refusing_server_is_tried_eight_times_ever_more_slowly_then_it_shows(anna, mail_server):
    server = mail_server(Refusing())
    owe(anna)
    now, gaps = NOW, []
    for _ in range(services.MAX_ATTEMPTS):
        assert deliver(now) == services.Outcome.FAILED
        due = Notice.objects.get().next_try_at
        if due is not None:
            assert deliver(due - timedelta(seconds=1)) is None
            gaps.append(due - now)
            now = due
    assert server.asked == services.MAX_ATTEMPTS
    assert gaps == sorted(gaps) and gaps[0] == MINUTE and len(gaps) == 7
    assert deliver(now + timedelta(days=9)) is None
    assert [notice.key for notice in selectors.stuck()] == ["k1"]
    assert selectors.oldest_unsent_age(now) == now - NOW
    assert services.retry_stuck(now=now) == 1
    assert deliver(now) == services.Outcome.FAILED


def test_a_hanging_server_ends_in_a_later_try(anna, hanging_server):
    owe(anna)
    assert deliver() == services.Outcome.FAILED
    assert hanging_server  # it was really asked
    assert Notice.objects.get().next_try_at == NOW + MINUTE


def test_a_broken_notice_does_not_hold_up_the_others(anna, li, monkeypatch):
    owe(anna, "a")
    owe(li, "b")
    whole = emails.message

    def breaking(notice):
        if notice.recipient == anna:
            raise KeyError("anna@example.test")
        return whole(notice)

    monkeypatch.setattr(emails, "message", breaking)
    assert {deliver(), deliver()} == {services.Outcome.FAILED, services.Outcome.SENT}
    assert [message.to for message in mail.outbox] == [["li@example.test"]]


def test_the_log_names_the_kind_of_error_and_no_address(anna, monkeypatch, caplog):
    owe(anna)
    error = smtplib.SMTPRecipientsRefused({"anna@example.test": (550, b"unknown user anna@example.test")})

    def refuse(*args, **kwargs):
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    deliver()
    assert "SMTPRecipientsRefused" in caplog.text
    assert "anna" not in caplog.text


def test_the_right_to_know_is_judged_again_at_delivery(anna):
    about, asked = uuid4(), []

    def judge(recipient, about_id, now):
        asked.append((recipient, about_id, now))
        return False

    services.register_right_to_know("test-thing", judge)
    owe(anna, about_kind="test-thing", about_id=about)
    assert deliver() == services.Outcome.DROPPED
    assert asked == [(anna, about, NOW)]
    assert mail.outbox == [] and deliver(NOW + timedelta(days=1)) is None
    assert selectors.stuck().count() == 0


def test_somebody_whose_account_is_closed_hears_nothing(anna):
    owe(anna)
    anna.is_active = False
    anna.save()
    assert deliver() == services.Outcome.DROPPED


def test_a_leased_notice_is_nobody_elses_until_the_lease_ends(anna, monkeypatch):
    owe(anna)
    inside = []
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda self: inside.append(services.deliver_one(now=NOW, worker_id="w2")))
    assert deliver() == services.Outcome.SENT
    assert inside == [None]


def test_mail_is_sent_outside_any_transaction(anna, monkeypatch, transactional_db):
    owe(anna)
    seen = []
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda self: seen.append(transaction.get_connection().in_atomic_block))
    deliver()
    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_after_sending_causes_one_repeat_with_the_same_message_id(anna, mail_server):
    sink = mail_server(Sink())
    owe(anna)
    connections.close_all()
    child = os.fork()
    if child == 0:
        services._finish = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
        services.deliver_one(now=NOW, worker_id="dying")
        os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert len(sink.envelopes) == 1 and Notice.objects.get().sent_at is None
    assert deliver(NOW + MINUTE) is None  # the lease still holds
    assert deliver(NOW + services.LEASE) == services.Outcome.SENT
    assert deliver(NOW + timedelta(days=1)) is None
    first, second = received(sink)
    assert first["Message-ID"] == second["Message-ID"]


def test_a_notice_that_kills_its_worker_every_time_ends_as_stuck(anna):
    owe(anna)
    now = NOW
    for _ in range(services.MAX_ATTEMPTS):
        assert services._claim(now=now, worker_id="dying") is not None  # claimed, and never heard of again
        now += services.LEASE
    assert deliver(now) == services.Outcome.FAILED
    assert mail.outbox == [] and selectors.stuck().count() == 1


def test_the_task_drains_within_its_bounds(anna, monkeypatch):
    services.owe_many([{"key": f"k{at}", "recipient": anna, "template": "update"} for at in range(7)], now=NOW)
    monkeypatch.setattr(tasks, "MOST_IN_A_RUN", 5)
    assert tasks.send_notices() == 5
    assert tasks.send_notices() == 2
    assert len(mail.outbox) == 7


def test_the_task_gives_up_early_when_the_server_is_dead(anna, settings):
    settings.EMAIL_BACKEND = "tests.notices.test_outbox.DeadServer"
    services.owe_many([{"key": f"k{at}", "recipient": anna, "template": "update"} for at in range(9)], now=NOW)
    assert tasks.send_notices() == tasks.GIVE_UP_AFTER_FAILURES


class DeadServer:
    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


def test_the_heartbeat_tells_how_long_a_loop_has_been_silent(db):
    assert selectors.silent_for("send_notices", NOW) is None
    beat("send_notices", NOW)
    beat("send_notices", NOW + MINUTE)
    assert selectors.silent_for("send_notices", NOW + 3 * MINUTE) == 2 * MINUTE
