"""The rule with teeth (R09): who has no valid training for handling is given no report; oversight reads it rather than nobody."""

from datetime import date, timedelta

import pytest

from complaints.models import Seat, SeatRole
from complaints.services import access, routing
from people.seating import bars
from tests.factories import cast
from tests.factories.filing import file_story
from tests.factories.trained import handlers_course, train
from training.services import completing, courses
from training.validity import handling_standing

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
DAY = timedelta(days=1)


@pytest.fixture
def course(training_admin, now):
    return handlers_course(by=training_admin.user, now=now)


def codes(now, *people) -> list[str]:
    found = bars([person.user for person in people], now)
    return [found[person.user.pk].code if person.user.pk in found else "" for person in people]


def test_without_a_course_for_handlers_nobody_is_asked(intake_officer, now):
    assert codes(now, intake_officer) == [""]


def test_without_the_rule_nobody_is_asked(course, intake_officer, now, monkeypatch):
    assert codes(now, intake_officer) == ["untrained"]
    monkeypatch.setattr("training.validity.rules_in_force", lambda now: {})
    assert codes(now, intake_officer) == [""]


def test_training_opens_the_door_until_it_runs_out(course, intake_officer, now):
    assert codes(now, intake_officer) == ["untrained"]
    train(course, intake_officer, at=now)
    assert codes(now, intake_officer) == [""]
    # A year from Monday 23 November 2026: that day still counts.
    assert codes(now + 365 * DAY, intake_officer) == [""]
    assert codes(now + 366 * DAY, intake_officer) == ["run_out"]


def test_the_sentence_says_what_is_missing_and_since_when(course, intake_officer, now):
    assert bars([intake_officer.user], now)[intake_officer.user.pk].sentence == "has not completed the training for handling"
    train(course, intake_officer, at=now - 400 * DAY)
    sentence = bars([intake_officer.user], now)[intake_officer.user.pk].sentence
    assert sentence == "has to repeat the training for handling: it ran out after 19 Oct 2026"


def test_an_account_that_the_directory_does_not_know_is_told_apart(course, intake_officer, now):
    intake_officer.employee.user = None
    intake_officer.employee.save()
    intake_officer.user.refresh_from_db()
    assert codes(now, intake_officer) == ["no_entry"]


def test_what_was_taken_back_or_does_not_count_any_more_opens_nothing(course, intake_officer, second_officer, training_admin, now):
    (first, _second) = train(course, intake_officer, second_officer, at=now)
    completing.revoke(completion=first, by=training_admin.user, now=now)
    assert codes(now, intake_officer, second_officer) == ["untrained", ""]
    draft = courses.revise(course=course.course, by=training_admin.user, now=now)
    courses.publish(version=draft, row_version=draft.row_version, past_count=False, by=training_admin.user, now=now)
    assert codes(now, second_officer) == ["untrained"]


def test_of_two_courses_for_handlers_both_are_needed(course, intake_officer, training_admin, now):
    from tests.training import course as made

    train(course, intake_officer, at=now)
    second = made.published("handlers-more", "handlers", by=training_admin.user, now=now)
    assert codes(now, intake_officer) == ["run_out"]
    train(second, intake_officer, at=now - 100 * DAY)
    assert codes(now, intake_officer) == [""]
    standing = handling_standing([intake_officer.employee], now)[intake_officer.employee.pk]
    assert standing.until == date(2027, 8, 15)


def test_many_people_cost_as_many_queries_as_one(course, handlers, now, django_assert_num_queries):
    everybody = [person.user for person in handlers]
    bars(everybody, now)
    with django_assert_num_queries(5):
        bars(everybody, now)
    with django_assert_num_queries(5):
        bars(everybody[:1], now)


# --- at filing -------------------------------------------------------------------------------------------------


def seats(complaint) -> set[tuple[int, str]]:
    return set(Seat.objects.filter(complaint=complaint).values_list("user_id", "role"))


