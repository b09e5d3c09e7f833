"""The reporter's side of aftercare, under /f/: the check-in, and consent to the watch. The paths say nothing."""

from contextlib import suppress

from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from complaints.checkin_selectors import open_check_in
from complaints.states import Identity
from complaints.views.followup_base import in_other_language, page, reporter_page, typed, wants_other_language
from investigations.forms.aftercare import CheckInForm, Punished, Stopped
from investigations.selectors_aftercare import own_consent
from investigations.services import aftercare


@require_http_methods(["GET", "POST"])
@reporter_page()
def check_in(request, *, mine):
    """Three short questions near the promised date; what was answered before stands below."""
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw(request, mine, typed(CheckInForm, request)))
    check = open_check_in(mine.complaint, mine.now)
    form = CheckInForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and check:
        # A second click, or the team noted a talk meanwhile: what stands is shown.
        with suppress(aftercare.AlreadyDone, aftercare.NotYet):
            aftercare.answer(complaint=mine.complaint, keyring=mine.keyring, number=check.number, answers=form.answers(), now=mine.now)
        return redirect("checkin:check_in")
    return _draw(request, mine, form)


def _draw(request, mine, form):
    check = open_check_in(mine.complaint, mine.now)
    done = [
        {
            "at": each.row.done_at,
            "label": each.check.label,
            "how": each.result.get("how"),
            "stopped": dict(Stopped.choices).get(each.result.get("stopped"), ""),
            "punished": dict(Punished.choices).get(each.result.get("punished"), ""),
            "is_punished": each.result.get("punished") in (Punished.YES, Punished.UNSURE),
            "needs": each.result.get("needs", ""),
            "text": each.result.get("text", ""),
        }
        for each in aftercare.opened_checks(complaint=mine.complaint, keys=mine.keys.statement)
        if each.is_done
    ]
    context = {"form": form} if check else {}
    return page(
        request,
        "checkin",
        check=check,
        done=done[::-1],
        ahead=[each for each in aftercare.check_ins(mine.complaint) if each.deadline and each.deadline.is_open],
        **context,
    )


@require_http_methods(["GET", "POST"])
@reporter_page()
def watch(request, *, mine):
    """Yes or no to the watch, at any time; only for somebody who gave their name."""
    named = mine.complaint.identity == Identity.NAMED
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_watch(request, mine, named))
    if request.method == "POST" and named and request.POST.get("go") in ("yes", "no"):
        aftercare.set_own_watch(complaint=mine.complaint, agrees=request.POST["go"] == "yes", now=mine.now)
        return redirect("checkin:watch")
    return _draw_watch(request, mine, named)


def _draw_watch(request, mine, named: bool):
    consent = own_consent(mine.complaint)
    given = consent is not None and consent.withdrawn_at is None
    return page(request, "watch", named=named, given=given, consent=consent, title=_("Somebody watches that you are not punished"))
