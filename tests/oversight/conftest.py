import pytest


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    """Second factors have tests of their own (`tests/people`)."""
    settings.DEMO = True
