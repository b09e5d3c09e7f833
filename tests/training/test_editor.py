"""The scenario editor (D7): a course written in the editor, in both languages, by two people at once, published as a new version."""

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audit.models import Entry
from policy.editing import fingerprint
from tests.factories import cast
from tests.factories.trained import train
from tests.training import course as made
from training.models import Assignment, Completion, Course, CourseFile, CourseVersion, Sweep
from training.parts import Chapter
from training.selectors import content_of
from training.services import assigning, courses, editing
from training.shipped import shipped_courses
from training.states import AssignmentState, VersionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(training_admin, now):
    return made.published(by=training_admin.user, now=now)


@pytest.fixture
def draft(version, training_admin, now):
    return courses.revise(course=version.course, by=training_admin.user, now=now)


@pytest.fixture
def editor(training_admin, signed_in):
    return signed_in(training_admin)


def at(name: str, *more) -> str:
    return reverse(f"teaching:{name}", args=["everyone", *more])


def fields_of(page) -> dict:
    """What a editor would send of the big form of a page, unchanged."""
    return {name: "" if value is None else value for name, value in _initial(page.context["form"]).items()}


def _initial(form) -> dict:
    found = {}
    for bound in form:
        value = bound.value()
        if value is True:
            found[bound.html_name] = "on"
        elif value not in (None, False):
            found[bound.html_name] = value
    return found


def content(course_version):
    return content_of(CourseVersion.objects.get(pk=course_version.pk))


def in_force() -> CourseVersion:
    return CourseVersion.objects.get(course__code="everyone", state=VersionState.PUBLISHED)


# --- writing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", [part.id for part in made.CONTENT.parts])
def test_a_part_that_is_saved_as_it_was_shown_stays_as_it_is(draft, editor, part):
    page = editor.get(at("part", part))
    entries = Entry.objects.count()
    assert editor.post(at("part", part), fields_of(page) | {"part_kind": content(draft).part(part).kind}).status_code == 302
    assert content(draft) == made.CONTENT
    # Nothing was changed, so nothing is recorded.
    assert Entry.objects.count() == entries


def test_one_changed_word_is_kept_in_its_language(draft, editor):
    said = fields_of(editor.get(at("part", "client-dinner"))) | {"feedback_3_zh_hans": "客户没有停手。", "fit_3": "harmful"}
    editor.post(at("part", "client-dinner"), said)
    option = content(draft).part("client-dinner").option("c")
    assert (option.feedback.zh_hans, option.fit) == ("客户没有停手。", "harmful")
    assert option.feedback.en == made.DINNER.option("c").feedback.en
    assert Entry.objects.filter(action="course_edited").get().facts["part"] == "client-dinner"


def test_a_new_scenario_is_written_from_nothing(draft, editor):
    said = {
        "title_en": "A trip",
        "title_zh_hans": "出差",
        "story_en": "One room.",
        "story_zh_hans": "只有一间房。",
        "chapter": "basics",
        "minutes": 2,
    }
    said |= {"question_en": "What now?", "question_zh_hans": "怎么办？", "part_kind": "scenario"}
    for number, fit in ((1, "best"), (2, "weak"), (3, "harmful")):
        said |= {f"option_{number}_en": f"Do {number}", f"option_{number}_zh_hans": f"做 {number}", f"fit_{number}": fit}
        said |= {f"feedback_{number}_en": f"Then {number}", f"feedback_{number}_zh_hans": f"然后 {number}"}
    assert editor.post(at("part", "scenario"), said).status_code == 302
    part = content(draft).part("a-trip")
    assert [option.id for option in part.options] == ["a", "b", "c"]
    # At the end of its chapter, so that it is read there.
    assert [each.id for each in content(draft).parts][:3] == ["welcome", "a-trip", "client-dinner"]
    assert courses.missing(CourseVersion.objects.get(pk=draft.pk)) == []


