"""The pages of one case (C5). Each opens what it shows through one service that puts the opening on record."""

from django.conf import settings
from django.contrib import messages as page_notes
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext, override, pgettext_lazy

from audit.actions import Action
from complaints.clock_selectors import changes_of, deadlines_of
from complaints.followup_selectors import status
from complaints.followup_selectors import timeline as public_timeline
from complaints.public_words import EVENT_TITLES, OVERSIGHT_ONLY
from complaints.services import messages, protection_reading
from complaints.services.reasons import moved_reasons
from complaints.states import Identity
from investigations import selectors
from investigations.forms.case import MessageForm, NoteForm
from investigations.services import asking, authorities, files, joining, people, reading, repeats, tasks
from investigations.services.back_pay import BackPay
from investigations.suggestions import suggested_tasks
from investigations.views.door import case_page, posted
from investigations.views.frame import first_steps, frame
from investigations.views.triage import wish_words
from people.decorators import confirmed
from vault.errors import Damaged
from vault.scanner import UNCHECKED

# What the timeline may be narrowed to: a key of selectors.TIMELINE_KINDS, and its words.
TIMELINE_FILTERS = (
    ("", pgettext_lazy("timeline", "Everything")),
    ("messages", pgettext_lazy("case page", "Messages")),
    ("protection", pgettext_lazy("timeline", "Protection")),
    ("decisions", pgettext_lazy("timeline", "Decisions")),
    ("dates", pgettext_lazy("timeline", "Dates missed and moved")),
    ("access", pgettext_lazy("timeline", "Who handles it")),
)


@case_page()
def overview(request, case):
    report = reading.open_report(**case.reach)
    keys = report.keys.statement
    deadlines = page_deadlines(case)
    context = frame(
        case,
        "overview",
        deadlines=deadlines,
        report=report,
        safety=report.shown("11"),
        worry=report.shown("11b"),
        wishes=opened_wishes(case, keys),
        hopes=report.shown("13"),
        **_open_and_kept(case, keys, deadlines),
        open_tasks=[task for task in selectors.tasks_of(case.complaint) if task.done_at is None],
        first_steps=first_steps(case),
        today=case.today,
        status=status(case.complaint),
        questions=asking.questions_to_oversight(complaint=case.complaint, keyring=case.keyring),
    )
    return render(request, "case/overview.html", context)


def page_deadlines(case) -> list:
    """The deadlines of a page, asked for once: of the settled ones one more than is shown, which tells that there are more."""
    return deadlines_of(case.complaint, case.now, most_settled=selectors.MOST_SETTLED + 1)


def all_promises(case, keys, deadlines) -> list[dict]:
    """Rows of the promise table for these deadlines, each with the reason that was given for a move or for lateness."""
    changes = changes_of(case.complaint)
    reasons = moved_reasons(complaint=case.complaint, keys=keys, changes=changes)
    return [
        {
            "row": row.deadline,
            "label": row.label,
            "due": row.due,
            "done": row.done,
            "state": row.state,
            "note": reasons.get(row.deadline.pk, ""),
            "first_due": row.first_due,
            "by_calendar": row.by_calendar,
        }
        for row in selectors.promises_to_reporter(case.complaint, deadlines, changes, case.now)
    ]


def _open_and_kept(case, keys, deadlines) -> dict:
    """What is still owed, late first, apart from what was done (of a long case the latest)."""
    promises = all_promises(case, keys, deadlines)
    kept = [row for row in promises if row["state"] not in {"late", "due", "extended"}]
    return {
        "has_more_kept": len(kept) > selectors.MOST_SETTLED,
        "promises": [row for row in promises if row["state"] in {"late", "due", "extended"}],
        "kept": kept[-selectors.MOST_SETTLED :],
    }


@case_page()
def report(request, case):
    """Everything the reporter wrote, in full; the reporter's name stays masked."""
    opened = reading.open_report(**case.reach)
    rows = [
        {"key": a.get("question", ""), "value": a.get("shown", "")} for a in opened.without_reporter() if a.get("id") != reading.NARRATIVE
    ]
    return render(request, "case/report.html", frame(case, "overview", report=opened, rows=rows))


