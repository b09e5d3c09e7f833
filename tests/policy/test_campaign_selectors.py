"""What a person had signed by when, for the page of a case."""

from datetime import timedelta

import pytest
from django.urls import reverse

from policy.campaign_selectors import acknowledged_versions
from policy.demo import publish_demo_policy
from policy.selectors import policy_in_force
from tests.factories import cast
from tests.policy.campaign_helpers import make_campaign, sign, started

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_which_versions_somebody_had_signed_at_a_moment(world, top, policy_admin, respondent, now):
    first = policy_in_force(now)
    sign(started(policy_admin), respondent, now=now)
    # Signing the same version in a second campaign is no second version.
    sign(started(policy_admin, now=now + timedelta(days=1)), respondent, now=now + timedelta(days=1))
    author = cast.make_person("012", "Yuan Li", "policy_admin")
    second = publish_demo_policy(now=now + timedelta(days=30), by=author.user, approver=policy_admin.user)
    sign(started(policy_admin, now=now + timedelta(days=31)), respondent, now=now + timedelta(days=31))

    def known(at):
        return [(each.version_number, each.content_hash, each.method) for each in acknowledged_versions(respondent.employee, at)]

    signed_at = now + timedelta(minutes=2)
    assert known(signed_at - timedelta(seconds=1)) == []
    assert known(signed_at) == [(first.number, first.content_hash, "portal")]
    assert known(now + timedelta(days=5)) == known(signed_at)
    assert known(now + timedelta(days=40)) == [
        (second.number, second.content_hash, "portal"),
        (first.number, first.content_hash, "portal"),
    ]
    assert acknowledged_versions(respondent.employee, now + timedelta(days=40))[1].signed_at == signed_at
    assert acknowledged_versions(top.employee, now + timedelta(days=40)) == []


def test_starting_offers_to_close_what_a_re_issue_replaces(world, policy_admin, signed_in, settings, now):
    settings.DEMO = True
    author = cast.make_person("012", "Yuan Li", "policy_admin")
    admin, words = signed_in(policy_admin), "Close the re-issue of version 1"
    first = make_campaign(policy_admin)
    assert words not in admin.get(reverse("campaigns:start", args=[first.pk])).content.decode()
    earlier = started(policy_admin)
    assert words in admin.get(reverse("campaigns:start", args=[first.pk])).content.decode()
    publish_demo_policy(now=now + timedelta(minutes=1), by=author.user, approver=policy_admin.user)
    later = make_campaign(policy_admin, now=now + timedelta(minutes=1))
    page = admin.get(reverse("campaigns:start", args=[later.pk])).content.decode()
    assert words in page and f"/m/campaigns/{earlier.pk}/close/" in page
