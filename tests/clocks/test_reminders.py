"""The loop: who is told what and when, exactly once."""

from datetime import timedelta

import pytest
from django.db import DatabaseError

from audit.models import Entry
from complaints.clock_selectors import late_since
from complaints.models import Deadline, Event, Inaction, Seat
from complaints.services import clockwork, reminders
from complaints.services.reminders import do_batch
from notices.models import Heartbeat, Notice
from notices.services import deliver_next
from tests.clocks.helpers import clock_notices, deadline, kinds, run_until_quiet, say, walk
from tests.factories.filing import file_story

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def everything() -> tuple:
    """All that a batch writes."""
    return (
        list(Deadline.objects.order_by("pk").values()),
        list(Event.objects.order_by("pk").values()),
        list(Inaction.objects.order_by("pk").values()),
        list(Entry.objects.order_by("pk").values("seq", "digest")),
        sorted(Notice.objects.values_list("key", flat=True)),
    )


@pytest.fixture
def due(filed):
    """The moment at which the report should have been opened."""
    return deadline(filed.complaint, "open").due_at


def test_nothing_is_due_when_it_is_filed(filed, now):
    assert do_batch(now=now) == 0


def test_a_reminder_before_it_is_due(filed, intake_officer, second_officer, overseer, due):
    run_until_quiet(due - timedelta(hours=8))
    assert {n.recipient for n in clock_notices()} == {intake_officer.user, second_officer.user}
    assert {n.template for n in clock_notices()} == {"due_soon"}
    assert not clock_notices(overseer.user)
    assert "late" not in kinds(filed.complaint)


def test_at_the_due_moment_it_is_late_and_climbs(filed, intake_officer, overseer, due):
    run_until_quiet(due)
    row = deadline(filed.complaint, "open")
    assert (row.late_noted_at, row.escalated_at, row.oversight_told_at) == (due, due, due)
    assert {"late", "oversight_told"} <= set(kinds(filed.complaint))
    assert clock_notices(intake_officer.user).filter(template="late").count() == 1
    assert clock_notices(overseer.user).filter(template="oversight").count() == 1
    entry = Inaction.objects.get(deadline=row)
    assert (entry.responsible_role, entry.late_at, entry.escalated_to) == ("intake", due, "oversight")
    assert list(Entry.objects.filter(actor_kind="system").values_list("action", flat=True)) == [
        "deadline_missed",
        "escalated",
        "oversight_told",
    ]


def test_the_reporter_sees_it_even_if_the_loop_never_ran(filed, due):
    assert late_since(filed.complaint, due - timedelta(seconds=1)) is None
    late = late_since(filed.complaint, due + timedelta(hours=3))
    assert (late.days, late.unit, late.promise.limit_id) == (1, "working_days", "open")


def test_running_again_changes_nothing(filed, due):
    run_until_quiet(due)
    before = everything()
    assert do_batch(now=due) == 0
    assert everything() == before


def test_one_reminder_after_downtime(filed, intake_officer, due):
    """Three days of silence: one late notice a deadline, not one for each rung that went by."""
    at = due + timedelta(days=3)
    run_until_quiet(at)
    per_deadline: dict[str, int] = {}
    for notice in clock_notices(intake_officer.user):
        row_id = notice.key.split(":")[2]
        per_deadline[row_id] = per_deadline.get(row_id, 0) + 1
    assert per_deadline
    assert set(per_deadline.values()) == {1}


def test_a_reminder_every_working_day_until_it_is_done(filed, intake_officer, now, due):
    walk(due, 4)
    row = deadline(filed.complaint, "open")
    late = clock_notices(intake_officer.user).filter(key__startswith=f"clock:late:{row.pk}:")
    count = late.count()
    assert 4 <= count <= 6
    say(filed.complaint, "opened", due + timedelta(days=4, hours=1))
    walk(due + timedelta(days=4, hours=2), 3)
    assert late.count() == count


def test_opened_just_in_time_is_not_late(filed, due):
    """The row still looks open when the loop comes by; the facts say otherwise."""
    Event.objects.create(complaint=filed.complaint, kind="opened", at=due - timedelta(minutes=1), recorded_at=due, by_role="intake")
    run_until_quiet(due)
    row = deadline(filed.complaint, "open")
    assert row.met_at == due - timedelta(minutes=1)
    assert row.late_noted_at is None
    assert not Inaction.objects.filter(deadline=row).exists()


def test_nobody_without_a_seat_is_told(filed, intake_officer, second_officer, overseer, decision_maker, stranger, investigator, due):
    run_until_quiet(due + timedelta(days=10))
    seated = set(Seat.objects.filter(complaint=filed.complaint, until__isnull=True).values_list("user_id", flat=True))
    assert {n.recipient_id for n in clock_notices()} <= seated
    assert not clock_notices(stranger.user).exists()