def test_two_parts_of_one_title_get_two_names(draft, editor):
    for _time in range(2):
        editor.post(at("part", "text"), {"title_en": "Welcome", "chapter": "basics", "minutes": 1, "part_kind": "text"})
    assert {"welcome", "welcome-2", "welcome-3"} <= {part.id for part in content(draft).parts}


def test_a_title_in_chinese_alone_gives_a_name_too(draft, editor):
    editor.post(at("part", "text"), {"title_zh_hans": "欢迎", "chapter": "basics", "minutes": 1, "part_kind": "text"})
    # The bare kind stands for a new part in addresses.
    assert content(draft).part("text-2")


def test_parts_and_chapters_are_moved_with_buttons(draft, editor):
    seen = fingerprint(content(draft).part("after-work-drinks"))
    editor.post(at("part_move", "after-work-drinks"), {"seen": seen, "way": "up"})
    assert [part.id for part in content(draft).parts] == ["welcome", "after-work-drinks", "client-dinner", "ask-an-expert"]
    seen = fingerprint(content(draft).chapter("scenes"))
    editor.post(at("chapter_move", "scenes"), {"seen": seen, "way": "up"})
    assert [part.id for part in content(draft).parts] == ["after-work-drinks", "client-dinner", "ask-an-expert", "welcome"]


def test_an_answer_is_moved_with_what_was_typed_and_stored_with_the_rest(draft, editor):
    there = at("part", "client-dinner")
    typed = fields_of(editor.get(there)) | {"option_2_en": "Typed just now", "part_kind": "scenario"}
    page = editor.post(there, typed | {"move": "2:up"})
    assert page.status_code == 200 and content(draft) == made.CONTENT, "nothing is stored yet"
    assert "It is stored when you save" in page.content.decode()
    assert editor.post(there, fields_of(page) | {"part_kind": "scenario"}).status_code == 302
    options = content(draft).part("client-dinner").options
    before = made.DINNER.options
    assert [each.id for each in options] == [before[1].id, before[0].id, *(each.id for each in before[2:])]
    assert options[0].text.en == "Typed just now"
    assert (options[0].feedback, options[0].fit) == (before[1].feedback, before[1].fit)
    assert options[1] == before[0]


def test_what_a_judgement_depends_on_is_moved_too(draft, editor):
    there = at("part", "after-work-drinks")
    before = made.DRINKS.depends_on
    page = editor.post(there, fields_of(editor.get(there)) | {"part_kind": "judgement", "move": "1:down"})
    editor.post(there, fields_of(page) | {"part_kind": "judgement"})
    assert content(draft).part("after-work-drinks").depends_on == (before[1], before[0], *before[2:])


@pytest.mark.parametrize("wanted", ["1:up", "99:down", "1:sideways", "x", "-1:up", "4:down", ""])
def test_nothing_moves_beyond_an_end(draft, editor, wanted):
    there = at("part", "client-dinner")
    typed = fields_of(editor.get(there)) | {"part_kind": "scenario"}
    page = editor.post(there, typed | {"move": wanted})
    assert page.status_code == 200
    editor.post(there, fields_of(page) | {"part_kind": "scenario"})
    assert content(draft) == made.CONTENT


def test_the_first_has_no_up_and_the_last_no_down(draft, editor):
    page = editor.get(at("part", "client-dinner")).content.decode()
    assert re.findall(r'name="move" value="([^"]+)"', page) == ["1:down", "2:up", "2:down", "3:up", "3:down", "4:up"]


def test_a_chapter_with_parts_stays_and_an_empty_one_goes(draft, editor, training_admin, now):
    editor.post(at("chapter_remove", "basics"), {"seen": fingerprint(content(draft).chapter("basics"))})
    assert content(draft).chapter("basics")
    editor.post(at("chapter", "new"), {"title_en": "Empty", "title_zh_hans": "空"})
    editor.post(at("chapter_remove", "empty"), {"seen": fingerprint(content(draft).chapter("empty"))})
    assert content(draft).chapter("empty") is None


