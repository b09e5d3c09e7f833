"""Who is given which course, when and why: joiners, everybody, managers, handlers; again in time; leavers and absences."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.actors import SYSTEM, staff
from notices.models import Notice
from people.models import Employee, Role
from people.services import accounts
from people.services.directory import apply_import
from policy.limits import Span
from policy.parts import TrainingRule
from policy.selectors import policy_in_force
from policy.services import versions
from tests.factories import cast
from tests.factories.policies import revised
from tests.training import course as made
from training.models import Absence, Answer, Assignment, Attempt, Completion, Sweep
from training.services import absences, assigning, completing, courses, giving, playing, reminders
from training.services.completing import Earned
from training.states import AbsenceReason, AssignmentState, Dropped, Source, Why

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
TODAY = date(2026, 11, 23)


@pytest.fixture
def everyone(training_admin, now):
    return made.published("everyone", by=training_admin.user, now=now)


@pytest.fixture
def managers(training_admin, now):
    return made.published("managers", "managers", by=training_admin.user, now=now)


@pytest.fixture
def handlers_course(training_admin, now):
    return made.published("handlers", "handlers", by=training_admin.user, now=now)


def night(now, limit: int = 100) -> None:
    for _batch in range(200):
        if not assigning.look(now=now, limit=limit):
            return
    raise AssertionError("no end of work")


def due(person, code: str = "everyone") -> Assignment | None:
    return Assignment.objects.filter(employee=person.employee, course__code=code, state=AssignmentState.OPEN).first()


def complete(person, version, at, key: str = "k", source: str = Source.LIVE) -> Completion:
    earned = Earned(f"{key}:{person.employee.pk}", person.employee, version.course, version, at, 3_000, "Somebody", source)
    with transaction.atomic():
        return completing.record_completion(earned, by=SYSTEM, now=at)[0]


def told(template: str) -> set:
    return set(Notice.objects.filter(template=template).values_list("recipient_id", flat=True))


def new_person(number: str, top, joined: date, **more):
    person = cast.make_person(number, f"Person {number}", manager=top.employee, **more)
    Employee.objects.filter(pk=person.employee.pk).update(joined_date=joined)
    person.employee.joined_date = joined
    return person


def change_rules(change, *, by, approver, now) -> None:
    version = revised(policy_in_force(now), by=by.user, now=now, change=lambda content: replace(content, training=change(content.training)))
    versions.submit(version=version, by=by.user, now=now)
    versions.approve(version=version, by=approver.user, now=now)
    versions.publish(version=version, effective_date=TODAY, by=by.user, now=now)


# --- the first night ----------------------------------------------------------------------------------


def test_when_the_rule_comes_everybody_has_its_whole_time(everyone, top, now):
    night(now)
    row = due(top)
    assert (row.why, row.due_date, row.rule) == (Why.RULE, date(2026, 12, 23), "all")
    assert Assignment.objects.count() == Employee.objects.count()
    assert told("training_new") == set(Employee.objects.values_list("user_id", flat=True))


def test_who_joined_days_before_keeps_the_date_that_counts_from_joining(everyone, top, now):
    person = new_person("060", top, date(2026, 11, 10))
    night(now)
    assert due(person).due_date == date(2026, 12, 10)


def test_two_courses_on_one_night_are_one_message(everyone, managers, top, now):
    night(now)
    assert due(top) and due(top, "managers")
    assert Notice.objects.filter(template="training_new", recipient=top.user).count() == 1
    assert reminders.has_something_due(top.user, None, now)
    for version in (everyone, managers):
        complete(top, version, now + DAY, key=version.course.code)
    assert not reminders.has_something_due(top.user, None, now)


def test_people_without_an_account_are_asked_but_not_written_to(everyone, top, now):
    Employee.objects.create(number="900", name="Hu", name_key="hu", joined_date=date(2020, 1, 1))
    night(now)
    assert Assignment.objects.filter(employee__number="900").count() == 1


def test_whoever_has_left_or_has_not_begun_is_not_asked(everyone, top, now):
    gone, coming = new_person("060", top, date(2020, 1, 1)), new_person("061", top, date(2026, 12, 1))
    Employee.objects.filter(pk=gone.employee.pk).update(left_date=TODAY)
    night(now)
    assert (due(gone), due(coming)) == (None, None)


# --- joiners and managers ----------------------------------------------------------------------------------


def test_somebody_imported_today_is_given_the_course_at_once_with_the_date_from_joining(everyone, top, now):
    night(now)
    header = "number,name,email,joined_date\n"
    apply_import(content=f"{header}777,Luo Ke,luo@example.test,2026-11-23\n".encode(), complete=False, by=SYSTEM, now=now)
    night(now + timedelta(minutes=1))
    row = Assignment.objects.get(employee__number="777")
    assert (row.why, row.due_date) == (Why.JOINED, date(2026, 12, 23))


def test_without_an_import_the_next_look_is_at_night(everyone, top, now):
    night(now)
    person = new_person("060", top, TODAY)
    night(now + timedelta(hours=3))
    assert due(person) is None
    night(now + DAY)
    assert due(person).why == Why.JOINED


def test_somebody_imported_long_after_joining_has_a_week(everyone, top, now):
    night(now)
    person = new_person("060", top, date(2026, 6, 1))
    night(now + DAY)
    assert due(person).due_date == TODAY + 8 * DAY


def test_a_new_manager_catches_up(everyone, managers, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    night(now)
    assert due(person, "managers") is None
    new_person("061", person, date(2020, 1, 1))
    night(now + DAY)
    row = due(person, "managers")
    assert (row.why, row.due_date) == (Why.MANAGER, date(2026, 12, 24))


def test_whoever_leads_nobody_any_more_is_not_asked_any_more(managers, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    member = new_person("061", person, date(2020, 1, 1))
    night(now)
    assert due(person, "managers")
    Employee.objects.filter(pk=member.employee.pk).update(manager=top.employee)
    night(now + DAY)
    row = Assignment.objects.get(employee=person.employee, course=managers.course)
    assert (row.state, row.ended_reason) == (AssignmentState.DROPPED, Dropped.OUT)
    assert due(top, "managers")


def test_a_rule_for_joiners_alone_leaves_the_others_alone(everyone, training_admin, policy_admin, top, now):
    approver = cast.make_person("012", "Wu Jie", "policy_admin", manager=top.employee)
    rule = TrainingRule("joiners", first_due=Span(1, "month"), first_due_from="employment_started")
    change_rules(lambda rules: (rule,), by=policy_admin, approver=approver, now=now)
    recent = new_person("060", top, date(2026, 11, 10))
    night(now)
    assert due(recent).due_date == date(2026, 12, 10)
    assert due(top) is None
    late = new_person("061", top, TODAY + DAY)
    night(now + DAY)
    assert due(late).why == Why.JOINED
    assert due(top) is None


# --- handlers ---------------------------------------------------------------------------------------------


def test_a_handler_is_asked_before_taking_up_the_role(handlers_course, top, now):
    night(now)
    person = cast.make_person("060", "Kang Li", manager=top.employee)
    accounts.grant_role(user=person.user, role=Role.INVESTIGATOR, by=SYSTEM, now=now + timedelta(hours=1))
    night(now + timedelta(hours=2))
    row = due(person, "handlers")
    assert (row.why, row.due_date) == (Why.ROLE, TODAY)


def test_without_the_role_nobody_is_asked(handlers_course, top, now):
    night(now)
    assert due(top, "handlers") is None


def test_a_handler_is_warned_thirty_days_before_it_runs_out(handlers_course, investigator, now):
    complete(investigator, handlers_course, now)
    first = now + timedelta(days=334)
    night(first)
    assert due(investigator, "handlers") is None
    night(first + DAY)
    row = due(investigator, "handlers")
    assert (row.why, row.due_date) == (Why.RECURRENCE, date(2027, 11, 23))
    assert told("training_ends") == {investigator.user.pk}


# --- again and again -------------------------------------------------------------------------------------------


def test_a_completed_course_comes_again_in_time_and_not_before(everyone, top, now):
    night(now)
    complete(top, everyone, now + DAY)
    assert Assignment.objects.get(employee=top.employee).state == AssignmentState.DONE
    night(now + 300 * DAY)
    assert due(top) is None
    night(now + 340 * DAY)
    assert (due(top).why, due(top).due_date) == (Why.RECURRENCE, date(2027, 11, 24))


def test_a_version_that_makes_the_past_not_count_asks_everybody_again(everyone, training_admin, top, now):
    night(now)
    complete(top, everyone, now + DAY)
    draft = courses.revise(course=everyone.course, by=training_admin.user, now=now + 2 * DAY)
    courses.publish(version=draft, row_version=draft.row_version, past_count=False, by=training_admin.user, now=now + 2 * DAY)
    night(now + 3 * DAY)
    assert due(top).why == Why.NEW_VERSION


def test_a_version_after_which_the_past_counts_asks_nobody_again(everyone, training_admin, top, now):
    complete(top, everyone, now)
    draft = courses.revise(course=everyone.course, by=training_admin.user, now=now)
    courses.publish(version=draft, row_version=draft.row_version, past_count=True, by=training_admin.user, now=now)
    night(now + DAY)
    assert due(top) is None


def test_a_completion_taken_back_counts_no_more(everyone, training_admin, top, now):
    done = complete(top, everyone, now)
    night(now + DAY)
    assert due(top) is None
    completing.revoke(completion=done, by=training_admin.user, now=now + DAY)
    night(now + 2 * DAY)
    assert due(top)


def test_an_earlier_completion_that_comes_in_late_ends_what_it_would_have_spared(everyone, top, now):
    night(now)
    complete(top, everyone, now - 60 * DAY, source=Source.IMPORT)
    assert due(top) is None


def test_a_completion_that_has_run_out_ends_nothing(everyone, top, now):
    night(now)
    complete(top, everyone, now - 400 * DAY, source=Source.IMPORT)
    assert due(top)


def test_when_the_policy_does_not_ask_any_more_nobody_is_asked(everyone, managers, policy_admin, top, now):
    approver = cast.make_person("012", "Wu Jie", "policy_admin", manager=top.employee)
    night(now)
    assert due(top) and due(top, "managers")
    later = now + timedelta(hours=1)
    change_rules(lambda rules: tuple(rule for rule in rules if rule.audience == "managers"), by=policy_admin, approver=approver, now=later)
    night(later, limit=2)
    assert due(top) is None
    assert due(top, "managers")
    assert set(Assignment.objects.filter(course=everyone.course).values_list("ended_reason", flat=True)) == {Dropped.RULE}
    assert not Sweep.objects.filter(rule="all").exists()


def test_a_retired_course_is_asked_of_nobody(everyone, training_admin, top, now):
    night(now)
    courses.retire(course=everyone.course, by=training_admin.user, now=now)
    night(now + timedelta(minutes=1))
    assert due(top) is None


# --- leaving, coming back, being away --------------------------------------------------------------------------


def test_leavers_drop_out_and_what_they_answered_is_forgotten(everyone, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    night(now)
    attempt = playing.begin(course=everyone.course, employee=person.employee, language="en", now=now)
    playing.read(attempt=attempt, part=made.WELCOME, now=now)
    Employee.objects.filter(pk=person.employee.pk).update(left_date=TODAY + DAY)
    night(now + DAY)
    row = Assignment.objects.get(employee=person.employee)
    assert (row.state, row.ended_reason, row.next_at) == (AssignmentState.DROPPED, Dropped.LEFT, None)
    assert not Attempt.objects.exists() and not Answer.objects.exists()


def test_whoever_comes_back_is_asked_anew(everyone, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    night(now)
    Employee.objects.filter(pk=person.employee.pk).update(left_date=TODAY + DAY)
    night(now + DAY)
    Employee.objects.filter(pk=person.employee.pk).update(left_date=None, joined_date=TODAY + 5 * DAY)
    night(now + 5 * DAY)
    assert due(person).due_date == date(2026, 12, 28)


def absent(person, since, until, admin, now, reason=AbsenceReason.LEAVE) -> Absence:
    newest = Absence.objects.filter(employee=person.employee).order_by("pk").last()
    return absences.record_absence(
        employee=person.employee, since=since, until=until, reason=reason, seen=newest.pk if newest else 0, by=admin.user, now=now
    )


def test_leave_moves_the_date_with_a_reason(everyone, training_admin, top, now):
    night(now)
    assert due(top).due_date == date(2026, 12, 23)
    absent(top, date(2026, 12, 1), date(2027, 5, 31), training_admin, now)
    row = due(top)
    # Twenty-two days were left when they went.
    assert (row.due_date, row.moved_from, row.moved_reason) == (date(2027, 6, 22), date(2026, 12, 23), AbsenceReason.LEAVE)
    assert row.next_at.date() == date(2027, 6, 15)


def test_a_date_after_the_return_stays(everyone, training_admin, top, now):
    night(now)
    absent(top, date(2026, 11, 24), date(2026, 11, 30), training_admin, now)
    assert due(top).due_date == date(2026, 12, 23)


def test_whoever_is_away_is_given_nothing_until_they_are_back(everyone, training_admin, top, now):
    absent(top, TODAY, TODAY + 9 * DAY, training_admin, now)
    night(now)
    assert due(top) is None
    night(now + 10 * DAY)
    assert due(top)


def test_a_course_given_before_a_leave_that_is_known_is_due_after_it(everyone, training_admin, top, now):
    absent(top, TODAY + 5 * DAY, date(2027, 5, 31), training_admin, now)
    night(now)
    assert due(top).due_date == date(2027, 6, 7)


def test_back_earlier_nobody_is_hurried(everyone, training_admin, top, now):
    night(now)
    absence = absent(top, date(2026, 12, 1), date(2027, 5, 31), training_admin, now)
    absences.end_absence(absence=absence, by=training_admin.user, now=now + 20 * DAY)
    night(now + 21 * DAY)
    assert due(top).due_date == date(2027, 6, 22)


@pytest.mark.parametrize(("since", "until"), [(TODAY, TODAY - DAY), (TODAY - 9 * DAY, TODAY - DAY)])
def test_an_absence_that_ends_before_it_begins_or_is_over_is_refused(everyone, training_admin, top, now, since, until):
    with pytest.raises(absences.WrongDates):
        absent(top, since, until, training_admin, now)
    assert not Absence.objects.exists()


# --- by hand ---------------------------------------------------------------------------------------------------


def test_a_course_given_by_hand_is_given_once(managers, training_admin, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    for count in (1, 0):
        assert (
            giving.give(course=managers.course, employees=[person.employee], due=TODAY + 9 * DAY, by=training_admin.user, now=now) == count
        )
    row = due(person, "managers")
    assert (row.why, row.due_date) == (Why.ASKED, TODAY + 9 * DAY)
    night(now + DAY)
    assert due(person, "managers") == row
    assert giving.take_back(assignment=row, by=training_admin.user, now=now)
    assert not giving.take_back(assignment=row, by=training_admin.user, now=now)


def test_a_date_is_moved_with_a_reason_and_never_into_the_past(everyone, training_admin, top, now):
    night(now)
    said = {"assignment": due(top), "reason": AbsenceReason.AGREED, "seen": date(2026, 12, 23), "by": training_admin.user, "now": now}
    with pytest.raises(giving.TooSoon):
        giving.move(**said, due=TODAY)
    giving.move(**said, due=TODAY + 90 * DAY)
    assert (due(top).due_date, due(top).moved_from) == (TODAY + 90 * DAY, date(2026, 12, 23))
    # Whoever saw the first date is refused, and is told what stands.
    with pytest.raises(giving.MovedMeanwhile) as met:
        giving.move(**said, due=TODAY + 60 * DAY)
    assert met.value.row.due_date == TODAY + 90 * DAY
    giving.take_back(assignment=due(top), by=training_admin.user, now=now)
    with pytest.raises(giving.NotOpen):
        giving.move(**said, due=TODAY + 60 * DAY)


def test_what_was_given_by_hand_ends_with_whoever_leaves_and_with_the_course(everyone, managers, training_admin, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    said = {"due": TODAY + 9 * DAY, "by": training_admin.user, "now": now}
    giving.give(course=managers.course, employees=[person.employee, training_admin.employee], **said)
    Employee.objects.filter(pk=person.employee.pk).update(left_date=TODAY + DAY)
    night(now + DAY)
    row = Assignment.objects.get(course=managers.course, employee=person.employee)
    assert (row.state, row.ended_reason, row.next_at) == ("dropped", "left", None)
    courses.retire(course=managers.course, by=training_admin.user, now=now + DAY)
    row = Assignment.objects.get(course=managers.course, employee=training_admin.employee)
    assert (row.state, row.ended_reason) == ("dropped", "rule")


def test_the_database_refuses_two_open_ones_for_one_course(everyone, top, now):
    night(now)
    row = due(top)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


# --- reminders -------------------------------------------------------------------------------------------------


def remind(now) -> None:
    while reminders.remind(now=now):
        pass


def test_the_person_is_reminded_before_and_after_and_the_manager_once_it_is_late(everyone, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    complete(top, everyone, now)
    night(now)
    remind(now + 22 * DAY)
    assert told("training_soon") == set()
    remind(now + 23 * DAY)
    assert person.user.pk in told("training_soon")
    assert told("training_late") == told("training_team") == set()
    for _twice in range(2):
        remind(now + 31 * DAY)
    assert Notice.objects.filter(template="training_late", recipient=person.user).count() == 1
    assert Notice.objects.filter(template="training_team", recipient=top.user).count() == 1


def test_the_manager_is_told_nothing_but_that_somebody_is_late(everyone, top, signed_in, now):
    person = new_person("060", top, date(2020, 1, 1))
    complete(top, everyone, now)
    night(now)
    attempt = playing.begin(course=everyone.course, employee=person.employee, language="en", now=now)
    playing.read(attempt=attempt, part=made.WELCOME, now=now)
    playing.answer(attempt=attempt, part=made.DINNER, choice="c", now=now)
    Assignment.objects.filter(employee=person.employee).update(due_at=now - DAY)
    page = signed_in(top).get("/t/team/").content.decode().split("<main")[1].split("</main")[0]
    assert "Person 060" in page
    assert not [word for word in ("Look at your phone", "client-dinner", "part", "minutes") if word in page]


def test_who_leads_nobody_sees_no_team_page(everyone, top, signed_in, now):
    person = new_person("060", top, date(2020, 1, 1))
    assert signed_in(person).get("/t/team/").status_code == 404


def test_a_message_is_dropped_when_it_has_become_pointless(everyone, top, now):
    person = new_person("060", top, date(2020, 1, 1))
    night(now)
    row = due(person)
    assert reminders.still_due(person.user, row.pk, now)
    assert not reminders.still_due(top.user, row.pk, now)
    late = row.due_at + DAY
    assert reminders.leads_somebody_late(top.user, None, late)
    assert not reminders.leads_somebody_late(person.user, None, late)
    complete(person, everyone, now + DAY)
    assert not reminders.still_due(person.user, row.pk, now)


def test_what_was_completed_while_it_was_given_is_done_at_the_first_reminder(everyone, top, now):
    night(now)
    done = complete(top, everyone, now + DAY)
    Assignment.objects.filter(employee=top.employee).update(state=AssignmentState.OPEN, done_at=None, next_at=now + 2 * DAY)
    remind(now + 3 * DAY)
    assert Assignment.objects.get(employee=top.employee).state == AssignmentState.DONE
    assert done.course == everyone.course


def test_an_administrator_of_training_signs_the_record(everyone, training_admin, now):
    assert staff(training_admin.user, "training_admin").role == "training_admin"
