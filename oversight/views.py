"""Oversight's pages. Loaded through oversight's own door; whatever is not there and whatever is not allowed look the same."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from complaints.models import Complaint, Escalation, EscalationReason
from complaints.services import escalation, leaving_soon
from complaints.services.access import NotFreeOfConflict, NoVaultKeys
from complaints.services.extensions import MovedMeanwhile, NothingToRefuse, Settled, change_count, refuse_extension
from complaints.services.review import ReviewReason
from complaints.states import State
from investigations.models import Note
from investigations.services import appeals, asking, outside, repeats, wishes
from oversight import selectors, services
from oversight.forms import AnswerForm, QuestionAnswerForm, ReasonForm, ReassignForm
from oversight.health import health
from people.decorators import staff_required, unlocked
from people.models import Role
from vault.errors import NoAccess

REASONS = {**dict(EscalationReason.choices), **dict(ReviewReason.choices)}


@login_not_required
@require_GET
def health_page(request):
    """For the monitoring of the installation: 200, or 503 when something must be looked at."""
    found = health(timezone.now())
    return JsonResponse(found.as_dict(), status=200 if found.ok else 503)


@staff_required(Role.OVERSIGHT)
@require_GET
def index(request):
    return HttpResponseRedirect(reverse("oversight:late"))


@staff_required(Role.OVERSIGHT)
@require_GET
def late(request):
    """E2: what is late and what is addressed to oversight, by reference."""
    now = timezone.now()
    rows = selectors.late_board(request.user, now)
    asked = selectors.asked_board(request.user, now)
    context = {
        "questions": selectors.open_questions(request.user),
        "objections": selectors.open_objections(request.user),
        "reviews": selectors.reviews_to_give(request.user),
        "cases": selectors.by_case(rows),
        "shown": len(rows),
        "asked": asked,
        "total": selectors.late_count(request.user, now),
        "leaving": leaving_soon.leaving_from(complaints=selectors.overseen_by(request.user), now=now),
    }
    return render(request, "oversight/late.html", context)


@staff_required(Role.OVERSIGHT)
@require_GET
@unlocked
def case(request, ref):
    """One case as oversight sees it: what stands still, and what the reporter wrote to oversight."""
    return _case_page(request, _load(request, ref))


@staff_required(Role.OVERSIGHT)
@require_POST
@unlocked
def answer(request, ref, pk: UUID):
    complaint = _load(request, ref)
    asked = _request_of(complaint, pk)
    now = timezone.now()
    if any(row.escalation_id == asked.pk for row in appeals.gather(complaint=complaint, now=now)):
        # A decision was told: its review is decided by somebody who took no part, not by an answer of ours.
        return HttpResponseRedirect(reverse("oversight:reviews", args=[complaint.ref]))
    form = AnswerForm(request.POST, today=timezone.localdate(now), prefix=_prefix(pk))
    if not form.is_valid():
        return _case_page(request, complaint, answering=(pk, form))
    try:
        escalation.answer(
            escalation=asked,
            complaint=complaint,
            keyring=request.vault.keyring,
            by=request.user,
            text=form.cleaned_data["text"],
            promised_date=form.cleaned_data["promised_date"],
            token=form.token,
            now=now,
        )
    except escalation.AlreadyAnswered:
        messages.info(request, _("Somebody else has answered this already. Nothing was sent twice."))
    except NoAccess:
        raise Http404 from None
    else:
        messages.success(request, _("Your answer is with the reporter."))
    return _back(complaint)


@staff_required(Role.OVERSIGHT)
@require_POST
@unlocked
def answer_question(request, ref, pk: UUID):
    """Answer what a handler asked oversight; the reporter is not part of it."""
    complaint = _load(request, ref)
    form = QuestionAnswerForm(request.POST, prefix=_prefix(pk))
    if not form.is_valid():
        return _case_page(request, complaint, answering=(pk, form))
    try:
        asking.answer_question(
            complaint=complaint,
            keyring=request.vault.keyring,
            by=request.user,
            note_id=pk,
            text=form.cleaned_data["text"],
            now=timezone.now(),
        )
    except asking.AnsweredAlready:
        messages.info(request, _("Somebody else has answered this already. Nothing was sent twice."))
    except (Note.DoesNotExist, NoAccess):
        raise Http404 from None
    else:
        messages.success(request, _("Your answer is with the person who asked."))
    return _back(complaint)


@staff_required(Role.OVERSIGHT)
@require_http_methods(["GET", "POST"])
@unlocked
def call_in(request, ref):
    """Ask for the case to be handed over; a page in between says what that does."""
    complaint = _load(request, ref)
    if request.method == "GET":
        return render(request, "oversight/call_in.html", {"complaint": complaint, "asked_since": selectors.asked_for_since(complaint)})
    try:
        services.call_in(complaint=complaint, by=request.user, now=timezone.now())
    except services.AskedAlready:
        messages.info(request, _("This was asked for before, and it is still open."))
    except services.CaseEnded:
        messages.info(request, _("This case is closed, so it is not handed over any more."))
    except services.NotOverseen:
        raise Http404 from None
    else:
        messages.success(request, _("The person responsible has been asked to hand this over. The reporter sees it too."))
    return _back(complaint)


@staff_required(Role.OVERSIGHT)
@require_http_methods(["GET", "POST"])
@unlocked
def refuse(request, ref, pk: int):
    """Refuse that a date was moved."""
    complaint = _load(request, ref)
    found = next((row for row in selectors.extended_deadlines(complaint) if row[0].pk == pk), None)
    if found is None:
        raise Http404
    deadline, step, change = found
    form = ReasonForm(request.POST or None, count=change_count(deadline))
    moved = None
    if request.method == "POST" and form.is_valid():
        try:
            refuse_extension(
                complaint=complaint,
                deadline=deadline,
                keyring=request.vault.keyring,
                by=request.user,
                text=form.cleaned_data["text"],
                seen=form.seen_changes,
                now=timezone.now(),
            )
        except MovedMeanwhile as error:
            form.show(error.count)
            moved = error.change
            deadline.refresh_from_db()
        except (NothingToRefuse, Settled):
            messages.info(request, _("There is nothing to refuse any more."))
            return _back(complaint)
        except NoAccess:
            raise Http404 from None
        else:
            messages.success(request, _("The first date stands again. The reporter sees your reason."))
            return _back(complaint)
    shown = {"complaint": complaint, "deadline": deadline, "step": step, "change": change, "form": form, "moved": moved}
    return render(request, "oversight/refuse.html", shown)


@staff_required(Role.OVERSIGHT)
@require_http_methods(["GET", "POST"])
@unlocked
def reassign(request, ref):
    """Give a case that oversight handles to an investigator."""
    complaint = _load(request, ref)
    now = timezone.now()
    people = services.candidates(complaint=complaint, keyring=request.vault.keyring, by=request.user, now=now)
    if not people:
        raise Http404
    form = ReassignForm(request.POST or None, people=people)
    wish = wishes.wish_of(complaint=complaint, keyring=request.vault.keyring)
    if not wish:
        del form.fields["why_not_wished"]
    if request.method == "POST" and form.is_valid():
        try:
            services.reassign(
                complaint=complaint,
                keyring=request.vault.keyring,
                by=request.user,
                to=form.cleaned_data["to"],
                why_not_wished=form.cleaned_data.get("why_not_wished", ""),
                token=form.token,
                now=now,
            )
        except wishes.NeedsExplanation:
            form.add_error("why_not_wished", _("Tell the reporter why it isn’t the person they asked for"))
        except (NotFreeOfConflict, NoVaultKeys):
            form.add_error("to", _("This person can’t take it. Choose somebody else."))
        except (NoAccess, services.NotOverseen, services.CaseEnded):
            raise Http404 from None
        else:
            messages.success(request, _("It has been handed over."))
            return _back(complaint)
    kept_out = services.kept_out(complaint=complaint, keyring=request.vault.keyring, now=now)
    context = {"complaint": complaint, "form": form, "kept_out": kept_out, "wish": wishes.Wish(wish).label if wish else ""}
    return render(request, "oversight/reassign.html", context)


def _load(request, ref) -> Complaint:
    try:
        return selectors.overseen_complaint(request.user, ref)
    except Complaint.DoesNotExist:
        raise Http404 from None


def _request_of(complaint: Complaint, pk: UUID) -> Escalation:
    found = next((row for row in complaint.escalations.all() if row.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _prefix(pk: UUID) -> str:
    return f"a{pk.hex[:8]}"


def _back(complaint: Complaint) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("oversight:case", args=[complaint.ref]))


def _case_page(request, complaint: Complaint, answering=None):
    """`answering`: (id of the request, its bound form) when an answer had errors."""
    now = timezone.now()
    try:
        requests, thread = escalation.read_by_oversight(complaint=complaint, keyring=request.vault.keyring, by=request.user, now=now)
    except NoAccess:
        requests, thread = [], []
    failed = dict([answering] if answering else [])
    open_requests = [each for each in requests if each.row.answered_at is None]
    forms = {each.row.pk: failed.get(each.row.pk) or AnswerForm(prefix=_prefix(each.row.pk)) for each in open_requests}
    reviewed = appeals.gather(complaint=complaint, now=now)
    context = {
        "outside": outside.read_outside(complaint=complaint, keyring=request.vault.keyring, by=request.user, now=now),
        "reviews": [row for row in reviewed if row.answered_at is None],
        "reviewed": {row.escalation_id for row in reviewed if row.escalation_id},
        "complaint": complaint,
        # Answers go to addresses of their own; whoever changes the language comes back here.
        "drawn_at": reverse("oversight:case", args=[complaint.ref]),
        "state": State(complaint.state).label,
        "late_rows": selectors.late_rows_of(complaint, now),
        "inaction": selectors.inaction_of(complaint),
        "extended": selectors.extended_deadlines(complaint),
        "open_requests": [(each, REASONS.get(each.reason, ""), forms[each.row.pk]) for each in open_requests],
        "questions": [
            (each, None if each.answer else failed.get(each.row.pk) or QuestionAnswerForm(prefix=_prefix(each.row.pk)))
            for each in asking.questions_to_oversight(complaint=complaint, keyring=request.vault.keyring)
        ],
        "objections": selectors.objections_of(complaint),
        "repeats": repeats.repeats_for_oversight(complaint=complaint, user=request.user),
        "thread": thread,
        "failed_form": answering[1] if answering else None,
        "asked_since": selectors.asked_for_since(complaint),
        "conflict": complaint.oversight_handles or bool(selectors.conflicted([complaint.pk])),
        "kept_out": services.kept_out(complaint=complaint, keyring=request.vault.keyring, now=now),
        "may_reassign": bool(services.candidates(complaint=complaint, keyring=request.vault.keyring, by=request.user, now=now)),
    }
    return render(request, "oversight/case.html", context)
