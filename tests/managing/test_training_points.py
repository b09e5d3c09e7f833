"""R09 on the first page of administrators: who is untrained, what that means for new reports, and what runs out in thirty days."""

from datetime import timedelta

import pytest

from people.attention import points_for
from tests.factories import cast
from tests.factories.trained import handlers_course, train

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def training_admin(world, top):
    return cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)


@pytest.fixture
def course(training_admin, now):
    return handlers_course(by=training_admin.user, now=now)


def points(now, role: str = "training_admin") -> list[str]:
    return [point.text for point in points_for(frozenset({role}), now, now.date())]


def test_a_rule_without_a_course_is_said(world, now):
    assert "The policy asks handlers for training, but no course for them is published." in points(now)


def test_whoever_is_untrained_is_named(course, handlers, now):
    named = "Without valid training for handling, so nothing can be given to them: Deng Rui, He Tao, Lin Mei, Xu Ning."
    assert named in points(now)
    assert named in points(now, "system_admin")


def test_each_role_is_led_where_it_can_do_something(course, handlers, now, signed_in, training_admin, settings):
    settings.DEMO = True

    def where(*roles: str) -> list[str]:
        return [point.url for point in points_for(roles, now, now.date()) if point.text.startswith("Without valid training")]

    assert where("training_admin") == ["/m/training/c/handlers/people/?state=all"]
    assert where("system_admin") == ["/m/people/"]
    assert where("system_admin", "training_admin") == ["/m/training/c/handlers/people/?state=all"], "what two roles are told is said once"
    assert "Xu Ning" in signed_in(training_admin).get(where("training_admin")[0]).content.decode()


def test_with_fewer_than_two_trained_officers_it_is_said_where_reports_go(course, handlers, now):
    said = "Fewer than two intake officers are trained: new reports go to oversight."
    assert said in points(now, "system_admin")
    train(course, handlers[0], at=now)
    assert said in points(now, "system_admin")
    train(course, handlers[1], at=now)
    assert said not in points(now, "system_admin")


def test_trained_people_are_a_quiet_page(course, handlers, now):
    train(course, *handlers[:4], at=now)
    assert not [text for text in points(now) if "training" in text or "trained" in text]


def test_thirty_days_before_it_runs_out_it_is_said(course, handlers, now):
    train(course, *handlers[:4], at=now)
    assert not [text for text in points(now + 334 * DAY) if "runs out" in text]
    soon = [text for text in points(now + 340 * DAY) if "runs out" in text]
    assert len(soon) == 4
    assert "Lin Mei: the training for handling runs out after 23 Nov 2027." in soon


def test_policy_administrators_hear_of_other_things(course, handlers, now):
    assert not [text for text in points(now, "policy_admin") if "Lin Mei" in text]


def test_the_page_shows_it(course, handlers, training_admin, signed_in, settings):
    settings.DEMO = True
    page = signed_in(training_admin).get("/m/").content.decode()
    assert "Without valid training for handling" in page
