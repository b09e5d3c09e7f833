"""Training records go at the end of their retention (R10), never before, and never while they count."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction

from audit.actors import SYSTEM
from audit.models import Entry
from people.models import Employee
from policy.limits import Span
from policy.parts import RetentionRule
from tests.training import course as made
from training.models import Absence, Answer, Assignment, Attempt, Attendance, Completion, ExpertQuestion, LiveSession, ReceivedStatement
from training.services import absences, asking, attendance, disposal, giving, learning_systems, playing, sessions, statements
from training.services.completing import Earned, record_completion
from training.statements import COMPLETED, read
from training.states import Source
from vault.models import SealedFile
from vault.uploads import sealed_upload

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
# The demonstration's policy: kept three years at least and five at most.
YEARS = 365 * DAY


@pytest.fixture
def version(training_admin, now):
    return made.published(by=training_admin.user, now=now - 9 * YEARS)


def complete(version, person, at, **more) -> Completion:
    earned = Earned(f"k:{at}:{person.employee.pk}", person.employee, version.course, version, at, 2_700, "A trainer", Source.LIVE, **more)
    with transaction.atomic():
        return record_completion(earned, by=SYSTEM, now=at)[0]


def rules(monkeypatch, *retention) -> None:
    real = disposal.content_of
    monkeypatch.setattr(disposal, "content_of", lambda version: replace(real(version), retention=retention))


def test_after_five_years_a_record_goes_and_not_a_day_before(version, top, now):
    kept = complete(version, top, now - 5 * YEARS)
    complete(version, top, now - 6 * YEARS)
    assert disposal.dispose(now=now) == 1
    assert list(Completion.objects.all()) == [kept]
    entry = Entry.objects.get(action="disposed")
    assert entry.facts == {"number": 1} and entry.object_kind == "completion"
    assert disposal.dispose(now=now) == 0


def test_the_last_day_itself_is_kept(version, top, now):
    first = disposal.kept_from(now)
    for day, stays in ((first, True), (first - DAY, False)):
        old = complete(version, top, now - (now.date() - day))
        disposal.dispose(now=now)
        assert Completion.objects.filter(pk=old.pk).exists() is stays


def test_the_longest_minimum_and_the_shortest_maximum_win(version, top, now, monkeypatch):
    complete(version, top, now - 4 * YEARS)
    year = lambda number: Span(number, "year")  # noqa: E731
    rules(monkeypatch, RetentionRule("training", maximum=year(3)), RetentionRule("training_evidence", minimum=year(5), maximum=year(9)))
    assert disposal.dispose(now=now) == 0
    rules(monkeypatch, RetentionRule("training", maximum=year(3)), RetentionRule("training_evidence", minimum=year(2), maximum=year(9)))
    assert disposal.dispose(now=now) == 1


@pytest.mark.parametrize("retention", [(), (RetentionRule("complaint", maximum=Span(1, "month")),), (RetentionRule("training"),)])
def test_where_the_policy_sets_no_end_nothing_goes(version, top, now, monkeypatch, retention):
    complete(version, top, now - 30 * YEARS)
    rules(monkeypatch, *retention)
    assert disposal.dispose(now=now) == 0


def test_what_counts_for_good_stays_while_its_owner_works_here(version, top, now, monkeypatch):
    completion = complete(version, top, now - 6 * YEARS)
    monkeypatch.setattr(disposal, "rules_for", lambda course, at: [])
    assert disposal.dispose(now=now) == 0
    Employee.objects.filter(pk=top.employee.pk).update(left_date=now.date())
    assert disposal.dispose(now=now) == 1
    assert not Completion.objects.filter(pk=completion.pk).exists()


def test_what_was_taken_back_goes_too(version, top, training_admin, now):
    completion = complete(version, top, now - 6 * YEARS)
    Completion.objects.filter(pk=completion.pk).update(revoked_at=now, revoked_by=training_admin.user)
    assert disposal.dispose(now=now) == 1


def test_the_attempt_and_what_hangs_on_it_go_with_the_completion(version, top, now):
    at = now - 6 * YEARS
    attempt = playing.begin(course=version.course, employee=top.employee, language="en", now=at)
    playing.read(attempt=attempt, part=made.WELCOME, now=at)
    for part, choice in ((made.DINNER, "a"), (made.DRINKS, "ok")):
        playing.answer(attempt=attempt, part=part, choice=choice, now=at)
        playing.read(attempt=attempt, part=part, now=at)
    playing.read(attempt=attempt, part=made.BOX, now=at)
    assert Completion.objects.get().attempt
    disposal.dispose(now=now)
    assert not Completion.objects.exists() and not Attempt.objects.exists() and not Answer.objects.exists()


def test_what_was_due_absences_and_answered_questions_go(version, top, training_admin, now):
    at = now - 6 * YEARS
    asked = {"course": version.course, "version": version, "part": made.BOX.id, "employee": top.employee}
    answered = asking.ask(**asked, text="May I?", token="a", now=now)
    asking.answer(question=answered, text="Yes.", by=training_admin.user, now=now)
    waiting = asking.ask(**asked, text="And now?", token="b", now=now)
    ExpertQuestion.objects.update(asked_at=at)
    ExpertQuestion.objects.filter(pk=answered.pk).update(answered_at=at)
    common = {"employee": top.employee, "course": version.course, "why": "rule", "assigned_at": at, "due_date": at.date(), "due_at": at}
    Assignment.objects.create(**common, state="done", done_at=at)
    open_one = Assignment.objects.create(**common, state="open")
    Absence.objects.create(
        employee=top.employee, since=at.date(), until=at.date(), reason="leave", recorded_by=training_admin.user, recorded_at=at
    )
    disposal.dispose(now=now)
    assert list(ExpertQuestion.objects.all()) == [waiting], "a question without an answer is still owed one"
    assert list(Assignment.objects.all()) == [open_one]
    assert not Absence.objects.exists()


def test_a_session_goes_with_its_last_completion_and_its_sheets(version, top, training_admin, now):
    at = now - 6 * YEARS
    Employee.objects.filter(pk=top.employee.pk).update(joined_date=at.date())
    details = sessions.Details(course=version.course, held_at=at, minutes=50, least_minutes=50, trainer="Zhao Wen", provider="Lantern")
    session = sessions.plan(details=details, by=training_admin.user, now=at)
    attendance.record_list(session=session, text=top.employee.number, by=training_admin.user, now=at + DAY)
    assert Completion.objects.count() == 1
    disposal.dispose(now=now)
    assert not LiveSession.objects.exists() and not Attendance.objects.exists() and not Completion.objects.exists()


@pytest.mark.parametrize(
    ("name", "trigger", "goes"),
    [
        ("training", "", 1), ("training_evidence", "", 1), ("California_training_records", "", 1),
        ("Chicago_policy_training_compliance", "", 1), ("Korea: Training evidence", "", 1), ("培训记录", "", 1),
        ("courses taken", "training_completed", 1), ("courses taken", "", 0), ("complaint", "case_closed", 0),
    ],
)  # fmt: skip
def test_a_rule_is_known_by_what_it_speaks_of(version, top, now, monkeypatch, name, trigger, goes):
    complete(version, top, now - 4 * YEARS)
    rules(monkeypatch, RetentionRule(name, maximum=Span(3, "year"), trigger=trigger))
    assert disposal.dispose(now=now) == goes


def statement_of(system, who: str, at, activity: str, received=None) -> ReceivedStatement:
    said = {"actor": {"mbox": f"mailto:{who}"}, "verb": {"id": COMPLETED}, "object": {"id": activity}, "timestamp": at.isoformat()}
    statement = read(said)
    statements.receive(system=system, statements=[statement], now=received or at + DAY)
    return ReceivedStatement.objects.get(statement_id=statement.id)


def test_statements_go_with_what_they_became_and_those_nobody_settled_go_too(version, top, training_admin, now):
    at = now - 6 * YEARS
    Employee.objects.filter(pk=top.employee.pk).update(joined_date=at.date() - DAY)
    system = learning_systems.add(name="LMS", by=training_admin.user, now=at)
    learning_systems.map_activity(
        system=system, activity="https://lms.example.test/17", course=version.course, by=training_admin.user, now=at
    )
    became = statement_of(system, top.employee.email, at, "https://lms.example.test/17")
    waits = statement_of(system, "nobody@mail.test", at, "https://lms.example.test/17")
    aside = statement_of(system, "other@mail.test", at, "https://lms.example.test/17")
    statements.set_aside(row=aside, by=training_admin.user, now=at + DAY)
    new = statement_of(system, "nobody@mail.test", now - DAY, "https://lms.example.test/17")
    # What came in late goes with the completion as well: that is what counts.
    late = statement_of(system, top.employee.email, at + DAY, "https://lms.example.test/17", received=now - DAY)
    assert became.completion and late.completion and waits.waiting_sealed
    disposal.dispose(now=now)
    assert list(ReceivedStatement.objects.all()) == [new]
    assert not Completion.objects.exists()


def test_a_question_of_somebody_who_left_long_ago_is_owed_no_answer(version, top, now):
    asking.ask(course=version.course, version=version, part=made.BOX.id, employee=top.employee, text="May I?", token="a", now=now)
    ExpertQuestion.objects.update(asked_at=now - 7 * YEARS)
    Employee.objects.filter(pk=top.employee.pk).update(joined_date=now.date() - 8 * YEARS)
    for years, left in ((4, 1), (6, 0)):
        Employee.objects.filter(pk=top.employee.pk).update(left_date=now.date() - years * YEARS)
        disposal.dispose(now=now)
        assert ExpertQuestion.objects.count() == left


# What holds nothing about a person's training, and so stays.
KEPT = {
    "AnswerCount": "numbers without a name",
    "Course": "what was taught",
    "CourseVersion": "what was taught; records name it by its fingerprint",
    "CourseFile": "films of a course",
    "LearningSystem": "another system; whoever set it up is no pupil",
    "MappedActivity": "which of its activities is which course",
    "Sweep": "where the nightly look stands",
    "ImportFile": "gone after an hour (`importing.forget_expired`), whatever the policy says",
}
GO = {
    "Absence", "Answer", "Assignment", "Attempt", "Attendance", "Completion", "ExpertQuestion", "LiveSession", "ReceivedStatement",
    "SignInSheet",
}  # fmt: skip


def test_every_table_of_training_goes_or_says_why_not():
    tables = {model.__name__ for model in apps.get_app_config("training").get_models()}
    assert tables == GO | KEPT.keys(), "a new table: destroy it in services/disposal.py, or say here why it stays"
    about_people = {
        model.__name__
        for model in apps.get_app_config("training").get_models()
        if any(field.name == "employee" or field.name.endswith("_sealed") for field in model._meta.get_fields())
    }
    assert about_people <= GO | {"ImportFile"}


def test_in_the_end_nothing_is_left_of_somebody(version, top, training_admin, now):
    at = now - 6 * YEARS
    person = top.employee
    Employee.objects.filter(pk=person.pk).update(joined_date=at.date() - 9 * DAY)
    attempt = playing.begin(course=version.course, employee=person, language="en", now=at)
    playing.read(attempt=attempt, part=made.WELCOME, now=at)
    details = sessions.Details(course=version.course, held_at=at, minutes=50, least_minutes=50, trainer="Zhao Wen", provider="Lantern")
    session = sessions.plan(details=details, by=training_admin.user, now=at)
    scan = sealed_upload(name="sheet.pdf", content_type="application/pdf", chunks=[b"%PDF-1.7"])
    sessions.add_sheet(session=session, upload=scan, by=training_admin.user, now=at)
    attendance.record_list(session=session, text=person.number, by=training_admin.user, now=at + DAY)
    giving.give(course=version.course, employees=[person], due=at.date() + 9 * DAY, by=training_admin.user, now=at)
    absences.record_absence(employee=person, since=at.date(), until=at.date(), reason="leave", seen=0, by=training_admin.user, now=at)
    asking.ask(course=version.course, version=version, part=made.BOX.id, employee=person, text="May I?", token="a", now=now)
    ExpertQuestion.objects.update(asked_at=at)
    system = learning_systems.add(name="LMS", by=training_admin.user, now=at)
    statement_of(system, person.email, at, "https://lms.example.test/99")
    rows = [apps.get_model("training", name) for name in sorted(GO)]
    assert [model.__name__ for model in rows if not model.objects.exists()] == []
    Employee.objects.filter(pk=person.pk).update(left_date=(at + 9 * DAY).date())
    Assignment.objects.update(state="dropped", ended_at=at, ended_reason="left", next_at=None)
    while disposal.dispose(now=now):
        pass
    assert [model.__name__ for model in rows if model.objects.exists()] == []
    assert not SealedFile.objects.exists()


def test_many_are_destroyed_batch_by_batch(version, top, now):
    for number in range(5):
        complete(version, top, now - 6 * YEARS - number * DAY)
    assert [disposal.dispose(now=now, limit=2) for _time in range(4)] == [2, 2, 1, 0]
