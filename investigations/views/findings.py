"""Allegations and findings: pages of the team (C5)."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext

from investigations.forms import findings as forms
from investigations.models import Allegation, Bearing, Bears, Result
from investigations.selectors_findings import body_of, investigation_of, is_reported, policy_of, talks_not_held
from investigations.services import allegations, bearing, findings
from investigations.services.changed import SavedMeanwhile
from investigations.views.change import _compare, _form_page, _labels
from investigations.views.door import PLAN, case_page, posted
from investigations.views.frame import frame
from people.wording import listed
from policy.vocabulary import GRAVITIES, STANDARDS_OF_PROOF


def investigated(case):
    """The investigation that this case leads. Raises Http404: there are no such pages without one."""
    found = investigation_of(case.complaint)
    if found is None:
        raise Http404
    return found


def conduct_words(case) -> dict[str, str]:
    return {part.code: str(part.name) for part in policy_of(case.complaint).conduct}


def final_note(request, case, page: str = "findings"):
    """What was reported does not change: said kindly, on the page where it stands."""
    page_notes.info(
        request,
        gettext("The findings were reported and are final, so nothing was changed. Only a review can send them back."),
    )
    return redirect(f"case:{page}", ref=case.ref)


@case_page()
def allegation_list(request, case):
    investigation = investigated(case)
    opened = allegations.open_allegations(**case.reach)
    conduct = conduct_words(case)
    context = frame(
        case,
        "allegations",
        allegations=[(each, conduct.get(each.detail["conduct"], ""), GRAVITIES[each.detail["gravity"]]) for each in opened],
        final=is_reported(investigation),
    )
    return render(request, "case/allegations.html", context)


def _allegation_form(case, data, **options):
    people = allegations.possible_people(complaint=case.complaint, keyring=case.keyring)
    return forms.AllegationForm(data, people=people, conduct=list(conduct_words(case).items()), **options)


def _allegation_page(request, case, form, title, **more):
    quotable = allegations.quotable(**case.reach)
    return _form_page(
        request,
        case,
        form,
        title,
        back="allegations",
        button=gettext("Save"),
        template="case/allegation_form.html",
        reports=quotable,
        **more,
    )


def _explain(form, error) -> None:
    """Put what a service refused where it belongs on the form."""
    if isinstance(error, allegations.Loaded):
        words = gettext("This judges before anything was established. Put it differently: %(words)s")
        form.add_error("text", words % {"words": listed(error.words)})
    elif isinstance(error, allegations.NotInTheReport):
        places = listed(error.places)
        words = ngettext(
            "Line %(places)s stands in no report. Copy it word by word",
            "Lines %(places)s stand in no report. Copy them word by word",
            len(error.places),
        )
        form.add_error("sources", words % {"places": places})
    else:
        form.add_error("person", gettext("An allegation is about a respondent. Say under People that this person is one"))


_REFUSED = (allegations.Loaded, allegations.NotInTheReport, allegations.NotThisPerson)


@case_page(PLAN)
def add_allegation(request, case):
    if is_reported(investigated(case)):
        return final_note(request, case, "allegations")
    form = _allegation_form(case, posted(request), initial={"gravity": "serious"})
    if request.method == "POST" and form.is_valid():
        try:
            allegations.add_allegation(**case.reach, person_id=form.person_id, detail=form.detail(), token=form.token)
            return redirect("case:allegations", ref=case.ref)
        except _REFUSED as error:
            _explain(form, error)
        except allegations.Final:
            return final_note(request, case, "allegations")
    return _allegation_page(request, case, form, gettext("Add an allegation"))


def _opened_allegation(case, allegation_id):
    try:
        return allegations.open_allegation(complaint=case.complaint, keyring=case.keyring, allegation_id=allegation_id)
    except Allegation.DoesNotExist:
        raise Http404 from None


def _shown(detail: dict, person: str, case) -> dict:
    """An allegation as its two versions are compared."""
    return {
        "person": person,
        "text": detail["text"],
        "when": detail["when"],
        "where": detail["where"],
        "sources": "\n".join(detail["sources"]),
        "conduct": conduct_words(case).get(detail["conduct"], ""),
        "gravity": GRAVITIES[detail["gravity"]],
        "repeat": gettext("Yes") if detail["repeat"] else gettext("No"),
        "malicious": gettext("Yes") if detail["kind"] else gettext("No"),
    }


@case_page(PLAN)
def edit_allegation(request, case, allegation_id):
    if is_reported(investigated(case)):
        return final_note(request, case, "allegations")
    opened = _opened_allegation(case, allegation_id)
    detail = opened.detail
    initial = {
        **detail,
        "person": str(opened.row.respondent_id),
        "sources": "\n".join(detail["sources"]),
        "malicious": bool(detail["kind"]),
        "version": opened.row.row_version,
    }
    form = _allegation_form(case, posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            allegations.change_allegation(
                **case.reach,
                allegation_id=allegation_id,
                version=form.cleaned_data["version"] or 0,
                person_id=form.person_id,
                detail=form.detail(),
            )
            return redirect("case:allegations", ref=case.ref)
        except SavedMeanwhile as error:
            mine = _shown(form.detail(), dict(form.fields["person"].choices)[form.cleaned_data["person"]], case)
            stored = SavedMeanwhile(error.row, _shown(error.stored, error.stored["person"], case))
            labels = {name: label for name, label in _labels(form).items() if name in mine}
            return _compare(request, case, form, stored, back="allegations", mine=mine, labels=labels)
        except _REFUSED as error:
            _explain(form, error)
        except allegations.Final:
            return final_note(request, case, "allegations")
    return _allegation_page(request, case, form, gettext("Change an allegation"))


@case_page(PLAN)
def drop_allegation(request, case, allegation_id):
    if is_reported(investigated(case)):
        return final_note(request, case, "allegations")
    opened = _opened_allegation(case, allegation_id)
    if opened.dropped:
        return redirect("case:allegations", ref=case.ref)
    form = forms.DropForm(posted(request), initial={"version": opened.row.row_version})
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            allegations.drop_allegation(**case.reach, allegation_id=allegation_id, version=form.cleaned_data["version"] or 0, reason=reason)
            return redirect("case:allegations", ref=case.ref)
        except SavedMeanwhile as error:
            stored = SavedMeanwhile(error.row, {"reason": error.stored["text"]})
            return _compare(request, case, form, stored, back="allegations", mine={"reason": reason}, labels=_labels(form))
        except allegations.Final:
            return final_note(request, case, "allegations")
    return _form_page(
        request,
        case,
        form,
        gettext("Set an allegation aside"),
        back="allegations",
        button=gettext("Set aside"),
        words=opened.detail["text"],
    )


@case_page(PLAN)
def add_bears(request, case, allegation_id):
    """What speaks for or against an allegation."""
    if is_reported(investigated(case)):
        return final_note(request, case, "allegations")
    opened = _opened_allegation(case, allegation_id)
    sources = allegations.open_sources(complaint=case.complaint, keyring=case.keyring)
    form = forms.BearsForm(posted(request), sources=sources)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            bearing.add_bears(**case.reach, allegation_id=allegation_id, source=data["source"], bearing=data["bearing"], note=data["note"])
            return redirect("case:allegations", ref=case.ref)
        except SavedMeanwhile as error:
            form.add_error("source", gettext("This was said of it already, by %(name)s. Change it there") % {"name": error.row.by})
        except allegations.Final:
            return final_note(request, case, "allegations")
    return _form_page(
        request,
        case,
        form,
        gettext("What speaks for or against it"),
        back="allegations",
        button=gettext("Save"),
        template="case/bears_form.html" if not sources else "case/form.html",
        words=opened.detail["text"],
    )


@case_page(PLAN)
def edit_bears(request, case, allegation_id, bears_id):
    if is_reported(investigated(case)):
        return final_note(request, case, "allegations")
    opened = _opened_allegation(case, allegation_id)
    try:
        stored = bearing.open_bears(complaint=case.complaint, keyring=case.keyring, allegation_id=allegation_id, bears_id=bears_id)
    except Bears.DoesNotExist:
        raise Http404 from None
    initial = {"source": stored.source.key, "bearing": stored.row.bearing, "note": stored.note, "version": stored.row.row_version}
    form = forms.BearsForm(posted(request), sources=[stored.source], initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        mine = {"bearing": Bearing(data["bearing"]).label, "note": data["note"]}
        try:
            bearing.change_bears(
                **case.reach,
                allegation_id=allegation_id,
                bears_id=bears_id,
                version=data["version"] or 0,
                bearing=data["bearing"],
                note=data["note"],
            )
            return redirect("case:allegations", ref=case.ref)
        except SavedMeanwhile as error:
            words = {"bearing": Bearing(error.stored["bearing"]).label, "note": error.stored["note"]}
            labels = {name: label for name, label in _labels(form).items() if name in mine}
            return _compare(request, case, form, SavedMeanwhile(error.row, words), back="allegations", mine=mine, labels=labels)
        except allegations.Final:
            return final_note(request, case, "allegations")
    return _form_page(
        request,
        case,
        form,
        gettext("What speaks for or against it"),
        back="allegations",
        button=gettext("Save"),
        words=opened.detail["text"],
    )


@case_page(PLAN)
def edit_finding(request, case, allegation_id):
    """The result for one allegation: for, against, weighed, reasons."""
    investigation = investigated(case)
    if is_reported(investigation):
        return final_note(request, case)
    try:
        opened = findings.open_finding(complaint=case.complaint, keyring=case.keyring, allegation_id=allegation_id)
    except Allegation.DoesNotExist:
        raise Http404 from None
    except findings.Dropped:
        return redirect("case:allegations", ref=case.ref)
    initial = {**opened.detail, "for_text": opened.detail.get("for", ""), "version": opened.row.row_version if opened.row else 0}
    form = forms.FindingForm(posted(request), talks_open=talks_not_held(investigation), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            findings.save_finding(
                **case.reach, allegation_id=allegation_id, version=form.cleaned_data["version"] or 0, detail=form.detail()
            )
            return redirect("case:findings", ref=case.ref)
        except findings.TalksFirst:
            form.add_error("early_reason", gettext("Say why it is decided before everybody was heard"))
        except SavedMeanwhile as error:
            mine = {**form.cleaned_data, "result": Result(form.cleaned_data["result"]).label}
            words = {**error.stored, "for_text": error.stored["for"], "result": Result(error.stored["result"]).label}
            return _compare(request, case, form, SavedMeanwhile(error.row, words), back="findings", mine=mine, labels=_labels(form))
        except allegations.Final:
            return final_note(request, case)
    loaded = next(each for each in findings.open_findings(**case.reach) if each.allegation.row.pk == opened.allegation.row.pk)
    return _form_page(
        request,
        case,
        form,
        gettext("Finding on allegation %(number)d") % {"number": opened.allegation.row.number},
        back="findings",
        button=gettext("Save the finding"),
        template="case/finding_form.html",
        finding=loaded,
        standard=STANDARDS_OF_PROOF[body_of(case.complaint).standard_of_proof],
    )
