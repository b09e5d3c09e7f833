"""Headers that keep pages out of caches and other windows, and the language of the visitor."""

from contextlib import ExitStack
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from people.selectors import one_organisation

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
    except DatabaseError:
        return ZoneInfo("UTC")
