"""What runs by itself: that it is there, that running it twice changes nothing, and that its silence is seen."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from complaints.services import clockwork
from complaints.tasks import look_at_deadlines
from config.celery import app
from notices.heartbeat import beat
from notices.models import Notice
from notices.services import owe
from oversight.tasks import tidy_up
from vault.websessions import SessionStore

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_a_job_that_got_through_is_seen_and_one_that_stopped_too(client, world):
    assert tidy_up.apply().successful()
    body = client.get("/health/").json()
    assert body["jobs_last_run_seconds"]["tidy_up"] < 30 and body["jobs_overdue"] == 0
    beat("tidy_up", timezone.now() - timedelta(hours=3, minutes=1))
    beat("send_notices", timezone.now() - timedelta(minutes=9))
    assert client.get("/health/").json()["jobs_overdue"] == 1


def test_a_job_that_failed_is_no_heartbeat(client, world, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("oversight.tasks.forget_sent", broken)
    assert tidy_up.apply().failed()
    assert client.get("/health/").json()["jobs_last_run_seconds"]["tidy_up"] is None


def test_looking_at_a_doubted_clock_is_no_heartbeat(world):
    beat(clockwork.LOOKING, timezone.now() - timedelta(days=400))
    assert look_at_deadlines.apply().successful()
    assert clockwork.clock_jumped(timezone.now())


def test_tidying_up_takes_what_is_over_and_leaves_the_rest(world, overseer, now):
    at = timezone.now()
    for key, age in (("old", 181), ("recent", 179), ("unsent", 300)):
        owe(key=key, recipient=overseer.user, template="update", about_kind="", about_id=None, now=at - timedelta(days=age))
    Notice.objects.filter(key="old").update(sent_at=at - timedelta(days=181))
    Notice.objects.filter(key="recent").update(dropped_at=at - timedelta(days=179))
    live, over = SessionStore(), SessionStore()
    for session, seconds in ((live, 60), (over, -60)):
        session.set_expiry(seconds)
        session.create()
    for _ in range(2):
        tidy_up()
        assert set(Notice.objects.values_list("key", flat=True)) == {"recent", "unsent"}
        assert Session.objects.count() == 1 and live.exists(live.session_key)


def test_every_scheduled_task_is_there():
    app.loader.import_default_modules()
    assert {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()} <= set(app.tasks)
