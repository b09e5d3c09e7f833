"""Answering a review, by somebody who took no part before (R33)."""

from django.contrib import messages as page_notes
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from complaints.services.review import ReviewReason
from complaints.services.state import StepNotAllowed
from investigations.forms.decisions import ReviewAnswerForm
from investigations.models import AppealResult
from investigations.services import appeals
from investigations.views.decider_door import decider_frame, decider_page
from investigations.views.door import posted


@decider_page()
def review(request, case, review_id):
    row = next((each for each in appeals.mine(case.complaint, case.user) if each.pk == review_id), None)
    if row is None:
        raise Http404
    if row.answered_at:
        page_notes.info(request, gettext("This review was answered and stays as it is."))
        return redirect("decide:overview", ref=case.ref)
    form = ReviewAnswerForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            appeals.answer(**case.reach, appeal_id=review_id, result=data["result"], text=data["text"], token=form.token)
        except appeals.Settled:
            page_notes.info(request, gettext("This review was answered and stays as it is."))
        except appeals.TookPart:
            page_notes.info(request, gettext("You took part in this case, so somebody else decides it."))
        except StepNotAllowed:
            page_notes.info(request, gettext("This step does not follow from where the case is now."))
        return redirect("decide:write" if data["result"] == AppealResult.CHANGED else "decide:overview", ref=case.ref)
    opened = appeals.open_appeal(row=row, keyring=case.keyring)
    words = dict(ReviewReason.choices)
    context = decider_frame(
        case,
        form=form,
        page_heading=gettext("Review of the decision"),
        button=gettext("Answer"),
        back_url=reverse("decide:overview", args=[case.ref]),
        appeal=opened,
        reasons=[words[each] for each in opened.reasons if each in words],
    )
    return render(request, "decide/review.html", context)
