"""Commenting on what was found, before it is final (R28)."""

from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from complaints.clock_selectors import window_of
from complaints.forms.followup import CommentForm
from complaints.services import commenting
from complaints.views.followup_base import in_other_language, page, reporter_page, typed, wants_other_language


@require_http_methods(["GET", "POST"])
@reporter_page()
def comment(request, *, mine):
    """Say something to the findings; there is no such page before they were shown, nor after they are final."""
    asked = commenting.asked(mine.complaint)
    if asked is None:
        raise Http404
    if wants_other_language(request):
        return in_other_language(request, lambda: _draw(request, mine, asked, typed(CommentForm, request)))
    form = CommentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            commenting.comment(
                complaint=mine.complaint,
                keyring=mine.keyring,
                text=form.cleaned_data["text"],
                token=form.token,
                now=mine.now,
                language=get_language() or mine.complaint.language,
            )
        except commenting.NothingToComment:
            raise Http404 from None
        return redirect("followup:comment")
    return _draw(request, mine, asked, form)


def _draw(request, mine, asked, form):
    return page(
        request,
        "comment",
        form=form,
        commented=commenting.given(mine.complaint, asked.at),
        window=window_of(mine.complaint, "comments_window", mine.now),
    )
