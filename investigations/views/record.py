"""Writing down a call, a letter or a talk: channel, the questions one by one, reading it back, the slip with the code (C12)."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext

from complaints.forms.intake import PageForm
from complaints.questions import BY_ID, FIRST, next_page, page_before, shown_answers
from complaints.questions.kinds import FILES
from complaints.report_selectors import numbers
from complaints.services import drafts
from complaints.services.filing import FilingClosed
from complaints.services.submitting import NotReady, route_of
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
        draft = recording.begin(channel=form.cleaned_data["channel"], language=form.cleaned_data["language"], now=now)
        response = redirect("work:record_page", page_id=FIRST.id)
        sessions.start_draft(response, draft_id=draft.id, secret=draft.secret, idle_seconds=drafts.IDLE_SECONDS["shared"], now=now)
        return response
    return render(request, "work/record_start.html", {"form": form})


@staff_page
def page(request, page_id: str):
    """One question, the reporter's own wording."""
    _recorder(request)
    draft = _draft(request)
    described = BY_ID.get(page_id)
    if draft is None or described is None:
        return redirect("work:record")
    answers = recording.answers_of(draft)
    if all(field.kind == FILES for field in described.fields):
        # Papers that came with the letter are added to the case as files of a message; a paper slip can't be uploaded here unseen.
        return redirect("work:record_page", page_id=next_page(page_id, answers).id)
    form = PageForm(described, answers=answers, numbers=numbers(timezone.now(), get_language() or "en"), data=posted(request))
    if request.method == "POST":
        draft = drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id=page_id, values=form.values(), now=timezone.now())
        go = request.POST.get("go", "next")
        if go.startswith("add:"):
            form.add_block(go.removeprefix("add:"))
        elif form.is_valid():
            return _onward(go, page_id, recording.answers_of(draft))
    before = page_before(page_id, answers)
    return render(request, "work/record_page.html", {"form": form, "described": described, "before": before, "numbers": form.numbers})


def _onward(go: str, page_id: str, answers: dict):
    following = next_page(page_id, answers)
    while following is not None and all(field.kind == FILES for field in following.fields):
        following = next_page(following.id, answers)
    if go == "check" or following is None:
        return redirect("work:record_check")
    return redirect("work:record_page", page_id=following.id)


@staff_page
def check(request):
    """Read it back, then file it."""
    role = _recorder(request)
    draft = _draft(request)
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
