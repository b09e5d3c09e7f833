"""Who was at a live session: a pasted list or people found by name, looked at line by line before anything is recorded."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from training import record_selectors as selectors
from training.attendance_list import Plan
from training.forms_records import PeopleForm
from training.models import LiveSession
from training.services import attendance
from training.services.session_rows import Over
from training.views.record_door import session_page

WORDS = {
    "new": gettext_lazy("Will be recorded"),
    "short": gettext_lazy("Will be recorded; too short to count as completed"),
    "there": gettext_lazy("Is recorded already"),
    "unknown": gettext_lazy("Nobody in the directory has this address, number or name"),
    "several": gettext_lazy("Several people may be meant: use the staff number"),
    "twice": gettext_lazy("Stands in the list twice"),
    "minutes": pgettext_lazy("attendance", "The minutes can’t be read or are longer than the session"),
    "not_yet": gettext_lazy("Had not started here by then"),
    "gone": gettext_lazy("Had left by then"),
}


@session_page("both")
def record(request: HttpRequest, session: LiveSession) -> HttpResponse:
    """The list: `go` says whether people are looked for, taken over, looked at, or recorded."""
    if not selectors.is_held(session, timezone.now()) or session.cancelled_at or hasattr(session, "replaced_by"):
        messages.warning(request, _("Attendance is recorded when the session is over."))
        return redirect("records:session", session.pk)
    go = request.POST.get("go", "")
    if request.method != "POST" or go in ("find", "add"):
        return _looking_for(request, session, go)
    form = PeopleForm(request.POST)
    if not form.is_valid():
        return _draw(request, session, form)
    text = form.cleaned_data["people"]
    if go == "apply":
        return _apply(request, session, form, text)
    return _draw(request, session, form, plan=attendance.look_at(session=session, text=text))


def _looking_for(request, session: LiveSession, go: str) -> HttpResponse:
    words, text = request.POST.get("q", "")[:80], request.POST.get("people", "")
    if go == "add":
        picked = [each for each in selectors.found_people(words) if str(each.pk) in request.POST.getlist("who")]
        lines = [text.rstrip(), *(each.number for each in picked)]
        text, words = "\n".join(line for line in lines if line), ""
    found = list(selectors.found_people(words)) if words else []
    return _draw(request, session, PeopleForm(initial={"people": text}), words=words, found=found, searched=bool(words))


def _apply(request, session: LiveSession, form: PeopleForm, text: str) -> HttpResponse:
    try:
        plan = attendance.record_list(session=session, text=text, by=request.user, now=timezone.now())
    except attendance.BadList as bad:
        return _draw(request, session, form, plan=bad.plan)
    except (attendance.NotHeld, Over):
        messages.warning(request, _("This session was cancelled or corrected meanwhile. Look at it again."))
    else:
        messages.success(request, _("Recorded: %(number)s.") % {"number": len(plan.to_record)})
    return redirect("records:session", session.pk)


def _draw(request, session: LiveSession, form: PeopleForm, *, plan: Plan | None = None, **more) -> HttpResponse:
    context = {
        "session": session,
        "title": selectors.course_title(session.course),
        "form": form,
        "plan": plan,
        "lines": [(line, WORDS[line.state]) for line in plan.lines] if plan else [],
        "page_failed": bool(plan and plan.problems),
    }
    return render(request, "training/records/attendance.html", context | more)


@session_page("both")
def take_back(request: HttpRequest, session: LiveSession, attendance_id) -> HttpResponse:
    """A look at what is taken back, then the act."""
    row = selectors.attendance_of(session, attendance_id)
    if row is None:
        raise Http404
    if request.method == "POST":
        try:
            attendance.take_back(attendance=row, by=request.user, now=timezone.now())
        except Over:
            messages.warning(request, _("This session was cancelled or corrected meanwhile. Look at it again."))
        else:
            messages.success(request, _("Taken back. The record shows that it was."))
        return redirect("records:session", session.pk)
    context = {"session": session, "row": row, "title": selectors.course_title(session.course)}
    return render(request, "training/records/attendance_back.html", context)
