"""A witness is punished for having helped, under /s/work/: a report of their own, with its code shown once. Absent for a respondent."""

from django.http import Http404
from django.views.decorators.http import require_http_methods

from complaints import followup_selectors as read
from complaints.clock_selectors import promises_of
from complaints.forms.followup import RetaliationForm
from complaints.services import helper_retaliation
from complaints.services.filing import FilingClosed
from complaints.views.followup_base import in_other_language, typed, wants_other_language
from investigations.views.party import page, party_page


@require_http_methods(["GET", "POST"])
@party_page
def punished(request, *, mine):
    if mine.is_respondent:
        raise Http404
    if wants_other_language(request):
        sent = helper_retaliation.sent_with(party_id=mine.party.pk, keyring=mine.keyring, token=request.POST.get("sent", ""))
        return in_other_language(
            request, lambda: _sent(request, mine, sent) if sent else _draw(request, mine, typed(RetaliationForm, request))
        )
    form = RetaliationForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            linked = helper_retaliation.report(
                lead=mine.complaint,
                party_id=mine.party.pk,
                keyring=mine.keyring,
                fields=form.answers,
                questions=form.questions,
                uploads=form.uploads,
                token=form.token,
                now=mine.now,
                language=mine.lang,
            )
        except FilingClosed:
            return _draw(request, mine, form, closed=True)
        # Not a redirect: the code is shown once and may stand in no address. Sending again shows the same report and code.
        return _sent(request, mine, linked)
    return _draw(request, mine, form)


def _draw(request, mine, form, *, closed: bool = False):
    return page(request, "punished", form=form, closed=closed, outside=read.outside_help(mine.complaint, mine.lang))


def _sent(request, mine, linked):
    return page(
        request,
        "punished_sent",
        code=linked.code,
        sent=linked.token,
        page_form_id="page-form",
        received_at=linked.complaint.received_at,
        promised=read.promise_about(linked.complaint, "retaliation_answer"),
        promises=[
            {"label": row.label, "due": row.due, "done": row.done, "state": row.state} for row in promises_of(linked.complaint, mine.now)
        ],
    )
