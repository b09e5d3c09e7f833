"""An organisation with a calendar's country, somebody who writes policies and somebody who approves them."""

from datetime import UTC, datetime

import pytest

from people.models import Organisation, Site, User
from policy.demo import publish_demo_policy

# A Monday morning in Shanghai.
SINCE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def employer(db):
    site = Site.objects.create(code="hangzhou", name="Hangzhou", country="CN", time_zone="Asia/Shanghai")
    return Organisation.objects.create(name_en="Linden Retail", name_zh="菩提零售", time_zone="Asia/Shanghai", site=site)


@pytest.fixture
def author(employer):
    return User.objects.create_user("author@example.test", "x", display_name="Pan Li")


@pytest.fixture
def approver(employer):
    return User.objects.create_user("approver@example.test", "x", display_name="Qin Hua")


@pytest.fixture
def in_force(author, approver):
    """The demonstration policy, in force since January."""
    return publish_demo_policy(now=SINCE, by=author, approver=approver)
