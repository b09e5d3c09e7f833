"""Other learning systems: their tokens, the activities that are courses, and what waits for an administrator."""

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from training import selectors_xapi as selectors
from training.forms_records import ActivityForm, SettleForm, SystemForm
from training.models import LearningSystem
from training.record_selectors import courses_with_titles
from training.services import learning_systems, statements
from training.views.record_door import admin_page, system_page

LINES_A_PAGE = 50


@admin_page("both")
def listing(request: HttpRequest) -> HttpResponse:
    form = SystemForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        system = learning_systems.add(name=form.cleaned_data["name"], by=request.user, now=timezone.now())
        return redirect("records:system", system.pk)
    return render(request, "training/records/systems.html", {"form": form, "systems": list(selectors.systems())})


@system_page("both")
def show(request: HttpRequest, system: LearningSystem) -> HttpResponse:
    """The system; posting maps an activity and settles what waited for it."""
    courses = courses_with_titles()
    form = ActivityForm(request.POST if request.method == "POST" else None, courses=courses)
    if request.method == "POST" and form.is_valid():
        values = {"system": system, "by": request.user, "now": timezone.now()}
        try:
            learning_systems.map_activity(activity=form.cleaned_data["activity"], course=form.chosen_course, **values)
        except learning_systems.MappedAlready:
            form.add_error("activity", _("This activity is a course already. Remove it first."))
        else:
            done = statements.look_again(**values)
            messages.success(request, _("Saved. Completions that had waited for it: %(number)s.") % {"number": done})
            return redirect("records:system", system.pk)
    return _page(request, system, form, courses)


def _page(request, system: LearningSystem, form, courses, **more) -> HttpResponse:
    titles = {course.pk: title for course, title in courses}
    context = {
        "system": system,
        "form": form,
        "endpoint": settings.SITE_URL.rstrip("/") + reverse("xapi:statements").removesuffix("statements"),
        "activities": [(row, titles.get(row.course_id, row.course.code)) for row in selectors.activities_of(system)],
        "number_waiting": selectors.waiting_of(system).count(),
    }
    return render(request, "training/records/system.html", context | more)


@system_page("post")
def token(request: HttpRequest, system: LearningSystem) -> HttpResponse:
    """Make a token and show it, this once. A second click makes another one, and that one is shown."""
    key, secret = learning_systems.make_token(system=system, by=request.user, now=timezone.now())
    system.refresh_from_db()
    courses = courses_with_titles()
    return _page(request, system, ActivityForm(courses=courses), courses, key=key, secret=secret)


@system_page("post")
def revoke(request: HttpRequest, system: LearningSystem) -> HttpResponse:
    learning_systems.revoke_token(system=system, by=request.user, now=timezone.now())
    messages.success(request, _("The token is not valid any more."))
    return redirect("records:system", system.pk)


@system_page("post")
def unmap(request: HttpRequest, system: LearningSystem, activity_id: int) -> HttpResponse:
    mapped = selectors.activity_of(system, activity_id)
    if mapped is not None:
        learning_systems.unmap(mapped=mapped, by=request.user, now=timezone.now())
    return redirect("records:system", system.pk)


# --- what waits -----------------------------------------------------------------------------------


@system_page("both")
def waiting(request: HttpRequest, system: LearningSystem) -> HttpResponse:
    """What waits; posting looks at all of it again."""
    if request.method == "POST":
        done = statements.look_again(system=system, by=request.user, now=timezone.now())
        messages.success(request, _("Looked at again. Completions now: %(number)s.") % {"number": done})
        return redirect("records:waiting", system.pk)
    page = Paginator(selectors.waiting_of(system), LINES_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [_line(row) for row in page.object_list]
    return render(request, "training/records/waiting.html", {"system": system, "page": page})


def _line(row) -> dict:
    return {"row": row, "heard": statements.open_waiting(row)}


@system_page("both")
def settle(request: HttpRequest, system: LearningSystem, row_id: int) -> HttpResponse:
    """One statement: an administrator says who and which course it is."""
    row = selectors.statement_of(system, row_id)
    if row is None:
        raise Http404
    if row.waiting_sealed is None:
        messages.info(request, _("This was settled meanwhile."))
        return redirect("records:waiting", system.pk)
    form = SettleForm(request.POST if request.method == "POST" else None, courses=courses_with_titles())
    if request.method == "POST" and form.is_valid() and _settled(request, row, form):
        return redirect("records:waiting", system.pk)
    return render(request, "training/records/settle.html", {"system": system, "form": form} | _line(row))


def _settled(request, row, form: SettleForm) -> bool:
    try:
        employee = form.cleaned_data["person"]
        if not statements.settle(row=row, employee=employee, course=form.chosen_course, by=request.user, now=timezone.now()):
            form.add_error(None, _("It can’t be recorded: the person did not work here on that day, or the date lies in the future."))
            row.refresh_from_db()
            return False
        messages.success(request, _("Recorded."))
    except statements.NotWaiting:
        messages.info(request, _("This was settled meanwhile."))
    return True


@system_page("post")
def aside(request: HttpRequest, system: LearningSystem, row_id: int) -> HttpResponse:
    row = selectors.statement_of(system, row_id)
    if row is None:
        raise Http404
    try:
        statements.set_aside(row=row, by=request.user, now=timezone.now())
    except statements.NotWaiting:
        messages.info(request, _("This was settled meanwhile."))
    return redirect("records:waiting", system.pk)
