"""Aftercare (C5): checks at the policy's dates, the watch over what changes at work, and the end of the case."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext, override, pgettext_lazy

from complaints.clock_selectors import window_of
from complaints.models import Measure
from complaints.services.access import ChangedMeanwhile
from complaints.services.state import StepNotAllowed
from complaints.states import STEPS, Identity, State
from investigations import permissions, selectors, selectors_aftercare
from investigations.forms import aftercare as forms
from investigations.forms.case import BackPayForm
from investigations.services import aftercare, back_pay, closing, parties, planning, witness_checks
from investigations.views.door import PLAN, case_page, posted
from investigations.views.editing import form_page
from investigations.views.frame import frame

HOW = {
    aftercare.BY_CODE: pgettext_lazy("how a check was made", "Answered with their code"),
    aftercare.TALK: pgettext_lazy("how a check was made", "Talked"),
    aftercare.NO_ANSWER: pgettext_lazy("how a check was made", "Asked, no answer"),
}
_REPORTER = "reporter"


@case_page()
def overview(request, case):
    found = aftercare.open_aftercare(**case.reach)
    people = _named_helpers(case)
    context = frame(
        case,
        "aftercare",
        checks=[_check_row(each, case) for each in found.checks],
        helpers=_asked_helpers(case, people),
        watch=found.watch,
        unexplained=[entry for entry in found.watch if not entry.detail.get("explained")],
        own_consent=selectors_aftercare.own_consent(case.complaint),
        consents=[(row, people.get(row.person_id, "")) for row in selectors_aftercare.consents_of(case.complaint)],
        can_watch=bool(_watched(case, people)),
        has_witnesses=bool(people),
        is_named=case.complaint.identity == Identity.NAMED,
        may_begin=State.AFTERCARE in STEPS[case.complaint.state],
        may_close=permissions.may_close(case.user, case.complaint),
        is_withdrawn=case.complaint.state == State.WITHDRAWN,
        to_carry_out=selectors_aftercare.to_carry_out(case.complaint),
        owed=selectors_aftercare.still_owed(case.complaint, case.now),
        first_check_missing=selectors_aftercare.first_check_missing(case.complaint),
        review_window=_open_window(case),
        today=case.today,
    )
    return render(request, "case/aftercare.html", context)


def _open_window(case):
    """Until when the reporter can still ask for a review; None once that is over."""
    window = window_of(case.complaint, "review_window", case.now)
    return window if window and window.due_at > case.now else None


def _check_row(each: aftercare.OpenedCheck, case) -> dict:
    result = each.result
    return {
        "check": each.check,
        "row": each.row,
        "is_done": each.is_done,
        "is_open": each.check.is_open(case.now),
        "is_late": each.check.is_open(case.now) and each.check.deadline.due_at <= case.now,
        "how": HOW.get(result.get("how"), ""),
        "stopped": dict(forms.Stopped.choices).get(result.get("stopped"), ""),
        "punished": dict(forms.Punished.choices).get(result.get("punished"), ""),
        "is_punished": result.get("punished") in (forms.Punished.YES, forms.Punished.UNSURE),
        "needs": result.get("needs", ""),
        "text": result.get("text", ""),
    }


def _asked_helpers(case, people: dict) -> list[dict]:
    """Whoever was heard as a witness, with what they answered to the checks whose time has come."""
    begun = [each.number for each in witness_checks.begun(case.complaint, case.now)]
    found = []
    for party in selectors_aftercare.witness_parties(case.complaint) if begun else ():
        answers = witness_checks.answers_for_team(party=party, keyring=case.keyring)
        words = {
            "party": party,
            "name": people.get(party.person_id, ""),
            "answers": answers,
            "waits": begun[-1] not in {each.number for each in answers},
            "has_code": parties.has_open_code(party, case.now),
            "is_punished": any(each.is_punished for each in answers),
        }
        found.append(words)
    return found


def _named_helpers(case) -> dict:
    """{id: name} of witnesses and others who helped, as the team wrote them down."""
    rows = {row.pk for row in selectors_aftercare.helpers_of(case.complaint)}
    return {row.pk: name for row, name in planning.named_people(complaint=case.complaint, keyring=case.keyring) if row.pk in rows}


def _watched(case, people: dict) -> list[tuple[str, object]]:
    """Who agreed, as choices of a form."""
    found = [
        (str(pk), name)
        for pk, name in people.items()
        if any(row.person_id == pk and row.withdrawn_at is None for row in selectors_aftercare.consents_of(case.complaint))
    ]
    if selectors_aftercare.is_watched(case.complaint, None):
        found.insert(0, (_REPORTER, gettext("The reporter")))
    return found


@case_page(PLAN)
def begin(request, case):
    if request.method == "POST":
        try:
            closing.begin_aftercare(**case.reach_without("keyring"))
            page_notes.success(request, gettext("The case is in aftercare now."))
        except closing.StillToCarryOut:
            page_notes.warning(request, gettext("Something that was decided is not carried out yet. Aftercare begins after that."))
        except StepNotAllowed:
            page_notes.info(request, gettext("This case is not decided, so there is nothing to look back on yet."))
    return redirect("case:aftercare", ref=case.ref)


def letter_of_check(language: str) -> str:
    """A letter to start from, in the reporter's language."""
    with override(language):
        return gettext(
            "Some time has passed since the decision. We want to know how you are.\n\n"
            "On your page, under “Waiting for you”, there are three short questions: has it stopped, has anything changed for you at work "
            "because you spoke up, and what do you need. You can leave out any of them."
        )


