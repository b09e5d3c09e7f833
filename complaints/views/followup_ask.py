"""Asking: protection, keeping somebody out, oversight, withdrawing, punishment, a review (A12–A14, A16, A17). Each answers with a date."""

from contextlib import suppress
from uuid import UUID

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from complaints import followup_selectors as read
from complaints.clock_selectors import promises_of
from complaints.forms.followup import (
    EscalateForm,
    ExcludeForm,
    NotWorkingForm,
    ProtectForm,
    RetaliationForm,
    ReviewForm,
    WithdrawForm,
)
from complaints.models import EscalationReason, Measure, Thread
from complaints.questions.meaning import separate_names
from complaints.services import escalation, excluding, messages, naming, protection, protection_reading, retaliation, review, withdrawal
from complaints.services.filing import FilingClosed
from complaints.services.keeping_out import LATER
from complaints.services.once import new_token
from complaints.states import ENDED, State
from complaints.views.followup_base import in_other_language, page, reporter_page, typed, wants_other_language
from complaints.views.followup_write import _message
from complaints.wording_selectors import in_force, wish_words

# --- protection -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@reporter_page()
def protect(request, *, mine):
    """Ask for protection; see what was decided."""
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_protect(request, mine, typed(ProtectForm, request)))
    form = ProtectForm(request.POST or None, initial={"wording": in_force().label})
    if request.method == "POST" and form.is_valid():
        protection.ask(
            complaint=mine.complaint,
            keyring=mine.keyring,
            wishes=form.wanted,
            urgency=form.cleaned_data["urgency"],
            token=form.token,
            now=mine.now,
        )
        return redirect("followup:protect")
    return _draw_protect(request, mine, form)


def _draw_protect(request, mine, form):
    wishes = protection_reading.open_protection(complaint=mine.complaint, keys=mine.keys.statement)
    own = protection_reading.open_own_measures(complaint=mine.complaint, keys=mine.keys.statement)
    due = read.asked_and_due(mine.complaint, "protection_answer")
    first = read.first_safety_answer(mine.complaint)
    return page(
        request,
        "protect",
        form=form,
        wishes=[
            {
                "words": wish_words(each.wish) or _("A measure does not work"),
                "text": each.wish.get("text", ""),
                "at": each.row.at,
                "urgency": each.row.get_urgency_display() if each.row.urgency else "",
                "due": None if each.row.answered_at else due.get(each.row.at, first),
                "measures": each.measures,
            }
            for each in reversed(wishes)
        ],
        own=own,
        once=new_token(),
        today=mine.now.date(),
    )


@require_POST
@reporter_page()
def consent(request, measure_id: UUID, *, mine):
    """Yes or no to a measure that asks something of the reporter. A second click changes nothing."""
    try:
        protection.consent(
            complaint=mine.complaint, keyring=mine.keyring, measure_id=measure_id, agrees=request.POST.get("go") == "yes", now=mine.now
        )
    except protection.NoConsentAsked:
        pass
    except Measure.DoesNotExist:
        raise Http404 from None
    return redirect("followup:protect")


@require_http_methods(["GET", "POST"])
@reporter_page()
def not_working(request, measure_id: UUID, *, mine):
    """A measure does not help: asks again, with a date."""
    if not protection_reading.has_measure(complaint=mine.complaint, measure_id=measure_id):
        raise Http404
    if wants_other_language(request):
        return in_other_language(request, lambda: page(request, "not_working", form=typed(NotWorkingForm, request)))
    form = NotWorkingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        protection.not_working(
            complaint=mine.complaint,
            keyring=mine.keyring,
            measure_id=measure_id,
            text=form.cleaned_data["text"],
            token=form.token,
            now=mine.now,
        )
        return redirect("followup:protect")
    return page(request, "not_working", form=form)


# --- keeping somebody out -------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@reporter_page()
def exclude(request, *, mine):
    """Keep somebody else out. Their access ends at once."""
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_exclude(request, mine, typed(ExcludeForm, request)))
    form = ExcludeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            excluding.exclude(
                complaint=mine.complaint, keyring=mine.keyring, names=separate_names(form.cleaned_data["names"]), now=mine.now
            )
        except excluding.NothingNew:
            form.add_error("names", _("Everyone you named is kept out already"))
        else:
            return redirect("followup:exclude")
    return _draw_exclude(request, mine, form)


def _draw_exclude(request, mine, form):
    listed = naming.listed_names(complaint=mine.complaint, keys=mine.keys.statement)
    names = [each for each in listed if each.source not in naming.OF_THE_TEAM]
    return page(
        request,
        "exclude",
        form=form,
        names=names,
        asked_later=any(each.source == LATER for each in names),
        answered=any(each.by for each in names),
        promised=read.exclusion_answer(mine.complaint),
        readers=read.readers(mine.complaint),
    )


# --- oversight ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@reporter_page()
def escalate(request, *, mine):
    """Ask oversight to step in; the handler sees nothing of it."""
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_escalate(request, mine, typed(EscalateForm, request)))
    form = EscalateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            escalation.escalate(
                complaint=mine.complaint,
                keyring=mine.keyring,
                reason=form.cleaned_data["reason"],
                text=form.cleaned_data["text"],
                uploads=form.uploads,
                token=form.token,
                now=mine.now,
            )
        except escalation.NoOversight:
            return _draw_escalate(request, mine, form)
        return redirect("followup:escalate")
    return _draw_escalate(request, mine, form)


def _draw_escalate(request, mine, form):
    return page(request, "escalate", form=form, **_oversight(request, mine, escalation.ESCALATION, "escalation_answer", EscalationReason))


