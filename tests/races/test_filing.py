"""Filing the same draft twice at the same moment, and two handlers on one case."""

import secrets
import threading

import pytest
from django.db import connection, connections, transaction

from audit.actors import staff
from audit.models import Entry
from complaints.models import Complaint, Event
from complaints.services import filing, routing
from complaints.services.state import StepNotAllowed, move
from complaints.states import State
from tests.factories.filing import file_story
from tests.races.test_reminders import in_threads

pytestmark = [
    pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True),
    pytest.mark.postgres,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="real row locks"),
]


def test_one_submission_pressed_eight_times_is_one_complaint(handlers, now):
    secret = secrets.token_bytes(32)
    route = routing.route(routing.NamedPeople(), now=now)
    submission = filing.Submission(language="en", report={"v": 1, "questionnaire": "test", "lang": "en", "answers": []})
    found, lock = [], threading.Lock()

    def press():
        complaint = filing.file_complaint(draft=None, secret=secret, submission=submission, route=route, now=now)
        with lock:
            found.append(complaint.pk)

    assert in_threads(8, press) == []
    assert len(found) == 8
    assert len(set(found)) == 1
    assert Complaint.objects.count() == 1
    assert Event.objects.filter(kind="complaint_received").count() == 1
    assert Entry.objects.filter(action="filed").count() == 1


def test_two_handlers_take_one_step_once(handlers, now):
    complaint = file_story(now=now).complaint
    officers = iter(handlers[:2])
    refused, lock = [], threading.Lock()

    def acknowledge():
        with lock:
            person = next(officers)
        try:
            with transaction.atomic():
                mine = Complaint.objects.get(pk=complaint.pk)
                move(complaint=mine, to=State.ACKNOWLEDGED, by=staff(person.user, "intake"), now=now)
                move(complaint=mine, to=State.ASSESSED, by=staff(person.user, "intake"), now=now)
        except StepNotAllowed:
            refused.append(person)

    assert in_threads(2, acknowledge) == []
    assert len(refused) == 1
    assert Complaint.objects.get(pk=complaint.pk).state == State.ASSESSED
    assert Entry.objects.filter(action="status_moved").count() == 2
    connections.close_all()
