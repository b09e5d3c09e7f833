import pytest

from tests.factories import cast


@pytest.fixture(autouse=True)
def demonstration(settings):
    """Staff sign in by password alone."""
    settings.DEMO = True


@pytest.fixture
def training_admin(world, top):
    return cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)