def test_a_part_is_taken_out(draft, editor):
    editor.post(at("part_remove", "welcome"), {"seen": fingerprint(made.WELCOME)})
    assert content(draft).part("welcome") is None


def test_what_is_missing_is_listed_at_its_part(draft, editor, training_admin, now):
    part = replace(made.DINNER, options=made.DINNER.options[:2])
    editing.save_part(version=draft, part=part, seen=fingerprint(made.DINNER), by=training_admin.user, now=now)
    for name in ("draft", "publish"):
        page = editor.get(at(name)).content.decode()
        assert "Answers: has too few entries" in page
    assert editor.post(at("publish"), {"row_version": draft.row_version + 1}).status_code == 200
    assert in_force().number == 1


# --- two at once ------------------------------------------------------------------------------------


def test_two_editors_of_one_part_see_both_and_lose_nothing(draft, editor, training_admin, now):
    mine = fields_of(editor.get(at("part", "welcome"))) | {"body_en": "Mine.", "part_kind": "text"}
    other = cast.make_person("051", "Zhao Wen", "training_admin")
    theirs = replace(made.WELCOME, body=made.both("Theirs."))
    editing.save_part(version=draft, part=theirs, seen=fingerprint(made.WELCOME), by=other.user, now=now)
    page = editor.post(at("part", "welcome"), mine)
    words = page.content.decode()
    assert page.status_code == 409 and "Zhao Wen saved a change meanwhile" in words and "Mine." in words and "Theirs." in words
    assert content(draft).part("welcome") == theirs
    editor.post(at("part", "welcome"), fields_of(page) | {"part_kind": "text"})
    assert content(draft).part("welcome").body.en == "Mine."


def test_two_editors_of_two_parts_do_not_disturb_each_other(draft, editor, training_admin, now):
    mine = fields_of(editor.get(at("part", "welcome"))) | {"body_en": "Mine.", "part_kind": "text"}
    moved = replace(made.DRINKS, minutes=4)
    editing.save_part(version=draft, part=moved, seen=fingerprint(made.DRINKS), by=training_admin.user, now=now)
    assert editor.post(at("part", "welcome"), mine).status_code == 302
    assert content(draft).part("welcome").body.en == "Mine." and content(draft).part("after-work-drinks").minutes == 4


def test_a_part_that_was_removed_meanwhile_keeps_what_was_typed(draft, editor, training_admin, now):
    mine = fields_of(editor.get(at("part", "welcome"))) | {"body_en": "Mine.", "part_kind": "text"}
    editing.remove_part(version=draft, part_id="welcome", seen=fingerprint(made.WELCOME), by=training_admin.user, now=now)
    page = editor.post(at("part", "welcome"), mine)
    assert page.status_code == 409 and "has removed this meanwhile" in page.content.decode() and "Mine." in page.content.decode()
    editor.post(at("part", "welcome"), fields_of(page) | {"part_kind": "text"})
    assert content(draft).part("welcome").body.en == "Mine."


def test_a_draft_published_meanwhile_keeps_what_was_typed(draft, editor, training_admin, now):
    mine = fields_of(editor.get(at("part", "welcome"))) | {"body_en": "Mine.", "part_kind": "text"}
    courses.publish(version=draft, row_version=draft.row_version, past_count=None, by=training_admin.user, now=now)
    page = editor.post(at("part", "welcome"), mine)
    assert page.status_code == 409 and "Mine." in page.content.decode()
    assert content_of(in_force()).part("welcome") == made.WELCOME


def test_moving_what_a_colleague_changed_changes_nothing(draft, editor, training_admin, now):
    seen = fingerprint(made.DRINKS)
    changed = replace(made.DRINKS, minutes=4)
    editing.save_part(version=draft, part=changed, seen=seen, by=training_admin.user, now=now)
    editor.post(at("part_move", "after-work-drinks"), {"seen": seen, "way": "up"})
    assert [part.id for part in content(draft).parts] == [part.id for part in made.CONTENT.parts]


