"""Pages of an investigation: through the door of the case, and only once the investigation has begun."""

from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext

from investigations.selectors_inquiry import investigation_of, leading_case_of
from investigations.views.door import PAGES, case_page


def inquiry_page(needs: str = PAGES) -> Callable:
    """Give the view the investigation that the case leads: `view(request, case, investigation, …)`.

    A joined case has none of its own: its pages are those of the case that leads, for whoever sits there too.
    """

    def decorate(view: Callable) -> Callable:
        @case_page(needs)
        @wraps(view)
        def guarded(request, case, *args, **kwargs):
            investigation = investigation_of(case.complaint)
            if investigation is not None:
                return view(request, case, investigation, *args, **kwargs)
            if leading := leading_case_of(case.user, case.complaint):
                messages.info(request, gettext("This report is looked into together with another one. Here is where the work is."))
                return redirect("case:overview", ref=leading.ref)
            messages.info(request, gettext("Nothing is being investigated here yet. It begins when you decide how it is looked into."))
            return redirect("case:overview", ref=case.ref)

        return guarded

    return decorate


def found_or_absent(look: Callable, absent: type[Exception], *args, **kwargs):
    """`look(…)`; the page of something absent when it raises `absent`."""
    try:
        return look(*args, **kwargs)
    except absent:
        raise Http404 from None
