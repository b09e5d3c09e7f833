"""What a reporter is promised the moment a report arrives."""

from datetime import UTC, date, datetime

from django.utils.translation import override

from policy.deadlines import Event, deadlines
from policy.path_selectors import limits_table, step_path
from policy.selectors import (
    calendar_of,
    limit_parts,
    outside_limits,
    promises,
    with_numbers,
)
from tests.policy.conftest import MONDAY


def by_id(found):
    return {each.limit_id: each for each in found}


def test_the_dates_of_a_report_on_a_monday(in_force):
    found = by_id(promises(in_force, MONDAY))
    assert {name: each.due_date for name, each in found.items()} == {
        "open": date(2026, 11, 24),
        "acknowledge": date(2026, 11, 25),
        "safety_answer": date(2026, 11, 25),
        "plan": date(2026, 11, 30),
        "update": date(2026, 12, 7),
        # 45 days end on Thursday 7 January 2027.
        "investigate": date(2027, 1, 7),
    }


def test_an_unsafe_report_is_opened_within_hours(in_force):
    # Reported at ten: two hours to lunch, two after it.
    found = by_id(promises(in_force, MONDAY, unsafe=True))
    assert found["open_unsafe"].due_at == datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    assert not found["open_unsafe"].by_day


def test_something_ahead_is_answered_before_it(in_force):
    found = by_id(promises(in_force, MONDAY, ahead_date=date(2026, 11, 28)))
    assert found["open_ahead"].due_date == date(2026, 11, 27)


def test_outside_clocks_are_dated_when_the_day_is_known(in_force):
    found = by_id(promises(in_force, MONDAY, incident_date=date(2026, 11, 20)))
    assert found["labour_arbitration"].due_date == date(2027, 11, 22)  # 20 November 2027 is a Saturday
    assert found["labour_arbitration"].outside
    assert {limit.id for limit in outside_limits(in_force)} == {"civil_claim", "labour_arbitration"}


def test_the_promises_are_the_deadlines_of_the_case(in_force):
    facts = [Event("complaint_received", MONDAY, id="7"), Event("protection_requested", MONDAY, id="8", subject="a")]
    rows = deadlines([part.rule for part in limit_parts(in_force).values()], facts, calendar_of(in_force), MONDAY)
    told = promises(in_force, MONDAY, protection_asked=True)
    assert {(each.limit_id, each.due_at) for each in told} == {(each.limit_id, each.due_at) for each in rows}


def test_without_a_policy_nothing_is_promised_and_the_path_has_no_numbers():
    assert promises(None, MONDAY) == []
    with override("en"):
        path = step_path(None)
    assert len(path) == 8
    assert not any(char.isdigit() for step in path[1:] for char in "".join(step.promises))


def test_the_path_carries_the_numbers_of_the_policy(in_force):
    with override("en"):
        path = step_path(in_force)
    assert [step.number for step in path] == list(range(1, 9))
    assert path[1].when == "Within 1 working day"
    assert path[4].promises == ("News at least every 10 working days", "Finished within 45 days")
    assert path[7].when == "After 1 month, 3 months, 6 months"
    with override("zh-hans"):
        assert step_path(in_force)[4].promises == ("至少每 10 个工作日告知一次进展", "45 天内完成")


def test_the_table_tells_every_promise_with_its_number(in_force):
    with override("en"):
        rows = {row.label: row for row in limits_table(in_force)}
    assert rows["Finding out what happened"].number == "45 days"
    assert rows["Finding out what happened"].promise.startswith("Within 45 days of receiving")
    assert "Civil action" not in rows


def test_texts_take_their_numbers_from_the_limits(in_force):
    told = with_numbers(in_force, "[[organisation]] within [[investigate]]; [[nothing]]", "en")
    assert told == "Linden Retail within 45 days; [[nothing]]"
    assert with_numbers(in_force, "[[investigate]]内", "zh-hans") == "45 天内"
