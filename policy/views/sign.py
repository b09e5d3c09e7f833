"""Reading and signing: what is due, the text, the questions, the signature."""

from functools import wraps
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people import proof
from people.selectors import employee_of, leads_people
from policy import campaign_selectors as selectors
from policy import comprehension
from policy.forms.campaigns import AnswerForm
from policy.pages import policy_page
from policy.selectors import section_words
from policy.services import signing
from policy.views.campaign_door import posted


@require_safe
def due(request: HttpRequest) -> HttpResponse:
    """What is to be read and signed, and what was."""
    now, me = timezone.now(), employee_of(request.user)
    context = {
        "due": [(row, row.due_at <= now) for row in selectors.due_for(request.user)],
        "signed": selectors.signed_for(request.user),
        "leads": me is not None and leads_people(me, timezone.localdate(now)),
    }
    return render(request, "policy/sign/due.html", context)


def _own_row(view):
    """Load this person's own row; somebody else's is absent. What is signed leads to its last page, what is over says so."""

    @wraps(view)
    def page(request, row_id, **kwargs):
        row = selectors.row_for(request.user, row_id)
        if row is None:
            raise Http404
        if row.signed_at:
            return redirect("sign:done", row.pk)
        if not row.is_open or not row.campaign.is_open:
            return render(request, "policy/sign/over.html", {"row": row})
        return view(request, row, **kwargs)

    return page


def _next_step(row) -> HttpResponseRedirect:
    """Where this person goes on."""
    if row.opened_at is None:
        return redirect("sign:read", row.pk)
    number = signing.next_open(row)
    return redirect("sign:question", row.pk, number) if number else redirect("sign:sign", row.pk)


@require_safe
@_own_row
def start(request: HttpRequest, row) -> HttpResponse:
    """What this is, until when, and the three steps."""
    number = signing.next_open(row)
    context = {"row": row, "questions": len(row.campaign.questions), "answered": len(row.answered), "next_question": number}
    return render(request, "policy/sign/start.html", context | {"is_late": row.due_at <= timezone.now()})


@require_safe
@_own_row
def read(request: HttpRequest, row) -> HttpResponse:
    """The whole text of this version. Having it open is noted, once."""
    now = timezone.now()
    try:
        row = signing.open_text(row=row, now=now)
    except signing.NotNow:
        return render(request, "policy/sign/over.html", {"row": row})
    page = policy_page(row.campaign.version, get_language(), now)
    return render(request, "policy/sign/read.html", {"row": row, "page": page, "next_question": signing.next_open(row)})


@require_http_methods(["GET", "HEAD", "POST"])
@_own_row
def question(request: HttpRequest, row, number: int) -> HttpResponse:
    """One question. A wrong answer shows the passage and asks again; nothing about it is kept."""
    questions = comprehension.read(row.campaign.questions)
    if not 1 <= number <= len(questions):
        raise Http404
    if row.opened_at is None:
        messages.info(request, _("Please read the text first. The questions come after it."))
        return redirect("sign:read", row.pk)
    asked = questions[number - 1]
    context = {"row": row, "question": asked, "number": number, "total": len(questions), "is_answered": asked.id in row.answered}
    form = AnswerForm(*posted(request), question=asked)
    if request.method == "POST" and form.is_valid():
        try:
            if signing.answer(row=row, question_id=asked.id, choice=form.cleaned_data["choice"], now=timezone.now()):
                messages.success(request, _("That’s right."))
                return _next_step(selectors.row_for(request.user, row.pk))
        except (signing.NotNow, signing.NotOpened):
            return redirect("sign:start", row.pk)
        context |= {"passage": _passage(row, asked), "form": AnswerForm(question=asked)}
        return render(request, "policy/sign/question.html", context)
    return render(request, "policy/sign/question.html", context | {"form": form})


def _passage(row, asked):
    words = section_words(row.campaign.version, get_language())
    return next((section for section in words if section.key == asked.section), None)


@require_POST
@_own_row
def confirm(request: HttpRequest, row) -> HttpResponse:
    """Go and prove who you are for this signature, and come back."""
    come_back = f"{reverse('sign:sign', args=[row.pk])}?{urlencode({'t': proof.ticket(request.user, _act(row))})}"
    address = proof.address(request, come_back)
    if not address:
        messages.warning(request, _("Your account has no way to confirm that it’s you. Ask a policy administrator to record it on paper."))
        return redirect("sign:sign", row.pk)
    return HttpResponseRedirect(address)


def _act(row) -> str:
    return f"sign:{row.pk}"


@require_http_methods(["GET", "HEAD", "POST"])
@_own_row
def sign(request: HttpRequest, row) -> HttpResponse:
    """The last look, proving who one is, and the signature."""
    if row.opened_at is None or signing.next_open(row):
        return _next_step(row)
    ticket = request.POST.get("t") or request.GET.get("t", "")
    proved = proof.proved_at(request, _act(row), ticket) if ticket else None
    if request.method == "POST" and proved:
        try:
            signing.sign(row=row, by=request.user, proved_at=proved, now=timezone.now())
        except (signing.NotNow, signing.NotOpened, signing.NotAnswered):
            return redirect("sign:start", row.pk)
        return redirect("sign:done", row.pk)
    context = {
        "row": row,
        "proved": proved,
        "ticket": ticket,
        "expired": bool(ticket) and not proved,
        "at_company": proof.at_company(request),
    }
    return render(request, "policy/sign/sign.html", context | {"employee": row.employee})


@require_safe
def done(request: HttpRequest, row_id) -> HttpResponse:
    """What was signed, with its fingerprint and date, to keep or to print."""
    row = selectors.row_for(request.user, row_id)
    if row is None:
        raise Http404
    if not row.signed_at:
        return redirect("sign:start", row.pk)
    return render(request, "policy/sign/done.html", {"row": row, "employee": row.employee})
