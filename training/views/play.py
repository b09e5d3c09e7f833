"""A23: the player. One thing a screen; each answer has a feedback page; everything works with plain forms."""

from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from training import player_selectors as selectors
from training.forms import AskForm, ChoiceForm, DependsForm
from training.selectors import content_of
from training.services import asking, playing
from training.tokens import new_token
from training.views.course import said_done
from training.views.door import in_other_language, language, wants_other_language, with_course
from training.views.screens import feedback, policy_link, told
from training.vocabulary import DEPENDS, QUESTION_BOX


def _screen(view):
    """Hand the attempt and the part to the view. A part that comes later leads to the next one; without an attempt, to the course."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @with_course
    @wraps(view)
    def page(request, version, number, me):
        attempt = selectors.open_attempt(me, version.course)
        if attempt is None:
            return redirect("training:course", version.course.code)
        parts = content_of(attempt.version).parts
        if not 1 <= number <= len(parts):
            raise Http404
        try:
            return view(request, Screen(request, attempt, parts[number - 1], number, len(parts)))
        except playing.NotYet as later:
            return redirect("training:part", version.course.code, later.number)
        except playing.NotGiven:
            return redirect("training:course", version.course.code)

    return page


class Screen:
    """One part in front of one person: what the pages of it share."""

    def __init__(self, request, attempt, part, number: int, total: int):
        self.request, self.attempt, self.part = request, attempt, part
        self.number, self.total, self.now = number, total, timezone.now()
        self.place = (attempt.course.code, number)

    def draw(self, template: str, **context) -> HttpResponse:
        """Show the part; that it is in front of the person is noted."""
        answer = playing.show(attempt=self.attempt, part=self.part, now=self.now)
        shared = {
            "attempt": self.attempt,
            "content": content_of(self.attempt.version),
            "part": self.part,
            "number": self.number,
            "total": self.total,
            "course_at": reverse("training:course", args=[self.attempt.course.code]),
            "previous_at": reverse("training:part", args=[self.attempt.course.code, self.number - 1]) if self.number > 1 else "",
            "policy": policy_link(self.part, self.now),
            "answer": answer,
            "page_form_id": "page-form" if "form" in context else "",
        }
        return render(self.request, f"training/{template}.html", shared | context)

    def read(self) -> HttpResponse:
        """The part was read to the end: on to the next, or to the certificate after the last."""
        attempt = playing.read(attempt=self.attempt, part=self.part, now=self.now)
        if attempt.finished_at:
            said_done(self.request)
            return redirect("training:certificate", attempt.completion.pk)
        # Somebody who looked back goes on to the part after this one, not to the end of what they have read.
        number = self.number + 1 if self.number < self.total else playing.next_number(attempt)
        return redirect("training:part", attempt.course.code, number)


@_screen
def part(request: HttpRequest, screen: Screen) -> HttpResponse:
    """One part: a text, a scene with its question, a film, a question box."""
    if screen.part.asks:
        return _asking(request, screen)
    if screen.part.kind == QUESTION_BOX:
        return _box(request, screen)
    if request.method == "POST":
        return _skip_or_read(request, screen)
    return screen.draw(screen.part.kind, closed=screen.part.distressing and "scene" not in request.GET, media=told(screen.part, language()))


def _skip_or_read(request, screen: Screen) -> HttpResponse:
    if screen.part.distressing and request.POST.get("go") == "skip":
        playing.skip(attempt=screen.attempt, part=screen.part, now=screen.now)
        return redirect("training:after", *screen.place)
    return screen.read()


def _asking(request, screen: Screen) -> HttpResponse:
    answer = selectors.answer_to(screen.attempt, screen.part)
    if answer is not None and answer.answered_at is not None:
        return redirect("training:after", *screen.place)
    if request.method == "POST" and request.POST.get("go") == "skip" and screen.part.distressing:
        playing.skip(attempt=screen.attempt, part=screen.part, now=screen.now)
        return redirect("training:after", *screen.place)
    if screen.part.distressing and request.method != "POST" and "scene" not in request.GET:
        return screen.draw("scene_note")
    if "on" in request.GET and screen.part.depends_on:
        return _depends(request, screen)
    if wants_other_language(request):
        chosen = {"choice": request.POST.get("choice", "")}
        return in_other_language(lambda: screen.draw("scene", form=ChoiceForm(part=screen.part, initial=chosen)))
    form = ChoiceForm(request.POST if request.method == "POST" else None, part=screen.part)
    if request.method == "POST" and form.is_valid():
        choice = form.cleaned_data["choice"]
        if choice == DEPENDS and screen.part.depends_on:
            return redirect(f"{request.path}?scene=1&on=1")
        playing.answer(attempt=screen.attempt, part=screen.part, choice=choice, now=screen.now)
        return redirect("training:after", *screen.place)
    return screen.draw("scene", form=form)


def _depends(request, screen: Screen) -> HttpResponse:
    if wants_other_language(request):
        ticked = {"depends": request.POST.getlist("depends")}
        return in_other_language(lambda: screen.draw("depends", form=DependsForm(part=screen.part, initial=ticked)))
    form = DependsForm(request.POST if request.method == "POST" else None, part=screen.part)
    if request.method == "POST" and form.is_valid():
        depends = form.cleaned_data["depends"]
        playing.answer(attempt=screen.attempt, part=screen.part, choice=DEPENDS, depends=depends, now=screen.now)
        return redirect("training:after", *screen.place)
    return screen.draw("depends", form=form)


def _box(request, screen: Screen) -> HttpResponse:
    course = screen.attempt.course
    expert = asking.expert_of(course, screen.now)
    context = {"expert": expert, "promised": asking.due_date(course, screen.now)[0] if expert else None}
    if wants_other_language(request):
        typed = {name: request.POST.get(name, "") for name in ("text", "token")}
        return in_other_language(lambda: screen.draw("question_box", form=AskForm(initial=typed), **context))
    if request.method != "POST":
        return screen.draw("question_box", form=AskForm(initial={"token": new_token()}), **context)
    form = AskForm(request.POST)
    text = request.POST.get("text", "").strip()
    if request.POST.get("go") != "ask":
        if not text:
            return screen.read()
        form.is_valid()
        form.add_error("text", _("You have written a question. Send it, or empty the box to go on."))
    elif not text:
        form.is_valid()
        form.add_error("text", _("Write your question, or go on without one."))
    elif form.is_valid() and expert is not None:
        question = asking.ask(
            course=course,
            version=screen.attempt.version,
            part=screen.part.id,
            employee=screen.attempt.employee,
            text=text,
            token=form.cleaned_data["token"],
            now=screen.now,
        )
        day = date_format(question.due_date, pgettext("date format: weekday and date", "l j F Y"))
        messages.success(request, _("Sent. The answer comes by %(date)s.") % {"date": day})
        return redirect("training:part", *screen.place)
    return screen.draw("question_box", form=form, **context)


@_screen
def after(request: HttpRequest, screen: Screen) -> HttpResponse:
    """What happens next in the story, and why; or the equal text of a scene that was skipped."""
    found = selectors.answer_to(screen.attempt, screen.part)
    if found is None or found.answered_at is None:
        return redirect("training:part", *screen.place)
    if request.method == "POST":
        return screen.read()
    return screen.draw("after", feedback=feedback(screen.part, found))
