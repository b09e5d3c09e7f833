"""How many questions the hot paths ask the database, so that a slower way shows without a clock. Each bound leaves a little room.

A bound that no longer holds is a question asked twice, or once for each row.
"""

from contextlib import contextmanager

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import Deadline, Seat
from complaints.services.reminders import do_batch
from investigations.models import Triage
from tests.complaints.report_helpers import readers_of, told
from tests.complaints.wording_helpers import own_hint
from tests.factories.filing import file_story
from tests.factories.trained import handlers_course, train
from vault import codes

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@contextmanager
def at_most(main: int, shred: int = 0):
    with CaptureQueriesContext(connection) as asked, CaptureQueriesContext(connections["shred_keys"]) as keys_asked:
        yield
    assert len(asked) <= main, "\n".join(query["sql"][:120] for query in asked.captured_queries)
    assert len(keys_asked) <= shred, "\n".join(query["sql"][:120] for query in keys_asked.captured_queries)


@pytest.fixture
def derivations(monkeypatch):
    """A list that grows with every slow derivation of a code."""
    made = []
    real = codes.argon2id

    def counted(*args, **kwargs):
        made.append(1)
        return real(*args, **kwargs)

    monkeypatch.setattr(codes, "argon2id", counted)
    return made


@pytest.fixture
def trained(handlers, policy_admin):
    """The rule that handlers need training is in force (R09), and they have it."""
    now = timezone.now()
    train(handlers_course(by=policy_admin.user, now=now), *handlers[:4], at=now)
    return handlers


def test_filing(trained, derivations):
    first = told()
    first.post("/r/check/", {"go": "send", "readers": readers_of(first.get("/r/check/"))})  # fills what is kept per process
    client = told()
    readers = readers_of(client.get("/r/check/"))
    derivations.clear()
    with at_most(33, shred=3):
        assert client.post("/r/check/", {"go": "send", "readers": readers})["Location"] == "/r/sent/"
    assert len(derivations) == 1
    with at_most(8):
        assert client.get("/r/sent/").status_code == 200
    assert len(derivations) == 1


def test_questions_in_own_words_ask_no_more(handlers, policy_admin):
    """Which wording is in force is asked once a minute, and its words once a process: the shipped ones cost the same."""
    client = told()
    client.get("/r/2/")
    with CaptureQueriesContext(connection) as shipped:
        client.get("/r/2/")
    questions = len(shipped)
    own_hint(policy_admin.user)
    client = told()
    client.get("/r/2/")
    with at_most(questions):
        assert client.get("/r/2/").status_code == 200
    assert 0 < questions <= 3


def test_a_long_report_asks_the_directory_once(handlers):
    client = told(story="Zhou Qiang told me. " * 200)
    for page, values in (("2", {"more": "and Li Wei was there"}), ("8", {"witnesses": "Ma Jun, Ye Fan"})):
        client.post(f"/r/{page}/", {**values, "go": "next"})
    readers = readers_of(client.get("/r/check/"))
    with CaptureQueriesContext(connection) as asked:
        client.post("/r/check/", {"go": "send", "readers": readers})
    assert sum('FROM "people_employee"' in query["sql"] and '"name_key"' in query["sql"] for query in asked.captured_queries) == 1


def test_opening_a_case(handlers, signed_in):
    officer, now = handlers[0], timezone.now()
    filed = file_story(now=now)
    Seat.objects.filter(user=officer.user).update(conflict_declared_at=now)
    Triage.objects.create(complaint=filed.complaint, officer=officer.user, started_at=now, read_at=now)
    client = signed_in(officer)
    path = f"/c/{filed.complaint.ref}/"
    assert client.get(path).status_code == 200
    with at_most(36, shred=1):
        assert client.get(path).status_code == 200


def test_the_case_list_asks_no_more_for_more_cases(handlers, signed_in):
    officer, now = handlers[0], timezone.now()
    file_story(now=now)
    client = signed_in(officer)
    client.get("/w/cases/")
    with CaptureQueriesContext(connection) as few:
        client.get("/w/cases/")
    for _ in range(3):
        file_story(now=now)
    with at_most(len(few)):
        assert client.get("/w/cases/").status_code == 200
    assert len(few) <= 16


def test_reminders_are_done_together(handlers, now):
    for _ in range(2):
        file_story(now=now)
    late = max(Deadline.objects.values_list("due_at", flat=True))
    Deadline.objects.update(next_at=late)
    with CaptureQueriesContext(connection) as few:
        assert do_batch(now=late) == Deadline.objects.count()
    for _ in range(4):
        file_story(now=now)
    Deadline.objects.update(next_at=late)
    with CaptureQueriesContext(connection) as more:
        assert do_batch(now=late) == Deadline.objects.count()
    # Three times the rows in hardly more statements; SQLite takes a long insert in parts.
    assert len(more) <= len(few) + 8
