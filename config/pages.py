"""Pages that belong to no app: home, static information, errors, language, staying signed in."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language

from config.context import without_database
from policy.campaign_selectors import due_for

STAFF_PATHS = ("/w/", "/c/", "/o/", "/m/")
# What the error page shows again is what somebody wrote, never what opens something.
ACCOUNT_PATHS = ("/a/",)
NOT_SHOWN = ("csrf", "once", "token", "code", "pass")
SHORTEST_TEXT = 12


@login_not_required
def home(request):
    return render(request, "site/home.html", {"to_sign": _to_sign(request)})


def _to_sign(request) -> list | None:
    """What the visitor still has to sign; None for whoever is not signed in. A visitor without a session's cookie is not looked up."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not request.user.is_authenticated:
        return None
    return due_for(request.user)


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
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax")


@login_not_required
def stay(request):
    """Keep the session of this browser awake: 204 while there is one, 410 when it has ended. Called by site.js while somebody types."""
    access = request.vault
    is_open = access.reporter is not None or access.draft_secret is not None or access.keyring is not None
    return HttpResponse(status=204 if is_open else 410)


# --- errors: each page is the same for everyone, so that a guessed address reveals nothing ------------


@login_not_required
def bad_request(request, exception=None):
    return render(request, "errors/400.html", status=400)


@login_not_required
def closed(request, exception=None):
    """One neutral page for absent and forbidden alike; the staff's own wording below the staff's paths."""
    is_staff_path = request.path.startswith(STAFF_PATHS) and request.user.is_authenticated
    return render(request, "errors/no_access.html" if is_staff_path else "errors/closed.html", status=404)


@login_not_required
def gone(request):
    """What was here has ended (a session, a draft, a report): the closed page with status 410."""
    return render(request, "errors/closed.html", status=410)


@login_not_required
def csrf_failure(request, reason=""):
    return render(request, "errors/expired.html", status=403)


@login_not_required
def server_error(request):
    """Written without the database and the session: either may be what failed."""
    context = {"site": without_database(request, get_language() or "en"), "typed": _typed(request)}
    return HttpResponse(render_to_string("errors/500.html", context), status=500)


def _typed(request) -> list[str]:
    """The longer texts of the form that failed, to be shown to whoever typed them: no choice, no code, no passphrase."""
    if request.method != "POST" or request.path.startswith(ACCOUNT_PATHS):
        return []
    try:
        fields = list(request.POST.lists())
    except Exception:
        # The form itself may be what could not be read.
        return []
    kept = (values for name, values in fields if not any(word in name for word in NOT_SHOWN))
    return [text for values in kept for text in values if len(text.strip()) >= SHORTEST_TEXT]
