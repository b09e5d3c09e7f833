"""The language button: the choice is remembered, and what was typed on a page with a form stays there."""

from typing import NamedTuple

from django.conf import settings
from django.http import HttpResponseRedirect, QueryDict
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from config.refill import refilled


class LanguageButtonMiddleware:
    """The language button of a page with a form (`components/language.html`): the same page in the other language, with what was typed.

    The button sends the page's form to the page itself, with `lang_to`. The view draws the page as if it were opened, and the form is
    filled in where `base.html` puts it on the page (`config.refill`): nothing that was typed is judged, stored or put into an address,
    and no view has to know.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        unsent = getattr(request, "unsent", None)
        if unsent is None:
            return response
        response.headers["Content-Language"] = unsent.language
        remember_language(response, unsent.language)
        return response

    def process_view(self, request, view, args, kwargs):
        """After the checks of the form's own token and of who is signed in; before anything looks at what was sent."""
        sent = request.POST if request.method == "POST" else request.GET
        language, _colon, place = sent.get("lang_to", "").partition(":")
        if language not in dict(settings.LANGUAGES) or not place.isdecimal():
            return None
        if request.method != "POST":
            return _without_lang_to(request, language)
        request.unsent = Unsent(language, request.POST, int(place))
        _be(request, "GET", QueryDict())
        translation.activate(language)
        request.LANGUAGE_CODE = language
        return None

    def process_exception(self, request, exception):
        """The page of a fault gives back what was typed, as for any form."""
        if unsent := getattr(request, "unsent", None):
            _be(request, "POST", unsent.form)


class Unsent(NamedTuple):
    """A form on its way into the other language. `place`: which of the page's forms it is, 0 is the first."""

    language: str
    form: QueryDict
    place: int

    def put_into(self, page: str) -> str:
        """The drawn `page` with what was typed in its form."""
        return refilled(page, dict(self.form.lists()), self.place)


def _be(request, method: str, form: QueryDict) -> None:
    request.method, request.META["REQUEST_METHOD"] = method, method
    request._post, request._files = form, MultiValueDict()


def _without_lang_to(request, language: str) -> HttpResponseRedirect:
    """A form that is sent by its address (a filter): there again, in the other language."""
    rest = request.GET.copy()
    del rest["lang_to"]
    response = HttpResponseRedirect(f"{request.path}?{rest.urlencode()}" if rest else request.path)
    remember_language(response, language)
    return response


def remember_language(response, language: str) -> None:
    """Set the language cookie on `response` for the length of the browser session."""
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax")
