"""The end of a report: pause with a code, check, keep private, send, receipt."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from complaints.questions import shown_answers
from complaints.questions.about import respondent_names
from complaints.questions.meaning import excluded_groups, excluded_names, identity
from complaints.questions.problems import problems
from complaints.report_selectors import bound_to, kept_private_for, numbers, outside_clocks, outside_routes, promises, receipt_steps
from complaints.services import drafts, filing
from complaints.services.routing import Route
from complaints.services.submitting import NotReady, route_of, send
from complaints.states import State
from complaints.views.report_door import closed, draft_page, local_time, see
from complaints.views.report_words import group_words, identity_sentence, readers_sentence
from vault.drafts import draft_code


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def save(request, draft, now) -> HttpResponse:
    """A5: the code that opens this draft again. Asking for it is what lets the draft outlive “Leave this site”."""
    code = drafts.issue_code(draft_id=draft.id, secret=draft.secret, now=now)
    until = drafts.opened(draft_id=draft.id, secret=draft.secret, now=now).row.expires_at
    context = {
        "code": code,
        "until": until,
        "hours": int(drafts.KEPT_FOR.total_seconds() // 3600),
        "last_page": draft.last_page,
        "idle_seconds": draft.idle_seconds,
    }
    return render(request, "report/save.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def check(request, draft, now) -> HttpResponse:
    """A6: everything once more, who will and will not read it; nothing has been sent yet."""
    wrong = problems(draft.answers)
    if request.method != "POST" or wrong:
        return _check_page(request, draft, now)
    if request.POST.get("go") == "private":
        return see("keep")
    route = route_of(draft.answers, now=now)
    if request.POST.get("readers") != _fingerprint(route):
        # Somebody left or joined while the page was open: what it says about readers must be true when it is sent.
        return _check_page(request, draft, now, readers_changed=True)
    return _sent(request, draft, now, route=route)


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def keep(request, draft, now) -> HttpResponse:
    """What “private for now” means, before it is chosen; sending now is offered first."""
    if problems(draft.answers):
        return see("check")
    if request.method == "POST" and request.POST.get("go") == "private":
        return _sent(request, draft, now)
    context = {"kept_for": kept_private_for(now, get_language()), "idle_seconds": draft.idle_seconds}
    return render(request, "report/keep.html", context)


def _sent(request, draft, now, *, route: Route | None = None) -> HttpResponse:
    """Send to the readers of `route`; without one the report is kept private."""
    try:
        send(draft=draft, lang=get_language(), now=now, route=route)
    except (NotReady, filing.FilingClosed):
        return _check_page(request, draft, now)
    return see("sent")


def _check_page(request, draft, now, *, readers_changed: bool = False) -> HttpResponse:
    lang = get_language()
    route = route_of(draft.answers, now=now)
    wrong = problems(draft.answers)
    context = {
        "sections": _sections(shown_answers(draft.answers, lang)),
        "is_short": not any(page_id != "1" and values for page_id, values in draft.answers.items()),
        "wrong": wrong,
        "route": route,
        "readers": _fingerprint(route),
        "readers_sentence": readers_sentence(route),
        "kept_out": _kept_out(draft.answers),
        "identity_sentence": identity_sentence(identity(draft.answers), numbers(now, lang, readers=len(route.readers))["readers"]),
        "routes": outside_routes(now, lang) if route.outside_first else [],
        "readers_changed": readers_changed,
        "page_failed": bool(wrong) and request.method == "POST",
        "idle_seconds": draft.idle_seconds,
    }
    return render(request, "report/check.html", context)


def _fingerprint(route) -> str:
    """Who reads it as the page says it: role and number. Whom the draw names changes with every look at the page."""
    return f"{'oversight' if route.to_oversight else 'intake'}:{len(route.readers)}"


def _kept_out(answers) -> list[str]:
    names = respondent_names(answers) + [name for name, _source in excluded_names(answers)]
    return list(dict.fromkeys(names)) + [group_words(group) for group in excluded_groups(answers)]


def _sections(shown) -> list[dict]:
    """Rows by section. A question left blank is one row; its further fields are listed only where something was written."""
    sections: list[dict] = []
    for each in shown:
        if not each.lines and each.id != each.page_id:
            continue
        if not sections or sections[-1]["title"] != each.section:
            sections.append({"title": each.section, "rows": []})
        row = {"key": each.question, "page_id": each.page_id, "lines": each.lines, "id": each.id}
        sections[-1]["rows"].append(row)
    return sections


@login_not_required
@require_safe
def sent(request) -> HttpResponse:
    """A7: it arrived, the code, the dates. Shown as long as the draft's session lasts, and by nothing else."""
    now = timezone.now()
    secret = request.vault.draft_secret
    if secret is None:
        return closed(request)
    code = draft_code(secret)
    complaint = filing.filed_already(secret)
    if complaint is None:
        return redirect("report:check")
    lang = get_language()
    found = promises(complaint, lang, now)
    steps = receipt_steps(found)
    context = {
        "code": code,
        "complaint": complaint,
        "is_private": complaint.state == State.PRIVATE,
        "kept_for": kept_private_for(complaint.received_at, lang),
        "steps": steps,
        "has_steps": any(steps),
        "promises": [{"label": each.label, "due": each.due} for each in found],
        "come_back": min((each for each in steps if each), key=lambda each: each.due_at, default=None),
        "policy": bound_to(complaint, lang),
        "outside": outside_clocks(complaint.received_at, lang),
        "idle_seconds": _idle_seconds(request, now),
    }
    with local_time():
        return render(request, "report/sent.html", context)


def _idle_seconds(request, now) -> int:
    ends_at = request.vault.idle_ends_at
    return int((ends_at - now).total_seconds()) if ends_at else 0
