"""How many questions the pages of training ask the database: not more for more people, parts or courses."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from people.models import Unit
from tests.factories import cast
from tests.factories.trained import train
from tests.queries.test_hot_paths import at_most
from tests.training import course as made
from training.models import Absence, Assignment
from training.services import absences, asking, assigning, courses, sessions

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def training_admin(world, top):
    return cast.make_person("050", "Ren Yu", "training_admin", manager=top.employee)


@pytest.fixture
def version(training_admin):
    return made.published(by=training_admin.user, now=timezone.now())


def grow(top, version, first: int, count: int = 6) -> None:
    """More people in more units below `top`: some late, some with the training."""
    now = timezone.now()
    for number in range(first, first + count):
        person = cast.make_person(str(number), f"Person {number}", manager=top.employee)
        unit = Unit.objects.create(code=f"unit-{number}", name=f"Unit {number}")
        type(person.employee).objects.filter(pk=person.employee.pk).update(unit=unit)
        if number % 2:
            train(version, person, at=now)
    while assigning.look(now=now):
        pass
    Assignment.objects.update(due_at=now, due_date=now.date())


def asked_by(client, address: str) -> int:
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    return len(asked)


PAGES = {
    "courses": ("teaching:courses", [], 45),
    "coverage by unit": ("teaching:coverage", ["everyone"], 30),
    "people": ("teaching:people", ["everyone"], 30),
    "overdue": ("teaching:overdue", [], 20),
    "answers": ("teaching:answers", ["everyone"], 16),
    "a course": ("teaching:course", ["everyone"], 20),
}


@pytest.mark.parametrize("name", sorted(PAGES))
def test_a_page_of_administrators_asks_no_more_for_more_people(version, top, training_admin, signed_in, name):
    address, more, most = PAGES[name]
    client, path = signed_in(training_admin), reverse(address, args=more)
    grow(top, version, 300)
    few = asked_by(client, path)
    grow(top, version, 320, 18)
    with at_most(few):
        assert client.get(path).status_code == 200
    assert few <= most


def test_the_record_of_a_person_asks_no_more_for_more_records(version, top, training_admin, signed_in):
    now = timezone.now()
    client, path = signed_in(training_admin), reverse("teaching:person", args=[top.employee.pk])
    for number in range(8):
        train(version, top, at=now - timedelta(days=number))
        absences.record_absence(
            employee=top.employee,
            since=now.date() + timedelta(days=60 + number),
            until=now.date() + timedelta(days=60 + number),
            reason="leave",
            seen=number and Absence.objects.latest("pk").pk,
            by=training_admin.user,
            now=now,
        )
        if number == 0:
            few = asked_by(client, path)
    with at_most(few):
        page = client.get(path)
    assert len(page.context["record"].done) == len(page.context["record"].absences) == 8
    assert few <= 30


def test_my_training_asks_no_more_for_more_sessions(version, top, training_admin, signed_in):
    now = timezone.now()
    client, path = signed_in(top), reverse("training:mine")
    for number in range(1, 9):
        details = sessions.Details(version.course, now + timedelta(days=number), 60, 60, "Zhao Wen", "Lantern")
        sessions.plan(details=details, by=training_admin.user, now=now)
        if number == 1:
            few = asked_by(client, path)
    with at_most(few):
        assert len(client.get(path).context["sessions"]) == 8
    assert few <= 30


def test_oversight_and_leaders_ask_no_more_for_more_people(version, top, overseer, signed_in):
    grow(top, version, 300)
    places = [(signed_in(overseer), reverse("oversight:training")), (signed_in(top), reverse("training:team"))]
    before = [asked_by(client, path) for client, path in places]
    grow(top, version, 320, 18)
    for (client, path), few in zip(places, before, strict=True):
        with at_most(few):
            assert client.get(path).status_code == 200
        assert few <= 40


def test_the_draft_asks_no_more_for_more_parts(version, training_admin, signed_in):
    now = timezone.now()
    courses.revise(course=version.course, by=training_admin.user, now=now)
    client, path = signed_in(training_admin), reverse("teaching:draft", args=["everyone"])
    few = asked_by(client, path)
    draft = version.course.versions.get(state="draft")
    content = made.CONTENT
    for number in range(12):
        content = content.with_part(made.Part(f"more-{number}", "text", "basics", 1, made.both("More"), body=made.both("More.")))
    courses.save_content(version=draft, content=content, row_version=draft.row_version, by=training_admin.user, now=now)
    with at_most(few):
        assert client.get(path).status_code == 200
    assert few <= 16


@pytest.mark.parametrize(("path", "most"), [("/t/", 20), ("/t/everyone/", 18), ("/t/everyone/1/", 20), ("/t/questions/", 12)])
def test_a_learner_waits_for_few(version, top, signed_in, path, most):
    client = signed_in(top)
    client.post("/t/everyone/")
    assert asked_by(client, path) <= most


def test_the_desk_asks_no_more_for_more_questions(version, top, training_admin, signed_in):
    now, client = timezone.now(), signed_in(training_admin)
    common = {"course": version.course, "version": version, "part": made.BOX.id, "employee": top.employee, "now": now}
    asking.ask(text="One?", token="0", **common)
    few = asked_by(client, "/t/answers/")
    for number in range(1, 8):
        asking.ask(text="More?", token=str(number), **common)
    with at_most(few):
        assert client.get("/t/answers/").status_code == 200
    assert few <= 16
