"""The door of the question pages: an open draft, or the neutral closed page. What was typed survives every kind of failure."""

import logging
from collections.abc import Callable
from contextlib import ExitStack
from functools import wraps
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.forms.intake import PageForm
from complaints.questions import BY_ID, Page, is_blank, using
from complaints.services import drafts
from complaints.wording_selectors import named
from people.selectors import organisation
from vault.outages import DATABASE_ERRORS

logger = logging.getLogger(__name__)

COULD_NOT_SAVE = _("We could not save. Copy your text somewhere safe before you leave.")
RETRY_AFTER_SECONDS = "60"
OUR_FAULT = _("Something went wrong on our side. What you wrote is still below – please try again.")
# What base templates ask of `site` when not even the context processors can run.
BARE_SITE = {"service_name": "", "html_lang": "", "other_lang": "", "other_html_lang": "", "other_lang_name": "", "path": "/"}


class SeeOther(HttpResponseRedirect):
    """Redirect after a POST: the browser asks for the next page with GET."""

    status_code = 303


def see(name: str, *args, query: str = "") -> SeeOther:
    """Redirect to one of the report pages."""
    return SeeOther(reverse(f"report:{name}", args=args) + (f"?{query}" if query else ""))


def local_time():
    """Show moments in the organisation's time zone."""
    return timezone.override(ZoneInfo(organisation().time_zone))


def closed(request) -> HttpResponse:
    """The neutral page for absent, forbidden and ended alike."""
    return render(request, "errors/closed.html", status=404)


def draft_page(view: Callable) -> Callable:
    """A view of an open draft: `view(request, draft, now, …)`. `page_id`, when the address has one, is the question on it.

    The questions are shown in the wording the draft was begun under, on the pages of failures too.
    """

    @login_not_required
    @wraps(view)
    def guarded(request, page_id: str = "", **kwargs):
        now = timezone.now()
        page = BY_ID.get(page_id)
        if page_id and page is None:
            raise Http404
        with ExitStack() as stack:
            return answered(request, now, page, stack, kwargs)

    def answered(request, now, page, stack: ExitStack, kwargs) -> HttpResponse:
        try:
            draft = _draft_of(request, now)
            stack.enter_context(using(named(draft.wording)))
            with local_time():
                return view(request, draft, now, **({"page": page} if page else {}), **kwargs)
        except drafts.DraftGone:
            return _gone(request, page)
        except drafts.AlreadyFiled:
            return _gone(request, page, was_sent=True) if _has_words(request, page) else see("sent")
        except (Http404, PermissionDenied, SuspiciousOperation):
            raise
        except (*DATABASE_ERRORS, OSError, drafts.SaveFailed) as error:
            return _kept(request, page, COULD_NOT_SAVE, 503, error)
        except Exception as error:
            if request.method != "POST" or page is None:
                raise
            return _kept(request, page, OUR_FAULT, 500, error)

    return guarded


def _draft_of(request, now) -> drafts.OpenDraft:
    secret = request.vault.draft_secret
    if secret is None:
        raise drafts.DraftGone
    return drafts.opened(draft_id=request.vault.draft_id, secret=secret, now=now)


def posted_form(request, page: Page, answers=None, numbers=None) -> PageForm:
    return PageForm(page, answers=answers or {}, numbers=numbers, data=request.POST)


def _has_words(request, page: Page | None) -> bool:
    return request.method == "POST" and page is not None and not is_blank(posted_form(request, page).values())


def _gone(request, page: Page | None, *, was_sent: bool = False) -> HttpResponse:
    """The draft is not there any more. Words that were just typed are given back, to copy or to go on with."""
    if not _has_words(request, page):
        return closed(request)
    form = posted_form(request, page)
    context = {"form": form, "page": page, "items": form.items(), "was_sent": was_sent, "page_form_id": "page-form"}
    return render(request, "report/gone.html", context, status=410)


def _kept(request, page: Page | None, message, status: int, error: Exception) -> HttpResponse:
    """The same page once more with everything that was typed. Only the kind of error is logged: its words may be somebody's words."""
    logger.error("report page could not be kept: %s", type(error).__name__)
    context, template = {"extra_errors": [message], "page_failed": True}, "report/unavailable.html"
    if page is not None and request.method == "POST":
        context, template = question_context(page, posted_form(request, page)) | context, "report/question.html"
    response = _robust(request, template, context, status)
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def _robust(request, template: str, context: dict, status: int) -> HttpResponse:
    """Render without the context processors if they fail too (they may need the database that just failed)."""
    try:
        return render(request, template, context, status=status)
    except (*DATABASE_ERRORS, OSError):
        site = BARE_SITE | {"lang": get_language(), "emergency_number": ""}
        bare = {"site": site, "csrf_token": get_token(request), "request": request}
        return HttpResponse(render_to_string(template, context | bare), status=status)


def question_context(page: Page, form: PageForm, **more) -> dict:
    """What `report/question.html` needs."""
    return {
        "page": page,
        "form": form,
        "items": form.items(),
        "caption": page.section,
        "page_form_id": "page-form",
        "has_back": True,
        **more,
    }


def with_language(request, response: HttpResponse) -> HttpResponse:
    """Switch to the other language for the pages that follow."""
    other = next(code for code, _name in settings.LANGUAGES if code != get_language())
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, other, secure=settings.LANGUAGE_COOKIE_SECURE, httponly=True, samesite="Lax")
    return response


def to_last_page(draft) -> HttpResponse:
    return redirect("report:question", draft.last_page) if draft.last_page in BY_ID else redirect("report:check")
