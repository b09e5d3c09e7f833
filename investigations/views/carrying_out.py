"""The team's page of the decision: who was called, what was decided, what is carried out with its proof (C5, R32)."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from complaints.services.access import NotFreeOfConflict, NoVaultKeys
from complaints.states import ENDED, State
from investigations.forms.decisions import ProofForm
from investigations.forms.findings import CallForm
from investigations.models import DecisionItem
from investigations.selectors_decisions import made_decision
from investigations.services import appeals, calling, execution, outcome, reading
from investigations.services.changed import SavedMeanwhile
from investigations.views.change import _form_page
from investigations.views.decider_door import decider_frame, decider_page
from investigations.views.door import PLAN, case_page, posted
from investigations.views.findings import investigated
from investigations.views.frame import frame


@case_page()
def decision(request, case):
    """Before it is made the team sees only who decides."""
    investigation = investigated(case)
    made = made_decision(investigation)
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).file
    opened = outcome.read_decision(complaint=case.complaint, keys=keys, row=made) if made else None
    context = frame(
        case,
        "decision",
        called=calling.called(case.complaint),
        may_call=case.complaint.state in calling.TO_DECIDE,
        decision=opened,
        carried=execution.open_items(**case.reach, today=case.today),
        for_review=case.complaint.state != State.FINDINGS_READY,
        refusals=appeals.refusals(complaint=case.complaint, keyring=case.keyring),
    )
    return render(request, "case/decision.html", context)


@case_page(PLAN)
def call(request, case):
    """Call somebody who took no part to decide."""
    investigated(case)
    if case.complaint.state not in calling.TO_DECIDE:
        page_notes.info(request, gettext("Nobody decides before the findings are ready."))
        return redirect("case:decision", ref=case.ref)
    people = calling.possible_deciders(complaint=case.complaint, keyring=case.keyring, now=case.now)
    form = CallForm(posted(request), people=people)
    if request.method == "POST" and form.is_valid():
        try:
            calling.call_decider(**case.reach, to=form.person)
            page_notes.success(request, gettext("They have been called, and can open the case now."))
            return redirect("case:decision", ref=case.ref)
        except calling.TookPart:
            form.add_error("to", gettext("This person took part in the case, so somebody else decides it"))
        except (NotFreeOfConflict, NoVaultKeys):
            form.add_error("to", gettext("This person can’t take it any more. Choose somebody else"))
        except calling.FindingsFirst:
            page_notes.info(request, gettext("Nobody decides before the findings are ready."))
            return redirect("case:decision", ref=case.ref)
    return _form_page(
        request,
        case,
        form,
        gettext("Call somebody to decide"),
        back="decision",
        button=gettext("Call them"),
        template="case/call_form.html",
        people=people,
        kept_out=calling.kept_out_deciders(complaint=case.complaint, keyring=case.keyring, now=case.now),
    )


def _item(case, item_id) -> DecisionItem:
    try:
        return execution.find_item(case.complaint, item_id)
    except DecisionItem.DoesNotExist:
        raise Http404 from None


def _save(request, case, item, form) -> bool:
    """Whether it is settled now; else the form says what is missing."""
    try:
        execution.item_done(**case.reach, item_id=item.pk, version=form.cleaned_data["version"] or 0, proof=form.cleaned_data["text"])
        page_notes.success(request, gettext("Noted as carried out."))
    except execution.NotToldYet:
        page_notes.info(request, gettext("Nothing is carried out before the reporter was told. The letters come first."))
    except (execution.DoneBefore, SavedMeanwhile):
        page_notes.info(request, gettext("A colleague has just said so. Their proof stands."))
    return True


def _proof_form(request, item):
    return ProofForm(posted(request), initial={"version": item.row_version})


@case_page()
def done(request, case, item_id):
    investigated(case)
    item = _item(case, item_id)
    if item.done_at or case.complaint.state in ENDED:
        return redirect("case:decision", ref=case.ref)
    form = _proof_form(request, item)
    if request.method == "POST" and form.is_valid() and _save(request, case, item, form):
        return redirect("case:decision", ref=case.ref)
    words = next(each.words for each in execution.open_items(**case.reach, today=case.today) if each.opened.row.pk == item.pk)
    return _form_page(request, case, form, gettext("Carried out"), back="decision", button=gettext("It is done"), words=words)


@decider_page()
def decider_items(request, case):
    carried = execution.open_items(**case.reach, today=case.today)
    return render(request, "decide/items.html", decider_frame(case, "items", carried=carried))


@decider_page()
def decider_done(request, case, item_id):
    item = _item(case, item_id)
    if item.done_at or case.complaint.state in ENDED:
        return redirect("decide:items", ref=case.ref)
    form = _proof_form(request, item)
    if request.method == "POST" and form.is_valid() and _save(request, case, item, form):
        return redirect("decide:items", ref=case.ref)
    words = next(each.words for each in execution.open_items(**case.reach, today=case.today) if each.opened.row.pk == item.pk)
    context = decider_frame(
        case, part_of="items", form=form, page_heading=gettext("Carried out"), button=gettext("It is done"), words=words, back_url="../"
    )
    return render(request, "decide/form.html", context)
