"""The staff door to a case, as a decorator: sign-in, role, unlocked vault, an open working seat, the conflict question, the narrative read.

Whoever may not see a case gets the same page as for a case that does not exist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext

from complaints.models import ROLES_FOR_SEAT, Complaint, Seat
from complaints.permissions import seat_may_read, working_seat_among
from complaints.selectors import staff_door
from complaints.services import leaving
from complaints.services.changing import CaseEnded
from complaints.states import ENDED
from investigations.models import Triage
from investigations.permissions import seat_may_open_pages
from investigations.selectors import triage_of
from people.decorators import staff_required, unlocked
from people.models import CASE_ROLES
from people.selectors import organisation
from vault.errors import NoAccess
from vault.keyring import Keyring

DECLARE, READ, PAGES, PLAN = "declare", "read", "pages", "plan"


@dataclass(frozen=True, repr=False)
class Case:
    """A case that was reached through the door, and who reached it."""

    complaint: Complaint
    seat: Seat
    user: object
    keyring: Keyring
    triage: Triage | None
    now: datetime
    lang: str
    # Everybody's open seats, as they were when the door opened.
    seats: tuple[Seat, ...] = ()

    @property
    def ref(self) -> str:
        return self.complaint.ref

    @property
    def today(self):
        return self.now.astimezone(ZoneInfo(organisation().time_zone)).date()

    @property
    def reach(self) -> dict:
        """What every service wants to know: which complaint, opened by whom, in which role, when."""
        return {"complaint": self.complaint, "keyring": self.keyring, "by": self.user, "role": self.seat.role, "now": self.now}

    def reach_without(self, *names: str) -> dict:
        return {name: value for name, value in self.reach.items() if name not in names}


def staff_page(view: Callable) -> Callable:
    """A page of one's own work: sign-in, a role that handles cases, an unlocked vault."""

    @wraps(view)
    @staff_required(*CASE_ROLES)
    @unlocked
    def guarded(request, *args, **kwargs):
        with timezone.override(ZoneInfo(organisation().time_zone)):
            return view(request, *args, **kwargs)

    return guarded


def case_page(needs: str = PAGES) -> Callable:
    """A page of one case. `needs`: DECLARE before the conflict question, READ after it, PAGES after the narrative was read,
    PLAN as well, while the case is open."""

    def decorate(view: Callable) -> Callable:
        @wraps(view)
        @staff_page
        def guarded(request, ref: str, *args, **kwargs):
            case = _through_the_door(request, ref)
            if needs != DECLARE and not seat_may_read(case.seat):
                return redirect("case:conflict", ref=ref)
            if needs in (PAGES, PLAN) and not seat_may_open_pages(case.seat, case.triage):
                return redirect("case:triage", ref=ref)
            try:
                if needs == PLAN and case.complaint.state in ENDED:
                    raise CaseEnded
                return view(request, case, *args, **kwargs)
            except CaseEnded:
                messages.info(
                    request,
                    gettext("This case is closed, so nothing was added or changed. You can still read it and write to the reporter."),
                )
                return redirect("case:overview", ref=ref)
            except NoAccess:
                # A seat without keys: a new vault key that colleagues have not restored yet. Said on a page of the person's own work.
                return redirect("work:no_keys")

        return guarded

    return decorate


def _through_the_door(request, ref: str) -> Case:
    complaint, seat, seats = _seated(request, ref)
    now = timezone.now()
    if complaint.keys_due:
        leaving.put_in_order(complaint=complaint, keyring=request.vault.keyring, now=now)
        # Seats may have ended with it.
        complaint, seat, seats = _seated(request, ref)
    return Case(
        complaint=complaint,
        seat=seat,
        user=request.user,
        keyring=request.vault.keyring,
        triage=triage_of(complaint),
        now=now,
        lang=translation.get_language() or "en",
        seats=tuple(seats),
    )


def _seated(request, ref: str) -> tuple[Complaint, Seat, list[Seat]]:
    """The case, the seat to work from, everybody's seats. Raises Http404 for whoever has none."""
    try:
        complaint, seats = staff_door(request.user, ref)
    except Complaint.DoesNotExist:
        raise Http404 from None
    seat = working_seat_among(seats, request.user, complaint)
    # A role that ended by itself is judged here, before anything has had time to end the seat.
    if seat is None or not request.roles & ROLES_FOR_SEAT[seat.role]:
        raise Http404
    return complaint, seat, seats


def posted(request):
    """What a form is bound to: an empty POST is one too, and shows its errors."""
    return request.POST if request.method == "POST" else None
