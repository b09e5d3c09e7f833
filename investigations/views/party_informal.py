"""An informal way as the respondent sees it, under /s/way/: read the terms, say yes or leave, each behind a second page."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_http_methods

from complaints.views.followup_base import in_other_language, typed, wants_other_language
from investigations.forms.informal import RespondentYesForm
from investigations.services import informal
from investigations.views.code_again import ask_again
from investigations.views.party import page, party_page
from vault.codes import INVITATION


def _shown(mine) -> informal.ShownWay:
    """Absent for everybody to whom nothing was put, a witness and another respondent included."""
    found = informal.shown_to(party=mine.party, keys=mine.keys)
    if found is None:
        raise Http404
    return found


@require_GET
@party_page
def way(request, *, mine):
    """The terms as they were put to them, what they said to them, and the two ways on."""
    return page(request, "way", way=_shown(mine))


@require_http_methods(["GET", "POST"])
@party_page
def yes(request, *, mine):
    """Yes with the code once more. When the terms changed or the way ended meanwhile, the page says so and nothing is confirmed."""
    found = _shown(mine)
    if request.method == "GET":
        return _ask_yes(request, found, RespondentYesForm(initial={"paper": found.paper.pk})) if found.is_open else redirect("party:way")
    if wants_other_language(request):
        return in_other_language(request, lambda: _ask_yes(request, found, typed(RespondentYesForm, request)))
    form = RespondentYesForm(request.POST)
    if not form.is_valid() or not found.waits or form.cleaned_data["paper"] != found.paper.pk:
        return page(request, "way", way=found, nothing_changed=True, http_status=409)
    again = ask_again(request, keyring=mine.keyring, label=INVITATION, now=mine.now)
    if not again.right:
        form.refuse(again.wait)
        return _ask_yes(request, found, form, http_status=429 if again.wait else 200)
    try:
        informal.confirm_by_respondent(party=mine.party, document_id=form.cleaned_data["paper"], now=mine.now)
    except (informal.NeverAsked, informal.TermsChanged):
        return page(request, "way", way=_shown(mine), nothing_changed=True, http_status=409)
    return redirect("party:way")


def _ask_yes(request, found, form, **extra):
    return page(request, "way_answer", way=found, choice="yes", form=form, **extra)


@require_http_methods(["GET", "POST"])
@party_page
def leave(request, *, mine):
    """The second click, without a code and without a reason. One that comes after the end changes nothing."""
    found = _shown(mine)
    if request.method == "GET":
        return page(request, "way_answer", way=found, choice="leave") if found.is_open else redirect("party:way")
    informal.leave_by_respondent(party=mine.party, keys=mine.keys, now=mine.now)
    return redirect("party:way")
