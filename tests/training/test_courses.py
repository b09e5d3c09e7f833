"""Courses and their versions: what may be published, and what never changes again."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from audit.actions import Action
from audit.models import Entry
from policy.records import Text, dump
from tests.training import course as made
from training.models import CourseVersion
from training.selectors import content_of, counting_from, published_version
from training.services import courses
from training.states import VersionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(training_admin, now):
    return courses.create_course(code="everyone", audience="everyone", content=made.CONTENT, by=training_admin.user, now=now)


@pytest.fixture
def version(draft, training_admin, now):
    return courses.publish(version=draft, row_version=draft.row_version, past_count=None, by=training_admin.user, now=now)


def save(version, content, by, now):
    return courses.save_content(version=version, content=content, row_version=version.row_version, by=by.user, now=now)


def test_what_is_saved_is_what_is_read(draft):
    assert content_of(CourseVersion.objects.get(pk=draft.pk)) == made.CONTENT


def test_a_published_version_names_its_text_and_who_published_it(version, training_admin, now):
    assert (version.state, version.published_by, version.published_at) == (VersionState.PUBLISHED, training_admin.user, now)
    assert version.content_hash == courses.content_hash("everyone", made.CONTENT)
    assert published_version(version.course) == version
    assert Entry.objects.filter(action=Action.COURSE_PUBLISHED, object_id=version.pk, user=training_admin.user).count() == 1


def test_one_changed_word_gives_another_fingerprint(version):
    other = made.CONTENT.with_part(replace(made.WELCOME, title=made.both("Welcome!")))
    assert courses.content_hash("everyone", other) != version.content_hash


LACKING = {
    "one language": (replace(made.WELCOME, body=Text("Only English", "")), "body", "language"),
    "no feedback": (
        replace(made.DINNER, options=(*made.DINNER.options[:2], replace(made.DINNER.options[2], feedback=Text()))),
        "options[c].feedback",
        "missing",
    ),
    "two options": (replace(made.DINNER, options=made.DINNER.options[:2]), "options", "too_few"),
    "no best option": (
        replace(made.DINNER, options=tuple(replace(each, fit="weak") for each in made.DINNER.options)),
        "options",
        "no_best",
    ),
    "an unknown fit": (
        replace(made.DINNER, options=(*made.DINNER.options[:2], replace(made.DINNER.options[2], fit="wrong"))),
        "options[c].fit",
        "unknown",
    ),
    "a distressing scene without an equal text": (replace(made.DINNER, equal=Text()), "equal", "missing"),
    "an unknown chapter": (replace(made.WELCOME, chapter="elsewhere"), "chapter", "unknown"),
    "an unknown section of the policy": (replace(made.WELCOME, policy="weather"), "policy", "unknown"),
    "a judgement without one feedback": (
        replace(made.DRINKS, feedback=replace(made.DRINKS.feedback, not_ok=Text())),
        "feedback.not_ok",
        "missing",
    ),
    "a judgement that depends on nothing": (
        replace(made.DRINKS, depends_on=tuple(replace(each, matters=False) for each in made.DRINKS.depends_on)),
        "depends_on",
        "nothing_matters",
    ),
    "a link": (replace(made.WELCOME, body=made.both("See [here](https://example.test)")), "body", "markdown"),
    "a table": (replace(made.WELCOME, body=made.both("| a | b |\n|---|---|")), "body", "markdown"),
    "HTML": (replace(made.WELCOME, body=made.both("<b>bold</b>")), "body", "markdown"),
    "a story in a text": (replace(made.WELCOME, story=made.both("A story")), "story", "superfluous"),
    "no minutes": (replace(made.WELCOME, minutes=0), "minutes", "minutes"),
}


@pytest.mark.parametrize(("part", "field", "problem"), LACKING.values(), ids=LACKING)
def test_a_draft_that_lacks_something_is_kept_but_not_published(draft, training_admin, now, part, field, problem):
    saved = save(draft, made.CONTENT.with_part(part), training_admin, now)
    with pytest.raises(courses.NotReady) as refused:
        courses.publish(version=saved, row_version=saved.row_version, past_count=None, by=training_admin.user, now=now)
    assert (part.id, field, problem) in {(lack.part, lack.field, lack.problem) for lack in refused.value.lacks}
    assert published_version(draft.course) is None


def test_two_parts_with_one_name_are_refused(draft, training_admin, now):
    content = replace(made.CONTENT, parts=(*made.CONTENT.parts, replace(made.WELCOME, title=made.both("Again"))))
    saved = save(draft, content, training_admin, now)
    assert [(lack.field, lack.problem) for lack in courses.missing(saved)] == [("parts[welcome]", "twice")]


def test_two_editors_never_overwrite_each_other(draft, training_admin, now):
    save(draft, replace(made.CONTENT, minutes=9), training_admin, now)
    with pytest.raises(courses.CourseMoved):
        save(draft, replace(made.CONTENT, minutes=10), training_admin, now)
    assert content_of(CourseVersion.objects.get(pk=draft.pk)).minutes == 9


def test_a_change_of_a_published_course_is_a_new_version(version, training_admin, now):
    with pytest.raises(courses.CourseMoved):
        save(version, replace(made.CONTENT, minutes=9), training_admin, now)
    second = courses.revise(course=version.course, by=training_admin.user, now=now)
    assert courses.revise(course=version.course, by=training_admin.user, now=now) == second
    assert (second.number, second.state, content_of(second)) == (2, VersionState.DRAFT, made.CONTENT)
    courses.publish(version=second, row_version=second.row_version, past_count=False, by=training_admin.user, now=now)
    version.refresh_from_db()
    assert version.state == VersionState.SUPERSEDED
    assert published_version(version.course) == second
    assert counting_from(version.course) == 2


def test_publishing_again_is_refused(version, training_admin, now):
    with pytest.raises(courses.CourseMoved):
        courses.publish(version=version, row_version=version.row_version, past_count=None, by=training_admin.user, now=now)


def test_an_address_belongs_to_one_course(version, training_admin, now):
    with pytest.raises(courses.CodeTaken):
        courses.create_course(code="everyone", audience="managers", content=made.CONTENT, by=training_admin.user, now=now)


@pytest.mark.parametrize(
    "change",
    [{"content": {}}, {"past_count": False}, {"content_hash": "0" * 64}, {"state": "draft"}, {"published_at": None}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses_to_change_what_is_published(version, change):
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        CourseVersion.objects.filter(pk=version.pk).update(**change)
    assert content_of(CourseVersion.objects.get(pk=version.pk)) == made.CONTENT


def test_the_database_refuses_to_delete_what_is_published_but_not_a_draft(version, training_admin, now):
    draft = courses.revise(course=version.course, by=training_admin.user, now=now + timedelta(days=1))
    courses.discard(version=draft, by=training_admin.user, now=now)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        CourseVersion.objects.filter(pk=version.pk).delete()
    assert version.course.versions.get() == version


def test_content_has_the_shape_of_the_records():
    assert "story" not in dump(made.WELCOME)
    assert dump(made.DRINKS)["feedback"]["ok"] == {"en": "Not always.", "zh-hans": "Not always.（中文）"}
