import pytest
from django.contrib.auth import get_user_model

from audit.actors import staff
from tests.factories import flush

flush.let_tests_empty_tables()


@pytest.fixture
def officer(db):
    """An intake officer as an actor."""
    user = get_user_model().objects.create_user("officer@example.test", "x", display_name="Lin Mei")
    return staff(user, "intake_officer")
