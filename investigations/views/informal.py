"""The informal way as the team works on it: /c/<ref>/informal/."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from investigations.forms.informal import PutForm, TermsForm
from investigations.models import Party
from investigations.services import informal
from investigations.services.parties_named import respondents_named
from investigations.services.serving import SaysWhoReported
from investigations.views.door import PLAN, case_page, posted
from investigations.views.frame import frame


@case_page()
def way(request, case):
    """What the reporter asked for, the terms, and who has said yes. Absent until the reporter has asked."""
    found = informal.read_by_staff(**case.reach)
    if found is None:
        raise Http404
    return _draw(request, case, found, TermsForm(initial={"text": found.terms, "version": found.row.row_version}))


def _draw(request, case, found, form, *, put_form=None, status: int = 200):
    parties = respondents_named(complaint=case.complaint, keyring=case.keyring)
    context = {"way": found, "terms_form": form, "put_form": put_form or PutForm(parties=parties), "parties": parties}
    context["drawn_at"] = reverse("case:informal", args=[case.ref])
    return render(request, "case/informal.html", frame(case, "informal", form=put_form or form, **context), status=status)


@case_page(PLAN)
def terms(request, case):
    found = informal.read_by_staff(**case.reach)
    if found is None:
        raise Http404
    form = TermsForm(posted(request))
    if request.method != "POST":
        return redirect("case:informal", ref=case.ref)
    if form.is_valid():
        data = form.cleaned_data
        try:
            informal.write_terms(**case.reach, text=data["text"], no_money=data["no_money"], version=data["version"] or 0)
            return redirect("case:informal", ref=case.ref)
        except informal.MoneyInIt as error:
            form.add_error("text", gettext("An informal way is never about money. Take this out: “%(words)s”") % {"words": error.words})
        except informal.TermsChanged:
            found = informal.open_way(complaint=case.complaint, keyring=case.keyring)
            form.data = form.data.copy()
            form.data["version"] = str(found.row.row_version)
            form.add_error("text", gettext("Somebody changed this while you were writing. What stands there now is shown above"))
            return _draw(request, case, found, form, status=409)
        except informal.NeverAsked:
            page_notes.info(request, gettext("The informal way has ended. Nothing was changed."))
            return redirect("case:informal", ref=case.ref)
    return _draw(request, case, found, form)


@case_page(PLAN)
def put(request, case):
    """Put the terms to a respondent."""
    parties = respondents_named(complaint=case.complaint, keyring=case.keyring)
    form = PutForm(posted(request), parties=parties, names_reporter="reporter_knows" in request.POST)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            informal.put_to_respondent(**case.reach, party_id=data["party"], reporter_knows=data["reporter_knows"])
        except SaysWhoReported:
            form.says_who_reported("party")
            found = informal.read_by_staff(**case.reach)
            terms_form = TermsForm(initial={"text": found.terms, "version": found.row.row_version})
            return _draw(request, case, found, terms_form, put_form=form)
        except (informal.NeverAsked, informal.TermsChanged):
            page_notes.info(request, gettext("The terms have changed or the way has ended. Look again before you show them."))
        except Party.DoesNotExist:
            raise Http404 from None
    return redirect("case:informal", ref=case.ref)


@case_page(PLAN)
def end(request, case):
    if request.method == "POST":
        try:
            informal.end_by_staff(**case.reach_without("keyring"))
        except informal.NeverAsked:
            raise Http404 from None
        page_notes.success(request, gettext("The informal way has ended. The case is looked into."))
        return redirect("case:overview", ref=case.ref)
    return redirect("case:informal", ref=case.ref)
