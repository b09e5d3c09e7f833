"""The cast and the world they live in: one fixture a role."""

import os

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from hypothesis import settings

from policy import selectors
from policy.demo import publish_demo_policy
from tests.factories import cast, flush, guard
from tests.factories.browsers import prove, unlock
from tests.factories.filing import file_story

# A slow machine is no failure; on the build machine the same examples come every time.
settings.register_profile("heard", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("heard")

# Tests touch both databases: shred keys live in their own.
BOTH = ["default", "shred_keys"]


flush.let_tests_empty_tables()
guard.watch()


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()
    # Rows of another test may have had the same keys.
    selectors._calendars.clear()
    yield
    cache.clear()


@pytest.fixture
def now():
    return cast.NOW


@pytest.fixture
def company(db):
    return cast.make_organisation()


@pytest.fixture
def top(company):
    return cast.make_person("001", "Gu Wenbo")


@pytest.fixture
def policy_admin(top):
    return cast.make_person("010", "Pan Li", "policy_admin", manager=top.employee)


@pytest.fixture
def world(company, top, policy_admin):
    """The organisation with its policy in force, two officers, a decision-maker and oversight."""
    approver = cast.make_person("011", "Qin Hua", "policy_admin", manager=top.employee)
    publish_demo_policy(now=cast.SINCE, by=policy_admin.user, approver=approver.user)
    return company


@pytest.fixture
def intake_officer(world, top):
    return cast.make_person("020", "Lin Mei", "intake_officer", manager=top.employee)


@pytest.fixture
def second_officer(world, top):
    return cast.make_person("021", "He Tao", "intake_officer", manager=top.employee, language="zh-hans")


@pytest.fixture
def investigator(world, top):
    return cast.make_person("022", "Xu Ning", "investigator", manager=top.employee)


@pytest.fixture
def second_investigator(world, top):
    return cast.make_person("023", "Fang Yi", "investigator", manager=top.employee)


@pytest.fixture
def decision_maker(world, top):
    return cast.make_person("024", "Deng Rui", "decision_maker", manager=top.employee)


@pytest.fixture
def overseer(world):
    return cast.make_person("025", "Song An", "oversight")


@pytest.fixture
def respondent_manager(world, top):
    return cast.make_person("030", "Ma Jun", manager=top.employee)


@pytest.fixture
def respondent(respondent_manager):
    return cast.make_person("031", "Zhou Qiang", manager=respondent_manager.employee)


@pytest.fixture
def stranger(world, top):
    return cast.make_person("040", "Ye Fan", "investigator", manager=top.employee)


@pytest.fixture
def sysadmin(world, top):
    return cast.make_person("041", "Tang Wei", "system_admin", manager=top.employee)


@pytest.fixture
def handlers(intake_officer, second_officer, investigator, decision_maker, overseer):
    """Everybody a report needs to be filed and handled."""
    return intake_officer, second_officer, investigator, decision_maker, overseer


@pytest.fixture
def filed(handlers, now):
    """A report about somebody the directory does not know."""
    return file_story(now=now)


@pytest.fixture
def signed_in():
    """Return a function: a browser in which `person` is signed in and, when they have keys, unlocked. `fresh`: just now, by password."""

    def sign_in(person, *, fresh: bool = True) -> Client:
        client = Client()
        client.force_login(person.user)
        if fresh:
            prove(client, person.user)
        if person.keyring:
            unlock(client, kind="staff", subject_id=person.keyring.keyholder_id, secret=person.keyring.seed, now=timezone.now())
        return client

    return sign_in


@pytest.fixture
def reporter_client():
    """Return a function: a browser in which the reporter has entered `code`."""

    def enter(code: str) -> Client:
        client = Client()
        client.post("/f/", {"code": code})
        return client

    return enter
