"""A24: the certificate, on screen, on paper and as a PDF file; and the page on which anybody can check its number."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from policy import pdf
from training.certificates import read_number
from training.forms import CheckForm
from training.player_selectors import completion_by_number, completion_of
from training.validity import valid_until
from training.views.door import language, own_training


def _own(request, completion_id, me):
    found = completion_of(me, completion_id)
    if found is None or found.revoked_at is not None:
        raise Http404
    return {"completion": found, "until": valid_until(found, timezone.now()), "has_pdf": pdf.available()}


@require_safe
@own_training
def show(request: HttpRequest, completion_id, me) -> HttpResponse:
    return render(request, "training/certificate.html", _own(request, completion_id, me))


@require_safe
@own_training
def pdf_file(request: HttpRequest, completion_id, me) -> HttpResponse:
    """The certificate as a PDF file, in the language of the page."""
    context = _own(request, completion_id, me)
    if not pdf.available():
        raise Http404
    html = render_to_string("training/certificate_paper.html", context, request)
    name = f"certificate-{context['completion'].completed_on}-{language()}.pdf"
    content = pdf.render(html, pdf.stylesheet("paper.css"))
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Valid or not valid, and the month; never whose it is. A taken-back number and one that never existed look the same."""
    form = CheckForm(request.POST if request.method == "POST" else None)
    context = {"form": form}
    if request.method == "POST" and form.is_valid():
        context |= _checked(form.cleaned_data["number"])
    return render(request, "training/check.html", context)


def _checked(typed: str) -> dict:
    found = completion_by_number(read_number(typed))
    is_valid = found is not None and found.revoked_at is None
    month: date | None = found.completed_on.replace(day=1) if is_valid else None
    return {"checked": True, "is_valid": is_valid, "month": month}
