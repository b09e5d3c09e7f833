"""Messages (A10), adding something (A11), what was sent, and its files."""

from uuid import UUID

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints import followup_selectors as read
from complaints.forms.followup import AddForm, MessageForm
from complaints.models import Attachment, Side, StatementKind, Thread
from complaints.public_words import role_words
from complaints.services import additions, messages
from complaints.services.withdrawal import PAUSE
from complaints.states import ENDED
from complaints.views.followup_base import in_other_language, page, reporter_page, typed, wants_other_language
from vault.errors import Damaged, NoAccess
from vault.services import files as sealed_files

# What a downloaded file is called: its kind, never its name. Other kinds get no ending that a program would act on.
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/heic": "heic",
    "image/gif": "gif",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "text/plain": "txt",
}


@require_http_methods(["GET", "POST"])
@reporter_page()
def thread(request, *, mine):
    """Write to the case team and read what they wrote."""
    opened = messages.open_thread(complaint=mine.complaint, keys=mine.keys.statement)
    waiting = [each for each in opened if each.row.purpose == "question" and not each.row.question_state]
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_thread(request, mine, typed(MessageForm, request, questions=waiting), opened))
    form = MessageForm(request.POST or None, request.FILES or None, questions=waiting)
    if request.method == "POST" and form.is_valid():
        try:
            messages.write_to_team(
                complaint=mine.complaint,
                keyring=mine.keyring,
                text=form.cleaned_data["text"],
                uploads=form.uploads,
                question_id=UUID(form.cleaned_data["answers"]) if form.cleaned_data.get("answers") else None,
                token=form.token,
                now=mine.now,
            )
        except messages.NotYourQuestion:
            form.add_error("answers", _("This question was settled meanwhile. Your words are still here – send them as a message."))
        else:
            return redirect(reverse("followup:thread") + "#end")
    response = _draw_thread(request, mine, form, opened)
    messages.seen_by_reporter(complaint=mine.complaint, now=mine.now)
    return response


def _draw_thread(request, mine, form, opened):
    names = additions.open_names(attachments=messages.attachments_of(opened), keys=mine.keys.statement)
    return page(
        request,
        "thread",
        form=form,
        rows=[_message(each, names) for each in opened],
        promised=read.promise_about(mine.complaint, "message_answer"),
        ended=mine.complaint.state in ENDED,
    )


def _message(each, names: dict) -> dict:
    row = each.row
    is_open = row.purpose == "question" and row.side == Side.STAFF and not row.question_state
    by_reporter = row.side == Side.REPORTER
    read_by = row.read_by.display_name if row.read_by else ""
    return {
        "by": _("You") if by_reporter else f"{role_words(row.author_role)} · {row.author.display_name}",
        "at": row.at,
        "body": each.text if each.text is not None else _("This message can’t be opened any more."),
        "mine": by_reporter,
        "number": row.question_number if row.purpose == "question" else None,
        "answers_number": row.answers.question_number if row.answers else None,
        "question_state": row.question_state,
        "promised": row.promised_date,
        "files": files_shown(each.files, names),
        "read_at": row.read_at,
        "read_by": read_by if by_reporter else _("you"),
        "decline_url": reverse("followup:decline", args=[row.question_number]) if is_open else "",
    }


def files_shown(attachments, names: dict) -> list[dict]:
    """Rows for the file components: the name as given on the page only, never in the address or the download."""
    return [
        {
            "name": names[each.file_id].shown_name or _("File %(number)d") % {"number": each.number},
            "size_text": filesizeformat(names[each.file_id].length),
            "url": reverse("followup:file", args=[each.number]),
        }
        for each in attachments
        if each.file_id in names
    ]


@require_POST
@reporter_page()
def decline(request, number: int, *, mine):
    """“I’d rather not answer”: the question is closed without a word."""
    question = next((each for each in messages.open_questions(mine.complaint) if each.question_number == number), None)
    if question is not None:
        messages.decline(complaint=mine.complaint, question_id=question.pk, now=mine.now)
    return redirect("followup:thread")