def test_a_new_report_goes_to_trained_officers(course, handlers, now):
    officer, second, _investigator, decision_maker, overseer = handlers
    third = cast.make_person("027", "Cui Bo", "intake_officer", manager=officer.employee)
    train(course, officer, second, decision_maker, at=now)
    filed = file_story(now=now)
    assert seats(filed.complaint) == {
        (officer.user.pk, SeatRole.INTAKE),
        (second.user.pk, SeatRole.INTAKE),
        (decision_maker.user.pk, SeatRole.DECISION_MAKER),
        (overseer.user.pk, SeatRole.OVERSIGHT),
    }
    assert third.user.pk not in {user for user, _role in seats(filed.complaint)}


def test_with_fewer_than_two_trained_officers_oversight_reads_it(course, handlers, now):
    officer, _second, _investigator, _decision_maker, overseer = handlers
    train(course, officer, at=now)
    route = routing.route(routing.NamedPeople(), now=now)
    assert route.to_oversight
    assert route.readers == ((overseer.user, SeatRole.OVERSIGHT),)
    filed = file_story(now=now)
    assert filed.complaint.oversight_handles
    assert seats(filed.complaint) == {(overseer.user.pk, SeatRole.OVERSIGHT)}


def test_an_untrained_decision_maker_is_not_drawn(course, handlers, now):
    officer, second, _investigator, decision_maker, _overseer = handlers
    train(course, officer, second, at=now)
    assert decision_maker.user.pk not in {user for user, _role in seats(file_story(now=now).complaint)}


# --- handing over ----------------------------------------------------------------------------------------------


@pytest.fixture
def filed_with_trained_officers(course, handlers, now):
    officer, second, *_rest = handlers
    train(course, officer, second, at=now)
    filed = file_story(now=now)
    return filed, officer


def test_an_untrained_investigator_is_refused_and_accepted_after_completing(filed_with_trained_officers, course, investigator, now):
    filed, officer = filed_with_trained_officers
    give = {"complaint": filed.complaint, "keyring": officer.keyring, "by": officer.user, "to": investigator.user, "now": now}
    with pytest.raises(access.MayNotBeSeated) as refused:
        access.hand_over(**give)
    assert refused.value.bar.code == "untrained"
    assert not Seat.objects.filter(user=investigator.user).exists()
    train(course, investigator, at=now)
    access.hand_over(**give)
    assert Seat.objects.filter(user=investigator.user, role=SeatRole.HANDLER, until__isnull=True).exists()


def test_who_may_be_chosen_and_who_is_kept_out(filed_with_trained_officers, course, investigator, second_investigator, now):
    filed, officer = filed_with_trained_officers
    train(course, second_investigator, at=now)
    keys = access.openable(complaint=filed.complaint, keyring=officer.keyring)
    ask = {"complaint": filed.complaint, "keys": keys, "role": "investigator", "now": now}
    assert access.seatable(**ask) == [second_investigator.user]
    assert [(user, bar.code) for user, bar in access.kept_out(**ask)] == [(investigator.user, "untrained")]


def test_a_case_in_hand_is_not_taken_away_when_training_runs_out(filed_with_trained_officers, course, investigator, now):
    filed, officer = filed_with_trained_officers
    train(course, investigator, at=now)
    access.hand_over(complaint=filed.complaint, keyring=officer.keyring, by=officer.user, to=investigator.user, now=now)
    later = now + 400 * DAY
    assert codes(later, investigator) == ["run_out"]
    keys = access.openable(complaint=filed.complaint, keyring=investigator.keyring)
    assert keys.statement is not None
    assert Seat.objects.filter(user=investigator.user, until__isnull=True).exists()


def test_oversight_is_never_asked_for_training(course, handlers, filed_with_trained_officers, now):
    filed, officer = filed_with_trained_officers
    overseer = handlers[-1]
    assert Seat.objects.filter(user=overseer.user, complaint=filed.complaint, role=SeatRole.OVERSIGHT).exists()
    access.require_fit(overseer.user, SeatRole.OVERSIGHT, now)
    access.require_fit(overseer.user, SeatRole.SUPPORT, now)
    with pytest.raises(access.MayNotBeSeated):
        access.require_fit(overseer.user, SeatRole.DECISION_MAKER, now)
    assert officer