@case_page()
def timeline(request, case):
    kind = request.GET.get("show", "")
    kind = kind if kind in selectors.TIMELINE_KINDS else ""
    page = Paginator(selectors.case_timeline(case.complaint, kind), selectors.TIMELINE_PAGE).get_page(request.GET.get("page"))
    entries = [
        {
            "title": selectors.event_label(event.kind),
            "at": event.at,
            "by": event.by.display_name if event.by else "",
            "state": "late" if event.kind in selectors.TIMELINE_KINDS["dates"] - {"deadline_moved"} else "",
        }
        for event in page
    ]
    open_ones = deadlines_of(case.complaint, case.now, most_settled=0)
    ahead = [
        {"title": row.label, "on": row.deadline.due_date, "state": "ahead"}
        for row in selectors.promises_to_reporter(case.complaint, open_ones, (), case.now)
        if row.state in {"due", "extended"}
    ]
    reading.note_access(**case.reach_without("keyring"), action=Action.OPENED_NOTES, object_kind="timeline")
    entries = ([] if kind or page.number > 1 else ahead[::-1]) + entries
    context = frame(case, "timeline", entries=entries, kind=kind, kinds=TIMELINE_FILTERS, page=page, query=f"show={kind}" if kind else "")
    return render(request, "case/timeline.html", context)


@case_page()
def task_page(request, case):
    form = NoteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        tasks.write_note(**case.reach, text=form.cleaned_data["text"])
        return redirect("case:tasks", ref=case.ref)
    opened, notes = tasks.open_tasks(**case.reach)
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).statement
    deadlines = page_deadlines(case)
    context = frame(case, "tasks", deadlines=deadlines, form=form, opened_tasks=opened, notes=notes, today=case.today)
    context |= {"notices": authorities.tasks_of(case.complaint)}
    context |= _open_and_kept(case, keys, deadlines) | {"suggested": {} if opened else suggested_tasks(case.complaint)}
    return render(request, "case/tasks.html", context)


@case_page()
def people_page(request, case):
    team = selectors.team_seats(case.complaint)
    found = people.everybody(**case.reach, team=[seat.user for seat in team])
    masked = case.complaint.identity != Identity.ANONYMOUS
    context = {
        "everybody": found,
        "team": team,
        "may_reveal": masked,
        "earlier": repeats.earlier_cases(complaint=case.complaint, user=case.user),
        "together": joining.together_with(case.complaint),
    }
    return render(request, "case/people.html", frame(case, "people", **context))


@case_page()
def reveal(request, case):
    """An interruption page; the name comes only by POST, and the reporter sees that it was looked at."""
    rows = None
    if request.method == "POST":
        rows = [{"key": a["question"], "value": a["shown"]} for a in reading.reveal_reporter(**case.reach)]
    elif case.complaint.identity == Identity.ANONYMOUS:
        raise Http404
    return render(request, "case/reveal.html", frame(case, part_of="people", rows=rows))


@case_page()
def measures(request, case):
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).statement
    context = frame(case, "measures", today=case.today, **opened_measures(case, keys))
    reading.note_access(**case.reach_without("keyring"), action=Action.OPENED_WISHES)
    return render(request, "case/measures.html", context)


def opened_measures(case, keys) -> dict:
    """What was asked and decided about protection: `wishes` with their measures, and `own` ones nobody asked for."""
    own = protection_reading.open_own_measures(complaint=case.complaint, keys=keys)
    return {"wishes": opened_wishes(case, keys), "own": own, "back_pay_words": dict(BackPay.choices)}


def opened_wishes(case, keys) -> list[dict]:
    opened = protection_reading.open_protection(complaint=case.complaint, keys=keys)
    return [{"words": wish_words(w.wish), "row": w.row, "measures": w.measures} for w in opened]


@case_page()
def message_page(request, case):
    draft = tasks.open_draft(complaint=case.complaint, keyring=case.keyring, by=case.user)
    wanted = request.GET.get("template", "")
    letter = message_template(wanted, case.complaint.language)
    initial = {"purpose": wanted if letter and wanted != "punished" else "plain", "text": letter or draft}
    form = MessageForm(posted(request), request.FILES if request.method == "POST" else None, initial=initial)
    if request.method == "POST":
        go = request.POST.get("go", "send")
        if go == "draft":
            tasks.save_draft(**case.reach_without("role"), text=request.POST.get("text", "")[:20_000])
            page_notes.success(request, gettext("Kept as your draft. Nobody else can read it."))
            return redirect("case:messages", ref=case.ref)
        if form.is_valid() and go != "edit":
            if go == "preview":
                return render(request, "case/message_preview.html", frame(case, part_of="messages", form=form, preview=form.cleaned_data))
            _send(case, form)
            page_notes.success(request, gettext("Sent."))
            return redirect("case:messages", ref=case.ref)
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).statement
    thread = messages.open_thread(complaint=case.complaint, keys=keys)
    if request.method != "POST":
        messages.seen_by_staff(complaint=case.complaint, by=case.user, role=case.seat.role, now=case.now)
    return render(request, "case/messages.html", frame(case, "messages", form=form, thread=thread, has_draft=bool(draft) and not letter))


