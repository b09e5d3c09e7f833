"""D6: who has which training, as of a day: numbers with their chart, lists of people, the file, what is overdue."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.charts import Bar
from people.models import Role
from people.selectors import today
from policy.campaign_selectors import unit_of_code, unit_path
from training import admin_selectors as selectors
from training import coverage
from training.forms_coverage import DayForm
from training.models import Course
from training.selectors import courses, published_version
from training.services.coverage_list import take_list
from training.views.teaching_door import course_page, teaching_page

LINES_A_PAGE = 100
CUTS = ("unit", "site", "role")


@dataclass(frozen=True)
class Asked:
    """What a page of coverage is about: a course, a day, a place."""

    course: Course
    form: DayForm
    at: coverage.AsOf
    place: coverage.Place
    query: str

    @property
    def title(self) -> str:
        return selectors.title_of(self.course, published_version(self.course))


def _asked(request: HttpRequest, course: Course, data) -> Asked:
    """Read the address (or the form of the file). A day that has not come shows today, and says so."""
    now = timezone.now()
    data = data.copy()
    data["on"] = data.get("on") or today(now).isoformat()
    form = DayForm(data, today=today(now))
    day = form.cleaned_data["on"] if form.is_valid() else None
    at = coverage.as_of(day or today(now), now)
    unit, site, role = data.get("unit", ""), data.get("site", ""), data.get("role", "")
    place = coverage.Place(unit_of_code(unit), coverage.site_of_code(site) if site else None, role)
    wrong_role = role and role not in (coverage.LEADS, *Role.values)
    if (unit and place.unit is None) or (site and place.site is None) or wrong_role:
        raise Http404
    kept = data.copy()
    for name in [name for name in kept if name not in ("unit", "site", "role", "on") or not kept[name]]:
        kept.pop(name)
    return Asked(course, form, at, place, kept.urlencode())


def _lines(asked: Asked, cut: str) -> list[coverage.Line]:
    if cut == "site":
        return coverage.by_site(asked.course, asked.at)
    if cut == "role":
        return coverage.by_role(asked.course, asked.at)
    return coverage.by_unit(asked.course, asked.at, asked.place.unit)


@course_page()
def board(request: HttpRequest, course) -> HttpResponse:
    """Numbers of one course by unit, site or role."""
    cut = request.GET.get("by", "unit")
    if cut not in CUTS:
        raise Http404
    asked = _asked(request, course, request.GET)
    lines = _lines(asked, cut)
    counts = coverage.total_of(asked.place.within(coverage.standing(course, asked.at), asked.at))
    bars = [Bar(_name(line, cut), line.counts.percent, f"{line.counts.percent}%") for line in lines]
    context = {
        "asked": asked,
        "cut": cut,
        "lines": [(line, bar.label) for line, bar in zip(lines, bars, strict=True)],
        "counts": counts,
        "bars": bars,
        "path": unit_path(asked.place.unit),
    }
    return render(request, "training/manage/coverage.html", context)


def _name(line: coverage.Line, cut: str) -> str:
    if line.label:
        return line.label
    if cut == "role":
        return _("Leads people")
    return _("Without a site") if cut == "site" else _("Directly here, or without a unit")


@course_page()
def people(request: HttpRequest, course) -> HttpResponse:
    """Person by person: late, due, not given yet, has it."""
    asked = _asked(request, course, request.GET)
    state, words = request.GET.get("state", coverage.LATE), request.GET.get("q", "").strip()[:80]
    if state not in (*coverage.STATE_WORDS, "all"):
        raise Http404
    rows = coverage.people_of(course, asked.at, asked.place, state="" if state == "all" else state, words=words)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "asked": asked,
        "state": state,
        "title": coverage.STATE_WORDS.get(state, _("Everybody who is asked")),
        "states": [*coverage.STATE_WORDS.items(), ("all", _("All"))],
        "state_words": coverage.STATE_WORDS,
        "words": words,
        "page": Paginator(rows, LINES_A_PAGE).get_page(request.GET.get("page")),
        "query": query.urlencode(),
    }
    return render(request, "training/manage/people.html", context)


@course_page(methods="post")
def file(request: HttpRequest, course) -> HttpResponse:
    """The list that is shown, as a CSV file; recorded."""
    asked = _asked(request, course, request.POST)
    state = request.POST.get("state", "")
    if state and state not in coverage.STATE_WORDS:
        raise Http404
    lines = take_list(course=course, at=asked.at, place=asked.place, state=state, by=request.user, now=timezone.now())
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="training-{course.code}-{asked.at.day}.csv"'
    return response


@teaching_page()
def overdue(request: HttpRequest) -> HttpResponse:
    """Everybody who is late with any course, the longest first."""
    now = timezone.now()
    unit, code, words = request.GET.get("unit", ""), request.GET.get("course", ""), request.GET.get("q", "").strip()[:80]
    chosen_unit, chosen = unit_of_code(unit), selectors.course_of_code(code) if code else None
    if (unit and chosen_unit is None) or (code and chosen is None):
        raise Http404
    titles = {course.pk: selectors.title_of(course, published_version(course)) for course in courses()}
    page = Paginator(coverage.overdue(now, unit=chosen_unit, course=chosen, words=words), LINES_A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": page,
        "rows": [(row, titles.get(row.course_id, row.course.code), (today(now) - row.due_date).days) for row in page.object_list],
        "courses": [(course, titles[course.pk]) for course in courses()],
        "unit": chosen_unit,
        "code": code,
        "words": words,
        "query": query.urlencode(),
    }
    return render(request, "training/manage/overdue.html", context)
