"""A22: the list of a person's training; a course with its chapters; who in one's line is late."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from people.selectors import leads_people
from training import player_selectors as selectors
from training.due_selectors import late_in_line
from training.services import playing
from training.shown import last_month_end, numbers_of_line
from training.views.door import language, own_training, with_course
from training.views.numbers import bar_of, share_words


@require_safe
@own_training
def mine(request: HttpRequest, me) -> HttpResponse:
    """What is due, what may be taken, what was completed."""
    now = timezone.now()
    context = {
        "list": selectors.my_training(me, now),
        "sessions": selectors.coming_sessions(me, now),
        "leads": leads_people(me, timezone.localdate(now)),
        "asked": selectors.questions_of(me).exists(),
        "answers": selectors.answers_questions(request.user, now),
    }
    return render(request, "training/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_course
def course(request: HttpRequest, version, me) -> HttpResponse:
    """What the course is about and how far one is; a click begins it or goes on."""
    now = timezone.now()
    if request.method == "POST":
        try:
            attempt = playing.begin(course=version.course, employee=me, language=language(), now=now)
        except playing.NotGiven:
            raise Http404 from None
        return redirect("training:part", version.course.code, playing.next_number(attempt) or 1)
    attempt = selectors.open_attempt(me, version.course)
    assignment = selectors.open_assignment(me, version.course)
    context = {
        "version": version,
        "attempt": attempt,
        "progress": selectors.progress(attempt.version if attempt else version, attempt),
        "assignment": assignment,
        "sessions": selectors.coming_sessions(me, now, version.course),
        "is_late": assignment is not None and assignment.due_at <= now,
        "done": selectors.completions_of(me).filter(course=version.course).first(),
    }
    return render(request, "training/course.html", context)


@require_safe
@own_training
def team(request: HttpRequest, me) -> HttpResponse:
    """Who in one's line is late with which course. Nothing else about anybody's training is shown to whoever leads them."""
    now = timezone.now()
    if not leads_people(me, timezone.localdate(now)):
        raise Http404
    numbers = [(str(content.title), share) for content, share in numbers_of_line(me, now)]
    context = {
        "rows": late_in_line(me, now),
        "numbers": [(title, share_words(share)) for title, share in numbers],
        "bars": [bar_of(title, share) for title, share in numbers],
        "until": last_month_end(now),
    }
    return render(request, "training/team.html", context)


def said_done(request: HttpRequest) -> None:
    messages.success(request, _("Completed. Thank you."))
