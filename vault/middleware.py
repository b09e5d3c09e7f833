"""Gives every request `request.vault`: what is unlocked in this browser (`vault.sessions.Access`)."""

from django.utils import timezone
from django.utils.cache import patch_vary_headers

from vault.sessions import Access, forget_cookie


class VaultSessionMiddleware:
    """Reads nothing unless a view asks. After a view that asked: notes the time of use and clears cookies that open nothing any more."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.vault = access = Access(request, timezone.now())
        response = self.get_response(request)
        if access.was_read:
            patch_vary_headers(response, ("Cookie",))
            access.touch()
            for name in access.stale_cookies:
                # A view that has just opened a new session has set the cookie itself.
                if name not in response.cookies:
                    forget_cookie(response, name)
        return response
