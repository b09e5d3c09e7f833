"""What the training pages share: whose training it is, and the page again in the other language with what was typed."""

from functools import wraps

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import translation

from people.selectors import employee_of
from training.player_selectors import given_course


def own_training(view):
    """Hand the directory's entry of this account to the view as `me`; without one, a page that says what is missing."""

    @wraps(view)
    def page(request, *args, **kwargs):
        me = employee_of(request.user)
        if me is None:
            return render(request, "training/no_entry.html")
        return view(request, *args, me=me, **kwargs)

    return page


def with_course(view):
    """Hand the version of the course that is given now to the view; one that isn't given is absent."""

    @own_training
    @wraps(view)
    def page(request, code, *args, me, **kwargs):
        version = given_course(code)
        if version is None:
            raise Http404
        return view(request, version, *args, me=me, **kwargs)

    return page


def language() -> str:
    return translation.get_language() or "en"


def wants_other_language(request) -> bool:
    return request.method == "POST" and request.POST.get("go") == "lang"


def in_other_language(draw) -> HttpResponse:
    """Draw the page with what was typed in the other language and remember the choice. `draw()` builds its form again."""
    other = "en" if language() == "zh-hans" else "zh-hans"
    with translation.override(other):
        response = draw()
    response.headers["Content-Language"] = other
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, other, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax")
    return response
