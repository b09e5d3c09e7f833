"""Going through a course with plain forms: one thing a screen, feedback pages, progress kept, completed only by answering (R08)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import cast
from tests.training import course as made
from training.models import Answer, AnswerCount, Assignment, Attempt, Completion, ExpertQuestion
from training.services import courses, playing
from training.states import AssignmentState, Source, Why

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(training_admin, now):
    return made.published(by=training_admin.user, now=now)


@pytest.fixture
def pupil(world, top):
    return cast.make_person("060", "Mo Yan", manager=top.employee)


@pytest.fixture
def browser(pupil, signed_in):
    return signed_in(pupil)


@pytest.fixture
def begun(browser, version):
    assert browser.post("/t/everyone/").headers["Location"] == "/t/everyone/1/"
    return Attempt.objects.get()


def text(response) -> str:
    return response.content.decode()


def to(response) -> str:
    return response.headers.get("Location", f"status {response.status_code}")


def walk(browser, *, choice="a", skip=False) -> str:
    """Go through the whole course. Returns where it ends."""
    assert to(browser.post("/t/everyone/1/", {"go": "done"})) == "/t/everyone/2/"
    data = {"go": "skip"} if skip else {"go": "next", "choice": choice}
    assert to(browser.post("/t/everyone/2/?scene=1", data)) == "/t/everyone/2/after/"
    assert to(browser.post("/t/everyone/2/after/")) == "/t/everyone/3/"
    assert to(browser.post("/t/everyone/3/", {"go": "next", "choice": "depends"})) == "/t/everyone/3/?scene=1&on=1"
    assert to(browser.post("/t/everyone/3/?scene=1&on=1", {"go": "next", "depends": ["wanted"]})) == "/t/everyone/3/after/"
    assert to(browser.post("/t/everyone/3/after/")) == "/t/everyone/4/"
    return to(browser.post("/t/everyone/4/", {"go": "done", "text": "", "token": "t"}))


def test_the_list_names_what_may_be_taken_and_what_is_due(browser, version, pupil, now):
    page = text(browser.get("/t/"))
    assert "Nothing due" in page
    assert "Respect at work" in page
    Assignment.objects.create(
        employee=pupil.employee, course=version.course, rule="all", why=Why.JOINED, assigned_at=now, due_date=now.date(), due_at=now
    )
    page = text(browser.get("/t/"))
    assert "Nothing due" not in page
    assert "It was due on" in page


def test_one_screen_shows_one_thing_and_where_one_is(browser, begun):
    page = text(browser.get("/t/everyone/1/"))
    assert "Part 1 of 4" in page
    assert "<strong>respect</strong>" in page
    assert "A dinner with a client" not in page


def test_every_screen_has_the_way_out_and_the_discreet_link(browser, begun):
    walk_to_the_end = [
        "/t/", "/t/everyone/", "/t/everyone/1/", "/t/everyone/2/", "/t/everyone/2/?scene=1", "/t/everyone/2/after/",
        "/t/everyone/3/", "/t/everyone/3/?scene=1&on=1", "/t/everyone/4/",
    ]  # fmt: skip
    browser.post("/t/everyone/1/", {"go": "done"})
    browser.post("/t/everyone/2/", {"choice": "a"})
    browser.post("/t/everyone/2/after/")
    browser.post("/t/everyone/3/?scene=1&on=1", {"depends": ["wanted"]})
    browser.post("/t/everyone/3/after/")
    Answer.objects.filter(part="after-work-drinks").update(answered_at=None, choice="")
    for path in walk_to_the_end:
        page = text(browser.get(path, follow=True))
        assert '<a href="/r/">This happened to me</a>' in page, path
        assert "data-leave" in page, path


def test_without_an_account_it_is_the_sign_in_page(version):
    assert Client().get("/t/").headers["Location"].startswith("/a/login/")


def test_a_course_that_is_not_given_is_absent(browser, version):
    assert browser.get("/t/managers/").status_code == 404
    assert browser.get("/t/everyone/").status_code == 200


def test_a_draft_is_absent(browser, training_admin, now, world):
    courses.create_course(code="everyone", audience="everyone", content=made.CONTENT, by=training_admin.user, now=now)
    assert browser.get("/t/everyone/").status_code == 404


def test_a_distressing_scene_says_first_what_it_is_about(browser, begun):
    browser.post("/t/everyone/1/", {"go": "done"})
    page = text(browser.get("/t/everyone/2/"))
    assert "This scene is about unwanted touching." in page
    assert "hand on her back" not in page
    assert "hand on her back" in text(browser.get("/t/everyone/2/?scene=1"))


def test_skipping_a_scene_gives_the_equal_text_and_full_credit(browser, begun):
    browser.post("/t/everyone/1/", {"go": "done"})
    browser.post("/t/everyone/2/", {"go": "skip"})
    page = text(browser.get("/t/everyone/2/after/"))
    assert "Whoever sees it can interrupt" in page
    assert "hand on her back" not in page
    browser.post("/t/everyone/2/after/")
    assert Answer.objects.get(part="client-dinner").read_at
    assert playing.next_number(begun) == 3


def test_what_is_not_distressing_is_not_skipped(browser, begun):
    for number in (1, 2):
        browser.post(f"/t/everyone/{number}/", {"go": "skip"})
        browser.post(f"/t/everyone/{number}/after/")
    browser.post("/t/everyone/3/", {"go": "skip"})
    assert not Answer.objects.filter(part="after-work-drinks", answered_at__isnull=False).exists()


def test_choosing_nothing_is_no_failure(browser, begun):
    browser.post("/t/everyone/1/", {"go": "done"})
    page = text(browser.post("/t/everyone/2/?scene=1", {"go": "next"}))
    assert "Choose one answer – there is no penalty" in page
    assert "<title>Error: Part 2 of 4" in page


@pytest.mark.parametrize(("choice", "said"), [("a", "She comes over at once."), ("c", "Nobody has said a word.")])
def test_the_feedback_tells_what_happens_next(browser, begun, choice, said):
    browser.post("/t/everyone/1/", {"go": "done"})
    browser.post("/t/everyone/2/?scene=1", {"go": "next", "choice": choice})
    page = text(browser.get("/t/everyone/2/after/"))
    assert said in page
    assert "What happens next" in page
    assert not [word for word in ("wrong", "score", "points", "correct") if word in page.lower()]


def test_the_first_answer_stays(browser, begun):
    browser.post("/t/everyone/1/", {"go": "done"})
    browser.post("/t/everyone/2/?scene=1", {"go": "next", "choice": "c"})
    assert to(browser.post("/t/everyone/2/?scene=1", {"go": "next", "choice": "a"})) == "/t/everyone/2/after/"
    assert Answer.objects.get(part="client-dinner").choice == "c"


def test_a_judgement_asks_on_what_it_depends(browser, begun):
    walk(browser)
    # What was ticked is counted, without a name.
    assert AnswerCount.objects.get(part="after-work-drinks", choice="depends:wanted").number == 1


def test_a_part_that_comes_later_leads_to_the_next_one(browser, begun):
    assert to(browser.get("/t/everyone/3/")) == "/t/everyone/1/"
    assert to(browser.post("/t/everyone/4/", {"go": "done", "token": "t"})) == "/t/everyone/1/"
    assert not Completion.objects.exists()


def test_a_question_without_an_answer_is_not_read_to_the_end(browser, begun, version):
    browser.post("/t/everyone/1/", {"go": "done"})
    assert to(browser.post("/t/everyone/2/after/")) == "/t/everyone/2/"
    with pytest.raises(playing.NotAnswered):
        playing.read(attempt=begun, part=made.DINNER, now=timezone.now())


def test_whoever_comes_back_goes_on_where_they_were(browser, begun, pupil, signed_in):
    browser.post("/t/everyone/1/", {"go": "done"})
    elsewhere = signed_in(pupil)
    assert "1 of 4 parts done" in text(elsewhere.get("/t/everyone/"))
    assert to(elsewhere.post("/t/everyone/")) == "/t/everyone/2/"
    assert Attempt.objects.count() == 1


def test_whoever_answers_everything_has_completed_it(browser, begun, pupil, version, now):
    Assignment.objects.create(
        employee=pupil.employee, course=version.course, rule="all", why=Why.JOINED, assigned_at=now - timedelta(days=1),
        due_date=now.date(), due_at=now,
    )  # fmt: skip
    end = walk(browser)
    done = Completion.objects.get()
    assert end == f"/t/certificate/{done.pk}/"
    assert (done.employee, done.name, done.version, done.content_hash) == (pupil.employee, "Mo Yan", version, version.content_hash)
    assert (done.source, done.provider) == (Source.PORTAL, "Linden Retail")
    page = text(browser.get(end))
    assert all(word in page for word in ("Mo Yan", "Respect at work", done.content_hash, "Completed. Thank you."))


def test_completing_ends_what_was_due(browser, begun, pupil, version):
    before = timezone.now() - timedelta(days=3)
    Assignment.objects.create(
        employee=pupil.employee, course=version.course, rule="all", why=Why.JOINED, assigned_at=before, due_date=before.date(),
        due_at=before, next_at=before,
    )  # fmt: skip
    walk(browser)
    row = Assignment.objects.get()
    assert (row.state, row.next_at) == (AssignmentState.DONE, None)


def test_looking_at_every_page_completes_nothing(browser, begun):
    for number in range(1, 5):
        browser.get(f"/t/everyone/{number}/", follow=True)
    assert not Completion.objects.exists()


def test_what_was_chosen_is_counted_and_forgotten(browser, begun, pupil):
    walk(browser, choice="c")
    assert set(Answer.objects.values_list("choice", "skipped")) == {("", False)}
    assert all(row.depends == [] for row in Answer.objects.all())
    assert Answer.objects.filter(read_at__isnull=False).count() == 4
    counted = AnswerCount.objects.get(part="client-dinner")
    assert (counted.choice, counted.number, counted.unit_id, counted.month.day) == ("c", 1, pupil.employee.unit_id, 1)


def test_a_skipped_scene_is_counted_as_skipped_and_forgotten(browser, begun):
    walk(browser, skip=True)
    assert AnswerCount.objects.get(part="client-dinner").choice == "skipped"
    assert not Answer.objects.filter(skipped=True).exists()


def test_two_who_choose_the_same_are_counted_together(browser, begun, top, signed_in):
    walk(browser)
    other = signed_in(cast.make_person("061", "Tan Wei", manager=top.employee))
    other.post("/t/everyone/")
    walk(other)
    assert AnswerCount.objects.get(part="client-dinner").number == 2


def test_taking_it_again_is_another_completion(browser, begun):
    walk(browser)
    assert "Take it again" in text(browser.get("/t/everyone/"))
    browser.post("/t/everyone/")
    walk(browser)
    assert Completion.objects.count() == 2


def test_a_version_that_does_not_count_any_more_begins_anew(browser, begun, version, training_admin, now):
    browser.post("/t/everyone/1/", {"go": "done"})
    draft = courses.revise(course=version.course, by=training_admin.user, now=now)
    courses.publish(version=draft, row_version=draft.row_version, past_count=False, by=training_admin.user, now=now)
    assert to(browser.post("/t/everyone/")) == "/t/everyone/1/"
    assert Attempt.objects.get().version == draft


def test_a_version_that_still_counts_is_finished_as_it_was_begun(browser, begun, version, training_admin, now):
    browser.post("/t/everyone/1/", {"go": "done"})
    draft = courses.revise(course=version.course, by=training_admin.user, now=now)
    courses.publish(version=draft, row_version=draft.row_version, past_count=True, by=training_admin.user, now=now)
    assert to(browser.post("/t/everyone/")) == "/t/everyone/2/"
    assert Attempt.objects.get().version == version


def test_an_account_without_an_entry_in_the_directory_is_told_what_is_missing(browser, version, pupil):
    pupil.employee.user = None
    pupil.employee.save()
    page = text(browser.get("/t/everyone/"))
    assert "does not belong to an entry of the directory" in page
    assert not Attempt.objects.exists()


def test_it_is_all_there_in_chinese(browser, begun):
    browser.cookies["l"] = "zh-hans"
    page = text(browser.get("/t/everyone/1/"))
    assert "第 1 部分，共 4 部分" in page
    assert "我遇到过这样的事" in page
    browser.post("/t/everyone/1/", {"go": "done"})
    assert "跳过这个情景" in text(browser.get("/t/everyone/2/"))


# --- the question box -------------------------------------------------------------------------------


@pytest.fixture
def at_the_box(browser, begun):
    browser.post("/t/everyone/1/", {"go": "done"})
    browser.post("/t/everyone/2/", {"go": "skip"})
    browser.post("/t/everyone/2/after/")
    browser.post("/t/everyone/3/", {"choice": "ok"})
    browser.post("/t/everyone/3/after/")
    return browser


def test_a_question_is_sent_once_however_often_it_is_clicked(at_the_box, training_admin):
    data = {"go": "ask", "text": "May I say this to a client?", "token": "abc"}
    for _click in range(2):
        assert to(at_the_box.post("/t/everyone/4/", data)) == "/t/everyone/4/"
    question = ExpertQuestion.objects.get()
    assert question.expert == training_admin.user
    assert b"client" not in bytes(question.question_sealed)
    assert "The answer comes by" in text(at_the_box.get("/t/everyone/4/"))


def test_a_question_that_was_typed_is_not_lost_by_going_on(at_the_box):
    page = text(at_the_box.post("/t/everyone/4/", {"go": "done", "text": "May I say this?", "token": "abc"}))
    assert "May I say this?" in page
    assert "Send it, or empty the box to go on." in page
    assert not Completion.objects.exists()
    assert to(at_the_box.post("/t/everyone/4/", {"go": "done", "text": "", "token": "abc"})).startswith("/t/certificate/")


def test_a_question_that_is_too_long_stays_on_the_page(at_the_box):
    page = text(at_the_box.post("/t/everyone/4/", {"go": "ask", "text": "why " * 1500, "token": "abc"}))
    assert "This is longer than we can take." in page
    assert "why why why" in page
    assert not ExpertQuestion.objects.exists()


def test_the_other_language_keeps_what_was_typed(at_the_box):
    response = at_the_box.post("/t/everyone/4/", {"go": "lang", "text": "May I say this?", "token": "abc"})
    assert "May I say this?" in text(response)
    assert "继续" in text(response)
    assert response.cookies["l"].value == "zh-hans"
