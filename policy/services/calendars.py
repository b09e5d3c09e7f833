"""Working calendars: seeded by the holidays library, corrected by an imported list (make-up days are announced, not computed)."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time

import holidays
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from people.models import Role, Site, User
from people.services.changes import keep_change
from policy.calendars import CalendarError, WorkCalendar
from policy.models import (
    CalendarDay,
    CalendarYear,
    DayKind,
    DaySource,
    SiteCalendar,
)
from policy.selectors import ORGANISATION_KEY, calendar_key
from policy.signals import calendar_changed

OFFICE_HOURS = [["09:00", "12:00"], ["13:00", "18:00"]]
WORKING_WEEK = [0, 1, 2, 3, 4]

_LIBRARY_LANGUAGE = {"en": "en_US", "zh": "zh_CN"}
_KINDS = {
    "holiday": DayKind.HOLIDAY,
    "off": DayKind.HOLIDAY,
    "休": DayKind.HOLIDAY,
    "workday": DayKind.WORKDAY,
    "work": DayKind.WORKDAY,
    "班": DayKind.WORKDAY,
}


@transaction.atomic
def seed_calendar(
    *,
    country: str,
    time_zone: str,
    years: Iterable[int],
    by: User | None,
    now: datetime,
    site: Site | None = None,
    subdivision: str = "",
    working_week: list[int] | None = None,
    office_hours: list[list[str]] | None = None,
) -> SiteCalendar:
    """Create or refresh the calendar of a site (or of the organisation) with the library's days. Imported days stay."""
    calendar, _created = SiteCalendar.objects.update_or_create(
        key=calendar_key(site),
        defaults={"site": site, "country": country, "subdivision": subdivision, "time_zone": time_zone},
        create_defaults={
            "site": site,
            "country": country,
            "subdivision": subdivision,
            "time_zone": time_zone,
            "working_week": working_week or WORKING_WEEK,
            "office_hours": office_hours or OFFICE_HOURS,
        },
    )
    years = list(years)
    before = _days(calendar, years)
    for year in years:
        _seed_year(calendar, year, now)
    _changed(calendar, by, now, Action.CALENDAR_SEEDED, before, _days(calendar, years))
    return calendar


def _days(calendar: SiteCalendar, years: Iterable[int]) -> dict[str, str]:
    """What is stored of `years`: {date: kind}, for the log."""
    stored = CalendarDay.objects.filter(year__calendar=calendar, year__year__in=list(years))
    return {day.isoformat(): kind for day, kind in stored.values_list("date", "kind")}


def _seed_year(calendar: SiteCalendar, year: int, now: datetime) -> None:
    days, confirmed = library_days(calendar.country, calendar.subdivision, year)
    row, _created = CalendarYear.objects.get_or_create(calendar=calendar, year=year, defaults={"seeded_at": now, "confirmed": confirmed})
    if confirmed and not row.confirmed:
        CalendarYear.objects.filter(pk=row.pk).update(confirmed=True, seeded_at=now)
    row.days.filter(source=DaySource.LIBRARY).delete()
    imported = set(row.days.values_list("date", flat=True))
    CalendarDay.objects.bulk_create(
        CalendarDay(year=row, date=day, kind=kind, name=name[:120], source=DaySource.LIBRARY)
        for day, (kind, name) in sorted(days.items())
        if day not in imported
    )


def library_days(country: str, subdivision: str, year: int, language: str = "en") -> tuple[dict[date, tuple[str, str]], bool]:
    """The library's days of one year, and whether it knows the official arrangement and not only the fixed holidays.

    `language`: what the names are wanted in; the library's own choice where it doesn't speak it.
    """
    source = holidays.country_holidays(country, subdiv=subdivision or None, years=year, language=_LIBRARY_LANGUAGE[language[:2]])
    days = {day: (DayKind.HOLIDAY, name) for day, name in source.items() if day.year == year}
    moved = {day for day in getattr(source, "weekend_workdays", ()) if day.year == year}
    days |= dict.fromkeys(moved, (DayKind.WORKDAY, ""))
    # China moves days off to make long breaks and announces it year by year: without a moved day the year is a guess.
    return days, country != "CN" or bool(moved)


@dataclass
class ImportPlan:
    """What an import does: `add`, `change` (was, becomes), `same` and `problems` (line number, what is wrong)."""

    add: list[tuple[date, str, str]] = field(default_factory=list)
    change: list[tuple[date, str, str]] = field(default_factory=list)
    same: list[date] = field(default_factory=list)
    problems: list[tuple[int, str]] = field(default_factory=list)

    @property
    def years(self) -> list[int]:
        return sorted({day.year for day, *_rest in (*self.add, *self.change)} | {day.year for day in self.same})


