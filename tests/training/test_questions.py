"""Questions to an expert: sealed, promised by a date, answered once, kept."""

from datetime import timedelta

import pytest

from notices.models import Notice
from tests.factories import cast
from tests.training import course as made
from training.models import ExpertQuestion
from training.services import asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(training_admin, now):
    return made.published(by=training_admin.user, now=now)


@pytest.fixture
def pupil(world, top):
    return cast.make_person("060", "Mo Yan", manager=top.employee)


@pytest.fixture
def trainer(world, top):
    return cast.make_person("062", "Jin Wei", manager=top.employee)


def ask(version, pupil, now, text="May I joke about this?", token="t1"):
    return asking.ask(
        course=version.course, version=version, part="ask-an-expert", employee=pupil.employee, text=text, token=token, now=now
    )


@pytest.fixture
def asked(version, pupil, now):
    return ask(version, pupil, now)


def notices(template: str) -> set:
    return set(Notice.objects.filter(template=template).values_list("recipient", flat=True))


def test_the_named_expert_is_asked_while_they_are_here(version, pupil, trainer, training_admin, now):
    version.course.expert = trainer.user
    version.course.save()
    assert ask(version, pupil, now).expert == trainer.user
    assert notices("expert_asked") == {trainer.user.pk}
    trainer.employee.left_date = now.date()
    trainer.employee.save()
    assert ask(version, pupil, now, token="t2").expert == training_admin.user


def test_an_answer_is_promised_in_working_days(asked, now):
    # Monday 23 November 2026 and two working days.
    assert asked.due_date.isoformat() == "2026-11-25"
    assert asked.due_at.isoformat() == "2026-11-25T16:00:00+00:00"


def test_nothing_written_is_nothing_asked(version, pupil, now):
    with pytest.raises(asking.NothingWritten):
        ask(version, pupil, now, text="  \n ")
    assert not ExpertQuestion.objects.exists()


def test_with_nobody_to_ask_nothing_is_kept(version, pupil, training_admin, now):
    training_admin.user.is_active = False
    training_admin.user.save()
    with pytest.raises(asking.NobodyToAsk):
        ask(version, pupil, now)


def test_a_double_click_asks_once_and_two_people_with_one_token_ask_twice(version, pupil, trainer, now):
    assert ask(version, pupil, now) == ask(version, pupil, now)
    assert ask(version, trainer, now) != ask(version, pupil, now)
    assert ExpertQuestion.objects.count() == 2


def test_question_and_answer_are_sealed_and_kept(asked, training_admin, now):
    asking.answer(question=asked, text="Rather not.", by=training_admin.user, now=now)
    row = ExpertQuestion.objects.get()
    assert b"joke" not in bytes(row.question_sealed)
    assert b"Rather" not in bytes(row.answer_sealed)
    assert (asking.open_question(row), asking.open_answer(row)) == ("May I joke about this?", "Rather not.")


def test_an_older_question_put_back_does_not_open(asked, training_admin, now):
    before = bytes(asked.question_sealed)
    asking.answer(question=asked, text="Rather not.", by=training_admin.user, now=now)
    row = ExpertQuestion.objects.get()
    row.question_sealed = before
    with pytest.raises(Exception, match=r".*") as refused:
        asking.open_question(row)
    assert type(refused.value).__name__ == "Damaged"


def test_only_who_was_asked_and_training_administrators_answer(version, pupil, trainer, training_admin, now):
    version.course.expert = trainer.user
    version.course.save()
    question = ask(version, pupil, now)
    with pytest.raises(PermissionError):
        asking.answer(question=question, text="Hello", by=pupil.user, now=now)
    asking.answer(question=question, text="Rather not.", by=training_admin.user, now=now)
    with pytest.raises(asking.AlreadyAnswered):
        asking.answer(question=question, text="Of course.", by=trainer.user, now=now)
    assert asking.open_answer(ExpertQuestion.objects.get()) == "Rather not."


def test_whoever_asked_is_told_and_reads_it(asked, pupil, training_admin, signed_in, now):
    browser = signed_in(pupil)
    page = browser.get(f"/t/questions/{asked.pk}/").content.decode()
    assert "May I joke about this?" in page
    asking.answer(question=asked, text="Rather not.", by=training_admin.user, now=now)
    assert notices("expert_answered") == {pupil.user.pk}
    assert asking.asked_it(pupil.user, asked.pk, now)
    assert "Rather not." in browser.get(f"/t/questions/{asked.pk}/").content.decode()
    assert not asking.asked_it(pupil.user, asked.pk, now)


def test_nobody_else_reads_it(asked, trainer, top, signed_in):
    for person in (trainer, top):
        browser = signed_in(person)
        assert browser.get(f"/t/questions/{asked.pk}/").status_code == 404
        assert browser.get(f"/t/answers/{asked.pk}/").status_code == 404
        assert browser.get("/t/answers/").status_code == 404


def test_the_desk_shows_what_was_asked_but_not_by_whom(asked, training_admin, signed_in):
    browser = signed_in(training_admin)
    assert f"/t/answers/{asked.pk}/" in browser.get("/t/answers/").content.decode()
    page = browser.get(f"/t/answers/{asked.pk}/").content.decode()
    assert "May I joke about this?" in page
    assert "Mo Yan" not in page
    assert browser.post(f"/t/answers/{asked.pk}/", {"text": " "}).status_code == 200
    assert browser.post(f"/t/answers/{asked.pk}/", {"text": "Rather not."}).status_code == 302
    assert ExpertQuestion.objects.get().answered_by == training_admin.user


def test_words_typed_while_a_colleague_answered_stay_on_the_page(asked, training_admin, signed_in, monkeypatch, now):
    browser = signed_in(training_admin)
    real = asking.answer

    def meanwhile(**kwargs):
        real(**kwargs | {"text": "Rather not."})
        raise asking.AlreadyAnswered

    monkeypatch.setattr(asking, "answer", meanwhile)
    response = browser.post(f"/t/answers/{asked.pk}/", {"text": "Of course, why not"})
    assert response.status_code == 409
    assert "Of course, why not" in response.content.decode()
    assert "Rather not." in response.content.decode()


def test_a_late_answer_is_told_to_the_expert_and_the_administrators_once(version, pupil, trainer, training_admin, now):
    version.course.expert = trainer.user
    version.course.save()
    question = ask(version, pupil, now)
    assert asking.remind_late(now=question.due_at - timedelta(seconds=1)) == 0
    for _time in range(2):
        assert asking.remind_late(now=question.due_at) == 1
    assert Notice.objects.filter(template="expert_late").count() == 2
    assert notices("expert_late") == {trainer.user.pk, training_admin.user.pk}
    assert asking.still_to_answer(trainer.user, question.pk, now)
    asking.answer(question=question, text="Rather not.", by=trainer.user, now=now)
    assert not asking.still_to_answer(trainer.user, question.pk, now)
