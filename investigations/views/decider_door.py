"""The door of somebody who was called to decide: their own pages under /d/, never the handler's.

As at the staff door, whoever may not see a case gets the same page as for one that does not exist.
"""

from collections.abc import Callable
from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import pgettext_lazy

from complaints.models import ROLES_FOR_SEAT, Complaint, SeatRole
from complaints.selectors import complaint_for_staff, seat_of
from complaints.services import leaving
from complaints.states import ENDED, State
from investigations.selectors_findings import investigation_of
from investigations.services.changed import SavedMeanwhile
from investigations.views.door import DECLARE, PAGES, Case, staff_page
from vault.errors import NoAccess

# The first page with what was found, then the steps.
TABS = (
    ("overview", pgettext_lazy("deciding", "What was found")),
    ("write", pgettext_lazy("deciding", "Decision")),
    ("letters", pgettext_lazy("deciding", "Letters")),
    ("items", pgettext_lazy("deciding", "Carrying out")),
)


def decider_page(needs: str = PAGES) -> Callable:
    """A page of deciding. `needs`: DECLARE before the conflict question, PAGES after it."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        @staff_page
        def guarded(request, ref: str, *args, **kwargs):
            case = _called(request, ref)
            if needs != DECLARE and case.seat.conflict_declared_at is None:
                return redirect("decide:conflict", ref=ref)
            try:
                return view(request, case, *args, **kwargs)
            except NoAccess:
                return redirect("work:no_keys")

        return guarded

    return decorate


def _called(request, ref: str) -> Case:
    try:
        complaint = complaint_for_staff(request.user, ref)
    except Complaint.DoesNotExist:
        raise Http404 from None
    seat = seat_of(request.user, complaint, SeatRole.DECISION_MAKER)
    if seat is None or seat.called_at is None or seat.suspended_at or not request.roles & ROLES_FOR_SEAT[seat.role]:
        raise Http404
    if investigation_of(complaint) is None:
        # A joined report: its decision is written where the investigation is led.
        raise Http404
    now = timezone.now()
    if complaint.keys_due:
        leaving.put_in_order(complaint=complaint, keyring=request.vault.keyring, now=now)
    lang = translation.get_language() or "en"
    return Case(complaint=complaint, seat=seat, user=request.user, keyring=request.vault.keyring, triage=None, now=now, lang=lang)


def decider_frame(case: Case, current: str = "", *, part_of: str = "overview", **more) -> dict:
    """The context of such a page: identity bar without a next step, the links between the pages."""
    complaint = case.complaint
    chosen = current or part_of
    return {
        "case": case,
        "complaint": complaint,
        "state_text": State(complaint.state).label,
        "state_kind": "done" if complaint.state in ENDED else "active",
        "is_closed": complaint.state in ENDED,
        "tabs": [
            {
                "label": label,
                "url": reverse(f"decide:{name}", args=[case.ref]),
                "current": ("page" if current else "true") if name == chosen else "",
            }
            for name, label in TABS
        ],
        **more,
    }


def compared(request, case, form, error: SavedMeanwhile, mine: dict, *, back: str):
    """Both versions side by side, as on the handler's pages."""
    form.data = form.data.copy()
    form.data["version"] = str(error.row.row_version)
    rows = [
        {
            "label": form.fields[name].label,
            "stored": error.stored.get(name, ""),
            "mine": words,
            "differs": str(error.stored.get(name, "")) != str(words),
        }
        for name, words in mine.items()
        if name in form.fields
    ]
    context = decider_frame(
        case,
        part_of=back,
        form=form,
        rows=rows,
        who=error.row.changed_by.display_name,
        minutes=max(1, round((case.now - error.row.changed_at).total_seconds() / 60)),
        back_url=reverse(f"decide:{back}", args=[case.ref]),
    )
    return render(request, "case/compare.html", context, status=409)
