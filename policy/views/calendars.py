"""Working calendars (D5): which days count, where they come from, what is still missing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.selectors import organisation
from policy import calendar_selectors as selectors
from policy.calendars import CalendarError
from policy.forms.calendars import DaysForm, HoursForm, SiteForm, YearForm
from policy.models import SiteCalendar
from policy.selectors import ORGANISATION_KEY
from policy.services import calendars as services
from policy.views.door import policy_admin


def _calendar(calendar_id: int) -> SiteCalendar:
    found = selectors.calendar_numbered(calendar_id)
    if found is None:
        raise Http404
    return found


@policy_admin
@require_safe
def listing(request):
    today = timezone.localdate()
    rows = [{"calendar": each, "years": selectors.year_states(each, today)} for each in selectors.calendars()]
    has_own = any(row["calendar"].key == ORGANISATION_KEY for row in rows)
    context = {"rows": rows, "has_own": has_own, "form": SiteForm(sites=selectors.sites_without_calendar())}
    return render(request, "policy/manage/calendars.html", context)


@policy_admin
@require_POST
def create(request):
    """The organisation's calendar, or one for a site of its own, filled from the holiday library."""
    now, today = timezone.now(), timezone.localdate()
    org = organisation()
    years = (today.year, today.year + 1)
    if not selectors.has_organisation_calendar():
        country = org.site.country if org.site else "CN"
        made = services.seed_calendar(country=country, time_zone=org.time_zone, years=years, by=request.user, now=now)
        return redirect("calendars:calendar", calendar_id=made.pk)
    form = SiteForm(request.POST, sites=selectors.sites_without_calendar())
    if not form.is_valid():
        raise Http404
    site = form.sites[form.cleaned_data["site"]]
    made = services.seed_calendar(
        country=site.country,
        subdivision=site.subdivision,
        time_zone=site.time_zone,
        site=site,
        years=years,
        by=request.user,
        now=now,
    )
    return redirect("calendars:calendar", calendar_id=made.pk)


@policy_admin
@require_http_methods(["GET", "POST"])
def calendar(request, calendar_id: int):
    """One calendar: its hours (which this form saves), its years and their days."""
    row, today = _calendar(calendar_id), timezone.localdate()
    initial = {"working_week": row.working_week, "office_hours": "\n".join("-".join(span) for span in row.office_hours)}
    form = HoursForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_hours(calendar=row, **form.cleaned_data, by=request.user, now=timezone.now())
        except CalendarError:
            form.add_error("office_hours", _("The spans must be in order and must not overlap"))
        else:
            messages.success(request, _("Saved.") + " " + _counted())
            return redirect("calendars:calendar", calendar_id=row.pk)
    states = selectors.year_states(row, today)
    wanted = request.GET.get("year", "")
    year = int(wanted) if wanted.isdecimal() and int(wanted) in {each.year for each in states} else today.year
    context = {
        "calendar": row,
        "form": form,
        "years": states,
        "year": next(each for each in states if each.year == year),
        "days": selectors.days_of(row, year),
    }
    return render(request, "policy/manage/calendar.html", context)


@policy_admin
@require_POST
def fill(request, calendar_id: int):
    """Fill a year from the holiday library again; imported days stay."""
    row, form = _calendar(calendar_id), YearForm(request.POST)
    if not form.is_valid():
        raise Http404
    year = form.cleaned_data["year"]
    services.seed_calendar(
        country=row.country,
        subdivision=row.subdivision,
        time_zone=row.time_zone,
        site=row.site,
        years=[year],
        by=request.user,
        now=timezone.now(),
    )
    messages.success(request, _("%(year)s was filled from the holiday library.") % {"year": year} + " " + _counted())
    return redirect(_at(row, year))


@policy_admin
@require_POST
def confirm(request, calendar_id: int):
    """The year has been compared with the official announcement."""
    row, form = _calendar(calendar_id), YearForm(request.POST)
    if not form.is_valid():
        raise Http404
    services.confirm_year(calendar=row, year=form.cleaned_data["year"], by=request.user, now=timezone.now())
    return redirect(_at(row, form.cleaned_data["year"]))


@policy_admin
@require_http_methods(["GET", "POST"])
def days(request, calendar_id: int):
    """Import a list: first what it would change, then, with the same list, the change."""
    row = _calendar(calendar_id)
    form = DaysForm(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        text, applying = form.cleaned_data["text"], request.POST.get("go") == "apply"
        plan = services.import_days(calendar=row, text=text, by=request.user, now=timezone.now(), dry_run=not applying)
        if applying and not plan.problems:
            messages.success(request, _("Imported.") + " " + _counted())
            return redirect(_at(row, plan.years[-1]) if plan.years else _at(row, timezone.localdate().year))
        form = DaysForm(initial={"text": text})
    context = {"calendar": row, "form": form, "plan": plan, "page_failed": bool(plan and plan.problems)}
    return render(request, "policy/manage/calendar_days.html", context)


def _counted() -> str:
    return _(
        "Open dates are counted anew. Where one moves, whoever answers for it gets a message,"
        " and the reporter sees the old date, the new one and why."
    )


def _at(row: SiteCalendar, year: int) -> str:
    return f"{reverse('calendars:calendar', args=[row.pk])}?year={year}"
