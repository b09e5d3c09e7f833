"""Question 10: files, one at a time. Each is sealed while it arrives."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from complaints.forms.uploads import TOO_MANY, UploadForm
from complaints.services import drafts
from complaints.views.report_door import see, with_language
from complaints.views.report_navigation import query_of, see_before, see_next
from vault.names import shown_name


def files(request, draft, now, page) -> HttpResponse:
    """Add, remove, or go on. A file that was chosen and not added yet is added on the way."""
    if request.method != "POST":
        return _drawn(request, draft, page, UploadForm())
    if file_id := request.POST.get("remove", ""):
        drafts.remove_file(draft_id=draft.id, secret=draft.secret, file_id=file_id, now=now)
        return see("question", page.id, query=query_of(request))
    go = request.POST.get("go", "next")
    if "file" in request.FILES or go == "add" or "end" not in request.POST:
        form = UploadForm(request.POST, request.FILES, is_wanted=go == "add")
        if not form.is_valid():
            return _drawn(request, draft, page, form)
        try:
            draft = drafts.add_file(
                draft_id=draft.id, secret=draft.secret, upload=form.cleaned_data["file"], note=form.cleaned_data["note"], now=now
            )
        except drafts.TooManyFiles:
            form.add_error("file", str(TOO_MANY).format(number=drafts.MOST_FILES))
            return _drawn(request, draft, page, form)
    return _gone_on(request, draft, page, go)


def _gone_on(request, draft, page, go: str) -> HttpResponse:
    if go == "add":
        return see("question", page.id, query=query_of(request))
    if go == "lang":
        return with_language(request, see("question", page.id, query=query_of(request)))
    if go == "back":
        return see_before(request, draft, page)
    if go == "save":
        return see("save")
    return see_next(request, draft, page)


def _drawn(request, draft, page, form: UploadForm) -> HttpResponse:
    context = {
        "page": page,
        "form": form,
        "files": [file_row(each) for each in draft.files],
        "caption": page.section,
        "page_form_id": "page-form",
        "idle_seconds": draft.idle_seconds,
        "action": request.get_full_path(),
    }
    return render(request, "report/files.html", context)


def file_row(described: dict) -> dict:
    """A file of a draft for the file list, with a button that removes it."""
    notes = [described["note"]] if described["note"] else []
    if not described["familiar"]:
        notes.append(
            _("We keep this file exactly as it is. We may not be able to show it – if you can, add a photo, PDF or screenshot too.")
        )
    return {
        "name": shown_name(described["name"]),
        "size_text": filesizeformat(described["size"]),
        "note": " – ".join(notes),
        "remove_name": "remove",
        "remove_value": described["id"],
    }