@case_page()
def ask(request, case, check: str):
    form = forms.AskCheckForm(posted(request), initial={"text": letter_of_check(case.complaint.language)})
    if request.method == "POST" and form.is_valid():
        try:
            aftercare.ask(**case.reach, number=check, text=form.cleaned_data["text"], token=form.token)
            page_notes.success(request, gettext("Sent."))
        except (aftercare.NotYet, aftercare.AlreadyDone, aftercare.AlreadyAsked) as refusal:
            page_notes.info(request, _why(refusal))
        return redirect("case:aftercare", ref=case.ref)
    return form_page(request, case, form, gettext("Ask the reporter how it is now"), back="aftercare", button=gettext("Send"))


def _why(refusal: Exception) -> str:
    return {
        aftercare.NotYet: gettext("This check is not open yet. It opens a week before its date."),
        aftercare.AlreadyDone: gettext("This check was made. What was said then stands."),
        aftercare.AlreadyAsked: gettext("The reporter was asked already. The questions are on their page."),
    }[type(refusal)]


@case_page()
def note(request, case, check: str):
    form = forms.NoteCheckForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            aftercare.note_check(**case.reach, number=check, how=form.cleaned_data["how"], answers=form.answers())
            return redirect("case:aftercare", ref=case.ref)
        except aftercare.AskFirst:
            form.add_error("how", gettext("That no answer came can be noted a week after the question was sent"))
        except (aftercare.NotYet, aftercare.AlreadyDone) as refusal:
            form.add_error(None, _why(refusal))
    return form_page(request, case, form, gettext("Note a check"), back="aftercare", button=gettext("Save"))


@case_page()
def watch(request, case):
    people = _named_helpers(case)
    choices = _watched(case, people)
    form = forms.WatchForm(posted(request), people=choices, initial={"who": choices[0][0] if choices else ""})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        person = None if data["who"] == _REPORTER else selectors.person_of(case.complaint, data["who"])
        try:
            aftercare.add_entry(
                **case.reach,
                kind=data["kind"],
                happened_date=data["day"],
                today=case.today,
                text=data["text"],
                explained=data["explained"],
                token=form.token,
                person=person,
            )
            return redirect("case:aftercare", ref=case.ref)
        except aftercare.NotOfItsTime:
            form.add_error("day", gettext("The watch is about the time since the report, up to today"))
        except aftercare.NoConsent:
            form.add_error("who", gettext("They took their consent back. Nothing can be entered any more"))
    if not choices:
        page_notes.info(request, gettext("Nobody has agreed to be watched over. Without that, nothing is entered."))
        return redirect("case:aftercare", ref=case.ref)
    return form_page(request, case, form, gettext("Enter a change at work"), back="aftercare", button=gettext("Save"))


@case_page()
def consent(request, case):
    """What a witness said. The reporter says so with their own code."""
    people = _named_helpers(case)
    form = forms.ConsentForm(posted(request), people=[(str(pk), name) for pk, name in people.items()])
    if request.method == "POST" and form.is_valid():
        person = selectors.person_of(case.complaint, form.cleaned_data["who"])
        try:
            agrees = form.cleaned_data["agrees"] == "yes"
            aftercare.note_consent(**case.reach_without("keyring"), person=person, agrees=agrees)
            return redirect("case:aftercare", ref=case.ref)
        except aftercare.NoConsent:
            form.add_error("agrees", gettext("There is no consent of this witness to take back"))
    return form_page(request, case, form, gettext("Note what a witness said about the watch"), back="aftercare", button=gettext("Save"))


