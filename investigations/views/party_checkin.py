"""How it is for a witness since they helped, under /s/checkin/: two short questions near the policy's dates, and consent to the watch."""

from contextlib import suppress

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from complaints.views.followup_base import in_other_language, typed, wants_other_language
from investigations.forms.party import HelperCheckForm
from investigations.selectors_aftercare import consent_of
from investigations.services import witness_checks
from investigations.views.party import page, party_page


@require_http_methods(["GET", "POST"])
@party_page
def check_in(request, *, mine):
    """Absent for a respondent. What was answered before stands below the questions."""
    if mine.is_respondent:
        raise Http404
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw(request, mine, typed(HelperCheckForm, request)))
    check = witness_checks.open_for(mine.party, mine.now)
    form = HelperCheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and check:
        said = {"changed": form.cleaned_data["changed"], "text": form.cleaned_data["text"]}
        # A second click: what stands is shown.
        with suppress(witness_checks.NotAsked):
            witness_checks.answer(party=mine.party, keyring=mine.keyring, number=check.number, now=mine.now, **said)
        return redirect("party:check_in")
    return _draw(request, mine, form)


def _draw(request, mine, form):
    check = witness_checks.open_for(mine.party, mine.now)
    consent = consent_of(mine.complaint, mine.party.person)
    return page(
        request,
        "checkin",
        check=check,
        answers=witness_checks.answers_of(mine.party, mine.keys)[::-1],
        consent=consent,
        watched=consent is not None and consent.withdrawn_at is None,
        **({"form": form} if check else {}),
    )


@require_POST
@party_page
def watch(request, *, mine):
    """Yes or no to the watch, at any time."""
    if mine.is_respondent:
        raise Http404
    if request.POST.get("go") in ("yes", "no"):
        witness_checks.set_watch(party=mine.party, keyring=mine.keyring, agrees=request.POST["go"] == "yes", now=mine.now)
    return redirect("party:check_in")
