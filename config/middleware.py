"""Headers that keep pages out of caches and other windows, the language of the visitor, and forms that are sent twice."""

import time
from contextlib import ExitStack
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from audit import once
from people.selectors import one_organisation
from vault.outages import DATABASE_ERRORS

PERMISSIONS_OFF = (
    ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "autoplay",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "usb",
            "screen-wake-lock",
            "xr-spatial-tracking",
        )
    )
    + ", publickey-credentials-get=(self), publickey-credentials-create=(self)"
)

# How long a second click waits to learn where the first one led.
PATIENT_ROUNDS, ROUND_SECONDS = 20, 0.1


class PrivacyHeadersMiddleware:
    """No page is kept by the browser, indexed, or reachable from another site's window."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_OFF)
        response.headers.setdefault("Cross-Origin-Embedder-Policy", "require-corp")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class LanguageMiddleware:
    """Activate the language from the visitor's cookie, else the browser's wish, else the organisation's own.

    The path never carries the language, so that the same link works for everyone.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            # A lazily rendered response must come out in the same language.
            if hasattr(response, "render") and not response.is_rendered:
                response = response.render()
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        response.headers.setdefault("Content-Language", language)
        return response


class OrganisationClockMiddleware:
    """Show every moment in the organisation's own time zone."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with ExitStack() as kept:
            kept.enter_context(timezone.override(_zone(kept)))
            return self.get_response(request)


def _zone(kept: ExitStack) -> ZoneInfo:
    """The zone of the organisation, looked up once a request; UTC while the database does not answer, so that a page still comes."""
    try:
        return ZoneInfo(kept.enter_context(one_organisation()).time_zone)
    except DATABASE_ERRORS:
        return ZoneInfo("UTC")


class SentOnceMiddleware:
    """A form of staff that is sent twice is done once; the second sending lands where the first one led (`audit.once`)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with ExitStack() as request.while_sending:
            response = self.get_response(request)
            form = getattr(request, "sending", None)
            if form is None:
                return response
            if form.did_something:
                _note(form, response)
            elif _came_before(form.key):
                # Another request with the same form was faster, and this one was told so: no news to whoever clicked twice.
                request._messages._queued_messages.clear()
                return _landed(request, form.key)
            return response

    def process_view(self, request, view, args, kwargs):
        """After the checks of the form's own token and of who is signed in."""
        if request.method != "POST" or not request.POST.get("once") or not request.user.is_authenticated:
            return None
        key = _key_of(request)
        if _came_before(key):
            return _landed(request, key)
        request.sending = request.while_sending.enter_context(once.sending(key))
        return None

    def process_exception(self, request, exception):
        return _landed(request, request.sending.key) if isinstance(exception, once.SentBefore) else None


def _came_before(key: str) -> bool:
    return once.led_to(key) is not None


def _key_of(request) -> str:
    words = sorted((name, values) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken")
    files = sorted((name, file.name, file.size) for name, file in request.FILES.items())
    return once.form_key(request.user.pk, request.path, words, files)


def _leads_on(response) -> bool:
    return 300 <= response.status_code < 400


def _note(form, response) -> None:
    if _leads_on(response):
        once.note_where(form.key, response.headers["Location"])
    elif response.status_code < 500:
        once.release(form.key)


def _landed(request, key: str) -> HttpResponseRedirect:
    """Where the first sending led. It may be about to say so; if it never got that far, back to where the form was, with a word."""
    for _ in range(PATIENT_ROUNDS):
        location = once.led_to(key)
        if location:
            return HttpResponseRedirect(location)
        if location is None:
            # It led nowhere but answered with a page of its own (a slip): the form is sent once more, and answered alike.
            return HttpResponseRedirect(request.get_full_path(), preserve_request=True)
        time.sleep(ROUND_SECONDS)
    messages.info(request, gettext("This arrived the first time. Nothing was done twice."))
    came_from = request.headers.get("Referer", "")
    known = url_has_allowed_host_and_scheme(came_from, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(came_from if known else request.path)