@require_http_methods(["GET", "POST"])
@reporter_page(private=True)
def add(request, *, mine):
    """Add something. The first report is never changed."""
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_add(request, mine, typed(AddForm, request)))
    form = AddForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            additions.add(
                complaint=mine.complaint,
                keyring=mine.keyring,
                text=form.cleaned_data["text"],
                uploads=form.uploads,
                token=form.token,
                now=mine.now,
                language=mine.lang,
            )
        except additions.Ended:
            form.add_error("text", _("Our work on this has ended. Send it as a message, or tell us about it anew."))
        else:
            return redirect("followup:add")
    return _draw_add(request, mine, form)


def _draw_add(request, mine, form):
    added = [
        each.row.at
        for each in additions.open_statements(complaint=mine.complaint, keys=mine.keys.statement)
        if each.row.kind == StatementKind.ADDITION
    ]
    return page(
        request,
        "add",
        form=form,
        last_at=added[-1] if added else None,
        promised=read.promise_about(mine.complaint, "message_answer"),
        ended=mine.complaint.state in ENDED,
    )


@require_GET
@reporter_page(private=True)
def sent(request, *, mine):
    """What the reporter sent, read-only, with its files."""
    opened = additions.open_statements(complaint=mine.complaint, keys=mine.keys.statement)
    names = additions.open_names(attachments=[file for each in opened for file in each.files], keys=mine.keys.statement)
    return page(request, "sent", parts=[_part(each, names) for each in opened], complaint=mine.complaint)


_TITLES = {
    StatementKind.REPORT: lambda: _("Your report"),
    StatementKind.ADDITION: lambda: _("You added"),
    StatementKind.RETALIATION: lambda: _("You told us you are being punished for this"),
    StatementKind.WITHDRAWAL: lambda: _("You asked us to pause or stop"),
    StatementKind.REVIEW: lambda: _("You asked for a review"),
    StatementKind.INTERVIEW: lambda: _("Record of a talk with you"),
    StatementKind.COMMENT: lambda: _("Your comment on the findings"),
    StatementKind.INFORMAL: lambda: _("You asked for an informal way"),
}
_FIELD_LABELS = {
    "identity": lambda: _("How you want us to know you"),
    "name": lambda: _("Your name"),
    "contact": lambda: _("How it is safe to contact you"),
    "details": lambda: _("Phone number or email"),
    "time": lambda: _("A safe time"),
    "voice": lambda: _("Voice message or text"),
    "how": lambda: _("What you asked for"),
}


def _part(each, names: dict) -> dict:
    body = each.body
    rows = [{"key": answer["question"], "value": answer["shown"]} for answer in body.get("answers", ())]
    rows += [
        {"key": _FIELD_LABELS[name](), "value": _value(name, value)}
        for name, value in body.get("fields", {}).items()
        if value and name in _FIELD_LABELS
    ]
    return {
        "title": _TITLES[each.row.kind](),
        # Words in the other language than the page's are marked as such, for those who have the page read to them.
        "lang": body.get("lang", "") if body.get("lang") != get_language() else "",
        "at": each.row.at,
        "taken_by": each.row.taken_by.display_name if each.row.taken_by else "",
        "confirmed_at": each.row.confirmed_at,
        "rows": rows,
        "text": body.get("text", ""),
        "files": files_shown(each.files, names),
    }


def _value(name: str, value: str) -> str:
    if name == "identity":
        return _("With my name") if value == "named" else _("With my name, kept confidential")
    if name == "how":
        return _("Pause for 30 days") if value == PAUSE else _("Withdraw my report")
    return value


@require_GET
@reporter_page(private=True, unconfirmed=True)
def file(request, number: int, *, mine):
    """Download one file, bit for bit, as an attachment with a neutral name."""
    try:
        attachment = additions.file_of_reporter(complaint=mine.complaint, number=number)
        keys = mine.keys.statement
        if attachment.message and attachment.message.thread == Thread.OVERSIGHT:
            keys = mine.keys.oversight
        manifest = sealed_files.open_manifest(attachment.file, keys)
    except (Attachment.DoesNotExist, NoAccess, Damaged):
        raise Http404 from None
    ending = ENDINGS.get(manifest.sniffed_type, "bin")
    response = StreamingHttpResponse(sealed_files.stream_manifest(attachment.file, manifest), content_type="application/octet-stream")
    response.headers["Content-Length"] = str(manifest.length)
    response.headers["Content-Disposition"] = f'attachment; filename="file-{number}.{ending}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
