"""D7: looking at a version as people taking the course do, and putting a draft in force."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from training import admin_selectors as selectors
from training import draft_selectors
from training.forms import AskForm, ChoiceForm, DependsForm
from training.forms_teaching import PublishForm
from training.models import Answer
from training.parts import Part
from training.selectors import content_of, published_version
from training.services import asking, courses
from training.views.door import language
from training.views.screens import feedback, policy_link, told
from training.views.teaching_door import course_page
from training.vocabulary import DEPENDS, QUESTION_BOX

SKIP = "skipped"


class Look:
    """One part as whoever takes the course sees it. Nothing is kept: every step is in the address."""

    def __init__(self, request, course, version, number: int):
        parts = content_of(version).parts
        if not 1 <= number <= len(parts):
            raise Http404
        self.request, self.course, self.version, self.number = request, course, version, number
        self.part: Part = parts[number - 1]
        self.total = len(parts)

    def at(self, number: int) -> str:
        return reverse("teaching:look", args=[self.course.code, self.version.number, number])

    @property
    def out(self) -> str:
        """Back to the draft, or to the course of a version that is published."""
        return reverse("teaching:draft" if self.version.published_at is None else "teaching:course", args=[self.course.code])

    def draw(self, template: str, **context) -> HttpResponse:
        shared = {
            "preview": True,
            "content": content_of(self.version),
            "part": self.part,
            "number": self.number,
            "total": self.total,
            "course_at": self.out,
            "previous_at": self.at(self.number - 1) if self.number > 1 else "",
            "policy": policy_link(self.part, timezone.now()),
            "page_form_id": "page-form" if "form" in context else "",
        }
        return render(self.request, f"training/{template}.html", shared | context)

    def answered(self, choice: str, ticked=()) -> HttpResponse:
        return redirect(f"{self.at(self.number)}?{urlencode([('after', choice), *(('ticked', each) for each in ticked)])}")

    def onward(self) -> HttpResponse:
        return redirect(self.at(self.number + 1) if self.number < self.total else self.out)


@course_page(methods="both")
def look(request: HttpRequest, course, version: int, number: int) -> HttpResponse:
    """A part of any version; answering shows what is said to it, going on leads to the next part."""
    found = selectors.version_numbered(course, version)
    if found is None:
        raise Http404
    here = Look(request, course, found, number)
    if chosen := request.GET.get("after"):
        return here.onward() if request.method == "POST" else _after(here, chosen)
    if request.method == "POST" and request.POST.get("go") == "skip" and here.part.distressing:
        return here.answered(SKIP)
    if here.part.asks:
        return _asking(request, here)
    if request.method == "POST":
        return here.onward()
    if here.part.kind == QUESTION_BOX:
        return _box(here)
    return here.draw(here.part.kind, closed=here.part.distressing and "scene" not in request.GET, media=told(here.part, language()))


def _asking(request, here: Look) -> HttpResponse:
    if here.part.distressing and request.method != "POST" and "scene" not in request.GET:
        return here.draw("scene_note")
    posted = request.POST if request.method == "POST" else None
    if "on" in request.GET and here.part.depends_on:
        form = DependsForm(posted, part=here.part)
        if posted is not None and form.is_valid():
            return here.answered(DEPENDS, form.cleaned_data["depends"])
        return here.draw("depends", form=form)
    form = ChoiceForm(posted, part=here.part)
    if posted is not None and form.is_valid():
        choice = form.cleaned_data["choice"]
        if choice == DEPENDS and here.part.depends_on:
            return redirect(f"{request.path}?scene=1&on=1")
        return here.answered(choice)
    return here.draw("scene", form=form)


def _after(here: Look, chosen: str) -> HttpResponse:
    """What is said to an answer: the same page as in the course, over an answer that is not kept."""
    skipped = chosen == SKIP and here.part.distressing
    if not skipped and chosen not in here.part.choices():
        raise Http404
    answer = Answer(choice="" if skipped else chosen, depends=here.request.GET.getlist("ticked"), skipped=skipped)
    return here.draw("after", feedback=feedback(here.part, answer))


def _box(here: Look) -> HttpResponse:
    now = timezone.now()
    expert = asking.expert_of(here.course, now)
    promised = asking.due_date(here.course, now)[0] if expert else None
    return here.draw("question_box", form=AskForm(), expert=expert, promised=promised)


@course_page(methods="both")
def publish(request: HttpRequest, course) -> HttpResponse:
    """A page in between: what is missing, what changes, and whether past completions still count."""
    draft = selectors.draft_of(course)
    if draft is None:
        return redirect("teaching:course", course.code)
    asks = selectors.was_completed(course)
    lacks = courses.missing(draft)
    form = PublishForm(request.POST if request.method == "POST" else None, asks=asks, initial={"row_version": draft.row_version})
    if request.method == "POST" and not lacks and form.is_valid():
        said = form.cleaned_data
        try:
            courses.publish(version=draft, row_version=said["row_version"], past_count=form.past_count, by=request.user, now=timezone.now())
        except (courses.CourseMoved, courses.NotReady, courses.PastMustBeDecided):
            messages.warning(request, _("A colleague changed this meanwhile. Nothing was published; look again."))
            return redirect("teaching:publish", course.code)
        messages.success(request, _("Published. From now on this version is given."))
        return redirect("teaching:course", course.code)
    given = published_version(course)
    context = {
        "course": course,
        "draft": draft,
        "given": given,
        "form": form,
        "asks": asks,
        "view": draft_selectors.overview(draft),
        "changes": draft_selectors.changes(draft, given),
    }
    return render(request, "training/manage/publish.html", context)
