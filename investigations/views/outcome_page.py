"""The decision as the reporter reads it, under /f/ (A15)."""

from django.http import Http404
from django.views.decorators.http import require_GET

from complaints.followup_selectors import review_window
from complaints.services.review import may_ask
from complaints.views.followup_base import page, reporter_page
from investigations.services.reading_outcome import read_outcome


@require_GET
@reporter_page()
def decision(request, *, mine):
    """The plain answer first; no page at all before the release."""
    found = read_outcome(complaint=mine.complaint, keys=mine.keys.statement, now=mine.now)
    if found is None:
        raise Http404
    return page(
        request,
        "decision",
        letter=found.letter,
        released_at=found.row.released_at,
        letter_lang=mine.complaint.language,
        may_review=may_ask(mine.complaint),
        window=(window := review_window(mine.complaint, mine.now)),
        window_passed=bool(window and window.passed(mine.now)),
    )
