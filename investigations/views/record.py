"""Writing down a call, a letter or a talk: channel, the questions one by one, reading it back, the slip with the code (C12)."""

from contextlib import nullcontext
from functools import wraps

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext

from complaints.forms.intake import PageForm
from complaints.forms.uploads import TOO_MANY, UploadForm
from complaints.questions import BY_ID, FIRST, next_page, page_before, shown_answers, using
from complaints.questions.kinds import FILES, fill
from complaints.report_selectors import numbers
from complaints.services import drafts
from complaints.services.filing import FilingClosed
from complaints.services.submitting import NotReady, route_of
from complaints.views.report_files import file_row
from complaints.wording_selectors import in_force, named
from investigations.forms.record import ChannelForm, ReadBackForm
from investigations.services import recording
from investigations.views.door import posted, staff_page
from people.models import Role
from vault import sessions

MAY_RECORD = frozenset({Role.INTAKE_OFFICER, Role.INVESTIGATOR})


def _recorder(request) -> str:
    """The role in which this person writes down reports. Everybody else sees the page as absent."""
    roles = [str(role) for role in MAY_RECORD if role in request.roles]
    if not roles:
        raise Http404
    return min(roles)


def recorder_page(view):
    """A page of somebody who writes down a report. Questions are shown in the wording the record was begun under."""

    @staff_page
    @wraps(view)
    def guarded(request, **kwargs):
        role = _recorder(request)
        draft = _draft(request)
        with using(named(draft.wording)) if draft else nullcontext():
            return view(request, role=role, draft=draft, **kwargs)

    return guarded


def _draft(request):
    """The record in this browser, or None."""
    if request.vault.draft_id is None or request.vault.draft_secret is None:
        return None
    try:
        return recording.opened(draft_id=request.vault.draft_id, secret=request.vault.draft_secret, now=timezone.now())
    except (drafts.DraftGone, drafts.AlreadyFiled, recording.NotARecord):
        return None


@staff_page
def start(request):
    _recorder(request)
    form = ChannelForm(posted(request), initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        said = form.cleaned_data
        draft = recording.begin(channel=said["channel"], language=said["language"], wording=in_force().label, now=now)
        response = redirect("work:record_page", page_id=FIRST.id)
        sessions.start_draft(response, draft_id=draft.id, secret=draft.secret, idle_seconds=drafts.IDLE_SECONDS["shared"], now=now)
        return response
    return render(request, "work/record_start.html", {"form": form})


@recorder_page
def page(request, *, role, draft, page_id: str):
    """One question, the reporter's own wording."""
    described = BY_ID.get(page_id)
    if draft is None or described is None:
        return redirect("work:record")
    answers = recording.answers_of(draft)
    if any(field.kind == FILES for field in described.fields):
        return _files(request, draft, described)
    form = PageForm(described, answers=answers, numbers=numbers(timezone.now(), get_language() or "en"), data=posted(request))
    if request.method == "POST":
        draft = drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id=page_id, values=form.values(), now=timezone.now())
        go = request.POST.get("go", "next")
        if go.startswith("add:"):
            form.add_block(go.removeprefix("add:"))
        elif form.is_valid():
            return _onward(go, page_id, recording.answers_of(draft))
    before = page_before(page_id, answers)
    context = {
        "form": form,
        "described": described,
        "before": before,
        "hint": fill(described.hint, form.numbers, described.hint_without) if described.heading else "",
        "notes": [fill(note.text, form.numbers, note.without) for note in described.notes],
    }
    return render(request, "work/record_page.html", context)


def _files(request, draft, described):
    """The scan of a letter, a recording of the call: sealed while it arrives, like a reporter's own."""
    if request.method != "POST":
        return _files_page(request, draft, described, UploadForm())
    if file_id := request.POST.get("remove", ""):
        drafts.remove_file(draft_id=draft.id, secret=draft.secret, file_id=file_id, now=timezone.now())
        return redirect("work:record_page", page_id=described.id)
    go = request.POST.get("go", "next")
    # A file that was chosen and not added yet is added on the way.
    if "file" in request.FILES or go == "add" or "end" not in request.POST:
        form = UploadForm(request.POST, request.FILES, is_wanted=go == "add")
        if not form.is_valid():
            return _files_page(request, draft, described, form)
        try:
            upload, note = form.cleaned_data["file"], form.cleaned_data["note"]
            recording.add_file(draft=draft, by=request.user, upload=upload, note=note, now=timezone.now())
        except drafts.TooManyFiles:
            form.add_error("file", str(TOO_MANY).format(number=drafts.MOST_FILES))
            return _files_page(request, draft, described, form)
    return redirect("work:record_page", page_id=described.id) if go == "add" else _onward(go, described.id, recording.answers_of(draft))


def _files_page(request, draft, described, form):
    before = page_before(described.id, recording.answers_of(draft))
    rows = [file_row(each) for each in draft.files]
    return render(request, "work/record_files.html", {"form": form, "described": described, "before": before, "files": rows})


def _onward(go: str, page_id: str, answers: dict):
    following = next_page(page_id, answers)
    if go == "check" or following is None:
        return redirect("work:record_check")
    return redirect("work:record_page", page_id=following.id)


@recorder_page
def check(request, *, role, draft):
    """Read it back, then file it."""
    if draft is None:
        return redirect("work:record_slip" if request.vault.draft_id else "work:record")
    form = ReadBackForm(posted(request))
    answers = recording.answers_of(draft)
    if request.method == "POST" and form.is_valid():
        try:
            recording.file_record(draft=draft, by=request.user, role=role, now=timezone.now())
            return redirect("work:record_slip")
        except NotReady:
            return redirect("work:record_page", page_id=FIRST.id)
        except FilingClosed:
            form.add_error(None, recording_closed())
    rows = [{"shown": each, "text": each.text} for each in shown_answers(answers, recording.language_of(draft))]
    context = {"form": form, "rows": rows, "readers": len(route_of(answers, now=timezone.now()).readers)}
    return render(request, "work/record_check.html", context)


def recording_closed() -> str:
    return gettext("Nobody free of conflict can receive this. Tell oversight by telephone; what you wrote is kept for 72 hours.")


@staff_page
def slip(request):
    """The slip for the reporter: the code, printed once, then forgotten by this browser."""
    _recorder(request)
    now = timezone.now()
    draft_id, secret = request.vault.draft_id, request.vault.draft_secret
    code = recording.code_of(draft_id=draft_id, secret=secret, now=now) if draft_id and secret else None
    if code is None:
        return redirect("work:record")
    if request.method == "POST":
        response = redirect("work:my_work")
        sessions.end(request, response, vault=False)
        return response
    return render(request, "work/record_slip.html", {"code": code, "staff_page": True})
