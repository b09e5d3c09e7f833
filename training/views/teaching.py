"""D6: every course with its coverage, and one course with its versions, its expert and what may be done with it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from people.charts import Bar
from training import admin_selectors as selectors
from training import shown
from training.forms_teaching import ExpertForm, StartForm
from training.parts import CourseContent
from training.selectors import published_version
from training.services import courses
from training.views.numbers import answers_context
from training.views.teaching_door import course_page, teaching_page


@teaching_page()
def listing(request: HttpRequest) -> HttpResponse:
    """Every course: how many have it, which rules ask for it, which version is given."""
    lines = selectors.course_lines(timezone.now())
    bars = [Bar(line.title, line.counts.percent, f"{line.counts.percent}%") for line in lines if line.counts.total]
    return render(request, "training/manage/courses.html", {"lines": lines, "bars": bars, "retired": selectors.retired()})


@teaching_page(methods="both")
def new(request: HttpRequest) -> HttpResponse:
    """Create a course: it begins as an empty draft."""
    form = StartForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            courses.create_course(
                code=said["code"], audience=said["audience"], content=CourseContent(), by=request.user, now=timezone.now()
            )
        except courses.CodeTaken:
            form.add_error("code", _("This name is taken"))
        else:
            return redirect("teaching:draft", said["code"])
    return render(request, "training/manage/new.html", {"form": form})


@course_page(methods="both")
def course(request: HttpRequest, course) -> HttpResponse:
    """One course; posting names who answers its questions."""
    now, rows = timezone.now(), None
    initial = {"expert": course.expert, "answer_days": course.answer_days, "seen": ExpertForm.shown(course)}
    form = ExpertForm(request.POST if request.method == "POST" else None, initial=initial, people=selectors.possible_experts(course, now))
    if request.method == "POST" and form.is_valid():
        try:
            courses.name_expert(course=course, by=request.user, now=now, **form.details)
        except courses.ExpertMeanwhile as problem:
            rows = form.compare(problem.course)
        else:
            messages.success(request, _("Saved."))
            return redirect("teaching:course", course.code)
    given = published_version(course)
    context = {
        "course": course,
        "title": selectors.title_of(course, given or selectors.draft_of(course)),
        "given": given,
        "draft": selectors.draft_of(course),
        "shipped": selectors.shipped_of(course),
        "versions": selectors.versions_of(course),
        "form": form,
        "rows": rows,
    }
    return render(request, "training/manage/course.html", context, status=200 if rows is None else 409)


@course_page(methods="post")
def start(request: HttpRequest, course) -> HttpResponse:
    """Begin the next version, from the newest one or from the course that comes with the portal."""
    shipped = selectors.shipped_of(course) if request.POST.get("start") == "shipped" else None
    courses.revise(course=course, by=request.user, now=timezone.now(), content=shipped)
    return redirect("teaching:draft", course.code)


@course_page(methods="both")
def retire(request: HttpRequest, course) -> HttpResponse:
    """A page in between: nobody is given the course any more."""
    if request.method == "POST":
        courses.retire(course=course, by=request.user, now=timezone.now())
        messages.success(request, _("Nobody is given this course any more. What was completed stays."))
        return redirect("teaching:courses")
    context = {"course": course, "title": selectors.title_of(course, published_version(course))}
    return render(request, "training/manage/retire.html", context)


@course_page()
def answers(request: HttpRequest, course) -> HttpResponse:
    """How the questions of the version that is given were answered; nobody's name is in it."""
    version = published_version(course)
    found = shown.answers(version, timezone.now()) if version else None
    context = {"course": course, "title": selectors.title_of(course, version)}
    return render(request, "training/manage/answers.html", context | (answers_context(found) if found else {}))
