"""E7: how many have the training that is asked of them, and how questions were answered; units of ten people or more, never a name."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people.decorators import staff_required
from people.models import Role
from training import shown
from training.admin_selectors import course_of_code, title_of
from training.selectors import published_version
from training.views.numbers import answers_context, course_context


@staff_required(Role.OVERSIGHT)
@require_safe
def training(request):
    """Every course that is given, by unit, at the end of the last month."""
    now = timezone.now()
    context = {"courses": [course_context(each) for each in shown.course_numbers(now)], "until": shown.last_month_end(now)}
    return render(request, "oversight/training.html", context)


@staff_required(Role.OVERSIGHT)
@require_safe
def answers(request, code):
    """How the questions of one course were answered."""
    course = course_of_code(code)
    version = published_version(course) if course else None
    if version is None:
        raise Http404
    context = {"title": title_of(course, version)} | answers_context(shown.answers(version, timezone.now()))
    return render(request, "oversight/training_answers.html", context)