@transaction.atomic
def import_days(*, calendar: SiteCalendar, text: str, by: User, now: datetime, dry_run: bool) -> ImportPlan:
    """Read overrides from CSV (`date,kind,name`; kind is holiday/休 or workday/班). Nothing is written on a dry run,
    nor when any line is wrong. The years it names count as confirmed by `by`.
    """
    plan, rows = _plan(calendar, text)
    if dry_run or plan.problems:
        return plan
    before = _days(calendar, plan.years)
    for day, kind, name in rows:
        year, _created = CalendarYear.objects.get_or_create(calendar=calendar, year=day.year, defaults={"seeded_at": now})
        CalendarDay.objects.update_or_create(year=year, date=day, defaults={"kind": kind, "name": name, "source": DaySource.IMPORT})
    CalendarYear.objects.filter(calendar=calendar, year__in=plan.years).update(confirmed=True, confirmed_by=by)
    _changed(calendar, by, now, Action.CALENDAR_IMPORTED, before, _days(calendar, plan.years), days=len(rows))
    return plan


def _plan(calendar: SiteCalendar, text: str) -> tuple[ImportPlan, list[tuple[date, str, str]]]:
    plan, rows, seen = ImportPlan(), [], set()
    known = {day.date: day.kind for day in CalendarDay.objects.filter(year__calendar=calendar)}
    for line, fields in _lines(text):
        if not any(cell.strip() for cell in fields) or (line == 1 and fields[0].strip().lower() == "date"):
            continue
        day, kind, name, problem = _row(fields)
        if not problem and day in seen:
            problem = _("The date stands twice")
        if problem:
            plan.problems.append((line, problem))
            continue
        seen.add(day)
        rows.append((day, kind, name))
        if day not in known:
            plan.add.append((day, kind, name))
        elif known[day] != kind:
            plan.change.append((day, known[day], kind))
        else:
            plan.same.append(day)
    return plan, rows


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Every line with its cells, whatever ends it. A cell too long to be read ends the reading as a line that is no date."""
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=None))
    try:
        yield from enumerate(lines, 1)
    except csv.Error:
        yield lines.line_num, ["…"]


def _row(fields: list[str]) -> tuple[date | None, str, str, str]:
    cells = [cell.strip() for cell in fields] + ["", "", ""]
    try:
        day = date.fromisoformat(cells[0])
    except ValueError:
        return None, "", "", _("The date must look like 2026-10-01")
    kind = _KINDS.get(cells[1].lower())
    if kind is None:
        return day, "", "", _("The kind must be holiday (休) or workday (班)")
    return day, kind, cells[2][:120], ""


@transaction.atomic
def save_hours(*, calendar: SiteCalendar, working_week: list[int], office_hours: list[list[str]], by: User, now: datetime) -> None:
    """Set the weekdays worked (Monday is 0) and the office hours ([["09:00", "12:00"], …], in order).

    Raises `policy.calendars.CalendarError` for hours that overlap, or when nobody would ever work.
    """
    if not working_week or not office_hours:
        raise CalendarError("a working day and office hours are needed")
    WorkCalendar(office_hours=tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in office_hours))
    stored = SiteCalendar.objects.select_for_update().get(pk=calendar.pk)
    before = {"working_week": stored.working_week, "office_hours": stored.office_hours}
    after = {"working_week": sorted(working_week), "office_hours": office_hours}
    SiteCalendar.objects.filter(pk=calendar.pk).update(**after)
    _changed(calendar, by, now, Action.CALENDAR_HOURS_SET, before, after)


@transaction.atomic
def confirm_year(*, calendar: SiteCalendar, year: int, by: User, now: datetime) -> None:
    """Somebody has compared the year with the official announcement and found it right. A second time changes nothing."""
    confirmed = CalendarYear.objects.filter(calendar=calendar, year=year, confirmed=False).update(confirmed=True, confirmed_by=by)
    if confirmed:
        _changed(calendar, by, now, Action.CALENDAR_CONFIRMED, {}, {}, year=year)


def _changed(calendar: SiteCalendar, by: User | None, now: datetime, action: Action, before: dict, after: dict, **facts) -> None:
    SiteCalendar.objects.filter(pk=calendar.pk).update(revision=F("revision") + 1)
    if by is not None:
        facts |= keep_change(before, after) | {"organisation": calendar.key == ORGANISATION_KEY}
        record(by=staff(by, Role.POLICY_ADMIN.value), action=action, subject_id=None, object_kind="calendar", facts=facts, now=now)
    calendar_changed.send(sender=SiteCalendar, calendar=calendar, now=now)