def _oversight(request, mine, kind: str, limit_id: str, reasons) -> dict:
    """What was asked of oversight, what it answered, and by when it must."""
    keys = mine.keys.oversight
    opened = escalation.open_escalations(complaint=mine.complaint, keys=keys, kind=kind) if keys else []
    own = {each.row.message_id for each in opened}
    due = read.asked_and_due(mine.complaint, limit_id)
    words = dict(reasons.choices)
    found = messages.open_thread(complaint=mine.complaint, keys=keys, thread=Thread.OVERSIGHT) if keys else []
    if request.method == "GET":
        messages.seen_by_reporter(complaint=mine.complaint, now=mine.now, thread=Thread.OVERSIGHT)
    return {
        "requests": [
            {
                "at": each.row.at,
                "reasons": [str(words[value]) for value in each.reason.split(",") if value in words],
                "text": each.text,
                "answered_at": each.row.answered_at,
                "due": None if each.row.answered_at else due.get(each.row.at),
                "answers": [_message(reply, {}) for reply in found if reply.row.answers_id == each.row.message_id],
            }
            for each in reversed(opened)
        ],
        "own": own,
        "has_oversight": escalation.has_oversight(mine.complaint),
        "outside": read.outside_help(mine.complaint, mine.lang),
    }


# --- withdrawing ----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@reporter_page()
def withdraw(request, *, mine):
    """Pause or withdraw: first what it means, then the choice."""
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_withdraw(request, mine, typed(WithdrawForm, request)))
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdrawal.ask(
                complaint=mine.complaint,
                keyring=mine.keyring,
                how=form.cleaned_data["how"],
                reason=form.cleaned_data["reason"],
                token=form.token,
                now=mine.now,
                language=mine.lang,
            )
        except (withdrawal.AlreadyAsked, withdrawal.NothingToWithdraw):
            return _draw_withdraw(request, mine, form)
        return redirect("followup:withdraw")
    return _draw_withdraw(request, mine, form)


def _draw_withdraw(request, mine, form):
    complaint = mine.complaint
    asked_at = withdrawal.asked_at(complaint)
    return page(
        request,
        "withdraw",
        form=form,
        asked_at=asked_at,
        promised=read.promise_about(complaint, "withdrawal_answer") if asked_at else None,
        paused_until=complaint.paused_until,
        is_withdrawn=complaint.state == State.WITHDRAWN,
        ended=complaint.state in ENDED,
    )


@require_POST
@reporter_page()
def resume(request, *, mine):
    """Take it up again after a pause or a withdrawal."""
    with suppress(withdrawal.NotPaused):
        withdrawal.resume(complaint=mine.complaint, now=mine.now)
    return redirect("followup:home")


# --- punished for it ------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@reporter_page()
def punished(request, *, mine):
    """Tell us about punishment: a linked report with its own code, shown once."""
    if wants_other_language(request):
        sent = retaliation.sent_with(complaint=mine.complaint, keyring=mine.keyring, token=request.POST.get("sent", ""))
        if sent:
            return in_other_language(request, lambda: _draw_punished_sent(request, mine, sent))
        return in_other_language(request, lambda: _draw_punished(request, mine, typed(RetaliationForm, request)))
    form = RetaliationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            linked = retaliation.report(
                complaint=mine.complaint,
                keyring=mine.keyring,
                fields=form.answers,
                questions=form.questions,
                uploads=form.uploads,
                token=form.token,
                now=mine.now,
                language=mine.lang,
            )
        except FilingClosed:
            return _draw_punished(request, mine, form, closed=True)
        # Not a redirect: the code is shown once and may stand in no address. Sending again shows the same report and code.
        return _draw_punished_sent(request, mine, linked)
    return _draw_punished(request, mine, form)


def _draw_punished_sent(request, mine, linked: retaliation.LinkedReport):
    """The receipt with its code. `sent` goes with the language button, so that the same code is shown again."""
    rows = promises_of(linked.complaint, mine.now)
    return page(
        request,
        "punished_sent",
        code=linked.code,
        sent=linked.token,
        page_form_id="page-form",
        received_at=linked.complaint.received_at,
        promised=read.promise_about(linked.complaint, "retaliation_answer"),
        promises=[{"label": row.label, "due": row.due, "done": row.done, "state": row.state} for row in rows],
    )


def _draw_punished(request, mine, form, *, closed: bool = False):
    return page(
        request,
        "punished",
        form=form,
        closed=closed,
        linked=[report for _marker, report, _keys in retaliation.linked_reports(complaint=mine.complaint, keyring=mine.keyring)],
        outside=read.outside_help(mine.complaint, mine.lang),
    )


# --- review ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@reporter_page()
def ask_review(request, *, mine):
    """Ask for a review of the decision."""
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw_review(request, mine, typed(ReviewForm, request)))
    form = ReviewForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and review.may_ask(mine.complaint) and form.is_valid():
        window = read.review_window(mine.complaint, mine.now)
        try:
            review.request(
                complaint=mine.complaint,
                keyring=mine.keyring,
                reasons=form.cleaned_data["reasons"],
                text=form.cleaned_data["text"],
                uploads=form.uploads,
                token=form.token,
                now=mine.now,
                after_window=bool(window and window.passed(mine.now)),
            )
        except escalation.NoOversight:
            return _draw_review(request, mine, form)
        return redirect("followup:review")
    return _draw_review(request, mine, form)


def _draw_review(request, mine, form):
    window = read.review_window(mine.complaint, mine.now)
    return page(
        request,
        "review",
        form=form,
        may_ask=review.may_ask(mine.complaint),
        window=window,
        window_passed=bool(window and window.passed(mine.now)),
        decide=read.next_decision(mine.complaint),
        **_oversight(request, mine, escalation.REVIEW, "review_answer", review.ReviewReason),
    )
