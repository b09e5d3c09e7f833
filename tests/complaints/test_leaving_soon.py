"""Before somebody's last day, they and oversight are told; nobody else is."""

from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import Complaint
from complaints.services import leaving_soon
from complaints.services.access import hand_over
from complaints.states import State
from notices.models import Notice

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def handled(filed, intake_officer, investigator, now):
    """The case has one handler; nobody else of the team holds a key."""
    hand_over(complaint=filed.complaint, keyring=intake_officer.keyring, by=intake_officer.user, to=investigator.user, now=now)
    return filed


def leaves(person, now, days):
    person.employee.left_date = now.date() + timedelta(days=days)
    person.employee.save()


def told():
    return sorted(Notice.objects.filter(template__startswith="leaving").values_list("template", "recipient__email"))


def test_who_leaves_within_two_weeks_is_told_and_oversight_with_them_once(handled, investigator, overseer, now):
    leaves(investigator, now, 14)
    for hours in (0, 1, 30):
        leaving_soon.warn(now=now + timedelta(hours=hours))
    assert told() == [("leaving", investigator.user.email), ("leaving_oversight", overseer.user.email)]


@pytest.mark.parametrize("days", [0, 15])
def test_nobody_is_told_too_early_or_when_the_day_has_come(handled, investigator, now, days):
    leaves(investigator, now, days)
    leaving_soon.warn(now=now)
    assert told() == []


def test_somebody_without_open_cases_is_not_told(handled, investigator, now):
    leaves(investigator, now, 5)
    Complaint.objects.update(state=State.CLOSED)
    leaving_soon.warn(now=now)
    assert told() == []


def test_a_new_last_day_is_told_anew(handled, investigator, overseer, now):
    leaves(investigator, now, 5)
    leaving_soon.warn(now=now)
    leaves(investigator, now, 9)
    leaving_soon.warn(now=now)
    assert len(told()) == 4


def test_the_work_page_says_it_and_oversights_board_by_reference_only(handled, investigator, overseer, signed_in, settings):
    # Second factors have tests of their own; pages look at the clock.
    settings.DEMO = True
    leaves(investigator, timezone.now(), 7)
    page = signed_in(investigator).get("/w/").content.decode()
    assert "hand over 1 case" in page
    board = signed_in(overseer).get("/o/", follow=True).content.decode()
    assert "Somebody leaves soon" in board
    assert investigator.user.display_name not in board
