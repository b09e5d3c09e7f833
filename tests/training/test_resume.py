"""Giving courses to many people: killed anywhere, several workers at once, people joining meanwhile. Nobody twice, nobody missed."""

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from notices.models import Notice
from people.models import Employee, User
from tests.races.test_reminders import in_threads
from tests.training import course as made
from training.models import Assignment, Sweep
from training.services import assigning, reminders

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)
PEOPLE = 120
BATCH = 25


def add_people(count: int, start: int = 1000) -> None:
    numbers = range(start, start + count)
    User.objects.bulk_create([User(email=f"p{n}@example.test", display_name=f"P {n}", password="!") for n in numbers])
    accounts = dict(User.objects.filter(email__startswith="p").values_list("email", "pk"))
    Employee.objects.bulk_create(
        [
            Employee(number=str(n), name=f"P {n}", name_key=f"p {n}", joined_date=date(2020, 1, 1), user_id=accounts[f"p{n}@example.test"])
            for n in numbers
        ]
    )


@pytest.fixture
def course(training_admin, now):
    add_people(PEOPLE)
    return made.published(by=training_admin.user, now=now).course


def start_worker(now, *crash) -> int:
    names = {
        "TEST_NAME": str(connections["default"].settings_dict["NAME"]),
        "TEST_SHRED_NAME": str(connections["shred_keys"].settings_dict["NAME"]),
    }
    environment = {**os.environ, **names, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    command = [sys.executable, "-m", "tests.training.worker", now.isoformat(), str(BATCH), *map(str, crash)]
    return subprocess.run(command, env=environment, check=False, timeout=300).returncode


def check_everybody_once(course) -> None:
    everybody = set(Employee.objects.values_list("pk", flat=True))
    rows = list(Assignment.objects.filter(course=course).values_list("employee_id", flat=True))
    assert len(rows) == len(set(rows)) and set(rows) == everybody
    with_account = set(Employee.objects.filter(user__isnull=False).values_list("user_id", flat=True))
    messages = list(Notice.objects.filter(template="training_new").values_list("recipient_id", flat=True))
    assert len(messages) == len(set(messages)) and set(messages) == with_account


def test_killed_within_a_batch_and_between_batches_it_goes_on(course, now):
    assert start_worker(now, "in-batch", 2) == -9
    # The batch that was cut off has left nothing.
    assert Assignment.objects.count() == Notice.objects.filter(template="training_new").count() == BATCH
    assert start_worker(now, "between", 2) == -9
    assert Assignment.objects.count() == 3 * BATCH
    # People who join the directory meanwhile, on both sides of where the worker stopped.
    add_people(20, start=5000)
    assigning.look_again(now=now)
    assert start_worker(now) == 0
    check_everybody_once(course)
    assert start_worker(now + timedelta(days=1)) == 0
    check_everybody_once(course)


def test_a_night_done_twice_changes_nothing(course, now):
    for _time in range(2):
        while assigning.look(now=now, limit=BATCH):
            pass
        Sweep.objects.update(look_at=now)
    check_everybody_once(course)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="real row locks")
def test_four_workers_at_once_give_each_course_once(course, now):
    def work():
        while assigning.look(now=now, limit=BATCH):
            pass

    assert not in_threads(4, work)
    while assigning.look(now=now, limit=BATCH):
        pass
    check_everybody_once(course)


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="real row locks")
def test_four_workers_at_once_remind_everybody_once(course, now):
    while assigning.look(now=now):
        pass
    late = Assignment.objects.order_by("-next_at").first().next_at + timedelta(days=40)

    def work():
        while reminders.remind(now=late, limit=BATCH):
            pass

    assert not in_threads(4, work)
    told = list(Notice.objects.filter(template="training_late").values_list("recipient_id", flat=True))
    assert len(told) == len(set(told)) > PEOPLE
