"""Public pages of the policy. Nobody signs in, nothing is remembered (R04)."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from policy import pdf
from policy.pages import policy_page
from policy.path_selectors import step_path
from policy.selectors import (
    channels,
    content_of,
    limit_parts,
    outside_limits,
    policy_in_force,
    published_version,
    support_contacts,
    version_for_contacts,
)


@login_not_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """A19: the policy in force."""
    now = timezone.now()
    found = policy_in_force(now)
    if found is None:
        return render(request, "policy/none.html")
    return render(request, "policy/policy.html", {"page": policy_page(found, get_language(), now), "pdf": pdf.available()})


@login_not_required
@require_safe
def version(request: HttpRequest, number: int) -> HttpResponse:
    """An earlier or coming version, readable for ever (R03)."""
    now = timezone.now()
    found = published_version(number, now)
    if found is None:
        raise Http404
    return render(request, "policy/policy.html", {"page": policy_page(found, get_language(), now), "pdf": pdf.available()})


@login_not_required
@require_safe
def version_pdf(request: HttpRequest, number: int) -> HttpResponse:
    """A published version as a PDF file, in the language of the page."""
    now = timezone.now()
    found = published_version(number, now)
    if found is None or not pdf.available():
        raise Http404
    language = get_language()
    html = render_to_string("policy/paper.html", {"page": policy_page(found, language, now)}, request)
    content = pdf.render(html, pdf.stylesheet("paper.css"))
    name = f"policy-{number}-{language}.pdf"
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


@login_not_required
@require_safe
def steps(request: HttpRequest) -> HttpResponse:
    """A20: what happens after you report."""
    found = policy_in_force(timezone.now())
    return render(
        request,
        "policy/steps.html",
        {"version": found, "steps": step_path(found), "outside": outside_limits(found) if found else ()},
    )


@login_not_required
@require_safe
def respond(request: HttpRequest) -> HttpResponse:
    """A18: if somebody has made a complaint about you."""
    found = policy_in_force(timezone.now())
    return render(
        request,
        "policy/respond.html",
        {"limits": limit_parts(found) if found else {}},
    )


@login_not_required
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """A25: talk to a person. Numbers are good before the dates are: those of a policy that is published and not yet in force are shown."""
    found = version_for_contacts(timezone.now())
    context = {"version": found}
    if found:
        contacts = support_contacts(found)
        context |= {
            "channels": [channel for channel in channels(found) if channel.kind != "web"],
            "emergencies": [contact for contact in contacts if contact.emergency],
            "contacts": [contact for contact in contacts if not contact.emergency],
            "body": content_of(found).body,
        }
    return render(request, "policy/help.html", context)
