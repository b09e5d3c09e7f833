"""Posters, leaflets and wallet cards (A21, D11): preview and print for everybody, the register of walls for administrators."""

import re

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.selectors import organisation
from policy import pdf, posters
from policy.forms.posters import CheckForm, HangForm
from policy.poster_selectors import hanging, hanging_numbered, sites
from policy.selectors import policy_in_force
from policy.services import posters as services
from policy.views.door import policy_admin

_LENGTH = re.compile(r"calc\((-?[\d.]+) \* var\(--u\)\)")


@login_not_required
@require_safe
def poster(request):
    """The sheet in the browser, to look at and to print."""
    return render(
        request, "policy/poster.html", _sheet(request) | {"pdf": pdf.available(), "formats": posters.FORMATS, "tongues": posters.TONGUES}
    )


@login_not_required
@require_safe
def poster_pdf(request):
    """The same sheet as a PDF file."""
    if not pdf.available():
        raise Http404
    context = _sheet(request)
    chosen = context["format"]
    page = f"@page {{ size: {chosen.page}; margin: {'8.5mm 20mm' if chosen.copies > 1 else '0'} }} body {{ margin: 0 }}"
    content = pdf.render(render_to_string("policy/poster_paper.html", context), in_millimetres(pdf.stylesheet("poster.css"), chosen) + page)
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="poster-{chosen.name}.pdf"'}
    )


def in_millimetres(css: str, chosen: posters.Format) -> str:
    """The style sheet with every length as millimetres of paper."""
    return _LENGTH.sub(lambda match: f"{float(match.group(1)) * chosen.scale:.3f}mm", css)


def _sheet(request) -> dict:
    version = policy_in_force(timezone.now())
    chosen = posters.FORMATS.get(request.GET.get("kind", "a4"))
    tongue = request.GET.get("lang", "both")
    if version is None or chosen is None or tongue not in posters.TONGUES:
        raise Http404
    made = posters.poster(version, organisation(), settings.SITE_URL, tongue)
    return {"version": version, "format": chosen, "tongue": tongue, "poster": made, "copies": range(chosen.copies)}


@policy_admin
@require_http_methods(["GET", "POST"])
def register(request):
    """Where sheets hang, which must be looked at, and which say something old."""
    now, today = timezone.now(), timezone.localdate()
    version = policy_in_force(now)
    form = HangForm(request.POST or None, sites=sites(), initial={"kind": "a4", "tongue": "both"})
    if version and request.method == "POST" and form.is_valid():
        try:
            services.hang(version=version, **form.values(), today=today, by=request.user, now=now)
        except services.CheckBehindUs:
            form.add_error("check_by", _("Choose a day that lies ahead"))
        else:
            messages.success(request, _("Noted."))
            return redirect("posters:register")
    context = {"form": form, "version": version, "rows": hanging(version, today), "formats": posters.FORMATS, "check_form": CheckForm()}
    return render(request, "policy/manage/posters.html", context)


@policy_admin
@require_POST
def act(request, poster_id: int, what: str):
    """Looked at, replaced or taken down."""
    row = hanging_numbered(poster_id)
    if row is None:
        raise Http404
    now, today = timezone.now(), timezone.localdate()
    form = CheckForm(request.POST)
    version = policy_in_force(now)
    if what == "gone":
        services.taken_down(poster=row, by=request.user, now=now)
        return redirect("posters:register")
    if what not in ("seen", "new") or version is None:
        raise Http404
    if not form.is_valid():
        messages.error(request, _("Give the day of the next look, for example 2026-11-27."))
        return redirect("posters:register")
    dates = {"check_by": form.cleaned_data["check_by"], "today": today, "by": request.user, "now": now}
    try:
        if what == "seen":
            services.looked(poster=row, **dates)
        else:
            services.replaced(poster=row, version=version, **dates)
        messages.success(request, _("Noted."))
    except services.CheckBehindUs:
        messages.error(request, _("Choose a day that lies ahead"))
    return redirect("posters:register")
