"""Reminders to sign: who is told when, once, in both languages, and nothing about anybody."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from notices.models import Notice
from notices.services import Outcome, deliver_one
from people.models import Employee
from policy.models import Acknowledgement
from policy.services import signing
from policy.services.sign_reminders import remind
from tests.factories import cast
from tests.policy.campaign_helpers import row_of, sign, started

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def manager(world, top):
    return cast.make_person("050", "Wei Lan", manager=top.employee, language="zh-hans")


@pytest.fixture
def worker(manager):
    return cast.make_person("051", "Hu Jie", manager=manager.employee)


@pytest.fixture
def running(worker, policy_admin):
    return started(policy_admin)


def run(until: datetime, since: datetime = cast.NOW, hours: int = 6) -> None:
    """Let the loop look every few hours."""
    moment = since
    while moment < until:
        moment = min(moment + timedelta(hours=hours), until)
        while remind(now=moment, limit=3):
            pass


def told(person) -> list[tuple[str, str]]:
    """(template, local date) of everything owed to a person, in order."""
    rows = Notice.objects.filter(recipient=person.user).order_by("created_at").values_list("template", "created_at")
    return [(template, at.astimezone(SHANGHAI).strftime("%m-%d")) for template, at in rows]


def at(month: int, day: int, hour: int = 4) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_before_the_date_at_it_and_on_working_days_after_it_then_the_manager_once(running, worker, manager):
    run(at(12, 15))
    # Asked on Monday 23 November, due on Monday 7 December; the 5th, 6th, 12th and 13th are no working days.
    assert told(worker) == [
        ("sign_new", "11-23"),
        ("sign_soon", "12-04"),
        ("sign_late", "12-08"),
        ("sign_late", "12-09"),
        ("sign_late", "12-10"),
        ("sign_late", "12-11"),
        ("sign_late", "12-14"),
        ("sign_late", "12-15"),
    ]
    assert [entry for entry in told(manager) if entry[0] == "sign_team"] == [("sign_team", "12-08")]
    before = Notice.objects.count()
    run(at(12, 15))
    assert Notice.objects.count() == before


def test_whoever_signs_is_left_in_peace_and_so_is_the_manager(running, worker, manager, policy_admin, top):
    for person in (worker, policy_admin, manager, top):
        sign(running, person, now=at(12, 7))
    # The fifth is the colleague who approved the policy.
    signing.set_aside(row=Acknowledgement.objects.get(signed_at__isnull=True), by=policy_admin.user, now=at(12, 7))
    run(at(12, 20))
    assert {template for template, _day in told(worker)} == {"sign_new"}
    assert not Notice.objects.filter(template__in=["sign_late", "sign_team"]).exists()


def test_a_loop_that_was_down_sends_one_reminder_not_ten(running, worker, manager):
    while remind(now=at(12, 20)):
        pass
    assert [template for template, _day in told(worker)] == ["sign_new", "sign_late"]
    assert [template for template, _day in told(manager)].count("sign_team") == 1


def test_a_manager_with_many_late_people_gets_one_message(running, worker, manager, policy_admin):
    for number in range(60, 64):
        cast.make_person(f"0{number}", f"Ren {number}", manager=manager.employee)
    later = started(policy_admin, now=at(11, 24))
    run(at(12, 9), since=at(11, 24))
    assert later.gathered == 9
    assert Notice.objects.filter(recipient=manager.user, template="sign_team", about_id=later.pk).count() == 1


def test_without_a_reachable_manager_the_next_one_above_is_told(running, worker, manager, top):
    manager.user.is_active = False
    manager.user.save()
    run(at(12, 9))
    assert [template for template, _day in told(top)].count("sign_team") == 1
    assert not any(template == "sign_team" for template, _day in told(manager))


def test_a_circle_in_the_reporting_line_ends(running, worker, manager, top):
    Employee.objects.update(user=None)
    Employee.objects.filter(pk=top.employee.pk).update(manager=manager.employee)
    run(at(12, 9))
    assert not Notice.objects.filter(template="sign_team").exists()
    assert row_of(running, worker).manager_told_at is None


def test_a_row_that_fails_is_put_off_and_the_others_go_on(running, worker, manager, monkeypatch):
    from policy.services import sign_reminders

    bad = row_of(running, worker).pk
    # Dates of their own, so that nobody shares the reckoning.
    Acknowledgement.objects.filter(pk=bad).update(starts_at=cast.NOW - timedelta(minutes=1))
    real = sign_reminders.deadline_of
    monkeypatch.setattr(sign_reminders, "deadline_of", lambda row: 1 / 0 if row.pk == bad else real(row))
    run(at(12, 5))
    assert [template for template, _day in told(worker)] == ["sign_new"]
    assert ("sign_soon", "12-04") in told(manager)
    assert row_of(running, worker).next_at > at(12, 4)


def deliver(now: datetime) -> list[Outcome]:
    found = []
    while (outcome := deliver_one(now=now, worker_id="w")) is not None:
        found.append(outcome)
    return found


def test_messages_are_neutral_in_both_languages_and_dropped_when_no_longer_true(running, worker, manager):
    run(at(12, 9))
    sign(running, worker, now=at(12, 9, 5))
    deliver(at(12, 9, 6))
    own = [message for message in mail.outbox if message.to == [worker.user.email]]
    assert own == [], "what was signed meanwhile is not asked for"
    bosses = [message for message in mail.outbox if message.to == [manager.user.email]]
    # The manager has not signed either, and nobody below is late any more.
    assert bosses and not any("团队" in message.body for message in bosses)
    everything = " ".join(message.subject + message.body for message in mail.outbox)
    for word in ("Hu Jie", "Wei Lan", "harass", "骚扰", "complain"):
        assert word not in everything
    assert any("请阅读并签署" in message.subject for message in bosses)
    assert any("/p/sign/" in message.body for message in bosses)


def test_the_message_to_the_manager_leads_to_the_team(running, worker, manager):
    run(at(12, 9))
    deliver(at(12, 9, 6))
    team = [message for message in mail.outbox if "/p/sign/team/" in message.body and message.to == [manager.user.email]]
    assert len(team) == 1 and "您团队中有人尚未签署" in team[0].subject
