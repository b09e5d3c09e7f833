"""Calendars from rows: the holiday library, imported make-up days, the cache."""

from datetime import date

import pytest

from people.models import Site
from policy.calendars import add_working_days
from policy.models import CalendarDay, CalendarYear, SiteCalendar
from policy.selectors import calendar_for, calendar_of
from policy.services import import_days, seed_calendar
from tests.policy.conftest import SINCE


@pytest.fixture
def china(author):
    return seed_calendar(country="CN", time_zone="Asia/Shanghai", years=[2026, 2027], by=author, now=SINCE)


def test_the_library_knows_the_holidays_and_make_up_days_of_2026(china):
    calendar = calendar_for()
    assert not calendar.is_working_day(date(2026, 2, 23))
    assert calendar.is_working_day(date(2026, 2, 28))
    assert calendar.is_working_day(date(2026, 10, 10))
    assert calendar.known_years == frozenset({2026})
    assert add_working_days(calendar, date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_a_year_not_yet_announced_is_only_a_guess(china):
    assert not CalendarYear.objects.get(year=2027).confirmed
    assert not calendar_for().is_working_day(date(2027, 10, 1))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_any_machine_ends_them(china, author, end):
    text = end.join(["date,kind,name", "2027-02-20,班,", "2027-02-09,休,"])
    plan = import_days(calendar=china, text=text, by=author, now=SINCE, dry_run=True)
    assert not plan.problems and len(plan.add) + len(plan.change) + len(plan.same) == 2


def test_a_line_that_nobody_can_read_is_a_problem_like_others(china, author):
    plan = import_days(calendar=china, text="2027-02-20,班,\n" + "x" * 200_000, by=author, now=SINCE, dry_run=False)
    assert [line for line, _problem in plan.problems] == [2]
    assert not CalendarDay.objects.filter(source="import").exists()


def test_an_import_shows_first_and_writes_nothing_when_a_line_is_wrong(china, author):
    text = "date,kind,name\n2027-02-20,班,\n2027-13-01,holiday,\n2027-02-09,perhaps,\n2027-02-20,班,\n"
    plan = import_days(calendar=china, text=text, by=author, now=SINCE, dry_run=False)
    assert [line for line, _problem in plan.problems] == [3, 4, 5]
    assert not CalendarDay.objects.filter(source="import").exists()


def test_an_import_confirms_the_year_and_survives_a_new_seeding(china, author):
    text = "2027-02-20,班,\n2027-02-11,休,春节\n2027-01-01,休,元旦\n2027-05-04,workday,\n"
    plan = import_days(calendar=china, text=text, by=author, now=SINCE, dry_run=True)
    assert (len(plan.add), len(plan.change), plan.same, plan.years) == (2, 1, [date(2027, 1, 1)], [2027])
    assert not calendar_for().is_working_day(date(2027, 2, 20))
    import_days(calendar=china, text=text, by=author, now=SINCE, dry_run=False)
    for _again in range(2):
        calendar = calendar_for()
        assert calendar.is_working_day(date(2027, 2, 20))
        assert not calendar.is_working_day(date(2027, 2, 11))
        assert calendar.is_working_day(date(2027, 5, 4))
        assert calendar.known_years == frozenset({2026, 2027})
        seed_calendar(country="CN", time_zone="Asia/Shanghai", years=[2027], by=author, now=SINCE)


def test_the_cache_notices_a_change(china, author):
    before = calendar_for()
    assert calendar_for() is before
    import_days(calendar=china, text="2026-11-25,休,", by=author, now=SINCE, dry_run=False)
    assert not calendar_for().is_working_day(date(2026, 11, 25))


def test_a_calendar_costs_one_small_query(china, django_assert_num_queries):
    calendar_for()
    with django_assert_num_queries(1):
        calendar_for()


def test_a_site_has_its_own_days_or_the_organisations(china, author):
    berlin = Site.objects.create(code="berlin", name="Berlin", country="DE", time_zone="Europe/Berlin")
    assert calendar_for(berlin).zone_name == "Asia/Shanghai"
    seed_calendar(site=berlin, country="DE", time_zone="Europe/Berlin", years=[2026], by=author, now=SINCE)
    assert calendar_for(berlin).zone_name == "Europe/Berlin"
    assert not calendar_for(berlin).is_working_day(date(2026, 12, 25))
    assert calendar_for().is_working_day(date(2026, 12, 25))


def test_without_any_row_there_is_still_a_calendar(employer):
    calendar = calendar_of(None)
    assert calendar.zone_name == "Asia/Shanghai"
    assert calendar.known_years == frozenset()


def test_the_version_says_how_days_are_counted(in_force):
    assert calendar_of(in_force).rule.name == "cn"
    assert SiteCalendar.objects.count() == 1
