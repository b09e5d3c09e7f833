"""Re-issuing: who is in it, what signing needs, and what never changes again."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from audit.models import Entry
from audit.services import verify
from notices.models import Notice
from people.models import Employee, Unit
from policy.models import Acknowledgement, Audience, Campaign, CampaignState, Ended
from policy.services import campaigns, gathering, signing
from tests.factories import cast
from tests.policy.campaign_helpers import FIRST_DAY, answer_all, gather, make_campaign, row_of, sign, started

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def admin(world, policy_admin):
    return policy_admin


@pytest.fixture
def people(top, admin):
    """A manager with two people, one of them without an account."""
    manager = cast.make_person("050", "Wei Lan", manager=top.employee)
    worker = cast.make_person("051", "Hu Jie", manager=manager.employee, language="zh-hans")
    paper = Employee.objects.create(
        number="052", name="Bao San", name_key="baosan", manager=manager.employee, site=worker.employee.site, joined_date=date(2020, 1, 1)
    )
    return {"manager": manager, "worker": worker, "paper": paper}


def numbers(campaign) -> set[str]:
    return set(campaign.acknowledgements.values_list("employee__number", flat=True))


# --- who is in it ---------------------------------------------------------------------------------


def test_everybody_who_works_here_is_asked_once_with_a_message(people, admin, now):
    Employee.objects.filter(number="050").update(left_date=date(2026, 11, 23))
    campaign = started(admin)
    assert numbers(campaign) == set(Employee.objects.exclude(number="050").values_list("number", flat=True))
    assert (campaign.state, campaign.gathered) == (CampaignState.RUNNING, campaign.expected)
    assert Notice.objects.filter(template="sign_new").count() == campaign.gathered - 1
    row = row_of(campaign, people["worker"])
    assert row.due_date == date(2026, 12, 7)
    gather(now + timedelta(minutes=20))
    assert campaign.acknowledgements.count() == campaign.gathered


def test_an_audience_is_exactly_that(people, admin, intake_officer):
    plant = Unit.objects.create(code="plant", name="Plant")
    Employee.objects.filter(number="051").update(unit=Unit.objects.create(code="line", name="Line 2", parent=plant))
    assert numbers(started(admin, audience=Audience.MANAGERS)) == {"001", "050"}
    assert numbers(started(admin, audience=Audience.HANDLERS)) == {"020"}
    assert numbers(started(admin, audience=Audience.UNIT, unit=plant)) == {"051"}
    assert numbers(started(admin, audience=Audience.JOINERS)) == set()


def test_whoever_joins_later_comes_in_with_the_whole_time(people, admin, now):
    campaigns_running = [started(admin, audience=audience) for audience in (Audience.EVERYBODY, Audience.JOINERS, Audience.MANAGERS)]
    new = cast.make_person("060", "Jin Yu", manager=people["manager"].employee)
    Employee.objects.filter(number="060").update(joined_date=date(2026, 12, 20))
    Employee.objects.filter(number="051").update(manager=new.employee)
    gather(now + timedelta(days=20))
    assert not any("060" in numbers(campaign) for campaign in campaigns_running)
    gather(now + timedelta(days=30))
    assert {row_of(campaign, new).due_date for campaign in campaigns_running} == {date(2027, 1, 6)}
    assert Notice.objects.filter(recipient=new.user, template="sign_new").count() == 3


def test_leavers_drop_out_and_who_comes_back_is_asked_again(people, admin, now):
    campaign = started(admin)
    sign(campaign, people["manager"])
    Employee.objects.filter(number__in=["050", "051"]).update(left_date=date(2026, 11, 25))
    gather(now + timedelta(days=1))
    assert row_of(campaign, people["worker"]).is_open
    gather(now + timedelta(days=3))
    assert row_of(campaign, people["worker"]).ended_reason == Ended.LEFT
    assert row_of(campaign, people["manager"]).signed_at
    Employee.objects.filter(number="051").update(left_date=None)
    gather(now + timedelta(days=60))
    back = row_of(campaign, people["worker"])
    # Fourteen days end in the spring festival: the first working day after it.
    assert back.is_open and back.due_date == date(2027, 2, 11)


def test_somebody_on_leave_is_set_aside_and_brought_back(people, admin, now):
    campaign = started(admin)
    row = signing.set_aside(row=row_of(campaign, people["worker"]), by=admin.user, now=now)
    assert (row.ended_reason, row.next_at) == (Ended.LEAVE, None)
    with pytest.raises(signing.NotNow):
        signing.open_text(row=row, now=now)
    gather(now + timedelta(days=1))
    assert not row_of(campaign, people["worker"]).is_open
    signing.bring_back(row=row, by=admin.user, now=now + timedelta(days=100))
    assert row_of(campaign, people["worker"]).is_open
    with pytest.raises(signing.NotNow):
        signing.bring_back(row=row, by=admin.user, now=now + timedelta(days=100))


def test_a_campaign_waits_for_its_first_day(people, admin, now):
    campaign = campaigns.start(campaign=make_campaign(admin, starts_on=date(2026, 11, 30)), by=admin.user, now=now)
    assert gather(now) == 0 and not numbers(campaign)
    gather(now + timedelta(days=7))
    assert row_of(campaign, people["worker"]).due_date == date(2026, 12, 14)


def test_due_dates_follow_the_calendar_of_each_site(people, admin, now):
    from people.models import Site
    from policy.models import SiteCalendar

    plant = Site.objects.create(code="dubai", name="Dubai", country="AE", time_zone="Asia/Dubai")
    SiteCalendar.objects.create(
        key=f"site:{plant.pk}", site=plant, time_zone="Asia/Dubai", working_week=[0, 1, 2, 3, 4, 5], office_hours=[["09:00", "17:00"]]
    )
    Employee.objects.filter(number="051").update(site=plant)
    campaign = started(admin, due_value=5, due_unit="working_day")
    assert row_of(campaign, people["manager"]).due_date == date(2026, 11, 30)
    assert row_of(campaign, people["worker"]).due_date == date(2026, 11, 28)


# --- starting and closing -------------------------------------------------------------------------


def test_what_is_missing_is_said_in_one_list(people, admin, now):
    campaign = make_campaign(admin, closes_on=FIRST_DAY + timedelta(days=3))
    questions = campaigns.comprehension.read(campaign.questions)
    assert len(questions) == 6
    data = campaigns.comprehension.write(questions)
    data[0]["text"]["zh-hans"] = ""
    data[1]["section"] = "nowhere"
    campaign = campaigns.save_questions(
        campaign=campaign, questions=campaigns.comprehension.read(data), row_version=campaign.row_version, by=admin.user, now=now
    )
    with pytest.raises(campaigns.NotReadyToStart) as refused:
        campaigns.start(campaign=campaign, by=admin.user, now=now)
    assert {each.code for each in refused.value.missing} == {"closes_early", "language", "section"}
    assert Campaign.objects.get().state == CampaignState.DRAFT


def test_a_started_campaign_is_not_edited_and_old_pages_do_not_win(people, admin, now):
    campaign = make_campaign(admin)
    campaigns.save_questions(campaign=campaign, questions=(), row_version=1, by=admin.user, now=now)
    with pytest.raises(campaigns.CampaignMoved):
        campaigns.save_questions(campaign=campaign, questions=(), row_version=1, by=admin.user, now=now)
    campaigns.start(campaign=campaign, by=admin.user, now=now)
    with pytest.raises(campaigns.CampaignMoved):
        campaigns.save_questions(campaign=campaign, questions=(), row_version=3, by=admin.user, now=now)
    with pytest.raises(campaigns.CampaignMoved):
        campaigns.discard(campaign=campaign, by=admin.user, now=now)


def test_a_draft_version_is_not_issued(world, admin, now):
    from policy.selectors import policy_in_force
    from policy.services import revise

    draft = revise(version=policy_in_force(now), by=admin.user, now=now)
    settings = campaigns.Settings(Audience.EVERYBODY, None, FIRST_DAY, 14, "calendar_day")
    with pytest.raises(campaigns.CampaignMoved):
        campaigns.create(version=draft, settings=settings, by=admin.user, now=now)


def test_closing_keeps_the_list_and_ends_the_reminders(people, admin, now):
    campaign = started(admin)
    sign(campaign, people["worker"])
    for _ in range(2):
        campaigns.close(campaign=campaign, by=campaigns.staff(admin.user, "policy_admin"), now=now + timedelta(days=20))
    assert not Acknowledgement.objects.filter(next_at__isnull=False).exists()
    assert row_of(campaign, people["manager"]).ended_reason == Ended.CLOSED
    assert row_of(campaign, people["worker"]).signed_at
    assert Entry.objects.filter(action="campaign_closed").count() == 1
    with pytest.raises(signing.NotNow):
        signing.open_text(row=row_of(campaign, people["manager"]), now=now + timedelta(days=21))


def test_a_campaign_closes_by_itself_after_its_last_day(people, admin, now):
    campaign = started(admin, closes_on=date(2026, 12, 20))
    gather(now + timedelta(days=27))
    assert Campaign.objects.get(pk=campaign.pk).is_open
    gather(now + timedelta(days=28))
    assert Campaign.objects.get(pk=campaign.pk).state == CampaignState.CLOSED


# --- signing --------------------------------------------------------------------------------------


def test_reading_answering_and_signing_in_this_order(people, admin, now):
    campaign = started(admin)
    worker, row = people["worker"], row_of(campaign, people["worker"])
    first = campaigns.comprehension.read(campaign.questions)[0]
    with pytest.raises(signing.NotOpened):
        signing.answer(row=row, question_id=first.id, choice=first.right, now=now)
    with pytest.raises(signing.NotOpened):
        signing.sign(row=row, by=worker.user, proved_at=now, now=now)
    signing.open_text(row=row, now=now)
    with pytest.raises(signing.NotAnswered):
        signing.sign(row=row, by=worker.user, proved_at=now, now=now)
    before = Acknowledgement.objects.filter(pk=row.pk).values().get()
    assert not signing.answer(row=row, question_id=first.id, choice=(first.right + 1) % 3, now=now)
    assert Acknowledgement.objects.filter(pk=row.pk).values().get() == before
    answer_all(row, now)
    with pytest.raises(signing.NotNow):
        signing.sign(row=row, by=worker.user, proved_at=now - timedelta(minutes=1), now=now)
    with pytest.raises(PermissionError):
        signing.sign(row=row, by=people["manager"].user, proved_at=now, now=now)
    signed = signing.sign(row=row, by=worker.user, proved_at=now, now=now)
    assert signed.version_hash == campaign.version.content_hash and len(signed.version_hash) == 64
    assert (signed.method, signed.opened_at, signed.signed_at, signed.next_at) == ("portal", now, now, None)
    again = signing.sign(row=row, by=worker.user, proved_at=now + timedelta(hours=1), now=now + timedelta(hours=1))
    assert again.signed_at == now
    assert Entry.objects.filter(action="policy_signed").count() == 1
    assert verify() == []


def test_the_first_opening_counts(people, admin, now):
    campaign = started(admin)
    row = row_of(campaign, people["worker"])
    signing.open_text(row=row, now=now)
    assert signing.open_text(row=row, now=now + timedelta(days=1)).opened_at == now


CHANGES = [
    {"signed_at": None, "method": "", "version_hash": ""},
    {"version_hash": "0" * 64},
    {"opened_at": cast.SINCE},
    {"answered": []},
    {"next_at": cast.NOW},
    {"ended_at": cast.NOW, "ended_reason": "left"},
]


def test_the_database_refuses_to_change_or_delete_a_signature(people, admin):
    campaign = started(admin)
    row = sign(campaign, people["worker"])
    for change in CHANGES:
        with pytest.raises(DatabaseError), transaction.atomic():
            Acknowledgement.objects.filter(pk=row.pk).update(**change)
            pytest.fail(f"changed: {change}")
    with pytest.raises(DatabaseError), transaction.atomic():
        Acknowledgement.objects.filter(pk=row.pk).delete()
    # Somebody who has not signed may still be corrected.
    Acknowledgement.objects.filter(campaign=campaign, signed_at__isnull=True).delete()


HALVES = {
    "no hash": {"signed_at": cast.NOW, "method": "portal", "next_at": None},
    "not opened": {"signed_at": cast.NOW, "method": "portal", "version_hash": "a" * 64, "next_at": None},
    "nobody recorded it": {"signed_at": cast.NOW, "method": "paper", "version_hash": "a" * 64, "next_at": None},
    "no reason": {"ended_at": cast.NOW, "next_at": None},
    "not signed": {"method": "paper"},
}


def test_the_database_refuses_half_a_signature(people, admin):
    campaign = started(admin)
    for name, broken in HALVES.items():
        with pytest.raises(DatabaseError), transaction.atomic():
            Acknowledgement.objects.filter(campaign=campaign).update(**broken)
            pytest.fail(name)


def test_leavers_found_by_a_reminder_drop_out_too(people, admin, now):
    from policy.services.sign_reminders import remind

    campaign = started(admin)
    Employee.objects.filter(number="051").update(left_date=date(2026, 11, 25))
    while remind(now=now + timedelta(days=12)):
        pass
    assert row_of(campaign, people["worker"]).ended_reason == Ended.LEFT


def test_first_messages_of_a_large_start_are_spread(people, admin, now, monkeypatch):
    monkeypatch.setattr(gathering, "MESSAGES_A_MINUTE", 1)
    started(admin)
    assert len(set(Notice.objects.filter(template="sign_new").values_list("next_try_at", flat=True))) > 3
