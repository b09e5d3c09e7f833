"""The plan (C5): aims, lines in an order, starting points by conduct, requests to keep records with their letters, and the steps."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext_lazy

from investigations import plans, selectors, selectors_plan
from investigations.forms import plan as forms
from investigations.models import InvestigationState, PlanItem, PlanKind, PreservationRequest, RecordKind
from investigations.services import planning, preserving
from investigations.services.changed import SavedMeanwhile
from investigations.services.investigating import StepNotAllowed
from investigations.views.door import PLAN, posted
from investigations.views.editing import compare_page, form_page, labels_of
from investigations.views.frame import day_words, frame
from investigations.views.inquiry import inquiry_page
from people.selectors import organisation
from policy.selectors import content_of

KINDS = (
    (PlanKind.QUESTION, pgettext_lazy("plan", "Questions to answer"), pgettext_lazy("plan", "Add a question")),
    (PlanKind.PERSON, pgettext_lazy("plan", "People to hear, in this order"), pgettext_lazy("plan", "Add a person to hear")),
    (PlanKind.STEP, pgettext_lazy("plan", "Steps, in this order"), pgettext_lazy("plan", "Add a step")),
    (PlanKind.SUPPORT, pgettext_lazy("plan", "Support"), pgettext_lazy("plan", "Add support")),
)


def _conducts(case) -> list[tuple[str, str]]:
    """(code, name) of the starting points, in the words of the policy where it names them."""
    names = {}
    if case.complaint.policy_version is not None:
        names = {part.code: str(part.name.in_language(case.lang)) for part in content_of(case.complaint.policy_version).conduct}
    return [(code, names[code]) for code in plans.CLASSES if code in names] or [(code, code) for code in plans.CLASSES]


@inquiry_page()
def overview(request, case, investigation):
    found = planning.open_plan(**case.reach, investigation=investigation)
    steps = {
        InvestigationState.PLANNED: [(InvestigationState.GATHERING, gettext("Begin gathering"))],
        InvestigationState.GATHERING: [(InvestigationState.ANALYSING, gettext("Begin weighing"))],
        InvestigationState.ANALYSING: [(InvestigationState.GATHERING, gettext("Gather again"))],
    }
    context = frame(
        case,
        "plan",
        plan=found,
        investigation=investigation,
        parts=[{"kind": kind, "title": title, "add": add, "lines": found.of_kind(kind)} for kind, title, add in KINDS],
        steps=steps.get(investigation.state, []),
        conducts=_conducts(case),
        today=case.today,
    )
    return render(request, "case/plan.html", context)


@inquiry_page(PLAN)
def aims(request, case, investigation):
    text = planning.open_aims(complaint=case.complaint, investigation=investigation, keyring=case.keyring)
    form = forms.AimsForm(posted(request), initial={"text": text, "version": investigation.row_version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            planning.save_aims(**case.reach, investigation=investigation, version=data["version"] or 0, text=data["text"])
            return redirect("case:plan", ref=case.ref)
        except SavedMeanwhile as error:
            return compare_page(request, case, form, error, back="plan", mine=data, labels=labels_of(form))
    return form_page(request, case, form, gettext("What is to be found out"), back="plan", button=gettext("Save"))


def _form(request, case, kind, **more):
    people = planning.named_people(complaint=case.complaint, keyring=case.keyring) if kind == PlanKind.PERSON else ()
    team = {seat.user_id: seat.user for seat in selectors.team_seats(case.complaint)}
    return forms.LineForm(posted(request), kind=kind, team=team.values(), people=people, **more)


@inquiry_page(PLAN)
def add(request, case, investigation, line: str):
    """A line of one kind, at its end."""
    kind = line
    if kind not in PlanKind.values:
        raise Http404
    form = _form(request, case, kind, is_new=True, initial={"owner": str(case.user.pk)})
    if request.method == "POST" and form.is_valid():
        planning.add_lines(**case.reach, investigation=investigation, lines=[planning.Line(**form.line())], token=form.token)
        return redirect("case:plan", ref=case.ref)
    title = next(add for each, _title, add in KINDS if each == kind)
    return form_page(request, case, form, title, back="plan", button=gettext("Save"))


@inquiry_page(PLAN)
def change(request, case, investigation, line_id):
    try:
        opened = planning.open_line(complaint=case.complaint, investigation=investigation, keyring=case.keyring, item_id=line_id)
    except PlanItem.DoesNotExist:
        raise Http404 from None
    row = opened.row
    initial = {
        "text": opened.text,
        "answer": opened.answer,
        "person": str(row.person_id or ""),
        "owner": str(row.owner_id or ""),
        "due_date": row.due_date,
        "done": row.done_at is not None,
        "version": row.row_version,
    }
    form = _form(request, case, row.kind, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            planning.change_line(
                **case.reach,
                investigation=investigation,
                item_id=line_id,
                version=data["version"] or 0,
                line=planning.Line(**form.line()),
                done=data["done"],
            )
            return redirect("case:plan", ref=case.ref)
        except SavedMeanwhile as error:
            mine = form.shown()
            for words in (mine, error.stored):
                words["due_date"] = day_words(words["due_date"]) if words["due_date"] else ""
                words["done"] = gettext("Done") if words["done"] else gettext("Open")
            labels = {name: label for name, label in labels_of(form).items() if name != "once"}
            return compare_page(request, case, form, error, back="plan", mine=mine, labels=labels)
    return form_page(request, case, form, gettext("Change a line of the plan"), back="plan", button=gettext("Save"))


@inquiry_page(PLAN)
def move(request, case, investigation, line_id):
    way = request.POST.get("go", "")
    if request.method == "POST" and way in (planning.UP, planning.DOWN):
        try:
            planning.move_line(**case.reach_without("keyring"), investigation=investigation, item_id=line_id, way=way)
        except PlanItem.DoesNotExist:
            raise Http404 from None
    return redirect(f"{reverse('case:plan', args=[case.ref])}#line-{line_id}")


@inquiry_page(PLAN)
def suggestions(request, case, investigation, conduct: str):
    """The starting point for one group of conduct: lines to tick, and records worth asking for."""
    try:
        found = plans.template(conduct)
    except KeyError:
        raise Http404 from None
    titles = dict(PlanKind.choices)
    choices = [(line.key, f"{titles[line.kind]}: {line.in_language(case.lang)}") for line in found.lines]
    form = forms.SuggestionsForm(posted(request), choices=choices, initial={"lines": [key for key, _words in choices]})
    if request.method == "POST" and form.is_valid():
        lines = [planning.Line(line.kind, line.in_language(case.lang)) for line in found.lines if line.key in form.cleaned_data["lines"]]
        planning.add_lines(**case.reach, investigation=investigation, lines=lines, token=form.token)
        return redirect("case:plan", ref=case.ref)
    kinds = dict(RecordKind.choices)
    records = [{"key": each.key, "kind": kinds[each.kind], "words": each.in_language(case.lang)} for each in found.records]
    title = gettext("A starting point: %(conduct)s") % {"conduct": dict(_conducts(case)).get(conduct, conduct)}
    return form_page(
        request,
        case,
        form,
        title,
        back="plan",
        button=gettext("Add the ticked lines"),
        template="case/plan_suggestions.html",
        records=records,
        conduct=conduct,
    )


@inquiry_page(PLAN)
def ask_records(request, case, investigation):
    form = forms.RecordsForm(posted(request), initial=_of_template(request, case))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        row = preserving.ask(
            **case.reach,
            investigation=investigation,
            kind=data["kind"],
            what=data["what"],
            holder=data["holder"],
            period=data["period"],
            asked_at=_moment_of(data["asked_on"], case),
            asked_date=data["asked_on"],
            due_date=data["due_date"],
            token=form.token,
        )
        return redirect("case:records_letter", ref=case.ref, request_id=row.pk)
    return form_page(request, case, form, gettext("Ask for records to be kept"), back="plan", button=gettext("Save and write the letter"))


def _of_template(request, case) -> dict:
    initial = {"asked_on": case.today, "due_date": case.today + timedelta(days=3)}
    try:
        found = plans.template(request.GET.get("from", ""))
    except KeyError:
        return initial
    chosen = next((each for each in found.records if each.key == request.GET.get("record")), None)
    return initial | ({"kind": chosen.kind, "what": chosen.in_language(case.lang)} if chosen else {})


def _moment_of(day, case) -> datetime:
    """Today means now; another day is dated at its beginning."""
    return case.now if day == case.today else datetime.combine(day, time(), ZoneInfo(organisation().time_zone))


def _request(case, investigation, request_id):
    try:
        return preserving.open_request(**case.reach, investigation=investigation, request_id=request_id)
    except PreservationRequest.DoesNotExist:
        raise Http404 from None


@inquiry_page()
def answer_records(request, case, investigation, request_id):
    opened = _request(case, investigation, request_id)
    form = forms.RecordsAnswerForm(posted(request), initial={"version": opened.row.row_version})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            preserving.answer(
                **case.reach,
                investigation=investigation,
                request_id=request_id,
                version=data["version"] or 0,
                outcome=data["outcome"],
                text=data["text"],
            )
            return redirect("case:plan", ref=case.ref)
        except preserving.AnsweredMeanwhile:
            form.add_error(None, gettext("A colleague has just noted an answer. It stands above; yours is added below it if you save."))
            opened = _request(case, investigation, request_id)
            form.data = form.data.copy()
            form.data["version"] = str(opened.row.row_version)
    words = "\n\n".join(part for part in (opened.detail["what"], opened.detail.get("answer", "")) if part)
    return form_page(request, case, form, gettext("Note the answer about records"), back="plan", button=gettext("Save"), words=words)


@inquiry_page()
def letter(request, case, investigation, request_id):
    """The request in both languages, to copy or to print."""
    opened = _request(case, investigation, request_id)
    detail, row = opened.detail, opened.row
    blank = "____"
    letters = [
        {
            "lang": lang,
            "text": text.format(
                what=detail["what"],
                period=detail["period"] or blank,
                holder=detail["holder"],
                due=_day_in(lang, row.due_date),
                asked=_day_in(lang, row.asked_at),
                name=row.asked_by.display_name,
            ),
        }
        for lang, text in plans.letter().items()
    ]
    return render(request, "case/plan_letter.html", {"case": case, "letters": letters, "staff_page": True})


def _day_in(lang: str, day) -> str:
    with translation.override(lang):
        return day_words(timezone.localtime(day) if isinstance(day, datetime) else day)


@inquiry_page(PLAN)
def step(request, case, investigation, to: str):
    """Gathering, weighing, or gathering again, with a page that says what is still open."""
    if to not in (InvestigationState.GATHERING, InvestigationState.ANALYSING):
        raise Http404
    form = forms.StepForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            planning.go_on(**case.reach, investigation=investigation, to=to, reason=form.cleaned_data["reason"])
            return redirect("case:plan", ref=case.ref)
        except planning.PlanNotTold:
            form.add_error(None, gettext("Tell the reporter first how it is looked into: send them the plan as a message."))
        except planning.NeedsReason:
            form.add_error("reason", gettext("Say why, for the file"))
        except StepNotAllowed:
            page_notes.info(request, gettext("The investigation has moved on meanwhile."))
            return redirect("case:plan", ref=case.ref)
    titles = {InvestigationState.GATHERING: gettext("Gather"), InvestigationState.ANALYSING: gettext("Begin weighing")}
    return form_page(
        request,
        case,
        form,
        titles[to],
        back="plan",
        button=gettext("Go on"),
        template="case/plan_step.html",
        still_open=selectors_plan.still_open(investigation) if to == InvestigationState.ANALYSING else None,
        was_told=selectors_plan.plan_was_told(investigation),
    )
