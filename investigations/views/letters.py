"""Letters to both sides, side by side, and telling them: the reporter first (R33)."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, override

from complaints.models import Complaint
from complaints.services.extensions import BeyondPolicy
from complaints.services.state import StepNotAllowed
from investigations.forms import decisions as forms
from investigations.models import Party
from investigations.services import releasing
from investigations.services.changed import SavedMeanwhile
from investigations.views.decider_door import compared, decider_frame, decider_page
from investigations.views.door import posted
from investigations.views.frame import day_words
from people.wording import listed


@decider_page()
def letters(request, case):
    """What each side will read, side by side."""
    try:
        reporters, respondents = releasing.letters(complaint=case.complaint, keyring=case.keyring)
    except releasing.NotMade:
        page_notes.info(request, gettext("Letters come after the decision was made."))
        return redirect("decide:write", ref=case.ref)
    all_told = bool(reporters) and all(each.row and each.row.released_at for each in reporters)
    waits = _somebody_waits(all_told, respondents)
    context = decider_frame(case, "letters", reporters=reporters, respondents=respondents, all_told=all_told, somebody_waits=waits)
    return render(request, "decide/letters.html", context)


def _somebody_waits(all_told: bool, respondents) -> bool:
    return not all_told or any(each.told_at is None for each in respondents)


def _opened_letters(case):
    try:
        return releasing.letters(complaint=case.complaint, keyring=case.keyring)
    except releasing.NotMade:
        raise Http404 from None


def _final_letter(request, case):
    page_notes.info(request, gettext("This letter was released and stays as it was read."))
    return redirect("decide:letters", ref=case.ref)


@decider_page()
def reporter_letter(request, case, of: str):
    found = next((each for each in _opened_letters(case)[0] if each.complaint.ref == of), None)
    if found is None:
        raise Http404
    if found.row and found.row.released_at:
        return _final_letter(request, case)
    initial = {name: found.letter.get(name, "") for name in releasing.LETTER} | {"version": found.version}
    for at, each in enumerate(found.letter["per_allegation"]):
        initial |= {f"finding{at}": each["finding"], f"reasons{at}": each["reasons"]}
    with override(found.complaint.language):
        form = forms.LetterForm(posted(request), allegations=found.allegations, initial=initial)
    for field in form.fields.values():
        field.widget.attrs["lang"] = found.complaint.language
    if request.method == "POST" and form.is_valid():
        try:
            releasing.save_letter(**case.reach, to=found.complaint.pk, version=form.cleaned_data["version"] or 0, letter=form.letter())
            return redirect("decide:letters", ref=case.ref)
        except SavedMeanwhile as error:
            stored = dict(error.stored)
            for at, each in enumerate(stored.pop("per_allegation", [])):
                stored |= {f"finding{at}": each["finding"], f"reasons{at}": each["reasons"]}
            mine = {name: form.cleaned_data[name] for name in form.fields if name != "version"}
            return compared(request, case, form, SavedMeanwhile(error.row, stored), mine, back="letters")
        except releasing.Released:
            return _final_letter(request, case)
        except Complaint.DoesNotExist:
            raise Http404 from None
    return _letter_page(request, case, form, gettext("Letter to the reporter"))


@decider_page()
def respondent_letter(request, case, party_id):
    found = next((each for each in _opened_letters(case)[1] if each.party.pk == party_id), None)
    if found is None:
        raise Http404
    if found.told_at:
        return _final_letter(request, case)
    decision = releasing.require_made(case.complaint)
    form = forms.RespondentLetterForm(posted(request), initial={"text": found.text, "version": decision.row_version})
    form.fields["text"].widget.attrs["lang"] = found.party.language
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            releasing.save_respondent_letter(**case.reach, party_id=party_id, version=form.cleaned_data["version"] or 0, text=text)
            return redirect("decide:letters", ref=case.ref)
        except SavedMeanwhile as error:
            return compared(request, case, form, error, {"text": text}, back="letters")
        except releasing.Released:
            return _final_letter(request, case)
        except Party.DoesNotExist:
            raise Http404 from None
    return _letter_page(request, case, form, gettext("Letter to the respondent"))


def _letter_page(request, case, form, title):
    back = reverse("decide:letters", args=[case.ref])
    context = decider_frame(case, part_of="letters", form=form, page_heading=title, button=gettext("Save the letter"), back_url=back)
    return render(request, "decide/form.html", context)


@decider_page()
def release(request, case):
    """The interruption page before the reporters are told; the respondents come afterwards."""
    reporters, respondents = _opened_letters(case)
    all_told = bool(reporters) and all(each.row and each.row.released_at for each in reporters)
    if request.method == "POST":
        try:
            if request.POST.get("to") == "respondents":
                releasing.tell_respondents(**case.reach)
                page_notes.success(request, gettext("The respondents can read it now."))
            else:
                releasing.release_to_reporters(**case.reach)
                page_notes.success(request, gettext("The reporter can read it now."))
        except releasing.ReporterFirst:
            page_notes.info(request, gettext("Nobody complained about learns it before the reporter. Tell the reporter first."))
        except releasing.LettersMissing as error:
            refs = {"refs": listed(error.refs)}
            page_notes.info(request, gettext("Read and save the letter to the reporter first: %(refs)s") % refs)
        except BeyondPolicy as error:
            words = gettext("The policy allows this date to be moved to %(date)s at most") % {"date": day_words(error.latest)}
            page_notes.info(request, words)
        except StepNotAllowed:
            page_notes.info(request, gettext("This step does not follow from where the case is now."))
        return redirect("decide:letters", ref=case.ref)
    if not _somebody_waits(all_told, respondents):
        return redirect("decide:letters", ref=case.ref)
    context = decider_frame(case, part_of="letters", reporters=reporters, respondents=respondents, all_told=all_told)
    return render(request, "decide/release.html", context)
