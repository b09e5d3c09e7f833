"""Changing something in a case: people, tasks, measures, handing over, the way it is looked into, asking oversight."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext, override

from complaints.models import Measure, ProtectionRequest
from complaints.services import access, protection, protection_reading
from complaints.services.state import StepNotAllowed
from investigations import permissions, selectors
from investigations.forms import case as forms
from investigations.models import CasePerson, PersonKind, Task
from investigations.selectors_panel import warnings_of
from investigations.services import asking, deciding, handing_over, people, reading, tasks, wishes
from investigations.services.changed import SavedMeanwhile
from investigations.suggestions import suggested_tasks
from investigations.views.door import PLAN, case_page, posted
from investigations.views.editing import compare_page as _compare
from investigations.views.editing import form_page as _form_page
from investigations.views.editing import labels_of as _labels
from investigations.views.frame import day_words
from investigations.views.triage import names_waiting, wish_words
from people.selectors import outsiders


@case_page(PLAN)
def add_person(request, case):
    form = forms.PersonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        people.add_person(**case.reach, kind=form.cleaned_data["kind"], detail=form.detail())
        return _to_people(case)
    return _form_page(request, case, form, gettext("Add a person"), back="people", button=gettext("Save"))


def _to_people(case):
    """Back to the list; whoever stands too near to somebody they have just named sees that they are out."""
    if not permissions.may_read(case.user, case.complaint):
        return redirect("work:shut_out")
    return redirect("case:people", ref=case.ref)


@case_page(PLAN)
def edit_person(request, case, person_id):
    try:
        opened = people.open_person(complaint=case.complaint, keyring=case.keyring, person_id=person_id)
    except CasePerson.DoesNotExist:
        raise Http404 from None
    initial = {**opened.detail, "kind": opened.row.kind, "version": opened.row.row_version}
    form = forms.PersonForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        mine = {**form.detail(), "kind": form.cleaned_data["kind"]}
        try:
            people.change_person(
                **case.reach,
                person_id=person_id,
                version=form.cleaned_data["version"] or 0,
                kind=form.cleaned_data["kind"],
                detail=form.detail(),
            )
            return _to_people(case)
        except SavedMeanwhile as error:
            error.stored["kind"] = PersonKind(error.stored["kind"]).label
            mine["kind"] = PersonKind(mine["kind"]).label
            return _compare(request, case, form, error, back="people", mine=mine, labels=_labels(form))
    return _form_page(request, case, form, gettext("Change a person"), back="people", button=gettext("Save"))


@case_page(PLAN)
def add_task(request, case):
    team = [seat.user for seat in selectors.team_seats(case.complaint)]
    title = suggested_tasks(case.complaint).get(request.GET.get("start", ""), "")
    form = forms.TaskForm(posted(request), people=team, initial={"to": str(case.user.pk), "title": title})
    del form.fields["done"]
    if request.method == "POST" and form.is_valid():
        tasks.add_task(**case.reach, title=form.cleaned_data["title"], owner=form.person, due_date=form.cleaned_data["due_date"])
        return redirect("case:tasks", ref=case.ref)
    return _form_page(request, case, form, gettext("Add a task"), back="tasks", button=gettext("Save"))


@case_page(PLAN)
def edit_task(request, case, task_id):
    try:
        opened = tasks.open_task(complaint=case.complaint, keyring=case.keyring, task_id=task_id)
    except Task.DoesNotExist:
        raise Http404 from None
    team = [seat.user for seat in selectors.team_seats(case.complaint)]
    row = opened.row
    initial = {
        "title": opened.title,
        "to": str(row.owner_id),
        "due_date": row.due_date,
        "done": row.done_at is not None,
        "version": row.row_version,
    }
    form = forms.TaskForm(posted(request), people=team, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            tasks.change_task(
                **case.reach,
                task_id=task_id,
                version=data["version"] or 0,
                title=data["title"],
                owner=form.person,
                due_date=data["due_date"],
                done=data["done"],
            )
            return redirect("case:tasks", ref=case.ref)
        except SavedMeanwhile as error:
            mine = {"title": data["title"], "to": form.person.display_name, "due_date": data["due_date"], "done": data["done"]}
            error.stored["to"] = error.stored["owner"]
            for words in (mine, error.stored):
                words["due_date"] = day_words(words["due_date"])
                words["done"] = gettext("Done") if words["done"] else gettext("Open")
            return _compare(request, case, form, error, back="tasks", mine=mine, labels=_labels(form))
    return _form_page(request, case, form, gettext("Change a task"), back="tasks", button=gettext("Save"))


@case_page()
def answer_wish(request, case, wish_id):
    """Answer a wish that came after triage."""
    try:
        wish = selectors.wish_of(case.complaint, wish_id)
    except ProtectionRequest.DoesNotExist:
        raise Http404 from None
    if wish.answered_at:
        return redirect("case:measures", ref=case.ref)
    form = forms.MeasureForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            protection.answer_request(**case.reach, wish=wish, **form.answer())
        except protection.AlreadyAnswered:
            page_notes.info(request, gettext("A colleague has just answered this. Their answer stands."))
        return redirect("case:measures", ref=case.ref)
    keys = reading.team_keys(complaint=case.complaint, keyring=case.keyring).statement
    opened = next(w for w in protection_reading.open_protection(complaint=case.complaint, keys=keys) if w.row.pk == wish.pk)
    reading.note_access(**case.reach_without("keyring"), action=reading.Action.OPENED_WISHES)
    return _form_page(
        request,
        case,
        form,
        gettext("Answer a wish for protection"),
        back="measures",
        button=gettext("Send the answer"),
        words=wish_words(opened.wish),
    )


@case_page(PLAN)
def own_measure(request, case):
    """A measure nobody asked for."""
    form = forms.MeasureForm(posted(request), initial={"decision": "granted"})
    form.fields["decision"].choices = [c for c in form.fields["decision"].choices if c[0] == "granted"]
    if request.method == "POST" and form.is_valid():
        protection.answer_request(**case.reach, **form.answer())
        return redirect("case:measures", ref=case.ref)
    return _form_page(request, case, form, gettext("Add a measure"), back="measures", button=gettext("Save"))


@case_page()
def review_measure(request, case, measure_id):
    try:
        measure = selectors.measure_of(case.complaint, measure_id)
    except Measure.DoesNotExist:
        raise Http404 from None
    form = forms.ReviewMeasureForm(posted(request), initial={"version": measure.row_version})
    changed = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        dates = {"next_review_date": data["day"]} if data["go_on"] == "keep" else {"end_date": data["day"]}
        try:
            protection.review_measure(**case.reach, measure=measure, version=data["version"] or 0, note=data["note"], **dates)
            return redirect("case:measures", ref=case.ref)
        except access.ChangedMeanwhile:
            changed = selectors.last_staff_change(case.complaint)
            form.data = form.data.copy()
            form.data["version"] = str(selectors.measure_of(case.complaint, measure_id).row_version)
    return _form_page(
        request,
        case,
        form,
        gettext("Check a measure"),
        back="measures",
        button=gettext("Save"),
        template="case/way.html",
        changed=changed,
    )


@case_page()
def hand_over(request, case):
    if not permissions.may_hand_over(case.user, case.complaint):
        raise Http404
    candidates = handing_over.possible_handlers(complaint=case.complaint, keyring=case.keyring, now=case.now)
    candidates = [user for user in candidates if user.pk != case.user.pk]
    with override(case.complaint.language):
        told = gettext("Somebody else looks after your report from today. What you told us stays as it is, and every promised date stands.")
    outside = outsiders(user.pk for user in candidates)
    form = forms.HandOverForm(posted(request), people=candidates, outside=outside, initial={"told": told})
    wish = wishes.wish_of(complaint=case.complaint, keyring=case.keyring)
    if not wish:
        del form.fields["why_not_wished"]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            handing_over.hand_over(
                **case.reach,
                to=form.person,
                reason=data["reason"],
                told=data["told"],
                token=form.token,
                why_not_wished=data.get("why_not_wished", ""),
            )
            return redirect("work:handed_over")
        except wishes.NeedsExplanation:
            form.add_error("why_not_wished", gettext("Tell the reporter why it isn’t the person they asked for"))
        except (access.NotFreeOfConflict, access.NoVaultKeys):
            form.add_error("to", gettext("This person can’t take it any more. Choose somebody else"))
    return _form_page(
        request,
        case,
        form,
        gettext("Hand over this case"),
        back="overview",
        button=gettext("Hand over"),
        template="case/handover.html",
        people=candidates,
        wish=wishes.Wish(wish).label if wish else "",
        body_warnings=warnings_of(case.complaint.policy_version, case.now),
        kept_out=handing_over.kept_out(complaint=case.complaint, keyring=case.keyring, now=case.now),
        names_waiting=names_waiting(case),
    )


@case_page()
def way(request, case):
    """After triage: investigate, refer or no case, with the reason the reporter reads."""
    if not permissions.may_decide_way(case.user, case.complaint):
        raise Http404
    form = forms.WayForm(posted(request), initial={"version": case.complaint.row_version})
    changed = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            deciding.decide_way(
                **case.reach,
                way=data["way"],
                reason=data["reason"],
                promised_date=data["promised_date"],
                token=form.token,
                version=data["version"],
            )
            return redirect("case:overview", ref=case.ref)
        except access.ChangedMeanwhile:
            changed = selectors.last_staff_change(case.complaint)
            form.data = form.data.copy()
            form.data["version"] = str(case.complaint.row_version)
        except StepNotAllowed:
            return redirect("case:overview", ref=case.ref)
    return _form_page(
        request,
        case,
        form,
        gettext("Decide how it is looked into"),
        back="overview",
        button=gettext("Decide and tell the reporter"),
        template="case/way.html",
        changed=changed,
    )


@case_page()
def ask_oversight(request, case):
    if not permissions.may_ask_oversight(case.user, case.complaint):
        raise Http404
    form = forms.AskOversightForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            asking.ask_oversight(**case.reach, text=form.cleaned_data["text"])
            page_notes.success(request, gettext("Oversight has your question."))
            return redirect("case:overview", ref=case.ref)
        except asking.NobodyToAsk:
            form.add_error(None, gettext("Nobody from oversight can be asked in this case"))
    return _form_page(request, case, form, gettext("Ask oversight"), back="overview", button=gettext("Ask"))
