"""`kill -9` of a worker at every step of a reminder round and of sending a mail (Q4, Q9); beats and clocks that misbehave (Q13)."""

from collections import Counter
from datetime import timedelta

import pytest

from complaints.models import Deadline, Draft, Event
from complaints.services import clockwork, drafts
from notices.models import Notice
from notices.services import LEASE, owe
from tests.clocks.helpers import deadline
from tests.factories.filing import file_story
from tests.faults.processes import worker
from tests.notices.conftest import Sink, mail_server  # noqa: F401 (a fixture)
from tests.races.test_reminders import check_once_each, in_threads, outcome

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)
REPORTS = 3


@pytest.fixture
def reports(handlers, now):
    return [file_story(now=now).complaint for _ in range(REPORTS)]


@pytest.fixture
def late(reports):
    return deadline(reports[0], "safety_answer").due_at + timedelta(days=1)


def test_a_reminder_round_that_dies_anywhere_is_done_whole_by_the_next(reports, late):
    with worker() as process:
        before, number = outcome(), 0
        while True:
            number += 1
            done = process.do("remind", late, die_at=number)
            if done.exit == 0:
                break
            assert done.exit == -9
            # Nothing of the round is there, or all of it: then the next one finds nothing to do.
            stored = outcome()
            if stored != before:
                assert Deadline.objects.filter(next_at__lte=late, met_at__isnull=True).count() == 0
        assert number > 8
        check_once_each(reports, late)
        told = outcome()
        assert process.do("remind", late).exit == 0
        assert outcome() == told


def test_a_mail_is_repeated_under_its_own_id_and_never_lost(anna, now, mail_server):  # noqa: F811
    sink = mail_server(Sink())
    from django.conf import settings

    with worker(TEST_MAIL_PORT=str(settings.EMAIL_PORT)) as process:
        owe(key="count", recipient=anna, template="update", about_kind="", about_id=None, now=now)
        steps = process.do("deliver", now).steps
        assert {"before mail", "after mail"} <= set(steps)
        unmarked = {steps.index("after mail") + 1, steps.index("after mail") + 2}
        for number, name in enumerate(steps, 1):
            sink.envelopes.clear()
            owe(key=f"at-{number}", recipient=anna, template="update", about_kind="", about_id=None, now=now)
            assert process.do("deliver", now, die_at=number).exit == -9, name
            assert process.do("deliver", now + LEASE + timedelta(seconds=1)).exit == 0
            ids = [envelope.content.split(b"Message-ID: ")[1].split()[0] for envelope in sink.envelopes]
            assert 1 <= len(ids) <= 2 and len(set(ids)) == 1, name
            # Twice only when it died after the mail had gone out and before that was written down.
            assert (len(ids) == 2) == (number in unmarked), name
            assert Notice.objects.filter(key=f"at-{number}", sent_at__isnull=False).exists(), name


@pytest.fixture
def anna(db):
    from people.models import User

    return User.objects.create_user("anna@example.test", "x", display_name="Anna Berg", language="en")


def test_three_beats_at_once_remind_once(reports, late):
    clockwork.look(now=late - timedelta(minutes=1))
    before = Counter(Notice.objects.values_list("template", flat=True))
    assert in_threads(3, lambda: clockwork.look(now=late)) == []
    after_three = outcome()
    clockwork.look(now=late)
    assert outcome() == after_three
    assert Counter(Notice.objects.values_list("template", flat=True)) >= before


def test_a_beat_dead_for_three_days_sends_one_reminder_not_ten(reports, now):
    clockwork.look(now=now)
    after = now + timedelta(days=3)
    Notice.objects.all().delete()
    clockwork.look(now=after)
    told = Counter(Notice.objects.values_list("recipient_id", "template"))
    assert told and set(told.values()) == {1}


def test_a_clock_that_jumps_reminds_nobody_and_destroys_nothing(reports, now):
    from complaints import tasks

    clockwork.look(now=now)
    drafts.begin(device="own", now=now)
    before = outcome()
    jumped = now + timedelta(days=400)
    assert clockwork.look(now=jumped) == 0
    assert outcome() == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks.timezone, "now", lambda: jumped)
        assert tasks.erase_expired_drafts() == 0
        assert tasks.collect_leftovers() == 0
        assert tasks.close_leavers() == 0
        assert tasks.end_seats_without_right() == 0
    assert Draft.objects.count() == 1
    assert Event.objects.filter(kind="late").count() == 0
