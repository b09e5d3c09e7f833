"""Completions from another learning system: upload a list, look at every row, import it; and the records that came from elsewhere."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from training import import_words
from training import record_selectors as selectors
from training.forms_records import ImportForm
from training.import_file import COLUMNS, REQUIRED, Plan
from training.models import ImportFile
from training.services import importing
from training.services.completing import revoke
from training.states import Source
from training.views.record_door import admin_page
from vault.uploads import TOO_LARGE

LINES_A_PAGE = 100
FROM_ELSEWHERE = [choice for choice in Source.choices if choice[0] != Source.PORTAL]


@admin_page("both")
def upload(request: HttpRequest) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if form.is_valid() and (file := _keep(form, request)):
        return redirect("records:import_check", file.pk)
    columns = [(name, import_words.COLUMN_NAMES[name], name in REQUIRED) for name in COLUMNS]
    context = {"form": form, "columns": columns, "courses": selectors.courses_with_titles()}
    return render(request, "training/records/import.html", context)


def _keep(form: ImportForm, request) -> ImportFile | None:
    file = form.cleaned_data["file"]
    problem = getattr(file, "problem", "")
    try:
        if problem == TOO_LARGE:
            raise importing.FileTooLarge
        if not problem:
            return importing.keep_file(content=b"".join(file.chunks()), by=request.user, now=timezone.now())
        form.add_error("file", _("We could not read this file. Try again."))
    except importing.FileTooLarge:
        form.add_error("file", _("This file is too large. The limit is %(number)s MB.") % {"number": 2})
    return None


@admin_page("both")
def check(request: HttpRequest, file_id) -> HttpResponse:
    """The dry run: every row, and what is wrong by line. Posting its fingerprint imports it."""
    now = timezone.now()
    file = importing.kept_file(file_id=file_id, by=request.user, now=now)
    if file is None:
        raise Http404
    if request.method != "POST":
        return _show(request, file, importing.look_at(file, now=now))
    try:
        made = importing.apply(file=file, expected=request.POST.get("fingerprint", ""), by=request.user, now=now)
    except importing.Refused as refused:
        return _show(request, file, refused.plan)
    except importing.Moved:
        messages.warning(request, _("Something has changed since you looked. Nothing was imported; look again."))
        return redirect("records:import_check", file.pk)
    messages.success(request, _("Imported: %(number)s.") % {"number": len(made.to_import)})
    return redirect("records:records")


def _show(request, file: ImportFile, made: Plan) -> HttpResponse:
    page = Paginator(made.rows, LINES_A_PAGE).get_page(request.GET.get("page"))
    page.object_list = [(row, import_words.STATES[row.state]) for row in page.object_list]
    context = {
        "file": file,
        "plan": made,
        "problems": [(problem.line, import_words.sentence(problem)) for problem in made.problems[:LINES_A_PAGE]],
        "page": page,
        "fingerprint": importing.fingerprint(made),
        "counts": [(words, made.count(state)) for state, words in import_words.STATES.items()],
        "page_failed": bool(made.problems),
    }
    return render(request, "training/records/import_check.html", context)


# --- the records ----------------------------------------------------------------------------------


@admin_page()
def records(request: HttpRequest) -> HttpResponse:
    """Every completion that was not earned by answering here."""
    words, source = request.GET.get("q", "").strip()[:80], request.GET.get("source", "")
    if source and source not in dict(FROM_ELSEWHERE):
        raise Http404
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "page": Paginator(selectors.records_from_elsewhere(words=words, source=source), LINES_A_PAGE).get_page(request.GET.get("page")),
        "words": words,
        "source": source,
        "sources": FROM_ELSEWHERE,
        "query": query.urlencode(),
    }
    return render(request, "training/records/records.html", context)


@admin_page("both")
def record_back(request: HttpRequest, completion_id) -> HttpResponse:
    """A look at a record that is to be taken back, then the act. What a live session made is taken back there."""
    row = selectors.record_from_elsewhere(completion_id)
    if row is None:
        raise Http404
    if attended := getattr(row, "attendance", None):
        return redirect("records:attendance_back", attended.session_id, attended.pk)
    if request.method == "POST":
        revoke(completion=row, by=request.user, now=timezone.now())
        messages.success(request, _("Taken back. The record shows that it was."))
        return redirect("records:records")
    return render(request, "training/records/record_back.html", {"row": row})
