"""What the pages of working calendars show."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import get_language

from people.models import Site
from policy.models import CalendarDay, CalendarYear, DayKind, DaySource, SiteCalendar
from policy.selectors import ORGANISATION_KEY, calendar_key
from policy.services.calendars import library_days

# Promises reach into the next year; its days must be known by then.
WARN_BEFORE = timedelta(days=60)


@dataclass(frozen=True)
class YearState:
    """A year that matters now: `missing` when nobody entered it, `confirmed` when the official make-up days are in it."""

    year: int
    missing: bool
    confirmed: bool


def years_that_matter(today: date) -> list[int]:
    """This year, and the next one from 60 days before it begins."""
    return [today.year] if (today + WARN_BEFORE).year == today.year else [today.year, today.year + 1]


def year_states(calendar: SiteCalendar, today: date) -> list[YearState]:
    known = {row.year: row.confirmed for row in calendar.years.all()}
    wanted = sorted({*known, *years_that_matter(today)})
    return [YearState(year, year not in known, known.get(year, False)) for year in wanted]


def calendars() -> list[SiteCalendar]:
    """The organisation's calendar first, then those of sites by name."""
    rows = SiteCalendar.objects.select_related("site").prefetch_related("years")
    return sorted(rows, key=lambda row: (row.key != ORGANISATION_KEY, row.site.name if row.site else ""))


def calendar_numbered(calendar_id: int) -> SiteCalendar | None:
    return SiteCalendar.objects.select_related("site").filter(pk=calendar_id).first()


def has_organisation_calendar() -> bool:
    return SiteCalendar.objects.filter(key=ORGANISATION_KEY).exists()


def sites_without_calendar() -> list[Site]:
    """Sites that follow the organisation's calendar."""
    taken = set(SiteCalendar.objects.values_list("key", flat=True))
    return [site for site in Site.objects.order_by("name") if calendar_key(site) not in taken]


def warnings(today: date) -> list[tuple[SiteCalendar, int]]:
    """(calendar, year) of every year that matters now and is missing or not confirmed."""
    found = []
    for calendar in calendars():
        confirmed = {row.year for row in calendar.years.all() if row.confirmed}
        found += [(calendar, year) for year in years_that_matter(today) if year not in confirmed]
    return found


@dataclass(frozen=True)
class DayRow:
    """A day that differs from the working week. `name`: what the library calls it in the language of the page, or what was imported.
    `conflict`: what the library says of a day somebody imported, when that differs.
    """

    day: CalendarDay
    name: str
    conflict: str


def days_of(calendar: SiteCalendar, year: int) -> list[DayRow]:
    """The special days of one year, in order."""
    row = CalendarYear.objects.filter(calendar=calendar, year=year).first()
    if row is None:
        return []
    known, _confirmed = library_days(calendar.country, calendar.subdivision, year, get_language() or "en")
    return [DayRow(day, _name(day, known), _conflict(day, known)) for day in row.days.all()]


def _name(day: CalendarDay, known: dict) -> str:
    own = day.source == DaySource.IMPORT or day.date not in known
    return day.name if own else known[day.date][1]


def _conflict(day: CalendarDay, known: dict) -> str:
    if day.source != DaySource.IMPORT or day.date not in known:
        return ""
    kind, name = known[day.date]
    return (name or str(DayKind(kind).label)) if kind != day.kind else ""
