"""Taking many people in: killed anywhere, by several workers at once, with people joining meanwhile. Nobody twice, nobody missed."""

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest
from django.db import connection, connections

from notices.models import Notice
from people.models import Employee, User
from policy.models import Acknowledgement, Campaign, CampaignState
from policy.services import campaigns, gathering
from policy.services.sign_reminders import remind
from tests.factories import cast
from tests.policy.campaign_helpers import make_campaign
from tests.races.test_reminders import in_threads

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
def campaign(world, policy_admin, now):
    add_people(PEOPLE)
    return campaigns.start(campaign=make_campaign(policy_admin), by=policy_admin.user, now=now)


def start_worker(now, *crash) -> int:
    names = {
        "TEST_NAME": str(connections["default"].settings_dict["NAME"]),
        "TEST_SHRED_NAME": str(connections["shred_keys"].settings_dict["NAME"]),
    }
    environment = {**os.environ, **names, "DJANGO_SETTINGS_MODULE": "config.settings_test"}
    command = [sys.executable, "-m", "tests.policy.campaign_worker", now.isoformat(), str(BATCH), *map(str, crash)]
    return subprocess.run(command, env=environment, check=False, timeout=120).returncode


def check_everybody_once(campaign) -> None:
    everybody = set(Employee.objects.values_list("pk", flat=True))
    rows = list(Acknowledgement.objects.filter(campaign=campaign).values_list("employee_id", flat=True))
    assert len(rows) == len(set(rows)) and set(rows) == everybody
    with_account = set(Employee.objects.filter(user__isnull=False).values_list("user_id", flat=True))
    messages = list(Notice.objects.filter(template="sign_new").values_list("recipient_id", flat=True))
    assert len(messages) == len(set(messages)) and set(messages) == with_account
    assert set(Notice.objects.filter(template="sign_new").values_list("about_id", flat=True)) <= set(
        Acknowledgement.objects.values_list("pk", flat=True)
    )
    now = Campaign.objects.get(pk=campaign.pk)
    assert (now.state, now.gathered) == (CampaignState.RUNNING, len(everybody))


def test_killed_within_a_batch_and_between_batches_it_goes_on(campaign, now):
    assert start_worker(now, "in-batch", 2) == -9
    # The batch that was cut off has left nothing.
    assert Acknowledgement.objects.count() == Notice.objects.filter(template="sign_new").count() == BATCH
    assert start_worker(now, "between", 2) == -9
    assert Acknowledgement.objects.count() == 3 * BATCH
    # People who join the directory meanwhile, on both sides of where the worker stopped.
    add_people(20, start=5000)
    assert start_worker(now) == 0
    check_everybody_once(campaign)
    assert start_worker(now + timedelta(hours=1)) == 0
    check_everybody_once(campaign)


def gather_all(now) -> None:
    while gathering.look(now=now, limit=BATCH):
        pass


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="real row locks")
def test_eight_workers_at_once_ask_everybody_once_and_remind_once(campaign, now):
    assert in_threads(8, lambda: gather_all(now)) == []
    # A worker that found the campaign in other hands had nothing to do; whatever was left is done by the next look.
    gather_all(now)
    check_everybody_once(campaign)
    late = now + timedelta(days=17)

    def reminders():
        while remind(now=late, limit=20):
            pass

    assert in_threads(8, reminders) == []
    keys = list(Notice.objects.filter(template="sign_late").values_list("recipient_id", flat=True))
    assert len(keys) == len(set(keys)) == Employee.objects.filter(user__isnull=False).count()
    before = Notice.objects.count()
    assert in_threads(8, reminders) == []
    assert Notice.objects.count() == before
    assert not Acknowledgement.objects.filter(next_at__lte=late).exists()


def test_two_workers_on_whatever_database_there_is(campaign, now):
    assert in_threads(2, lambda: gather_all(now)) == []
    gather_all(now)
    check_everybody_once(campaign)


def test_signing_twice_at_the_same_moment_is_one_signature(campaign, now, top):
    from policy.services import signing
    from tests.policy.campaign_helpers import answer_all, row_of

    gather_all(now)
    row = row_of(campaign, top)
    signing.open_text(row=row, now=now)
    answer_all(row, now)
    assert in_threads(4, lambda: signing.sign(row=row, by=top.user, proved_at=now, now=now)) == []
    from audit.models import Entry

    assert Entry.objects.filter(action="policy_signed").count() == 1
    assert row_of(campaign, top).signed_at == cast.NOW
