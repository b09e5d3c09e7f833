"""The pages of working calendars: filled by the library, corrected by a list, confirmed by a person."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from people.models import Site
from policy import calendar_selectors as selectors
from policy.models import CalendarDay, SiteCalendar
from policy.selectors import calendar_for
from policy.signals import calendar_changed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.DEMO = True


@pytest.fixture
def admin(world, policy_admin, signed_in) -> Client:
    return signed_in(policy_admin)


@pytest.fixture
def row(world) -> SiteCalendar:
    return SiteCalendar.objects.get()


@pytest.fixture
def told():
    """How often others were told that a calendar changed."""
    calls = []

    def note(sender, calendar, now, **_more):
        calls.append(calendar)

    calendar_changed.connect(note)
    yield calls
    calendar_changed.disconnect(note)


def at(name: str, *args) -> str:
    return reverse(f"calendars:{name}", args=args)


def hours(**more) -> dict:
    return {"working_week": ["0", "1", "2", "3", "4"], "office_hours": "09:00-12:00\n13:00-18:00"} | more


def test_the_list_and_a_calendar_are_shown(admin, row):
    assert str(timezone.localdate().year) in admin.get(at("listing")).content.decode()
    page = admin.get(at("calendar", row.pk), {"year": "2026"})
    assert "国庆" in page.content.decode() or "National Day" in page.content.decode()


@pytest.mark.parametrize("role", ["sysadmin", "stranger", "overseer"])
def test_only_policy_administrators_see_or_change_it(request, row, role, signed_in, told):
    client = signed_in(request.getfixturevalue(role))
    for name, args in (("listing", ()), ("calendar", (row.pk,)), ("days", (row.pk,))):
        assert client.get(at(name, *args)).status_code == 404
    for name in ("fill", "confirm", "days", "calendar"):
        assert client.post(at(name, row.pk), hours(year="2027", text="2027-02-20,班,", go="apply")).status_code == 404
    assert not told


class TestHours:
    def test_they_are_saved_and_others_are_told(self, admin, row, told):
        admin.post(at("calendar", row.pk), hours(working_week=["0", "1", "2", "3", "4", "5"], office_hours="9:00-17:30"))
        row.refresh_from_db()
        assert (row.working_week, row.office_hours) == ([0, 1, 2, 3, 4, 5], [["09:00", "17:30"]])
        assert told == [row]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"office_hours": "nine to five"}, "office_hours"),
            ({"office_hours": "25:00-26:00"}, "office_hours"),
            ({"office_hours": "12:00-09:00"}, "office_hours"),
            ({"office_hours": "09:00-13:00\n12:00-18:00"}, "office_hours"),
            ({"working_week": []}, "working_week"),
        ],
    )
    def test_impossible_ones_are_refused_and_kept_in_the_form(self, admin, row, told, wrong, field):
        answer = admin.post(at("calendar", row.pk), hours(**wrong))
        assert field in answer.context["form"].errors
        assert answer.context["form"].data.getlist(field) == (wrong[field] if isinstance(wrong[field], list) else [wrong[field]])
        assert not told


class TestLists:
    LIST = "date,kind,name\n2027-02-20,班,春节调休\n2027-02-11,休,春节\n2027-01-01,workday,\n"

    def test_a_list_is_shown_before_it_is_applied(self, admin, row, told):
        page = admin.post(at("days", row.pk), {"text": self.LIST, "go": "look"})
        assert len(page.context["plan"].add) == 2
        assert [day for day, _was, _becomes in page.context["plan"].change] == [date(2027, 1, 1)]
        assert not CalendarDay.objects.filter(source="import").exists()
        assert not told
        admin.post(at("days", row.pk), {"text": self.LIST, "go": "apply"})
        assert calendar_for().is_working_day(date(2027, 2, 20))
        assert told == [row]

    def test_a_contradiction_with_the_library_stays_visible(self, admin, row):
        admin.post(at("days", row.pk), {"text": self.LIST, "go": "apply"})
        conflicts = [each.day.date for each in selectors.days_of(row, 2027) if each.conflict]
        assert conflicts == [date(2027, 1, 1)]

    def test_wrong_lines_change_nothing_and_the_list_stays(self, admin, row, told):
        answer = admin.post(at("days", row.pk), {"text": "2027-02-20,班,\nperhaps,休,\n", "go": "apply"})
        assert [line for line, _problem in answer.context["plan"].problems] == [2]
        assert "perhaps" in answer.content.decode()
        assert not CalendarDay.objects.filter(source="import").exists()
        assert not told

    def test_nothing_given_is_said_kindly(self, admin, row):
        assert "text" in admin.post(at("days", row.pk), {"text": " "}).context["form"].errors


class TestYears:
    def test_a_guessed_year_is_confirmed_by_a_person(self, admin, row, told):
        assert not row.years.get(year=2027).confirmed
        admin.post(at("confirm", row.pk), {"year": "2027"})
        admin.post(at("confirm", row.pk), {"year": "2027"})
        assert row.years.get(year=2027).confirmed
        assert told == [row]

    def test_the_next_year_is_asked_for_sixty_days_before_it_begins(self, row):
        assert selectors.years_that_matter(date(2026, 11, 1)) == [2026]
        assert selectors.years_that_matter(date(2026, 11, 3)) == [2026, 2027]
        assert selectors.warnings(date(2026, 10, 1)) == []
        assert selectors.warnings(date(2026, 12, 1)) == [(row, 2027)]

    def test_a_year_is_filled_again(self, admin, row):
        row.years.get(year=2027).days.all().delete()
        admin.post(at("fill", row.pk), {"year": "2027"})
        assert row.years.get(year=2027).days.exists()


def test_a_site_gets_a_calendar_of_its_own(admin, row):
    site = Site.objects.create(code="london", name="London", country="GB", time_zone="Europe/London")
    admin.post(at("create"), {"site": str(site.pk)})
    assert SiteCalendar.objects.get(site=site).time_zone == "Europe/London"
    assert not calendar_for(site).is_working_day(date(2026, 12, 25))
