"""The deadline engine against the truth table, and what must hold for every policy."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.calendars import RULES, WorkCalendar
from policy.deadlines import (
    Event,
    Extension,
    Limit,
    LimitError,
    NumbersMissing,
    Span,
    deadlines,
)
from tests.policy import table

ROWS = table.rows()


def test_the_table_holds_every_vector_and_forty_more():
    cases = [row["case"] for row in ROWS]
    assert len(cases) == len(set(cases))
    vectors = {case.rstrip("abcd") for case in cases if case.startswith("V")}
    assert vectors == {f"V{n}" for n in range(1, 13)}
    assert len([case for case in cases if not case.startswith("V")]) >= 40


@pytest.mark.parametrize("row", ROWS, ids=[row["case"] for row in ROWS])
def test_truth_table(row):
    events = table.events(row)
    now = table.now(row, max(event.at for event in events))
    subject = table.limits(row)[0].id
    found = deadlines(table.limits(row), events, table.calendar(row), now, table.extensions(row))
    mine = [each for each in found if each.limit_id == subject and each.occurrence == row["occurrence"]]
    if row["expect"] == "none":
        assert mine == []
        return
    (deadline,) = mine
    assert _due(deadline, row) == row["expect"], row["why"]
    assert deadline.anchor == row["anchor"]
    assert _state(deadline, now) == row["state"], row["why"]


def _due(deadline, row) -> str:
    if deadline.due_at is None:
        return "counting"
    local = deadline.due_at.astimezone(ZoneInfo(row["zone"]))
    if deadline.needed:
        return local.date().isoformat()
    if deadline.by_day:
        # What is promised for a day is late exactly when the next day begins.
        assert (local.date(), local.time()) == (deadline.due_date + timedelta(days=1), time.min)
        return deadline.due_date.isoformat()
    assert local.date() == deadline.due_date
    return local.strftime("%Y-%m-%d %H:%M")


def _state(deadline, now) -> str:
    if deadline.needed:
        return f"{deadline.counted} of {deadline.needed}"
    if not deadline.ours:
        return "passed" if deadline.passed(now) else "open"
    if deadline.met_at:
        return "met late" if deadline.missed(now) else "met"
    if deadline.ended_at:
        # A round that the next one took over is missed by definition.
        missed = deadline.missed(now) and deadline.limit_id != "status_updates"
        return "ended late" if missed else "ended"
    return "late" if deadline.late(now) else "open"


# --- refusals ------------------------------------------------------------------------------------

PLAIN = WorkCalendar(zone_name="Asia/Shanghai", rule=RULES["cn"])
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
RECEIVED = Event("complaint_received", NOW, id="1")


def _limit(**fields) -> Limit:
    return Limit(**({"id": "x", "kind": "hard", "value": 2, "unit": "working_day", "anchor": "complaint_received"} | fields))


def test_a_standard_without_a_number_is_refused():
    with pytest.raises(NumbersMissing) as caught:
        deadlines([_limit(kind="standard", value=None, unit=None)], [RECEIVED], PLAIN, NOW)
    assert caught.value.limit_ids == ["x"]


def test_a_window_of_a_party_without_a_number_is_only_left_out():
    assert deadlines([_limit(kind="party_window", value=None, unit=None)], [RECEIVED], PLAIN, NOW) == []


def test_limits_in_a_circle_are_refused():
    one = _limit(id="one", anchor="opened", fallback="expired:two")
    two = _limit(id="two", anchor="opened", fallback="expired:one")
    with pytest.raises(LimitError, match="circle"):
        deadlines([one, two], [RECEIVED], PLAIN, NOW)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "soft"},
        {"unit": "fortnight"},
        {"value": -1},
        {"direction": "sideways"},
        {"direction": "before", "unit": "working_hour"},
        {"recurring": "sometimes"},
        {"recurring": "fixed", "value": 0},
        {"recurring": "fixed", "per_event": True},
        {"unit": "hearing"},
        {"join": "later_of"},
    ],
)
def test_a_limit_that_contradicts_itself_is_refused(fields):
    with pytest.raises(LimitError):
        _limit(**fields)


def test_an_extension_is_a_span_or_a_date():
    with pytest.raises(LimitError):
        Extension("x", NOW)
    with pytest.raises(LimitError):
        Extension("x", NOW, span=Span(1, "month"), until=date(2026, 12, 1))


def test_a_naive_moment_is_refused():
    with pytest.raises(LimitError):
        Event("opened", datetime(2026, 1, 1))


def test_a_year_without_holidays_is_marked():
    known = WorkCalendar(zone_name="Asia/Shanghai", known_years=frozenset({2026}))
    (soon,) = deadlines([_limit()], [RECEIVED], known, NOW)
    (far,) = deadlines([_limit(value=1, unit="year")], [RECEIVED], known, NOW)
    assert (soon.calendar_known, far.calendar_known) == (True, False)


def test_an_expected_anchor_is_provisional_until_it_happens():
    ack = _limit(id="ack", value=7, unit="calendar_day", met_by=("acknowledged",))
    feedback = _limit(id="feedback", value=3, unit="month", anchor="acknowledged", fallback="expired:ack", met_by=("decision_notified",))
    found = {each.limit_id: each for each in deadlines([ack, feedback], [RECEIVED], PLAIN, NOW)}
    assert found["feedback"].provisional
    assert found["feedback"].starts_at == NOW
    later = {each.limit_id: each for each in deadlines([ack, feedback], [RECEIVED], PLAIN, NOW + timedelta(days=30))}
    assert not later["feedback"].provisional
    assert later["feedback"].due_at == found["feedback"].due_at


def test_a_year_of_silence_leaves_one_late_round_of_a_fixed_schedule():
    monthly = _limit(kind="recurring", recurring="fixed", value=1, unit="month", met_by=("update_sent",))
    later = NOW + timedelta(days=400)
    found = deadlines([monthly], [RECEIVED], PLAIN, later)
    assert len(found) == 14
    assert [each.occurrence for each in found if each.late(later)] == ["13"]
    assert all(each.missed(later) for each in found[:13])


# --- what holds for every policy -----------------------------------------------------------------

moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
units = st.sampled_from(["hour", "working_hour", "calendar_day", "working_day", "month"])
zones = st.sampled_from(["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Asia/Kolkata", "Australia/Lord_Howe"])


@st.composite
def calendars(draw):
    days = st.frozensets(st.dates(date(2024, 1, 1), date(2031, 12, 31)), max_size=30)
    return WorkCalendar(
        zone_name=draw(zones),
        holidays=draw(days),
        makeup_workdays=draw(days),
        rule=RULES[draw(st.sampled_from(sorted(RULES)))],
    )


@given(calendars(), moments, st.integers(0, 60), units)
@settings(max_examples=150, deadline=None)
def test_nothing_is_due_before_it_starts_and_a_larger_number_is_never_earlier(calendar, at, value, unit):
    start = Event("complaint_received", at, id="1")
    (small,) = deadlines([_limit(value=value, unit=unit)], [start], calendar, at)
    (large,) = deadlines([_limit(value=value + 1, unit=unit)], [start], calendar, at)
    assert small.starts_at <= small.due_at <= large.due_at
    assert not small.late(at) or value == 0
    if unit == "working_day":
        assert calendar.is_working_day(small.due_date)


@given(calendars(), moments, st.integers(1, 40), st.integers(0, 90))
@settings(max_examples=100, deadline=None)
def test_a_fact_meets_it_exactly_once_and_late_is_late_for_ever(calendar, at, value, after_days):
    answered = Event("acknowledged", at + timedelta(days=after_days), id="2")
    limit = _limit(value=value, met_by=("acknowledged",))
    (before,) = deadlines([limit], [Event("complaint_received", at, id="1")], calendar, at)
    (after,) = deadlines([limit], [answered, Event("complaint_received", at, id="1")], calendar, at)
    assert after.due_at == before.due_at
    assert after.met_at == answered.at
    assert not after.late(at + timedelta(days=5000))
    assert after.missed(at + timedelta(days=5000)) == (answered.at >= before.due_at)


@given(calendars(), moments, st.lists(st.integers(1, 20), max_size=4))
@settings(max_examples=100, deadline=None)
def test_extensions_never_shorten(calendar, at, amounts):
    given_at = [Extension("x", at, span=Span(amount, "calendar_day")) for amount in amounts]
    (plain,) = deadlines([_limit()], [Event("complaint_received", at, id="1")], calendar, at)
    (longer,) = deadlines([_limit()], [Event("complaint_received", at, id="1")], calendar, at, given_at)
    assert longer.due_at >= plain.due_at
    assert longer.first_due_at == plain.due_at


@given(st.permutations(range(4)))
def test_the_order_in_which_facts_arrive_does_not_matter(order):
    facts = [
        RECEIVED,
        Event("update_sent", NOW + timedelta(days=3), id="2"),
        Event("update_sent", NOW + timedelta(days=20), id="3"),
        Event("decision_notified", NOW + timedelta(days=40), id="4"),
    ]
    limit = _limit(kind="recurring", value=10, recurring="after_met", met_by=("update_sent",), ends_with=("decision_notified",))
    later = NOW + timedelta(days=60)
    assert deadlines([limit], [facts[n] for n in order], PLAIN, later) == deadlines([limit], facts, PLAIN, later)