def test_publishing_what_a_colleague_changed_publishes_nothing(draft, editor, training_admin, now):
    row_version = draft.row_version
    changed = replace(made.DRINKS, minutes=4)
    editing.save_part(version=draft, part=changed, seen=fingerprint(made.DRINKS), by=training_admin.user, now=now)
    page = editor.post(at("publish"), {"row_version": row_version}, follow=True)
    assert "Nothing was published" in page.content.decode() and in_force().number == 1


# --- films ------------------------------------------------------------------------------------------

MP4 = bytes.fromhex("00000018667479706d703432000000006d70343269736f6d") + b"\0" * 64


def test_a_film_is_added_with_captions_and_taken_out_again(draft, editor):
    said = {"title_en": "A film", "title_zh_hans": "短片", "chapter": "basics", "minutes": 1, "part_kind": "media", "media_kind": "video"}
    said |= {"transcript_en": "Good morning.", "transcript_zh_hans": "早上好。"}
    said["file_en"] = SimpleUploadedFile("film.mp4", MP4, "video/mp4")
    for name in ("captions_en", "captions_zh"):
        said[name] = SimpleUploadedFile("c.vtt", b"WEBVTT\n\n00:00.000 --> 00:01.000\nHi\n", "text/vtt")
    assert editor.post(at("part", "media"), said).status_code == 302
    part = content(draft).part("a-film")
    assert CourseFile.objects.count() == 3 and part.media.file_en and part.media.captions_zh
    assert courses.missing(CourseVersion.objects.get(pk=draft.pk)) == []
    page = editor.get(at("part", "a-film"))
    editor.post(at("part", "a-film"), fields_of(page) | {"part_kind": "media", "drop_captions_zh": "on"})
    assert content(draft).part("a-film").media.captions_zh == "" and content(draft).part("a-film").media.file_en == part.media.file_en


def test_a_file_of_another_kind_is_refused_and_the_words_stay(draft, editor):
    said = {"title_en": "A film", "chapter": "basics", "minutes": 1, "part_kind": "media", "media_kind": "video"}
    page = editor.post(at("part", "media"), said | {"file_en": SimpleUploadedFile("film.mp4", b"#!/bin/sh\n", "video/mp4")})
    assert page.status_code == 200 and "no film or recording" in page.content.decode() and "A film" in page.content.decode()
    assert not CourseFile.objects.exists()


# --- looking at it ----------------------------------------------------------------------------------


def test_it_is_looked_at_as_people_see_it_and_nothing_is_kept(draft, editor):
    look = at("look", draft.number, 2)
    assert "This scene is about unwanted touching." in editor.get(look).content.decode()
    assert "What would you do?" in editor.get(f"{look}?scene=1").content.decode()
    page = editor.post(f"{look}?scene=1", {"choice": "a", "go": "next"}, follow=True).content.decode()
    assert "She comes over at once." in page and "Nothing of it is kept" in page
    assert "Whoever sees it can interrupt" in editor.post(look, {"go": "skip"}, follow=True).content.decode()
    look = at("look", draft.number, 3)
    page = editor.post(f"{look}?scene=1", {"choice": "depends"}, follow=True)
    page = editor.post(f"{look}?scene=1&on=1", {"depends": ["wanted"]}, follow=True).content.decode()
    assert "whether it is welcome decides" in page and "you ticked this" in page
    from training.models import Answer, Attempt

    assert not Answer.objects.exists() and not Attempt.objects.exists()


def test_every_screen_leads_to_the_next_and_the_last_back_to_the_draft(draft, editor):
    for number in (1, 4):
        answer = editor.post(at("look", draft.number, number), {"go": "done"})
        assert answer.url == (at("look", draft.number, 2) if number == 1 else at("draft"))
    assert editor.get(at("look", draft.number, 9)).status_code == 404
    assert editor.get(at("look", 99, 1)).status_code == 404
    assert editor.get(f"{at('look', draft.number, 2)}?after=zzz").status_code == 404


# --- publishing -------------------------------------------------------------------------------------


