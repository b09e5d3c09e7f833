"""The conflict question and the forced order of reading a new report (C4), one page a step."""

import contextlib

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext, override

from complaints.followup_selectors import promises
from complaints.permissions import may_read
from complaints.services import access, protection, protection_reading
from complaints.wording_selectors import wish_words as offered_words
from investigations import permissions, selectors
from investigations.forms.case import AcknowledgeForm, AssignForm, ConflictForm, MeasureForm, SafetyForm, UrgencyForm, WishForms
from investigations.selectors_panel import warnings_of
from investigations.services import declaring, files, handing_over, names, reading, wishes
from investigations.services import triage as steps
from investigations.steps import TITLES, TriageStep, is_done, next_triage_step
from investigations.views.door import DECLARE, READ, case_page, posted
from investigations.views.frame import frame
from people.selectors import outsiders


@case_page(DECLARE)
def conflict(request, case):
    """Asked before any content. “Yes” gives the case to colleagues before anything was shown."""
    if may_read(case.user, case.complaint):
        return redirect("case:overview", ref=case.ref)
    form = ConflictForm(posted(request))
    if request.method == "POST" and form.is_valid():
        has_conflict = form.cleaned_data["conflict"] == "yes"
        remain = declaring.declare(
            complaint=case.complaint, keyring=case.keyring, seat=case.seat, by=case.user, has_conflict=has_conflict, now=case.now
        )
        if has_conflict:
            return redirect("work:stepped_back" if remain else "work:given_to_oversight")
        # Before anything is read: whoever is meant by an unknown name may be a colleague who could read it too.
        waiting = any(each.is_open for each in names.listed(**case.reach))
        return redirect("case:names" if waiting else "case:overview", ref=case.ref)
    to_check = declaring.names_to_check(**case.reach)
    return render(request, "case/conflict.html", {"form": form, "names": to_check, "case": case})


@case_page(READ)
def triage(request, case):
    """To the first step that is not done."""
    steps.begin(complaint=case.complaint, by=case.user, now=case.now)
    step = next_triage_step(selectors.triage_of(case.complaint))
    return redirect("case:step", ref=case.ref, step=step.value) if step else redirect("case:overview", ref=case.ref)


@case_page(READ)
def step(request, case, step: str):
    """One step. A later one can't be reached by its address: it leads to the one that is next."""
    try:
        wanted = TriageStep(step)
    except ValueError:
        raise Http404 from None
    if not permissions.may_take_step(case.user, case.complaint, case.triage, wanted):
        return redirect("case:triage", ref=case.ref)
    if is_done(case.triage, wanted) and wanted not in {TriageStep.READ, TriageStep.URGENCY}:
        return redirect("case:triage", ref=case.ref)
    return _PAGES[wanted](request, case)


def _page(request, case, wanted: TriageStep, **more):
    order = list(TriageStep)
    tasks = [
        {
            "name": TITLES[each],
            "state": "done" if is_done(case.triage, each) else "active" if each == wanted else "",
            "state_text": gettext("Done") if is_done(case.triage, each) else gettext("Now") if each == wanted else "",
        }
        for each in order
    ]
    context = frame(case, step_title=TITLES[wanted], step_number=order.index(wanted) + 1, step_count=len(order), tasks=tasks, **more)
    return render(request, f"case/triage_{wanted.value}.html", context)


def _read(request, case):
    if request.method == "POST":
        with contextlib.suppress(steps.NotYet):
            steps.mark_read(**case.reach_without("keyring"))
        return redirect("case:triage", ref=case.ref)
    report = reading.open_report(**case.reach)
    listed = files.listed_files(complaint=case.complaint, keyring=case.keyring)
    return _page(request, case, TriageStep.READ, report=report, files=listed)


def _safety(request, case):
    form = SafetyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        steps.answer_safety(**case.reach, text=form.cleaned_data["text"], token=form.token)
        return redirect("case:triage", ref=case.ref)
    report = reading.open_report(**case.reach)
    answers = [a for a in report.answers if a.get("id", "").partition(".")[0] in {"4", "4b", "11", "11b", "14b"} and _may_show(a)]
    return _page(request, case, TriageStep.SAFETY, form=form, report=report, answers=answers)


def _may_show(answer: dict) -> bool:
    """How it is safe to contact the reporter, but not the name."""
    return answer.get("id") not in reading.ABOUT_THE_REPORTER


def wish_words(wish: dict) -> str:
    """The wish in the words in which question 12 offered it, and what the reporter added."""
    label = offered_words(wish)
    if wish.get("kind") == protection.NOT_WORKING:
        label = gettext("A measure is not working")
    return " – ".join(part for part in (label, wish.get("text", "")) if part)


