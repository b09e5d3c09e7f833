"""The world is built once a module and never changed: every request is undone."""

import contextlib

import pytest
from django.db import connections, transaction

from tests.attacks import world as worlds


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    """As in the demonstration, except for those whom the matrix calls “no second factor”."""
    settings.DEMO = True


@contextlib.contextmanager
def undone():
    """Take back everything that is written inside, in every database."""
    with contextlib.ExitStack() as stack:
        for alias in connections:
            stack.enter_context(_rolled_back(alias))
        yield


@contextlib.contextmanager
def _rolled_back(alias: str):
    block = transaction.atomic(using=alias)
    # Belongs to the test like the one around it; what the product begins inside is still watched (`tests.factories.guard`).
    block._from_testcase = True
    with block:
        yield
        transaction.set_rollback(True, using=alias)


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), undone():
        yield worlds.build()