def complete_and_change(version, person, editor, training_admin, now, past: str) -> None:
    train(version, person, at=now)
    draft = courses.revise(course=version.course, by=training_admin.user, now=now)
    changed = replace(made.WELCOME, body=made.both("Changed."))
    draft = editing.save_part(version=draft, part=changed, seen=fingerprint(made.WELCOME), by=training_admin.user, now=now)
    page = editor.get(at("publish")).content.decode()
    assert "Welcome: changed" in page
    assert editor.post(at("publish"), {"row_version": draft.row_version}).status_code == 200, "the question must be answered"
    editor.post(at("publish"), {"row_version": draft.row_version, "past": past})
    assert in_force().number == 2


def night(now) -> None:
    Sweep.objects.update(look_at=now)
    while assigning.look(now=now):
        pass


@pytest.mark.parametrize(("past", "is_asked"), [("yes", False), ("no", True)])
def test_past_completions_count_unless_the_change_is_material(version, top, editor, training_admin, now, past, is_asked):
    complete_and_change(version, top, editor, training_admin, now, past)
    night(now)
    again = Assignment.objects.filter(employee=top.employee, state=AssignmentState.OPEN)
    assert again.exists() is is_asked
    if is_asked:
        assert again.get().why == "new_version"


@pytest.mark.parametrize("past", ["yes", "no"])
def test_the_evidence_of_before_stays_either_way(version, top, editor, training_admin, signed_in, client, now, past):
    complete_and_change(version, top, editor, training_admin, now, past)
    completion = Completion.objects.get(employee=top.employee)
    assert (completion.version, completion.content_hash) == (version, version.content_hash)
    assert signed_in(top).get(reverse("training:certificate", args=[completion.pk])).status_code == 200
    page = client.post(reverse("training:check"), {"number": completion.number}).content.decode()
    assert "This certificate is valid." in page


def test_a_material_change_is_acted_on_at_once(version, top, editor, training_admin, now):
    night(now)
    assert all(sweep.look_at > now for sweep in Sweep.objects.all())
    complete_and_change(version, top, editor, training_admin, now, "no")
    assert Sweep.objects.filter(look_at__lte=cast.NOW).exists() or assigning.look(now=in_force().published_at)


def test_where_nobody_has_completed_it_nothing_is_asked(draft, editor):
    assert b"past completions" not in editor.get(at("publish")).content
    editor.post(at("publish"), {"row_version": draft.row_version})
    assert in_force().number == 2


# --- a course as a whole ----------------------------------------------------------------------------


def test_a_course_is_written_from_nothing_to_the_learner(editor, top, signed_in, training_admin):
    assert editor.post(reverse("teaching:new"), {"code": "dinners", "audience": "everyone"}).url == reverse(
        "teaching:draft", args=["dinners"]
    )
    words = reverse("teaching:words", args=["dinners"])
    said = fields_of(editor.get(words)) | {"title_en": "Dinners", "title_zh_hans": "饭局", "minutes": 5}
    editor.post(words, said | {"summary_en": "s", "summary_zh_hans": "概要"})
    editor.post(reverse("teaching:chapter", args=["dinners", "new"]), {"title_en": "One", "title_zh_hans": "一"})
    said = {
        "title_en": "Hello",
        "title_zh_hans": "您好",
        "body_en": "b",
        "body_zh_hans": "正文",
        "chapter": "one",
        "minutes": 5,
        "part_kind": "text",
    }
    editor.post(reverse("teaching:part", args=["dinners", "text"]), said)
    draft = CourseVersion.objects.get(course__code="dinners")
    editor.post(reverse("teaching:publish", args=["dinners"]), {"row_version": draft.row_version})
    assert "Dinners" in signed_in(top).get(reverse("training:mine")).content.decode()


@pytest.mark.parametrize("code", ["everyone", "team", "Wrong Name", ""])
def test_a_name_that_is_taken_or_wrong_is_refused(version, editor, code):
    page = editor.post(reverse("teaching:new"), {"code": code, "audience": "everyone"})
    assert page.status_code == 200 and Course.objects.count() == 1


