"""The cast and the world they live in: one fixture a role."""

import os

import pytest
from django.core.cache import cache
from django.test import Client
from django.test.utils import teardown_databases
from django.utils import timezone
from hypothesis import settings

from audit.models import Entry
from policy import selectors
from policy.demo import publish_demo_policy
from tests.factories import cast, derivations, flush, guard, prepared, replay
from tests.factories.browsers import prove, unlock
from tests.factories.filing import file_story

# A slow machine is no failure; on the build machine the same examples come every time.
settings.register_profile("heard", deadline=None, derandomize=bool(os.environ.get("CI")))
# `make fuzz` tries far more of them, other ones each time.
settings.register_profile("fuzz", deadline=None, max_examples=int(os.environ.get("FUZZ") or 1))
settings.load_profile("fuzz" if os.environ.get("FUZZ") else "heard")

# Tests touch both databases: shred keys live in their own.
BOTH = ["default", "shred_keys"]


derivations.remember()
flush.let_tests_empty_tables()
guard.watch()


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker, django_db_modify_db_settings):
    """In place of pytest-django's: the tables of an earlier run are copied while no migration has changed."""
    with django_db_blocker.unblock():
        made = prepared.databases()
    yield
    with django_db_blocker.unblock():
        prepared.end_other_sessions()
        teardown_databases(made, verbosity=0)


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
    known = (company.name_en, company.time_zone, company.site_id, policy_admin.user.pk, approver.user.pk, Entry.objects.count())
    replay.once(known, lambda: publish_demo_policy(now=cast.SINCE, by=policy_admin.user, approver=approver.user))
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
