"""Eight workers at once on PostgreSQL: every notice is sent exactly once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import close_old_connections, connection, connections

from notices import services
from notices.models import Notice
from tests.notices.conftest import Sink

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def on_postgres():
    if connection.vendor != "postgresql":
        pytest.skip("needs PostgreSQL")


def in_threads(work, count=8):
    def run(number):
        try:
            return work(number)
        finally:
            connections.close_all()
            close_old_connections()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_eight_workers_send_each_notice_once(anna, mail_server):
    sink = mail_server(Sink())
    services.owe_many([{"key": f"k{at}", "recipient": anna, "template": "update"} for at in range(40)], now=NOW)

    def drain(number):
        sent = 0
        while services.deliver_next(now=NOW, worker_id=f"w{number}"):
            sent += 1
        return sent

    assert sum(in_threads(drain)) == 40
    assert len(sink.envelopes) == 40
    assert Notice.objects.filter(sent_at=NOW, attempts=1).count() == 40


def test_eight_transactions_owing_the_same_messages_in_any_order(anna):
    keys = [f"k{at}" for at in range(20)]

    def owe(number):
        ordered = keys[number:] + keys[:number]
        services.owe_many([{"key": key, "recipient": anna, "template": "update"} for key in ordered], now=NOW)

    in_threads(owe)
    assert Notice.objects.count() == 20