def letter_of_end(language: str) -> str:
    with override(language):
        return gettext(
            "With this our work on your report ends, because ____\n\n"
            "What we promised for later stays: we check in with you on the dates on your page. With the same code you can write to us at "
            "any time, ask for a review, and tell us if you are being punished for this."
        )


@case_page(PLAN)
def close(request, case):
    """An interruption page: what is open, what the reporter reads, and what stands in the way."""
    if not permissions.may_close(case.user, case.complaint):
        raise Http404
    complaint, withdrawn = case.complaint, case.complaint.state == State.WITHDRAWN
    initial = {"told": letter_of_end(complaint.language), "version": complaint.row_version}
    form = forms.CloseForm(posted(request), withdrawn=withdrawn, initial=initial)
    changed = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            closing.close(
                **case.reach,
                told=data["told"],
                reason=data["reason"],
                danger_remains=data.get("danger") == "yes",
                version=data["version"],
                token=form.token,
            )
            page_notes.success(request, gettext("The case is closed. The reporter has been told."))
            return redirect("case:aftercare", ref=case.ref)
        except ChangedMeanwhile:
            changed = selectors.last_staff_change(complaint)
            form.data = form.data.copy()
            form.data["version"] = str(selectors.version_of(complaint))
        except closing.FirstCheckMissing:
            form.add_error(None, gettext("The first check with the reporter was not made yet. A case is not closed before it."))
        except closing.BackPayOpen:
            form.add_error(None, gettext("The pay of somebody who was suspended is not settled yet. Settle it on the page of measures."))
        except closing.DangerToOthers:
            form.add_error("danger", gettext("A withdrawal does not end it then. Go on without the reporter, and tell them how"))
        except closing.NeedsReason:
            form.add_error("reason", gettext("Something is still open. Say why it can end all the same"))
        except StepNotAllowed:
            return redirect("case:aftercare", ref=case.ref)
    return form_page(
        request,
        case,
        form,
        gettext("Close this case"),
        back="aftercare",
        button=gettext("Close it and tell the reporter"),
        template="case/close.html",
        owed=selectors_aftercare.still_owed(complaint, case.now),
        first_check_missing=not withdrawn and selectors_aftercare.first_check_missing(complaint),
        is_withdrawn=withdrawn,
        changed=changed,
    )


@case_page(PLAN)
def go_on(request, case):
    """A withdrawn report that can't stop."""
    if not permissions.may_go_on(case.user, case.complaint):
        raise Http404
    form = forms.GoOnForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            closing.go_on_without(**case.reach, told=form.cleaned_data["told"], token=form.token)
        except StepNotAllowed:
            page_notes.info(request, gettext("This was settled meanwhile."))
        return redirect("case:overview", ref=case.ref)
    title = gettext("Go on without the reporter")
    return form_page(request, case, form, title, back="aftercare", button=gettext("Go on and tell the reporter"))


@case_page()
def pay(request, case, measure_id):
    """What became of the pay of somebody who was suspended (R23)."""
    try:
        measure = selectors.measure_of(case.complaint, measure_id)
    except Measure.DoesNotExist:
        raise Http404 from None
    form = BackPayForm(posted(request), initial={"version": measure.row_version})
    changed = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            back_pay.settle(**case.reach, measure_id=measure_id, version=data["version"] or 0, outcome=data["outcome"], text=data["text"])
            return redirect("case:measures", ref=case.ref)
        except back_pay.NoSuspension:
            page_notes.info(request, gettext("This measure suspended nobody, so there is no pay to settle."))
            return redirect("case:measures", ref=case.ref)
        except ChangedMeanwhile:
            changed = selectors.last_staff_change(case.complaint)
            form.data = form.data.copy()
            form.data["version"] = str(selectors.measure_of(case.complaint, measure_id).row_version)
    title = gettext("Settle the pay of a suspension")
    return form_page(request, case, form, title, back="measures", button=gettext("Save"), template="case/way.html", changed=changed)
