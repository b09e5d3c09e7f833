"""What every page of a reporter shares: the door, the clock, the language button, dates answered with."""

from dataclasses import dataclass
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation

from complaints.followup_selectors import zone_of
from complaints.models import Complaint
from complaints.selectors import complaint_of_receipt
from complaints.services import confirm, leaving
from complaints.services.access import Keys, openable
from complaints.states import State
from vault.errors import VaultError
from vault.hidden import Hidden
from vault.keyring import Keyring


@dataclass(frozen=True, eq=False)
class Mine(Hidden):
    """The report this browser has opened with its code."""

    complaint: Complaint
    keyring: Keyring
    keys: Keys
    now: datetime
    lang: str


def own_report(request, now: datetime) -> Mine:
    """The report of the code that is open in this browser. Raises Http404 when there is none, or it can't be opened any more."""
    reporter = request.vault.reporter
    if reporter is None:
        raise Http404
    try:
        complaint = complaint_of_receipt(reporter.keyholder_id)
        if complaint.keys_due:
            leaving.put_in_order(complaint=complaint, keyring=reporter.keyring, now=now)
        keys = openable(complaint=complaint, keyring=reporter.keyring)
    except (Complaint.DoesNotExist, VaultError):
        raise Http404 from None
    return Mine(complaint, reporter.keyring, keys, now, translation.get_language() or "en")


def reporter_page(*, private: bool = False, unconfirmed: bool = False):
    """Give the view the reporter's own report as `mine`.

    `private`: the page also serves a report that is kept private; `unconfirmed`: also one that staff wrote down and the reporter has not
    confirmed. Other pages lead to the page that comes first.
    """

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            now = timezone.now()
            mine = own_report(request, now)
            if not unconfirmed and confirm.to_confirm(mine.complaint):
                return redirect("followup:confirm")
            if not private and mine.complaint.state == State.PRIVATE:
                return redirect("followup:home")
            with timezone.override(zone_of()):
                return view(request, *args, mine=mine, **kwargs)

        return login_not_required(guarded)

    return decorate


def wants_other_language(request) -> bool:
    return request.method == "POST" and request.POST.get("go") == "lang"


def in_other_language(request, draw) -> HttpResponse:
    """Draw the page with the typed text in the other language and remember the choice. `draw()` builds its form again."""
    language = "en" if translation.get_language() == "zh-hans" else "zh-hans"
    with translation.override(language):
        response = draw()
    response.headers["Content-Language"] = language
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax")
    return response


def typed(form_class, request, **kwargs):
    """An unjudged form that shows again what was typed (a file has to be chosen again)."""
    names = form_class.base_fields.keys() | {"answers"}
    many = {"wishes", "reasons", "contact"}
    initial = {name: request.POST.getlist(name) if name in many else request.POST.get(name, "") for name in names if name in request.POST}
    return form_class(initial=initial, **kwargs)


def page(request, template: str, *, http_status: int = 200, **context) -> HttpResponse:
    context.setdefault("page_form_id", "page-form" if "form" in context else "")
    return render(request, f"followup/{template}.html", context, status=http_status)


def client_address(request) -> str:
    """The visitor's network address as the nearest trusted proxy saw it. Used for a keyed hash only, never stored."""
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(forwarded) >= trusted:
        return forwarded[-trusted]
    return request.META.get("REMOTE_ADDR", "")
