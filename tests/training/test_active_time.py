"""The time really spent: idle time is left out."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import cast
from tests.training import course as made
from training.active_time import cap, to_add
from training.models import Answer, Attempt
from training.services import playing

NOW = cast.NOW


@pytest.mark.parametrize(
    ("elapsed", "spent", "minutes", "counts"),
    [(60, 0, 2, 60), (3_600, 0, 2, 240), (60, 200, 2, 40), (60, 240, 2, 0), (-5, 0, 2, 0), (100, 0, 1, 100), (200, 0, 1, 120)],
)
def test_what_counts(elapsed, spent, minutes, counts):
    assert to_add(spent=spent, seen_at=NOW, now=NOW + timedelta(seconds=elapsed), minutes=minutes) == counts


@given(st.lists(st.integers(0, 10_000), max_size=30), st.integers(1, 30))
def test_a_part_never_counts_for_more_than_its_cap_nor_than_the_time_that_passed(steps, minutes):
    spent, at = 0, NOW
    for seconds in steps:
        spent += to_add(spent=spent, seen_at=at, now=at + timedelta(seconds=seconds), minutes=minutes)
        at += timedelta(seconds=seconds)
    assert spent <= min(cap(minutes), sum(steps))


@pytest.mark.django_db
def test_a_lunch_break_is_not_counted(training_admin, now):
    version = made.published(by=training_admin.user, now=now)
    attempt = playing.begin(course=version.course, employee=training_admin.employee, language="en", now=now)
    playing.show(attempt=attempt, part=made.WELCOME, now=now)
    playing.read(attempt=attempt, part=made.WELCOME, now=now + timedelta(seconds=90))
    playing.show(attempt=attempt, part=made.DINNER, now=now + timedelta(seconds=90))
    back = now + timedelta(hours=1)
    playing.answer(attempt=attempt, part=made.DINNER, choice="a", now=back)
    playing.read(attempt=attempt, part=made.DINNER, now=back + timedelta(seconds=30))
    attempt.refresh_from_db()
    # The scene is made for three minutes: six count at most, for all of it.
    assert attempt.seconds == 90 + 6 * 60
    assert Answer.objects.get(part="client-dinner").seconds == 6 * 60


@pytest.mark.django_db
def test_reloading_a_page_for_hours_adds_nothing(training_admin, signed_in):
    version = made.published(by=training_admin.user, now=timezone.now())
    browser = signed_in(training_admin)
    browser.post("/t/everyone/")
    for _reload in range(3):
        browser.get("/t/everyone/1/")
    assert Attempt.objects.get(version=version).seconds < 5
