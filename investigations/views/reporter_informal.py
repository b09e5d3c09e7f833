"""An informal way as the reporter sees it: ask, read the terms, say yes or leave, each behind a second page."""

from contextlib import suppress

from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from complaints.views.followup_base import in_other_language, page, reporter_page, typed, wants_other_language
from investigations.forms.informal import AskInformalForm, ReporterYesForm
from investigations.services import informal
from investigations.views.code_again import ask_again


@require_http_methods(["GET", "POST"])
@reporter_page()
def way(request, *, mine):
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw(request, mine, typed(AskInformalForm, request)))
    form = AskInformalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with suppress(informal.NotNow):
            informal.ask(
                complaint=mine.complaint,
                keyring=mine.keyring,
                text=form.cleaned_data["text"],
                token=form.token,
                now=mine.now,
                language=mine.lang,
            )
            return redirect("own:way")
    return _draw(request, mine, form)


def _draw(request, mine, form, **extra):
    found = informal.open_way(complaint=mine.complaint, keyring=mine.keyring)
    return page(request, "way", form=form, way=found, may_ask=informal.may_be_asked(mine.complaint), **extra)


@require_http_methods(["GET", "POST"])
@reporter_page()
def yes(request, *, mine):
    """Yes to the words that were read, with the code once more. When they changed meanwhile, nothing is confirmed and the page says so."""
    found = informal.open_way(complaint=mine.complaint, keyring=mine.keyring)
    if request.method == "GET":
        waits = found and found.waits_for_reporter
        return _ask_yes(request, found, ReporterYesForm(initial={"version": found.row.row_version})) if waits else redirect("own:way")
    if wants_other_language(request):
        return in_other_language(request, lambda: _ask_yes(request, found, typed(ReporterYesForm, request)))
    form = ReporterYesForm(request.POST)
    if not form.is_valid() or found is None or form.cleaned_data["version"] != found.row.row_version:
        return _draw(request, mine, AskInformalForm(), nothing_changed=True, http_status=409)
    again = ask_again(request, keyring=mine.keyring, now=mine.now)
    if not again.right:
        form.refuse(again.wait)
        return _ask_yes(request, found, form, http_status=429 if again.wait else 200)
    try:
        informal.confirm_by_reporter(complaint=mine.complaint, version=form.cleaned_data["version"], now=mine.now)
    except (informal.NeverAsked, informal.TermsChanged):
        return _draw(request, mine, AskInformalForm(), nothing_changed=True, http_status=409)
    return redirect("own:way")


def _ask_yes(request, found, form, **extra):
    return page(request, "way_answer", way=found, choice="yes", form=form, **extra)


@require_http_methods(["GET", "POST"])
@reporter_page()
def leave(request, *, mine):
    """The second click, without a code and without a reason: leaving is never made hard."""
    if request.method == "POST":
        with suppress(informal.NeverAsked):
            informal.leave_by_reporter(complaint=mine.complaint, now=mine.now)
        return redirect("own:way")
    found = informal.open_way(complaint=mine.complaint, keyring=mine.keyring)
    return page(request, "way_answer", way=found, choice="leave") if found and found.is_open else redirect("own:way")
