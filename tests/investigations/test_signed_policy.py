"""A case shows whether the respondent had signed the policy: which version, when, and what they were asked to sign and didn't."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.selectors import accesses
from policy.models import Acknowledgement
from policy.selectors import policy_in_force
from tests.factories import cast
from tests.factories.filing import file_story
from tests.policy.campaign_helpers import row_of, sign, started

from .conftest import Desk

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def campaign(handlers, policy_admin, respondent, now):
    """Put before everybody three days ago."""
    return started(policy_admin, now=now - timedelta(days=3), starts_on=timezone.localdate(now - timedelta(days=3)))


@pytest.fixture
def people_page(campaign, intake_officer, investigator, signed_in, now):
    """The People page of a report about Zhou Qiang that arrived an hour ago."""
    desk = Desk(signed_in(intake_officer), file_story(now=now - timedelta(hours=1), respondents=("Zhou Qiang",)), intake_officer)
    desk.triage(to=investigator)
    desk = Desk(signed_in(investigator), desk.filed, investigator)
    desk.declare_free()
    desk.people_page = lambda: desk.get("people/").content.decode()
    return desk


def test_a_version_signed_before_the_report_arrived(people_page, campaign, respondent, now):
    version = policy_in_force(now)
    sign(campaign, respondent, now=now - timedelta(days=2))
    page = people_page.people_page()
    assert f"Version {version.number}: signed here" in page and "before this report arrived" in page
    assert version.content_hash[:16] in page and "not signed" not in page
    assert "031" in page
    assert accesses(people_page.complaint.pk).first().action == "opened_notes"


def test_a_version_signed_only_afterwards_says_so(people_page, campaign, respondent, now):
    sign(campaign, respondent, now=now - timedelta(minutes=30))
    page = people_page.people_page()
    assert "after this report arrived" in page and "before this report arrived" not in page


def test_on_paper(people_page, campaign, respondent, policy_admin, now):
    Acknowledgement.objects.filter(pk=row_of(campaign, respondent).pk).update(
        signed_at=now - timedelta(days=1), method="paper", version_hash="a" * 64, recorded_by=policy_admin.user, next_at=None
    )
    assert "signed on paper" in people_page.people_page()


def test_asked_and_not_signed(people_page):
    page = people_page.people_page()
    assert "asked to sign since" in page and "signed here" not in page


def test_somebody_on_leave_was_not_asked(people_page, campaign, respondent, now):
    Acknowledgement.objects.filter(pk=row_of(campaign, respondent).pk).update(ended_at=now, ended_reason="leave", next_at=None)
    assert "was not asked to" in people_page.people_page()


def test_somebody_the_directory_does_not_know_has_no_signatures(campaign, handler_desk):
    assert "Had they signed the policy?" not in handler_desk.get("people/").content.decode()


def test_a_respondent_the_team_adds_is_looked_up_and_one_of_the_same_name_shown_too(campaign, handler_desk, respondent, now):
    desk, other = handler_desk, cast.make_person("032", "Zhou Qiang")
    sign(campaign, respondent, now=now - timedelta(days=2))
    assert desk.post("people/add/", {"kind": "respondent", "name": "Zhou Qiang"}).status_code == 302
    page = desk.get("people/").content.decode()
    assert "031" in page and "signed here" in page
    assert other.employee.number in page and "was not asked to" in page
    assert desk.post("people/add/", {"kind": "witness", "name": respondent.employee.manager.name}).status_code == 302
    assert "030" not in desk.get("people/").content.decode()
