"""Help and authorities outside: /c/<ref>/referrals/, and notices to authorities on the page of tasks."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from complaints.followup_selectors import outside_clocks
from investigations.forms.referrals import NoticeForm, ReferralForm
from investigations.models import Referral, ReferralBasis
from investigations.services import authorities, referrals
from investigations.services.changed import SavedMeanwhile
from investigations.views.change import _compare, _form_page, _labels
from investigations.views.door import PLAN, case_page, posted
from investigations.views.frame import day_words, frame


@case_page()
def listing(request, case):
    found = referrals.opened(**case.reach)
    context = {"referrals": found, "clocks": outside_clocks(case.complaint, case.lang)}
    return render(request, "case/referrals.html", frame(case, "referrals", **context))


@case_page(PLAN)
def add(request, case):
    form = ReferralForm(posted(request), today=case.today)
    if request.method == "POST" and form.is_valid():
        referrals.add(**case.reach, words=form.words(), token=form.token)
        return redirect("case:referrals", ref=case.ref)
    return _form_page(request, case, form, gettext("Write down a referral"), back="referrals", button=gettext("Save"))


@case_page(PLAN)
def edit(request, case, referral_id):
    try:
        found = referrals.one(complaint=case.complaint, keyring=case.keyring, referral_id=referral_id)
    except Referral.DoesNotExist:
        raise Http404 from None
    initial = referrals.stored_words(found) | {"version": found.row.row_version}
    form = ReferralForm(posted(request), today=case.today, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"] or 0
            referrals.change(**case.reach, referral_id=referral_id, version=version, words=form.words())
            return redirect("case:referrals", ref=case.ref)
        except SavedMeanwhile as error:
            mine = {name: form.cleaned_data.get(name) for name in initial}
            for words in (mine, error.stored):
                _in_words(words)
            labels = {name: label for name, label in _labels(form).items() if name != "once"}
            return _compare(request, case, form, error, back="referrals", mine=mine, labels=labels)
    return _form_page(request, case, form, gettext("Change a referral"), back="referrals", button=gettext("Save"))


def _in_words(words: dict) -> None:
    words["kind"] = referrals.KINDS[words["kind"]]
    words["basis"] = ReferralBasis(words["basis"]).label
    for name in ("consent_on", "outside_date", "outcome_on"):
        words[name] = day_words(words[name]) if words[name] else ""


@case_page(PLAN)
def notice(request, case, notice: str):
    """Note the day on which an authority was told."""
    task = next((each for each in authorities.tasks_of(case.complaint) if each.kind == notice), None)
    if task is None:
        raise Http404
    form = NoticeForm(posted(request), today=case.today, initial={"done_on": case.today})
    if request.method == "POST" and form.is_valid():
        authorities.note(**case.reach_without("keyring"), kind=notice, done_on=form.cleaned_data["done_on"])
        page_notes.success(request, gettext("Noted. It stands in the timeline."))
        return redirect("case:tasks", ref=case.ref)
    return _form_page(request, case, form, task.words, back="tasks", button=gettext("Note it"))
