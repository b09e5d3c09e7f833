"""Leaving: a server address that ends what was open in this browser and goes to a page that says nothing (`pages.md` 5.1)."""

import contextlib

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from complaints.services import drafts
from complaints.views.report_door import SeeOther
from people.selectors import organisation
from vault import sessions
from vault.outages import DATABASE_ERRORS


class Away(SeeOther):
    """Redirect to the exit address, which is a setting and lies on another host."""


@login_not_required
@require_GET
def leave(request) -> HttpResponse:
    """End every session of this browser, erase an unsaved draft, and go away. A browser that fetches ahead changes nothing.

    A page of another site may link here, but must not end anything: from there it only leads away.
    """
    if "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", "")).lower():
        return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
    response = Away(_somewhere_else(get_language()))
    response.headers["Cache-Control"] = "no-store"
    if request.headers.get("Sec-Fetch-Site", "none") in ("cross-site", "same-site"):
        return response
    # Whatever fails behind it, the person must get away: without cookies nothing opens in this browser any more.
    with contextlib.suppress(*DATABASE_ERRORS, OSError):
        _end_everything(request, response)
    for name in (settings.VAULT_COOKIE, settings.DRAFT_COOKIE):
        if name in request.COOKIES:
            sessions.forget_cookie(response, name)
    # Cookies, stored pages and site data: also what this site never writes, should that ever change.
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _somewhere_else(language: str) -> str:
    """Where the organisation's settings lead (D10); where the environment does while the database is away."""
    with contextlib.suppress(*DATABASE_ERRORS):
        return organisation().exit_url(language)
    return settings.EXIT_URL[language]


def _end_everything(request, response) -> None:
    if request.vault.draft_id is not None:
        drafts.leave(draft_id=request.vault.draft_id)
    sessions.end(request, response)
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        request.session.flush()
