"""Eight reminder workers at once, and workers beside handlers."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections

from audit.services import verify
from complaints.models import Deadline, Event, Inaction
from complaints.services.reminders import do_batch
from notices.models import Notice
from tests.clocks.helpers import deadline, run_until_quiet
from tests.factories.filing import file_story

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)
REPORTS = 12


def outcome() -> dict:
    """What was told and recorded, in a form that does not depend on who did it in which order."""
    return {
        "notices": Counter(key.split(":")[1] for key in Notice.objects.filter(key__startswith="clock:").values_list("key", flat=True)),
        "events": Counter(Event.objects.filter(by_role="system").values_list("kind", flat=True)),
        "inactions": Inaction.objects.count(),
        "positions": Counter(Deadline.objects.values_list("limit_id", "last_rung", "next_at")),
        "record": verify(),
    }


@pytest.fixture
def reports(handlers, now):
    return [file_story(now=now).complaint for _ in range(REPORTS)]


@pytest.fixture
def late(reports):
    return deadline(reports[0], "safety_answer").due_at + timedelta(days=1)


def in_threads(count: int, work) -> list[BaseException]:
    errors: list[BaseException] = []
    gate = threading.Barrier(count)

    def run():
        try:
            gate.wait()
            work()
        except BaseException as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return errors


def check_once_each(reports, late) -> None:
    found = outcome()
    missed = Deadline.objects.filter(due_at__lte=late, met_at__isnull=True).count()
    assert missed >= len(reports) * 3
    assert found["events"]["late"] == missed
    assert found["events"]["oversight_told"] == missed
    assert found["inactions"] == missed
    assert found["record"] == []
    assert not Deadline.objects.filter(next_at__lte=late, met_at__isnull=True).exists()


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="real row locks")
def test_eight_workers_do_everything_once(reports, late):
    def work():
        while do_batch(now=late, limit=5):
            pass

    assert in_threads(8, work) == []
    check_once_each(reports, late)
    before = outcome()
    assert in_threads(8, work) == []
    assert outcome() == before


def test_two_workers_on_whatever_database_there_is(reports, late):
    def work():
        while do_batch(now=late, limit=7):
            pass

    assert in_threads(2, work) == []
    check_once_each(reports, late)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="real row locks")
def test_handlers_and_workers_do_not_block_each_other(reports, late):
    """Handlers open every report while eight workers say that it is late: no deadlock, and every deadline ends up met."""
    from tests.clocks.helpers import say

    waiting = list(reports)

    def handle():
        while waiting:
            try:
                complaint = waiting.pop()
            except IndexError:
                return
            say(complaint, "opened", late)

    def remind():
        for _ in range(20):
            do_batch(now=late, limit=5)

    roles = iter([handle, remind] * 4)
    lock = threading.Lock()

    def either():
        with lock:
            mine = next(roles)
        mine()

    assert in_threads(8, either) == []
    run_until_quiet(late)
    assert Deadline.objects.filter(limit_id="open", met_at=late).count() == REPORTS
    late_opens = Event.objects.filter(kind="late", subject="open:1")
    assert len(set(late_opens.values_list("complaint_id", flat=True))) == late_opens.count()
    assert not Inaction.objects.filter(deadline__limit_id="open", done_at__isnull=True).exists()
