"""Where a question page leads: forward, back, and back to the check page after a change."""

from django.http import HttpResponse

from complaints.questions import Page, next_page, page_before
from complaints.views.report_door import see

CHECK = "check"


def query_of(request) -> str:
    """Keep in mind that somebody came from the check page to change one answer."""
    return f"from={CHECK}" if request.GET.get("from") == CHECK else ""


def see_before(request, draft, page: Page) -> HttpResponse:
    if query_of(request):
        return see(CHECK)
    before = page_before(page.id, draft.answers)
    return see("question", before.id) if before else see("private")


def see_next(request, draft, page: Page) -> HttpResponse:
    """The next question; after a change made from the check page, back there, unless the change raised a new question."""
    after = next_page(page.id, draft.answers)
    if query := query_of(request):
        is_new = after is not None and not after.id.isdigit() and after.id not in draft.answers
        return see("question", after.id, query=query) if is_new else see(CHECK)
    return see("question", after.id) if after else see(CHECK)
