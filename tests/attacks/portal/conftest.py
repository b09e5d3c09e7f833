"""The world of `tests.attacks.world`, built once a module and never changed: every request is undone."""

import pytest

from tests.attacks import world as worlds
from tests.attacks.conftest import undone


@pytest.fixture(scope="module")
def portal(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), undone():
        yield worlds.build()
