"""Pages that belong to no app: home, static information, errors, language, staying signed in."""

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, get_language_from_request, gettext, override

from config.context import without_database
from config.language_button import remember_language
from config.refill import is_secret
from policy.campaign_selectors import due_for
from training.player_selectors import due_for as training_due_for
from vault.outages import is_outage

STAFF_PATHS = ("/w/", "/c/", "/d/", "/o/", "/m/")
# What the error page shows again is what somebody wrote, never what opens something.
ACCOUNT_PATHS = ("/a/",)
# One-time tokens of forms: sent again unseen, so that a second try can't make a second row.
UNSEEN = ("once", "token")
SHORTEST_TEXT = 12
RETRY_AFTER_SECONDS = 60


@login_not_required
def home(request):
    # A visitor without a session's cookie is not looked up; None for whoever is not signed in.
    known = settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated
    to_sign, to_learn = (due_for(request.user), training_due_for(request.user)) if known else (None, None)
    return render(request, "site/home.html", {"to_sign": to_sign, "to_learn": to_learn})


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


@login_not_required
def stay(request):
    """Keep the session of this browser awake: 204 while there is one, 410 when it has ended. Called by site.js while somebody types."""
    access = request.vault
    is_open = access.reporter is not None or access.draft_secret is not None or access.keyring is not None
    return HttpResponse(status=204 if is_open else 410)


# --- errors: each page is the same for everyone, so that a guessed address reveals nothing ------------


@login_not_required
def bad_request(request, exception=None):
    # A session that could not be saved comes here too; when that was the database's fault, nobody asked for anything wrong.
    if is_outage(exception):
        return unavailable(request)
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
    # Django calls this while it handles the exception, wherever between the outermost middleware and the template it was raised.
    if is_outage(sys.exc_info()[1]):
        return unavailable(request)
    context = {"site": without_database(request, get_language() or "en"), "typed": _typed(request)}
    return HttpResponse(render_to_string("errors/500.html", context), status=500)


def unavailable(request) -> HttpResponse:
    """A database, the cache or a volume is away for a moment: what was typed is in a form again, to be sent when it is back (503)."""
    language = get_language_from_request(request)
    other = next(code for code, _name in settings.LANGUAGES if code != language)
    with override(other):
        words = [gettext("We cannot reach what you saved"), gettext("Please try again in a few minutes.")]
    form = _to_send_again(request)
    with override(language):
        site = without_database(request, language)
        context = {"site": site, "form_again": form, "typed": [] if form else _typed(request), "other_words": words}
        context |= {"was_post": request.method == "POST", "path": request.path if request.method == "POST" else request.get_full_path()}
        if form:
            context["csrf_token"] = get_token(request)
        page = render_to_string("errors/unavailable.html", context)
    headers = {"Retry-After": str(RETRY_AFTER_SECONDS), "Content-Language": language}
    return HttpResponse(page, status=503, headers=headers)


def _fields(request) -> list[tuple[str, list[str]]]:
    """The fields of the form that failed; none when there is no form, or it may not be shown, or it is what could not be read."""
    if request.method != "POST" or request.path.startswith(ACCOUNT_PATHS):
        return []
    try:
        return [(name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"]
    except Exception:
        return []


def _typed(request) -> list[str]:
    """The longer texts of the form that failed, to be shown to whoever typed them: no choice, no code, no passphrase."""
    kept = ((name, values) for name, values in _fields(request) if not is_secret(name))
    return [text for name, values in kept for text in values if _is_long(name, text)]


def _to_send_again(request) -> list[dict]:
    """Every field of the form, when all of them may be shown and it did come from one of our pages. A file can't be given back."""
    fields = _fields(request)
    if not getattr(request, "csrf_processing_done", False) or any(is_secret(name) for name, _values in fields):
        return []
    if request.content_type == "multipart/form-data" and request.FILES:
        return []
    return [{"name": name, "text": text, "long": _is_long(name, text)} for name, values in fields for text in values]


def _is_long(name: str, text: str) -> bool:
    return len(text.strip()) >= SHORTEST_TEXT and not any(word in name for word in UNSEEN)
