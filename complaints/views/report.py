"""Starting a report, and its questions: one address each, saved on every step."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from complaints.forms.intake import PageForm
from complaints.forms.start import DeviceForm
from complaints.questions import BY_ID, FIRST, Page, asked, page_before
from complaints.questions.kinds import GROUP, fill
from complaints.report_selectors import numbers, other_channels, reporting_open
from complaints.services import drafts
from complaints.services.submitting import route_of
from complaints.views import report_files
from complaints.views.report_door import (
    closed,
    draft_page,
    posted_form,
    question_context,
    see,
    to_last_page,
    with_language,
)
from complaints.views.report_navigation import CHECK, query_of, see_before, see_next
from complaints.wording_selectors import in_force
from policy.selectors import policy_in_force
from vault import sessions


@login_not_required
@require_safe
def start(request) -> HttpResponse:
    """A2: what to expect, and three ways in."""
    now = timezone.now()
    if not reporting_open(now):
        return render(request, "report/not_open.html", {"channels": other_channels(now, get_language())})
    return render(request, "report/start.html", {"has_policy": policy_in_force(now) is not None})


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def private(request) -> HttpResponse:
    """A3: the way out, traces, and the device. No answer counts as a shared device."""
    now = timezone.now()
    if not reporting_open(now):
        return redirect("report:start")
    if request.method != "POST":
        return render(request, "report/private.html", {"form": DeviceForm(), "page_form_id": "page-form"})
    form = DeviceForm(request.POST)
    if request.POST.get("go") == "lang":
        return with_language(request, see("private"))
    device = form.chosen() if form.is_valid() else drafts.SHARED
    draft = _begun_before(request, device, now) or drafts.begin(device=device, wording=in_force().label, now=now)
    response = see("question", draft.last_page)
    sessions.start_draft(response, draft_id=draft.id, secret=draft.secret, idle_seconds=draft.idle_seconds, now=now)
    return response


def _begun_before(request, device: str, now):
    """The draft that is open in this browser: choosing the device again must not lose it."""
    secret = request.vault.draft_secret
    if secret is None:
        return None
    try:
        draft = drafts.change_device(draft_id=request.vault.draft_id, secret=secret, device=device, now=now)
    except (drafts.DraftGone, drafts.AlreadyFiled):
        return None
    sessions.end_all(draft.id)
    return draft


def continue_draft(resumed: drafts.Resumed, *, now) -> HttpResponse:
    """Open a session for a draft that its code gave back, and go to the page where it was left. Used by the page that takes codes."""
    response = to_last_page(resumed)
    sessions.start_draft(response, draft_id=resumed.draft_id, secret=resumed.secret, idle_seconds=resumed.idle_seconds, now=now)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def question(request, draft, now, page: Page) -> HttpResponse:
    """One question. Every button of the page saves first."""
    if page not in asked(draft.answers):
        return redirect("report:question", page_before(page.id, draft.answers).id)
    if page.id == drafts.FILES_PAGE:
        return report_files.files(request, draft, now, page)
    if request.method != "POST":
        return _shown(request, draft, now, page)
    form = posted_form(request, page, draft.answers, _numbers(draft, now, page))
    saved = drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id=page.id, values=form.values(), now=now)
    go = request.POST.get("go", "next")
    if go == "lang":
        return with_language(request, see("question", page.id, query=query_of(request)))
    if go == "back":
        return see_before(request, saved, page)
    if go == "save":
        return see("save")
    if go.startswith("add:") and any(field.kind == GROUP and go == f"add:{field.name}" for field in page.fields):
        form.add_block(go.removeprefix("add:"))
        # Nothing is judged before somebody goes on.
        form.errors.clear()
        return _drawn(request, saved, now, page, form)
    if not form.is_valid():
        return _drawn(request, saved, now, page, form)
    return see(CHECK) if go == "send" else see_next(request, saved, page)


@login_not_required
@require_http_methods(["POST"])
def again(request, page_id: str) -> HttpResponse:
    """Go on with words that an expired draft gave back: a new draft that holds this one page."""
    now = timezone.now()
    page = BY_ID.get(page_id)
    if page is None or not reporting_open(now):
        return closed(request)
    draft = drafts.begin(device=drafts.SHARED, wording=in_force().label, now=now)
    form = posted_form(request, page)
    draft = drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id=page.id, values=form.values(), now=now)
    target = page if page in asked(draft.answers) else FIRST
    response = see("question", target.id)
    sessions.start_draft(response, draft_id=draft.id, secret=draft.secret, idle_seconds=draft.idle_seconds, now=now)
    return with_language(request, response) if request.POST.get("go") == "lang" else response


def _numbers(draft, now, page: Page) -> dict:
    readers = len(route_of(draft.answers, now=now).readers) if page.id == "14" else None
    return numbers(now, get_language(), readers=readers)


def _shown(request, draft, now, page: Page) -> HttpResponse:
    form = PageForm(page, answers=draft.answers, numbers=_numbers(draft, now, page))
    return _drawn(request, draft, now, page, form)


def _drawn(request, draft, now, page: Page, form: PageForm) -> HttpResponse:
    context = question_context(
        page,
        form,
        hint=fill(page.hint, form.numbers, page.hint_without) if page.heading else "",
        notes=[fill(note.text, form.numbers, note.without) for note in page.notes],
        idle_seconds=draft.idle_seconds,
        action=request.get_full_path(),
    )
    return render(request, "report/question.html", context)