def _protection(request, case):
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).statement
    wishes = [wish for wish in protection_reading.open_protection(complaint=case.complaint, keys=keys) if wish.row.answered_at is None]
    forms = [MeasureForm(posted(request), prefix=f"w{n}") for n, _wish in enumerate(wishes)]
    # Every form is checked, so that all errors show at once.
    valid = [form.is_valid() for form in forms]
    if request.method == "POST" and all(valid):
        answers = [steps.WishAnswer(wish=w.row, **f.answer()) for w, f in zip(wishes, forms, strict=True)]
        try:
            steps.answer_wishes(**case.reach, answers=answers)
        except steps.WishesOpen:
            # The reporter asked for something more while this page was open: it is shown now.
            return redirect("case:step", ref=case.ref, step=TriageStep.PROTECTION.value)
        return redirect("case:triage", ref=case.ref)
    reading.note_access(**case.reach_without("keyring"), action=reading.Action.OPENED_WISHES)
    rows = [{"words": wish_words(w.wish), "form": f} for w, f in zip(wishes, forms, strict=True)]
    failed = WishForms([(row["words"], row["form"]) for row in rows]) if request.method == "POST" else None
    return _page(request, case, TriageStep.PROTECTION, wishes=rows, form=failed)


def _urgency(request, case):
    chosen = case.triage.urgency
    form = UrgencyForm(posted(request), initial={"urgency": chosen or ("today" if case.complaint.not_safe else ""), "seen": chosen})
    meanwhile = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            steps.set_urgency(**case.reach_without("keyring"), urgency=data["urgency"], seen=data["seen"])
            return redirect("case:triage", ref=case.ref)
        except steps.ChosenMeanwhile as error:
            meanwhile = error
            form.data = form.data.copy()
            form.data["seen"] = error.urgency.value
    return _page(request, case, TriageStep.URGENCY, form=form, meanwhile=meanwhile)


def acknowledgement_template(language: str, name: str) -> str:
    """The letter with its blanks, in the reporter's language."""
    with override(language):
        return gettext(
            "Thank you for telling us. My name is %(name)s and I am the one reading your report.\n\n"
            "I have read all of it. What I understood is: ____\n\n"
            "What happens next: ____\n\n"
            "You can write to me here at any time. You don’t have to answer questions you don’t want to answer."
        ) % {"name": name}


def _acknowledge(request, case):
    initial = {"text": acknowledgement_template(case.complaint.language, case.user.display_name)}
    form = AcknowledgeForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            steps.acknowledge(
                **case.reach,
                text=form.cleaned_data["text"],
                promised_date=form.cleaned_data["promised_date"],
                today=case.today,
                token=form.token,
            )
            return redirect("case:triage", ref=case.ref)
        except steps.BlanksLeft:
            form.add_error("text", gettext("There is still a blank to fill in"))
        except steps.DatePassed:
            form.add_error("promised_date", gettext("This date has passed"))
    dates = [row for row in promises(case.complaint, case.lang, case.now) if row.state in {"due", "extended", "late"}]
    return _page(request, case, TriageStep.ACKNOWLEDGE, form=form, promised=dates[:3])


def _assign(request, case):
    people = handing_over.possible_handlers(complaint=case.complaint, keyring=case.keyring, now=case.now)
    form = AssignForm(posted(request), people=people, outside=outsiders(user.pk for user in people))
    wish = wishes.wish_of(complaint=case.complaint, keyring=case.keyring)
    if not wish:
        del form.fields["why_not_wished"]
    if case.complaint.oversight_handles and not people:
        form.fields["to"].required = False
    if request.method == "POST" and form.is_valid():
        to = form.person if form.cleaned_data["to"] else None
        try:
            steps.assign(**case.reach, to=to, why_not_wished=form.cleaned_data.get("why_not_wished", ""), token=form.token)
        except wishes.NeedsExplanation:
            form.add_error("why_not_wished", gettext("Tell the reporter why it isn’t the person they asked for"))
        except (access.NotFreeOfConflict, access.NoVaultKeys):
            form.add_error("to", gettext("This person can’t take it any more. Choose somebody else"))
        else:
            if to is None or to.pk == case.user.pk:
                return redirect("case:overview", ref=case.ref)
            return redirect("work:handed_over")
    context = {
        "people": people,
        "kept_out": handing_over.kept_out(complaint=case.complaint, keyring=case.keyring, now=case.now),
        "names_waiting": names_waiting(case),
        "wish": wishes.Wish(wish).label if wish else "",
        "body_warnings": warnings_of(case.complaint.policy_version, case.now),
    }
    return _page(request, case, TriageStep.ASSIGN, form=form, **context)


def names_waiting(case) -> list:
    """Names nobody has settled: shown where somebody is about to be let in."""
    return [each for each in names.listed(**case.reach) if each.is_open]


_PAGES = {
    TriageStep.READ: _read,
    TriageStep.SAFETY: _safety,
    TriageStep.PROTECTION: _protection,
    TriageStep.URGENCY: _urgency,
    TriageStep.ACKNOWLEDGE: _acknowledge,
    TriageStep.ASSIGN: _assign,
}
