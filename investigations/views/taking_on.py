"""“Take it on”: whoever was given a case says that it is theirs."""

from django.contrib import messages as page_notes
from django.shortcuts import redirect
from django.utils.translation import gettext

from complaints.services.taking_on import NothingToTakeOn, take_on
from investigations.views.door import PLAN, case_page


@case_page(PLAN)
def accept(request, case):
    """Only by POST; a second click changes nothing."""
    if request.method == "POST":
        try:
            if take_on(complaint=case.complaint, by=case.user, now=case.now):
                page_notes.success(request, gettext("It is yours now. The reporter sees that you took it on."))
        except NothingToTakeOn:
            page_notes.info(request, gettext("This case was not given to you to take on."))
    return redirect("case:overview", ref=case.ref)
