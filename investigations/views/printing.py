"""The bundle for paper (C11): chosen part by part, marked with who printed it and when, on record before it is shown."""

from django.shortcuts import render

from audit.actions import Action
from complaints.clock_selectors import deadlines_of
from complaints.services import messages
from investigations import selectors
from investigations.forms.case import PrintForm
from investigations.services import reading
from investigations.views.case import all_promises, opened_measures
from investigations.views.door import case_page, posted
from investigations.views.frame import frame


@case_page()
def print_case(request, case):
    """Choose, then print: every sheet carries name and date, and the reporter sees that it was printed."""
    form = PrintForm(posted(request), initial={"parts": ["report"]})
    if request.method != "POST" or not form.is_valid():
        return render(request, "case/print_choose.html", frame(case, form=form))
    chosen = form.cleaned_data["parts"]
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring)
    context = {"case": case, "complaint": case.complaint, "staff_page": True, "at": case.now, "today": case.today}
    counts = {}
    for name in chosen:
        rows, count = _PARTS[name](case, keys)
        context |= rows
        counts[name] = count
    context["parts"] = [
        {"name": name, "title": label, "count": counts[name]} for name, label in form.fields["parts"].choices if name in chosen
    ]
    reading.note_access(**case.reach_without("keyring"), action=Action.PRINTED_CASE)
    return render(request, "case/print.html", context)


def _report(case, keys):
    opened = reading.read_report(complaint=case.complaint, keys=keys)
    return {"report": opened, "answers": opened.without_reporter()}, len(opened.statements)


def _messages(case, keys):
    thread = messages.open_thread(complaint=case.complaint, keys=keys.statement)
    return {"thread": thread}, len(thread)


def _measures(case, keys):
    rows = opened_measures(case, keys.statement)
    return rows, len(rows["wishes"]) + len(rows["own"])


def _dates(case, keys):
    rows = all_promises(case, keys.statement, deadlines_of(case.complaint, case.now))
    return {"promises": rows}, len(rows)


def _timeline(case, keys):
    events = selectors.case_timeline(case.complaint, "")
    entries = [{"title": selectors.event_label(e.kind), "at": e.at, "by": e.by.display_name if e.by else ""} for e in events]
    return {"entries": entries}, len(events)


def _access(case, keys):
    rows = selectors.staff_accesses(case.complaint)
    return {"rows": rows}, len(rows)


_PARTS = {"report": _report, "messages": _messages, "measures": _measures, "dates": _dates, "timeline": _timeline, "access": _access}
