"""What an administrator is told to look at (D1): each thing said when it is so, and not when it isn't."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils.translation import override

from managing import services
from managing.models import ExitCheck
from people import attention
from people.attention import Point, needs, points_for
from people.models import Organisation, Role
from people.selectors import forget_organisation
from policy import editing
from policy.models import Campaign, CampaignState, PolicyVersion
from policy.selectors import content_of
from policy.services import create_from_profile, revise, save_content
from tests.factories import cast
from tests.policy.campaign_helpers import FIRST_DAY, make_campaign, sign, started

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
POLICY, SYSTEM, TRAINING = ({role} for role in (Role.POLICY_ADMIN, Role.SYSTEM_ADMIN, Role.TRAINING_ADMIN))
TODAY = FIRST_DAY


def told(roles, now=cast.NOW, today=TODAY) -> list[Point]:
    return points_for(roles, now, today)


def about(words: str, roles=POLICY, **when) -> list[Point]:
    return [point for point in told(roles, **when) if words in point.text]


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 10**9


class TestReIssues:
    def test_a_version_that_nobody_was_asked_to_sign(self, world, policy_admin):
        assert about("nobody was asked to sign")
        make_campaign(policy_admin)
        assert about("nobody was asked to sign")
        started(policy_admin)
        assert not about("nobody was asked to sign")

    def test_people_who_are_late_are_counted_and_linked(self, world, policy_admin, respondent):
        campaign = started(policy_admin)
        later = cast.NOW + timedelta(days=20)
        assert not about("late with signing")
        late = about("late with signing", now=later)
        people = campaign.acknowledgements.count()
        assert [str(people) in point.text for point in late] == [True]
        assert late[0].url == reverse("campaigns:people", args=[campaign.pk]) + "?show=late"
        sign(campaign, respondent)
        assert f": {people - 1} people" in about("late with signing", now=later)[0].text
        Campaign.objects.update(state=CampaignState.CLOSED, closed_at=later)
        assert not about("late with signing", now=later)

    def test_one_that_does_not_get_on_has_no_worker(self, world, policy_admin):
        campaign = started(policy_admin)
        Campaign.objects.filter(pk=campaign.pk).update(state=CampaignState.GATHERING, gathered_at=cast.NOW)
        assert not about("does not get on", now=cast.NOW + timedelta(minutes=50))
        stuck = about("does not get on", now=cast.NOW + timedelta(minutes=70))
        assert [point.urgent for point in stuck] == [True]


class TestPolicy:
    def test_contacts_that_were_confirmed_long_ago(self, world):
        assert not about("more than a year ago")
        assert about("more than a year ago", today=date(2027, 2, 1))

    def test_contacts_that_nobody_confirmed_are_not_shown_and_said(self, world, monkeypatch):
        assert not about("never confirmed")
        monkeypatch.setattr("policy.attention.content_of", _with_unconfirmed)
        found = about("never confirmed")
        assert [("1 support contact was" in point.text, point.urgent) for point in found] == [(True, True)]

    def test_a_draft_with_words_in_one_language_only(self, world, policy_admin):
        draft = revise(version=PolicyVersion.objects.get(), by=policy_admin.user, now=cast.NOW)
        assert about("is waiting: Draft") and not about("in one language only")
        content = content_of(draft)
        half = replace(content.sections[0], body=replace(content.sections[0].body, zh_hans=""))
        content = editing.with_item(content, "sections", half.key, half)
        save_content(version=draft, content=content, row_version=draft.row_version, by=policy_admin.user, now=cast.NOW)
        assert f"Version {draft.number}: 1 place has" in about("in one language only")[0].text

    def test_a_fresh_draft_of_a_profile_says_only_what_is_missing(self, world, policy_admin):
        draft = create_from_profile(profile_id="cn-model-2023", by=policy_admin.user, now=cast.NOW)
        assert about(f"Version {draft.number} is waiting")


class TestWayOut:
    def test_a_broken_address_is_said_until_it_answers_or_another_is_set(self, world):
        assert services.try_exits(now=cast.NOW, answers=lambda url: "com.cn" in url) == 2
        assert ["(English)" in point.text and point.urgent for point in about("leads nowhere", SYSTEM)] == [True]
        assert not about("leads nowhere", POLICY)
        # Not tried again at once, but soon; a good one only after hours.
        asked = []
        assert services.try_exits(now=cast.NOW + timedelta(minutes=5), answers=asked.append) == 0
        assert services.try_exits(now=cast.NOW + timedelta(minutes=11), answers=lambda url: asked.append(url)) == 1
        assert asked == [Organisation.objects.get().exit_url_en]
        assert ExitCheck.objects.get(language="en").failing_since == cast.NOW
        services.try_exits(now=cast.NOW + timedelta(minutes=22), answers=lambda url: True)
        assert not about("leads nowhere", SYSTEM)

    def test_an_address_that_was_changed_is_tried_at_once_and_the_old_one_forgotten(self, world):
        services.try_exits(now=cast.NOW, answers=lambda url: False)
        assert len(about("leads nowhere", SYSTEM)) == 2
        Organisation.objects.update(exit_url_en="https://new.example/", exit_url_zh="https://new.example/")
        forget_organisation()
        assert not about("leads nowhere", SYSTEM)
        assert services.try_exits(now=cast.NOW + timedelta(seconds=1), answers=lambda url: True) == 2

    def test_nothing_is_held_while_the_network_is_waited_for(self, world):
        waited = []
        services.try_exits(now=cast.NOW, answers=lambda url: waited.append(len(connection.savepoint_ids)) or True)
        assert waited == [0, 0]


class TestSources:
    def test_another_app_says_its_own_things_for_its_own_role(self, world, monkeypatch):
        monkeypatch.setattr(attention, "_sources", [*attention._sources])

        @needs(Role.TRAINING_ADMIN)
        def gaps(now, today):
            yield Point("Three people have not been trained.", "/t/", urgent=True)

        assert "Three people have not been trained." in [point.text for point in told(TRAINING) if point.urgent]
        assert not about("not been trained")

    def test_urgent_things_come_first(self, company):
        urgent = [point.urgent for point in told(Role.values)]
        assert urgent == sorted(urgent, reverse=True) and True in urgent and False in urgent

    @pytest.mark.parametrize("language", ["en", "zh-hans"])
    def test_every_address_leads_somewhere(self, world, policy_admin, signed_in, sysadmin, language, settings):
        started(policy_admin)
        services.try_exits(now=cast.NOW, answers=lambda url: False)
        with override(language):
            points = told(Role.values, now=cast.NOW + timedelta(days=400), today=TODAY + timedelta(days=400))
        assert len(points) > 6
        settings.DEMO = True  # Training administrators sign in by password alone.
        training_admin = cast.make_person("051", "He Ping", "training_admin")
        clients = [signed_in(policy_admin), signed_in(sysadmin), signed_in(training_admin)]
        for point in points:
            assert 200 in {client.get(point.url).status_code for client in clients} or point.url == "/health/", point


def _with_unconfirmed(version):
    content = content_of(version)
    return replace(content, support=(replace(content.support[0], confirmed_on=None), *content.support[1:]))
