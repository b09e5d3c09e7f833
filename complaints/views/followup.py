"""Coming back with a code (A8), and the page that shows whether we keep our word (A9)."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from complaints import followup_selectors as read
from complaints.checkin_selectors import open_check_in
from complaints.clock_selectors import PromiseRow, late_since, next_promise, promises_of
from complaints.forms.followup import CodeForm
from complaints.services import commenting, confirm, entering, forgetting, messages, private, protection_reading, withdrawal
from complaints.services.filing import FilingClosed
from complaints.services.reasons import late_reason, moved_reasons
from complaints.services.review import may_ask
from complaints.states import DECISION_MADE, ENDED, State
from complaints.views.followup_base import client_address, in_other_language, page, reporter_page, typed, wants_other_language
from vault import sessions, throttle

PURPOSE = "code"
# Nothing is known about the device of somebody who enters a code, so the short limit holds; the page says so.
IDLE_SECONDS = 20 * 60
SHOWN_STEPS = 5


@login_not_required
@require_http_methods(["GET", "POST"])
def enter(request):
    """Enter a code. Wrong, expired and purged codes look the same."""
    now = timezone.now()
    if wants_other_language(request):
        return in_other_language(request, lambda: _ask_code(request, typed(CodeForm, request)))
    if request.method == "GET":
        return _ask_code(request, CodeForm())
    address = client_address(request)
    verdict = throttle.take_try(address=address, purpose=PURPOSE, now=now)
    form = CodeForm(request.POST)
    form.is_valid()
    if not verdict.allowed:
        return _ask_code(request, form, wait=verdict.wait_minutes, status=429)
    entered = entering.enter(text=request.POST.get("code", ""), now=now)
    if entered is None:
        form.say_not_found()
        return _ask_code(request, form)
    throttle.give_back(address=address, purpose=PURPOSE)
    return _opened(request, entered, now)


def _ask_code(request, form, *, wait: int = 0, status: int = 200):
    extra = []
    if wait:
        extra = [
            ngettext(
                "Too many tries from this network. Wait %(minutes)d minute, then try again.",
                "Too many tries from this network. Wait %(minutes)d minutes, then try again.",
                wait,
            )
            % {"minutes": wait}
        ]
    return page(request, "enter", form=form, extra_errors=extra, page_failed=bool(wait), http_status=status)


def _opened(request, entered, now):
    if isinstance(entered, entering.EnteredDraft):
        response = HttpResponseRedirect(f"/r/{entered.draft.last_page}/")
        sessions.end(request, response)
        sessions.start_draft(
            response, draft_id=entered.draft.draft_id, secret=entered.draft.secret, idle_seconds=entered.draft.idle_seconds, now=now
        )
        return response
    response = redirect("followup:home")
    sessions.end(request, response)
    sessions.start_reporter(response, keyring=entered.keyring, idle_seconds=IDLE_SECONDS, now=now)
    return response


@login_not_required
def lost(request):
    """What can and can't be done without a code."""
    return page(request, "lost")


@reporter_page(private=True)
def home(request, *, mine):
    """The trust page, in the order of A9."""
    complaint, now = mine.complaint, mine.now
    if complaint.state == State.PRIVATE:
        return _private_home(request, mine)
    rows = promises_of(complaint, now)
    is_withdrawn = complaint.state == State.WITHDRAWN
    late = None if is_withdrawn else late_since(complaint, now)
    promised = next_promise(complaint, now)
    ended = complaint.state in ENDED
    reasons = moved_reasons(complaint=complaint, keys=mine.keys.statement)
    return page(
        request,
        "home",
        complaint=complaint,
        status=read.status(complaint),
        promised=None if ended or is_withdrawn else promised,
        late=late,
        late_reason=late_reason(deadline=late.promise.deadline, keys=mine.keys.statement) if late else "",
        ended=ended,
        questions=messages.open_questions(complaint),
        consent_count=protection_reading.waiting_for_consent(complaint),
        needs_fresh_code=confirm.needs_fresh_code(complaint),
        talks=confirm.talks_to_confirm(complaint),
        timeline=_folded(read.timeline(complaint)),
        promises=_told_once([_with_note(row, reasons) for row in rows]),
        accesses=read.access_list(complaint),
        readers=read.readers(complaint),
        open_by=next((row.due for row in rows if row.is_open and row.limit_id in read.OPENING), None),
        unread=messages.unread_for_reporter(complaint),
        wishes=protection_reading.counts(complaint),
        outside=read.outside_clocks(complaint, mine.lang),
        may_review=may_ask(complaint),
        withdrawal_open=withdrawal.asked_at(complaint),
        is_withdrawn=is_withdrawn,
        may_comment=commenting.asked(complaint) is not None,
        is_decided=complaint.state in DECISION_MADE,
        has_outcome=read.has_outcome(complaint),
        review_window=(window := read.review_window(complaint, now)),
        review_passed=bool(window and window.passed(now)),
        linked=read.told_of_punishment(complaint),
        check_in=open_check_in(complaint, now),
    )


def _folded(rows: list) -> dict:
    """The newest steps in sight, the others behind a click; a single one is not worth hiding."""
    cut = SHOWN_STEPS if len(rows) > SHOWN_STEPS + 1 else len(rows)
    return {"recent": rows[:cut], "earlier": rows[cut:]}


def _with_note(row: PromiseRow, reasons: dict) -> dict:
    return {
        "label": row.label,
        "due": row.due,
        "done": row.done,
        "state": row.state,
        "note": reasons.get(row.deadline.pk, ""),
        "first_due": row.first_due,
        "by_calendar": row.by_calendar,
    }


def _told_once(rows: list[dict]) -> list[dict]:
    """Several wishes with the same date are one line."""
    return list({tuple(row.values()): row for row in rows}.values())


def _private_home(request, mine, *, closed: bool = False):
    route = private.route_of(complaint=mine.complaint, keyring=mine.keyring, now=mine.now)
    return page(
        request,
        "private_home",
        complaint=mine.complaint,
        status=read.status(mine.complaint),
        readers=len(route.readers),
        to_oversight=route.to_oversight,
        outside_first=route.outside_first,
        closed=closed or not route.readers,
        kept_until=forgetting.kept_until(mine.complaint),
    )


@require_POST
@reporter_page(private=True)
def send_now(request, *, mine):
    """Send a report that was kept private."""
    try:
        private.send_private(complaint=mine.complaint, keyring=mine.keyring, now=mine.now)
    except FilingClosed:
        return _private_home(request, mine, closed=True)
    return redirect("followup:home")
