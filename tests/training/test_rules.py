"""Which rules a policy has, as the portal carries them out, and the dates they give. Mostly pure."""

from datetime import date, timedelta

import pytest

from policy.calendars import WorkCalendar
from policy.limits import Span
from policy.models import PolicyVersion
from policy.parts import TrainingRule
from policy.profiles import profiles
from policy.records import dump
from tests.factories.cast import NOW
from training.rules import Rule, again_from, first_due, groups_of, rules_of, runs_out, unknown_audiences

CALENDAR = WorkCalendar("Asia/Shanghai")
TODAY = date(2026, 11, 23)
MONTH, YEAR = Span(1, "month"), Span(1, "year")


def version(*rules: TrainingRule) -> PolicyVersion:
    return PolicyVersion(number=1, day_count="plain", training=dump(rules))


def test_each_group_has_one_rule_and_the_stricter_wins():
    found = rules_of(
        version(
            TrainingRule("all", minutes=30, first_due=MONTH, recurrence=Span(2, "year")),
            TrainingRule("all_workers", minutes=60, first_due=Span(10, "working_day"), recurrence=YEAR),
            TrainingRule("supervisors", recurrence=None),
            TrainingRule("managers", recurrence=YEAR),
        )
    )
    assert list(found) == ["all", "managers"]
    assert (found["all"].minutes, found["all"].first_due, found["all"].recurrence) == (60, Span(10, "working_day"), YEAR)
    assert found["managers"].recurrence == YEAR


def test_one_rule_of_a_profile_may_mean_two_groups():
    assert list(rules_of(version(TrainingRule("supervisors_and_handlers", recurrence=YEAR)))) == ["managers", "handlers"]


def test_an_audience_the_portal_cannot_tell_is_named():
    odd = version(TrainingRule("delivery"), TrainingRule("all"))
    assert (list(rules_of(odd)), unknown_audiences(odd)) == (["all"], ["delivery"])


def test_a_rule_without_a_first_date_gives_a_month():
    assert rules_of(version(TrainingRule("all")))["all"].first_due == MONTH


def test_without_a_policy_there_are_no_rules():
    assert rules_of(None) == {}


def test_most_rules_of_the_profiles_are_understood():
    every = [rule for profile in profiles().values() for rule in profile.training]
    understood = [rule for rule in every if groups_of(rule)]
    assert len(understood) > len(every) / 2


@pytest.mark.parametrize(
    ("rule", "since", "due"),
    [
        (Rule("all", first_due=MONTH), TODAY, date(2026, 12, 23)),
        (Rule("all", first_due=Span(30, "calendar_day")), TODAY - timedelta(days=10), date(2026, 12, 13)),
        # Who is imported late has a week.
        (Rule("all", first_due=MONTH), TODAY - timedelta(days=40), date(2026, 11, 30)),
        (Rule("all", first_due=Span(10, "working_day")), TODAY, date(2026, 12, 7)),
        (Rule("all", first_due=Span(100, "hour")), TODAY, date(2026, 11, 28)),
        # Before taking up the role: today.
        (Rule("handlers", first_due=Span(0, "calendar_day")), TODAY, TODAY),
        (Rule("handlers", first_due=Span(0, "calendar_day")), TODAY - timedelta(days=9), TODAY),
        (Rule("all", first_due=Span(3, "calendar_day")), TODAY - timedelta(days=9), TODAY + timedelta(days=3)),
    ],
)
def test_by_when_it_is_due_for_the_first_time(rule, since, due):
    assert first_due(rule, since, TODAY, CALENDAR) == due


@pytest.mark.parametrize(
    ("recurrence", "last", "again"),
    [
        (YEAR, date(2027, 11, 23), date(2027, 10, 24)),
        (Span(2, "year"), date(2028, 11, 23), date(2028, 10, 24)),
        (Span(20, "calendar_day"), date(2026, 12, 13), date(2026, 12, 3)),
        (None, None, None),
    ],
)
def test_until_when_a_completion_counts_and_from_when_it_is_given_again(recurrence, last, again):
    rule = Rule("all", recurrence=recurrence)
    assert (runs_out(rule, TODAY, CALENDAR), again_from(rule, TODAY, CALENDAR)) == (last, again)


def test_the_last_day_of_february_is_the_last_day():
    assert runs_out(Rule("all", recurrence=YEAR), date(2028, 2, 29), CALENDAR) == date(2029, 2, 28)


def test_now_is_a_working_monday():
    assert CALENDAR.local_date(NOW) == TODAY