def test_without_oversight_nothing_claims_that_oversight_was_told(filed, overseer, due):
    Seat.objects.filter(complaint=filed.complaint, role="oversight").update(until=due - timedelta(days=1))
    run_until_quiet(due)
    row = deadline(filed.complaint, "open")
    assert row.late_noted_at == due
    assert row.oversight_told_at is None
    assert "oversight_told" not in kinds(filed.complaint)


def test_without_the_next_role_oversight_is_told(filed, overseer, due):
    Deadline.objects.filter(limit_id="open").update(escalates_to="decision_maker")
    row = deadline(filed.complaint, "open")
    seats = list(Seat.objects.filter(complaint=filed.complaint, until__isnull=True).exclude(role="decision_maker").select_related("user"))
    found, role = reminders.above(row, seats)
    assert role == "oversight"
    assert [seat.user for seat in found] == [overseer.user]


def test_the_right_to_know_is_asked_at_delivery(filed, intake_officer, due, mailoutbox):
    run_until_quiet(due)
    Notice.objects.exclude(key__startswith="clock:").delete()
    Seat.objects.filter(complaint=filed.complaint, user=intake_officer.user).update(until=due)
    while deliver_next(now=due + timedelta(minutes=1), worker_id="w"):
        pass
    told = {address for message in mailoutbox for address in message.to}
    assert told
    assert intake_officer.user.email not in told


def test_notices_carry_no_word_of_the_case(filed, due, mailoutbox):
    run_until_quiet(due)
    while deliver_next(now=due, worker_id="w"):
        pass
    for message in mailoutbox:
        text = message.subject + message.body
        assert filed.complaint.ref not in text
        assert "CANARY" not in text


def test_a_jump_of_the_clock_reminds_nobody_and_marks_nothing(filed, now, due):
    """Q13: 400 days ahead at one stroke."""
    clockwork.look(now=now)
    before = everything()
    assert clockwork.look(now=now + timedelta(days=400)) == 0
    assert everything() == before
    assert Heartbeat.objects.filter(pk=clockwork.JUMPED).exists()
    # Mended: everything goes on as if nothing had been.
    assert clockwork.look(now=now + timedelta(minutes=5)) == 1
    assert not Heartbeat.objects.filter(pk=clockwork.JUMPED).exists()
    assert everything() == before


def test_after_an_accepted_pause_everybody_gets_one_message_of_a_kind(handlers, now):
    for _ in range(3):
        file_story(now=now)
    later = now + timedelta(days=400)
    clockwork.look(now=now)
    clockwork.accept_clock(now=later)
    clockwork.look(now=later)
    assert Deadline.objects.filter(late_noted_at=later).count() >= 9
    for person in handlers:
        sent = list(clock_notices(person.user).values_list("template", flat=True))
        assert len(sent) == len(set(sent)), sent


def test_a_broken_row_is_put_off_ever_longer_and_stops_nobody(handlers, now, monkeypatch):
    broken, sound = file_story(now=now).complaint, file_story(now=now).complaint
    bad = deadline(broken, "open")
    original = reminders._Batch._truth

    def truth(self, row, rules, calendar):
        if row.pk == bad.pk:
            raise LookupError("nonsense in the row")
        return original(self, row, rules, calendar)

    monkeypatch.setattr(reminders._Batch, "_truth", truth)
    run_until_quiet(bad.due_at)
    bad.refresh_from_db()
    assert bad.failures == 1
    assert bad.next_at == bad.due_at + reminders.FIRST_BACK_OFF
    assert deadline(sound, "open").late_noted_at == bad.due_at
    waits = []
    for _ in range(15):
        at = bad.next_at
        run_until_quiet(at)
        bad.refresh_from_db()
        waits.append(bad.next_at - at)
    assert waits == sorted(waits)
    assert waits[-1] == reminders.LONGEST_BACK_OFF
    monkeypatch.setattr(reminders._Batch, "_truth", original)
    at = bad.next_at
    run_until_quiet(at)
    bad.refresh_from_db()
    assert (bad.failures, bad.late_noted_at) == (0, at)


def test_a_row_the_database_refuses_does_not_stop_the_batch(handlers, now, monkeypatch):
    broken, sound = file_story(now=now).complaint, file_story(now=now).complaint
    bad = deadline(broken, "open")
    original = reminders._Batch._write

    def write(self):
        if any(row.pk == bad.pk for row in self.rows):
            raise DatabaseError("refused")
        original(self)

    monkeypatch.setattr(reminders._Batch, "_write", write)
    do_batch(now=bad.due_at, limit=500)
    bad.refresh_from_db()
    assert bad.failures == 1
    assert deadline(sound, "open").late_noted_at == bad.due_at


def test_work_is_bounded(handlers, now, due_rows=3):
    for _ in range(due_rows):
        file_story(now=now)
    assert do_batch(now=now + timedelta(days=5), limit=2) == 2
