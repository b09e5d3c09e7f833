"""Keyholders without the rest of the product: the vault knows nothing of complaints."""

from datetime import UTC, datetime
from itertools import count

import pytest
from django.contrib.auth import get_user_model

from tests.factories import flush
from vault.models import Keyholder
from vault.staff import create_staff_keys

flush.let_tests_empty_tables()

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSPHRASE = "seven quiet rivers run north"
_numbers = count(1)


class Someone:
    """A user with an unlocked key."""

    def __init__(self, passphrase: str = PASSPHRASE):
        self.user = get_user_model().objects.create_user(f"someone{next(_numbers)}@example.test", "x", display_name="Someone")
        self.keyring = create_staff_keys(user=self.user, passphrase=passphrase, now=NOW)

    @property
    def keyholder(self) -> Keyholder:
        return Keyholder.objects.get(pk=self.keyring.keyholder_id)


@pytest.fixture(autouse=True)
def nobody_chose_a_size(monkeypatch):
    """Sizes are an organisation's choice, and here there is none (nor its database)."""
    monkeypatch.setattr("vault.uploadhandler._choices", [])


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def someone(db):
    """Return a function that makes another person with keys."""
    return Someone


@pytest.fixture
def sealed_root(settings, tmp_path):
    """A folder of its own for sealed files."""
    settings.SEALED_ROOT = tmp_path / "sealed"
    return settings.SEALED_ROOT
