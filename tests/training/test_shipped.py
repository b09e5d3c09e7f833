"""The courses that come with the portal: complete, and refused by part and field when they are not."""

import pytest
import yaml

from policy.records import dump
from tests.training import course as made
from training import shipped
from training.models import Course, CourseVersion
from training.services import courses, shipping
from training.states import VersionState


def write(folder, change=lambda data: None, name="everyone.yaml"):
    data = {"code": "everyone", "audience": "everyone", **dump(made.CONTENT)}
    change(data)
    path = folder / name
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path


def refused(path) -> list[str]:
    with pytest.raises(shipped.BadCourse) as error:
        shipped.read(path)
    return error.value.problems


def test_a_course_is_read_as_it_is_written(tmp_path):
    found = shipped.read(write(tmp_path))
    assert (found.code, found.audience, found.content) == ("everyone", "everyone", made.CONTENT)


def test_every_course_that_comes_with_the_portal_can_be_used():
    for path in sorted(shipped.FOLDER.glob("*.yaml")):
        assert shipped.read(path).content.parts, path.name


BAD = {
    "an unknown key": (lambda d: d["parts"][0].update(colour="red"), "everyone.yaml: course.parts[0] (welcome).colour: unknown field"),
    "an unknown kind": (lambda d: d["parts"][1].update(kind="game"), "everyone.yaml: course.parts[1] (client-dinner): kind must be one of"),
    "a missing language": (
        lambda d: d["parts"][1]["options"][0]["feedback"].pop("zh-hans"),
        "everyone.yaml: client-dinner: options[a].feedback is there in one language only",
    ),
    "another language": (lambda d: d["title"].update(fr="Respect"), "everyone.yaml: course.title: words per language are expected"),
    "a number for words": (lambda d: d["parts"][0].update(title=3), "everyone.yaml: course.parts[0] (welcome).title: words per language"),
    "words for a number": (
        lambda d: d["parts"][0].update(minutes="two"),
        "everyone.yaml: course.parts[0] (welcome).minutes: int is expected",
    ),
    "another code": (lambda d: d.update(code="all"), "everyone.yaml: code is 'all' and must be 'everyone'"),
    "an unknown audience": (lambda d: d.update(audience="cats"), "everyone.yaml: audience is 'cats'"),
    "a picture": (
        lambda d: d["parts"][0]["body"].update(en="![cat](cat.png)"),
        "everyone.yaml: welcome: body holds a link, a picture, a table or HTML",
    ),
    "no options": (lambda d: d["parts"][1].pop("options"), "everyone.yaml: client-dinner: options is missing"),
}


@pytest.mark.parametrize(("change", "problem"), BAD.values(), ids=BAD)
def test_a_bad_course_is_refused_by_part_and_field(tmp_path, change, problem):
    assert any(each.startswith(problem) for each in refused(write(tmp_path, change)))


def test_a_key_that_is_there_twice_is_refused(tmp_path):
    path = write(tmp_path)
    path.write_text(path.read_text(encoding="utf-8") + "minutes: 9\n", encoding="utf-8")
    assert "'minutes' is there twice" in refused(path)[0]


def test_something_that_is_no_course_is_refused(tmp_path):
    path = tmp_path / "everyone.yaml"
    path.write_text("- 1\n", encoding="utf-8")
    assert refused(path) == ["everyone.yaml: a course is expected"]


@pytest.fixture
def with_courses(tmp_path, monkeypatch):
    """Return a function that ships `content` from now on."""

    def ship(content=made.CONTENT):
        found = (shipped.Shipped("everyone", "everyone", content),)
        monkeypatch.setattr(shipping, "shipped_courses", lambda: found)

    ship()
    return ship


@pytest.mark.django_db
def test_a_new_installation_has_the_courses_published(company, now, with_courses):
    assert shipping.install(now=now) == ["everyone"]
    version = CourseVersion.objects.get()
    assert (version.state, version.number, version.published_by) == (VersionState.PUBLISHED, 1, None)
    assert shipping.install(now=now) == []
    assert CourseVersion.objects.count() == 1


@pytest.mark.django_db
def test_a_newer_shipped_course_is_offered_once_as_a_draft(company, training_admin, now, with_courses):
    shipping.install(now=now)
    with_courses(made.CONTENT.without_part("welcome"))
    assert shipping.install(now=now) == ["everyone"]
    course = Course.objects.get()
    draft = course.versions.get(state=VersionState.DRAFT)
    assert draft.number == 2
    assert course.versions.filter(state=VersionState.PUBLISHED).get().number == 1
    courses.discard(version=draft, by=training_admin.user, now=now)
    assert shipping.install(now=now) == []


@pytest.mark.django_db
def test_a_draft_somebody_works_on_is_left_alone(company, training_admin, now, with_courses):
    shipping.install(now=now)
    draft = courses.revise(course=Course.objects.get(), by=training_admin.user, now=now)
    with_courses(made.CONTENT.without_part("welcome"))
    assert shipping.install(now=now) == []
    assert CourseVersion.objects.get(pk=draft.pk).content == dump(made.CONTENT)
