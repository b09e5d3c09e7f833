"""Many writers, one chain."""

import threading
from datetime import UTC, datetime

import pytest
from django.db import close_old_connections, connection, transaction

from audit import services
from audit.actions import Action
from audit.actors import SYSTEM
from audit.models import Entry
from audit.services import record, verify

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_eight_writers_make_one_unbroken_chain():
    broken = []
    together = threading.Barrier(8)

    def write(number):
        try:
            connection.ensure_connection()
            # All begin at once, so that several find the record empty.
            together.wait(30)
            for n in range(10):
                with transaction.atomic():
                    record(by=SYSTEM, action=Action.REMINDED, subject_id=None, facts={"writer": number, "n": n}, now=NOW)
        except Exception as problem:
            broken.append(repr(problem))
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    close_old_connections()
    assert broken == []
    assert Entry.objects.count() == 80
    assert verify() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_slower_first_writer_follows_the_faster_one(monkeypatch):
    begin = services._first_head

    def faster():
        monkeypatch.setattr(services, "_first_head", begin)
        with transaction.atomic():
            record(by=SYSTEM, action=Action.REMINDED, subject_id=None, facts={"writer": 1}, now=NOW)
        connection.close()

    def after_somebody_else():
        thread = threading.Thread(target=faster)
        thread.start()
        thread.join(60)
        return begin()

    monkeypatch.setattr(services, "_first_head", after_somebody_else)
    with transaction.atomic():
        record(by=SYSTEM, action=Action.REMINDED, subject_id=None, facts={"writer": 2}, now=NOW)
    assert [entry.facts["writer"] for entry in Entry.objects.all()] == [1, 2]
    assert verify() == []
