"""Planned live sessions on the list of whoever may come to them."""

import html
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from policy.selectors import calendar_for
from tests.factories import cast
from tests.training import course as made
from training.models import Course, LiveSession
from training.services import giving, sessions

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def version(training_admin):
    return made.published(by=training_admin.user, now=timezone.now() - 100 * DAY)


@pytest.fixture
def pupil(world, top):
    return cast.make_person("060", "Mo Yan", manager=top.employee)


@pytest.fixture
def mine(version, pupil, signed_in):
    return signed_in(pupil)


def plan(version, by, at, **more) -> LiveSession:
    details = {"minutes": 60, "least_minutes": 50, "trainer": "Zhao Wen", "provider": "Lantern", "place": "Room 7", "topic": "Trips"}
    return sessions.plan(details=sessions.Details(course=version.course, held_at=at, **details | more), by=by.user, now=timezone.now())


def shown(browser, name: str = "mine", *keys) -> str:
    return html.unescape(browser.get(reverse(f"training:{name}", args=keys)).content.decode())


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["Place: Room 7", "Trainer: Zhao Wen", "about 60 minutes"]), ("zh-hans", ["地点：Room 7", "讲师：Zhao Wen"])],
)
def test_date_place_and_trainer_are_shown_in_both_languages(mine, version, training_admin, language, words):
    session = plan(version, training_admin, timezone.now() + 5 * DAY)
    mine.cookies["l"] = language
    for page in (shown(mine), shown(mine, "course", "everyone")):
        assert all(each in page for each in (*words, "Trips", f"{session.held_at.astimezone(calendar_for().zone):%H:%M}"))


def test_over_cancelled_and_corrected_ones_are_not(mine, version, training_admin):
    plan(version, training_admin, timezone.now() - timedelta(minutes=61), place="Over")
    plan(version, training_admin, timezone.now() - timedelta(minutes=59), place="Going on")
    sessions.cancel(
        session=plan(version, training_admin, timezone.now() + DAY, place="Cancelled"), by=training_admin.user, now=timezone.now()
    )
    page = shown(mine)
    assert "Going on" in page and "Over" not in page and "Cancelled" not in page


def test_only_what_is_made_for_them_or_is_on_their_list(mine, version, pupil, top, training_admin, signed_in):
    Course.objects.update(audience="managers")
    plan(version, training_admin, timezone.now() + DAY)
    assert "Room 7" not in shown(mine)
    assert "Room 7" in shown(signed_in(top))
    giving.give(
        course=version.course, employees=[pupil.employee], due=timezone.localdate() + 9 * DAY, by=training_admin.user, now=timezone.now()
    )
    assert "Room 7" in shown(mine)


def test_whoever_has_the_training_is_not_asked_to_come(mine, version, pupil, training_admin):
    from training.services import attendance

    plan(version, training_admin, timezone.now() + DAY)
    held = plan(version, training_admin, timezone.now() - DAY, place="Hall")
    attendance.record_list(session=held, text="060", by=training_admin.user, now=timezone.now())
    assert "Room 7" not in shown(mine)