def test_a_new_version_begins_from_the_newest_or_from_the_shipped_one(version, editor, training_admin, now):
    editor.post(at("start"), {"start": "newest"})
    draft = CourseVersion.objects.get(state=VersionState.DRAFT)
    assert content_of(draft) == made.CONTENT
    # A second click, or a colleague's, throws nothing away.
    editor.post(at("start"), {"start": "shipped"})
    assert content(draft) == made.CONTENT
    editor.post(at("discard"))
    editor.post(at("start"), {"start": "shipped"})
    shipped = next(each.content for each in shipped_courses() if each.code == "everyone")
    assert content_of(CourseVersion.objects.get(state=VersionState.DRAFT)) == shipped


def test_a_shipped_part_can_be_opened_in_the_editor_and_saved_unchanged(version, editor, training_admin, now):
    shipped = next(each.content for each in shipped_courses() if each.code == "everyone")
    draft = courses.revise(course=version.course, by=training_admin.user, now=now, content=shipped)
    for part in shipped.parts:
        page = editor.get(at("part", part.id))
        editor.post(at("part", part.id), fields_of(page) | {"part_kind": part.kind})
    assert content(draft) == shipped
    assert not Entry.objects.filter(action="course_edited").exists()


def test_the_expert_is_named(version, editor, training_admin):
    assert editor.post(at("course"), {"expert": training_admin.user.pk, "answer_days": 3, "seen": "0:2"}).status_code == 302
    course = Course.objects.get()
    assert (course.expert, course.answer_days) == (training_admin.user, 3)
    assert Entry.objects.filter(action="course_expert_set").count() == 1
    editor.post(at("course"), {"expert": "", "answer_days": 3, "seen": f"{training_admin.user.pk}:3"})
    assert Course.objects.get().expert is None
    page = editor.post(at("course"), {"expert": training_admin.user.pk, "answer_days": 0, "seen": "0:3"})
    assert "Give a number from 1 to 30" in page.content.decode()


def test_two_who_name_the_expert_see_both(version, editor, training_admin, now):
    courses.name_expert(course=version.course, expert=None, answer_days=5, seen=(None, 2), by=training_admin.user, now=now)
    said = {"expert": training_admin.user.pk, "answer_days": 3, "seen": "0:2"}
    page = editor.post(at("course"), said)
    assert page.status_code == 409 and Course.objects.get().answer_days == 5
    assert [row[1:] for row in page.context["rows"]] == [("", training_admin.user.display_name), ("5", "3")]
    assert editor.post(at("course"), said | {"seen": page.context["form"]["seen"].value()}).status_code == 302
    assert Course.objects.get().answer_days == 3


def test_a_course_is_no_longer_given(version, editor, top, signed_in):
    assert editor.get(at("retire")).status_code == 200
    editor.post(at("retire"))
    assert Course.objects.get().retired_at and "Respect at work" not in signed_in(top).get(reverse("training:mine")).content.decode()


def test_a_published_version_is_never_changed_by_the_editor(version, training_admin, now):
    with pytest.raises(courses.CourseMoved):
        editing.save_chapter(version=version, chapter=Chapter("new-one"), seen="", by=training_admin.user, now=now)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_pages_are_there_in_both_languages(draft, editor, language):
    editor.cookies["l"] = language
    pages = [at("course"), at("draft"), at("words"), at("publish"), at("chapter", "basics"), at("retire"), reverse("teaching:new")]
    pages += [at("part", part.id) for part in made.CONTENT.parts] + [
        at("part", kind) for kind in ("text", "scenario", "judgement", "media")
    ]
    for address in pages:
        page = editor.get(address)
        assert page.status_code == 200, address
        if language == "zh-hans":
            plain = re.sub(r"<[^>]+>", " ", page.content.decode())
            assert not re.search(r"\b(Save|Publish|The story|Answer \d)\b", plain), address