def message_template(name: str, language: str) -> str:
    """A letter to start from, with blanks, in the reporter's language."""
    with override(language):
        letters = {
            "update": gettext("Since we last wrote, this was done: ____\n\nNext comes: ____"),
            "plan": gettext(
                "This is how we look into it: ____\n\nWe will speak with: ____\n\nNobody handling it has a conflict of interest."
            ),
            "question": gettext("Could you tell us ____"),
            "punished": gettext(
                "Nobody may punish you because you spoke up. If something at work has changed for you, tell us on your page under "
                "“Tell us you are being punished for this”. It is looked into at once as a matter of its own, and whoever you name there "
                "cannot see it."
            ),
        }
        return letters.get(name, "")


def _send(case, form) -> None:
    data = form.cleaned_data
    if data["purpose"] == "question":
        messages.ask(**case.reach, questions=form.questions(), promised_date=data["promised_date"], token=form.token)
    else:
        uploads = [data["file"]] if data.get("file") else []
        messages.send_to_reporter(
            **case.reach,
            text=data["text"],
            purpose=data["purpose"],
            promised_date=data["promised_date"],
            uploads=uploads,
            token=form.token,
        )
    tasks.save_draft(**case.reach_without("role"), text="")


@case_page()
def file_page(request, case):
    listed = files.listed_files(complaint=case.complaint, keyring=case.keyring)
    reading.note_access(**case.reach_without("keyring"), action=Action.OPENED_NOTES, object_kind="files")
    return render(request, "case/files.html", frame(case, "files", files=listed, scanner_is_set_up=bool(settings.CLAMD_SOCKET)))


@case_page()
@confirmed
def download(request, case, number: int):
    """The original, as an attachment under a neutral name and a type no browser shows, to somebody who has just proved who they are."""
    if request.method != "POST":
        return redirect("case:files", ref=case.ref)
    try:
        found = files.download(**case.reach, number=number, warned="warned" in request.POST)
    except files.Warned as warning:
        return render(request, "case/file_warning.html", frame(case, number=number, finding=warning.name))
    except (files.NoSuchFile, Damaged):
        raise Http404 from None
    response = FileResponse(found.blocks, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response.headers["Content-Length"] = str(found.length)
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@case_page()
def check_file(request, case, number: int):
    """The virus scanner missed this file when it came in; it looks at it now."""
    if request.method == "POST":
        try:
            state = files.check_again(**case.reach, number=number)
        except (files.NoSuchFile, Damaged):
            raise Http404 from None
        if state == UNCHECKED:
            page_notes.warning(request, gettext("The virus scanner does not answer. The file stays unchecked; try again later."))
    return redirect("case:files", ref=case.ref)


@case_page()
def access_page(request, case):
    """The same rows as on the reporter's page."""
    reading.note_access(**case.reach_without("keyring"), action=Action.OPENED_NOTES, object_kind="access")
    return render(request, "case/access.html", frame(case, "access", rows=selectors.staff_accesses(case.complaint)))


@case_page()
def preview(request, case):
    """What the reporter sees now: status, promises, what happened. The reporter's own words to oversight are not among it."""
    hidden = {str(EVENT_TITLES[kind]) for kind in OVERSIGHT_ONLY if kind in EVENT_TITLES}
    entries = [row for row in public_timeline(case.complaint) if row.title not in hidden]
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).statement
    reading.note_access(**case.reach_without("keyring"), action=Action.OPENED_NOTES, object_kind="preview")
    deadlines = deadlines_of(case.complaint, case.now)
    context = frame(case, "overview", status=status(case.complaint), entries=entries, promises=all_promises(case, keys, deadlines))
    return render(request, "case/preview.html", context)
