"""Questions to an expert: one's own with their answers, and the desk of whoever answers them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from training import player_selectors as selectors
from training.forms import AnswerForm
from training.selectors import content_of
from training.services import asking
from training.views.door import own_training


@require_safe
@own_training
def mine(request: HttpRequest, me) -> HttpResponse:
    """What this person asked, by when an answer was promised, and what was answered."""
    rows = [(row, content_of(row.version).title) for row in selectors.questions_of(me)]
    return render(request, "training/questions.html", {"rows": rows, "now": timezone.now()})


@require_safe
@own_training
def asked(request: HttpRequest, question_id, me) -> HttpResponse:
    row = selectors.question_of(me, question_id)
    if row is None:
        raise Http404
    now = timezone.now()
    asking.mark_seen(question=row, now=now)
    context = {"row": row, "text": asking.open_question(row), "answer": asking.open_answer(row), "is_late": row.due_at <= now}
    return render(request, "training/question.html", context | {"title": content_of(row.version).title})


@require_safe
def to_answer(request: HttpRequest) -> HttpResponse:
    """What waits for an answer, and what was answered. Absent for whoever is nobody's expert."""
    now = timezone.now()
    if not selectors.answers_questions(request.user, now):
        raise Http404
    rows = [(row, content_of(row.version).title) for row in selectors.questions_for(request.user, now)[:200]]
    return render(request, "training/answers.html", {"rows": rows, "now": now})


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, question_id) -> HttpResponse:
    """One question, and the box for its answer."""
    now = timezone.now()
    row = selectors.questions_for(request.user, now).filter(pk=question_id).first()
    if row is None:
        raise Http404
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and row.answered_at is None and form.is_valid():
        try:
            asking.answer(question=row, text=form.cleaned_data["text"], by=request.user, now=now)
        except asking.AlreadyAnswered:
            # What was typed stays on the page, beside the colleague's answer.
            row.refresh_from_db()
        else:
            messages.success(request, _("The answer was sent."))
            return redirect("training:answers")
    context = {"row": row, "title": content_of(row.version).title, "text": asking.open_question(row), "answer": asking.open_answer(row)}
    context |= {"form": form, "is_late": row.answered_at is None and row.due_at <= now}
    return render(request, "training/answer.html", context, status=409 if request.method == "POST" and row.answered_at else 200)
