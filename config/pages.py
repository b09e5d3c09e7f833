"""Pages that belong to no app: home, static information, errors, language."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


@login_not_required
def home(request):
    return render(request, "site/home.html")


@login_not_required
def private(request):
    return render(request, "site/private.html")


@login_not_required
def cookies(request):
    return render(request, "site/cookies.html")


@login_not_required
def accessibility(request):
    return render(request, "site/accessibility.html")


@login_not_required
def set_language(request):
    """Remember the language and go back to the same page (`to`: en or zh-hans, `next`: a path of this site)."""
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        target = "/"
    response = HttpResponseRedirect(target)
    if request.GET.get("to") in dict(settings.LANGUAGES):
        remember_language(response, request.GET["to"])
    return response


def remember_language(response, language: str) -> None:
    """Set the language cookie on `response` for the length of the browser session."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax"
    )


@login_not_required
def bad_request(request, exception=None):
    return render(request, "errors/400.html", status=400)


@login_not_required
def closed(request, exception=None):
    """One neutral page for absent and forbidden alike: a guessed address reveals nothing."""
    return render(request, "errors/closed.html", status=404)


@login_not_required
def csrf_failure(request, reason=""):
    return render(request, "errors/expired.html", status=403)


@login_not_required
def server_error(request):
    return render(request, "errors/500.html", status=500)
