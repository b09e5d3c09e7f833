"""Whatever a request of an attack writes can be undone."""

import contextlib

import pytest
from django.db import connections, transaction

from tests.factories.rendering import without_copied_contexts


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    """As in the demonstration, except for those whom the matrix calls “no second factor”."""
    settings.DEMO = True


@pytest.fixture(autouse=True, scope="package")
def pages_as_they_are():
    """Django's test client copies the context of each template, and nothing here asks for it."""
    with without_copied_contexts():
        yield


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
