"""The training of one person, for training administrators: what is due, what was completed, absences; and what may be changed by hand."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Employee
from people.selectors import today
from training import person_selectors as selectors
from training.forms_person import AwayForm, GiveForm, MoveForm
from training.models import Assignment
from training.record_selectors import course_title, found_people
from training.services import absences, giving
from training.views.teaching_door import teaching_page


def person_page(*, methods: str = "read", acts: bool = False):
    """A page of one person, handed to the view as `person`. `acts`: absent for somebody who does not work here."""

    def decorate(view):
        @teaching_page(methods=methods)
        @wraps(view)
        def page(request, employee_id, **kwargs):
            person = selectors.person_by_id(employee_id)
            if person is None or (acts and not selectors.works_here(person, timezone.now())):
                raise Http404
            return view(request, person, **kwargs)

        return page

    return decorate


@teaching_page()
def find(request: HttpRequest) -> HttpResponse:
    """Somebody by a part of their name, their number, address or unit."""
    words = request.GET.get("q", "").strip()[:80]
    return render(request, "training/manage/find.html", {"words": words, "found": found_people(words)})


@person_page()
def show(request: HttpRequest, person: Employee) -> HttpResponse:
    now = timezone.now()
    context = {"person": person, "record": selectors.record_of(person, now), "today": today(now)}
    return render(request, "training/manage/person.html", context)


def _open(person: Employee, assignment_id) -> Assignment:
    row = selectors.open_assignment_of(person, assignment_id)
    if row is None:
        raise Http404
    return row


@person_page(methods="both", acts=True)
def move(request: HttpRequest, person: Employee, assignment_id) -> HttpResponse:
    """Another date for one course. When a colleague was faster both are shown, and saving again knowingly replaces theirs."""
    row, meanwhile = _open(person, assignment_id), None
    form = MoveForm(request.POST if request.method == "POST" else None, initial={"seen": row.due_date})
    if request.method == "POST" and form.is_valid():
        try:
            giving.move(assignment=row, **form.cleaned_data, by=request.user, now=timezone.now())
        except giving.TooSoon:
            form.add_error("due", _("Give a date that lies ahead"))
        except giving.NotOpen:
            messages.warning(request, _("This course is not on the list any more. Nothing was saved."))
            return redirect("teaching:person", person.pk)
        except giving.MovedMeanwhile as problem:
            row = meanwhile = problem.row
            form.data = form.data.copy()
            form.data["seen"] = row.due_date.isoformat()
        else:
            messages.success(request, _("The date was moved. The reminders begin anew."))
            return redirect("teaching:person", person.pk)
    context = {"person": person, "row": row, "title": course_title(row.course), "form": form, "meanwhile": meanwhile}
    return render(request, "training/manage/person_move.html", context, status=409 if meanwhile else 200)


@person_page(methods="both", acts=True)
def take_back(request: HttpRequest, person: Employee, assignment_id) -> HttpResponse:
    """A page in between: a course that was given by hand goes off somebody's list. What the policy asks for stays."""
    row = _open(person, assignment_id)
    if row.rule:
        raise Http404
    if request.method == "POST":
        giving.take_back(assignment=row, by=request.user, now=timezone.now())
        messages.success(request, _("It is not on the list any more."))
        return redirect("teaching:person", person.pk)
    return render(request, "training/manage/person_back.html", {"person": person, "row": row, "title": course_title(row.course)})


@person_page(methods="both", acts=True)
def give(request: HttpRequest, person: Employee) -> HttpResponse:
    form = GiveForm(request.POST if request.method == "POST" else None, courses=selectors.courses_to_give(person))
    if request.method == "POST" and form.is_valid():
        said = {"course": form.chosen_course, "due": form.cleaned_data["due"]}
        try:
            given = giving.give(**said, employees=[person], by=request.user, now=timezone.now())
        except giving.TooSoon:
            form.add_error("due", _("Give a date that lies ahead"))
        else:
            if given:
                messages.success(request, _("It is on the list now."))
            else:
                messages.warning(request, _("A colleague has given this course meanwhile. Their date stays."))
            return redirect("teaching:person", person.pk)
    return render(request, "training/manage/person_give.html", {"person": person, "form": form})


@person_page(methods="both", acts=True)
def away(request: HttpRequest, person: Employee) -> HttpResponse:
    """An absence, by which dates move. When a colleague recorded one meanwhile it is shown; saving again records this one too."""
    newest, meanwhile = selectors.absences_of(person).first(), None
    form = AwayForm(request.POST if request.method == "POST" else None, initial={"seen": newest.pk if newest else 0})
    if request.method == "POST" and form.is_valid():
        try:
            absences.record_absence(employee=person, **form.cleaned_data, by=request.user, now=timezone.now())
        except absences.WrongDates:
            form.add_error("until", _("The last day must not lie before the first, nor behind us"))
        except absences.RecordedMeanwhile as problem:
            meanwhile = problem.newest
            form.data = form.data.copy()
            form.data["seen"] = str(meanwhile.pk)
        else:
            messages.success(request, _("Recorded. What falls due meanwhile is due after the return."))
            return redirect("teaching:person", person.pk)
    context = {"person": person, "form": form, "meanwhile": meanwhile}
    return render(request, "training/manage/person_away.html", context, status=409 if meanwhile else 200)


@person_page(methods="post", acts=True)
def returned(request: HttpRequest, person: Employee, absence_id) -> HttpResponse:
    """Back earlier, or entered by mistake."""
    absence = selectors.absence_of(person, absence_id)
    if absence is None:
        raise Http404
    absences.end_absence(absence=absence, by=request.user, now=timezone.now())
    messages.success(request, _("Saved. Dates that were moved stay as they are."))
    return redirect("teaching:person", person.pk)
