"""The directory: upload a file, look at what it would change, apply it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from audit import actors
from people import directory_words
from people.decorators import staff_required
from people.directory import Change, Plan
from people.forms import DirectoryForm
from people.models import DirectoryUpload, Role
from people.selectors import directory_counts
from people.services import directory as service
from vault.uploads import TOO_LARGE

LINES_A_PAGE = 100


@staff_required(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def directory(request):
    form = DirectoryForm(request.POST, request.FILES) if request.method == "POST" else DirectoryForm()
    if form.is_valid():
        upload = _keep(form, request)
        if upload is not None:
            return HttpResponseRedirect(reverse("directory_check", args=[upload.pk]))
    columns = [(name, directory_words.COLUMN_NAMES[name]) for name in service.directory.COLUMNS]
    context = {"form": form, "counts": directory_counts(), "columns": columns, "required": service.directory.REQUIRED}
    return render(request, "people/directory.html", context)


def _keep(form, request) -> DirectoryUpload | None:
    file = form.cleaned_data["file"]
    problem = getattr(file, "problem", "")
    if problem and problem != TOO_LARGE:
        form.add_error("file", _("We could not read this file. Try again."))
        return None
    try:
        if problem:
            raise service.FileTooLarge
        return service.keep_upload(
            content=b"".join(file.chunks()), complete=form.cleaned_data["complete"], by=request.user, now=timezone.now()
        )
    except service.FileTooLarge:
        form.add_error("file", _("This file is too large. The limit is 50 MB."))
        return None


@staff_required(Role.SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def check(request, upload_id):
    """The dry run of an uploaded file: every change and every bad row. Posting its fingerprint applies it."""
    now = timezone.now()
    try:
        upload = service.kept_upload(upload_id=upload_id, by=request.user, now=now)
    except DirectoryUpload.DoesNotExist:
        raise Http404 from None
    content = service.content_of(upload)
    if request.method == "POST":
        return _apply(request, upload, content, now)
    return _show(request, upload, service.plan_import(content=content, complete=upload.complete, now=now))


def _apply(request, upload: DirectoryUpload, content: bytes, now):
    try:
        made = service.apply_import(
            content=content,
            complete=upload.complete,
            by=actors.staff(request.user, Role.SYSTEM_ADMIN),
            now=now,
            expected=request.POST.get("fingerprint", ""),
        )
    except service.DirectoryRefused as refused:
        return _show(request, upload, refused.plan)
    except service.DirectoryMoved:
        messages.warning(request, _("The directory has changed since you looked. Nothing was applied; look again."))
        return HttpResponseRedirect(reverse("directory_check", args=[upload.pk]))
    service.forget_upload(upload=upload)
    messages.success(request, _("The directory is up to date. Changed entries: %(count)s.") % {"count": len(made.changes)})
    return HttpResponseRedirect(reverse("directory"))


def _show(request, upload: DirectoryUpload, made: Plan):
    lines = [_problem(problem) for problem in made.problems] if made.problems else made.changes
    page = Paginator(lines, LINES_A_PAGE).get_page(request.GET.get("page"))
    if not made.problems:
        page.object_list = [_change(change) for change in page.object_list]
    context = {
        "upload": upload,
        "plan": made,
        "page": page,
        "fingerprint": service.fingerprint(made),
        "counts": [(directory_words.KIND_NAMES[kind], made.count(kind)) for kind in directory_words.KIND_NAMES],
        "page_failed": bool(made.problems),
    }
    return render(request, "people/directory_check.html", context)


def _problem(problem) -> dict:
    return {"line": problem.line, "text": directory_words.sentence(problem)}


def _change(change: Change) -> dict:
    fields = [(directory_words.COLUMN_NAMES[column], before, after) for column, before, after in change.fields]
    return {
        "line": change.line,
        "kind": directory_words.KIND_NAMES[change.kind],
        "number": change.number,
        "name": change.name,
        "fields": fields,
    }
