"""One page that shows every component, for the tests of the look and for looking at it; not part of the product."""

from datetime import UTC, date, datetime

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _

from config.urls import *  # noqa: F403 - the fixture pages stand beside the product's own
from config.urls import urlpatterns as product
from tests.pages.fixture_form import FixtureForm

AT = datetime(2025, 11, 14, 6, 30, tzinfo=UTC)


def context() -> dict:
    """Return what every component takes."""
    files = [{"name": "chat-screenshot.png", "size_text": "1.2 MB", "note": "Dinner group", "remove_name": "remove", "remove_value": "1"}]
    return {
        "promises": [
            {"label": "A trained person opens it", "due": AT, "done": AT, "state": "done"},
            {"label": "Answer about your safety", "due": date(2025, 11, 17), "done": None, "state": "late", "note": "Why: waiting"},
            {"label": "Plan and conflict check", "due": date(2025, 11, 20), "done": None, "state": "due"},
            {"label": "Decision and reasons", "due": date(2026, 1, 20), "done": None, "state": "extended"},
        ],
        "entries": [
            {"title": "Your report was opened", "at": AT, "by": "Intake officer Chen", "state": "done"},
            {"title": "We promised an answer", "on": date(2025, 11, 13), "text": "Not kept.", "state": "late"},
            {"title": "We received it", "at": AT},
        ],
        "messages_list": [
            {
                "by": "You",
                "at": AT,
                "body": "First line\nsecond line",
                "mine": True,
                "files": files,
                "read_by": "case handler A",
                "read_at": AT,
            },
            {"by": "Case handler A", "at": AT, "body": "Where did the dinner take place?", "number": 1, "decline_url": "/"},
        ],
        "files": files,
        "rows": [
            {"key": "What happened", "value": "We went to dinner.\nThen …", "change_url": "/r/1/"},
            {"key": "Where", "values_list": ["At a work dinner", "On a business trip"], "change_url": "/r/5/"},
            {"key": "When", "value": "", "change_url": "/r/4/"},
        ],
        "steps": [
            {"title": "You send it", "when": "code at once", "icon": "pencil", "who": "You"},
            {"title": "Someone trained opens it", "when": "within 1 working day", "icon": "eye", "who": "Intake officer"},
            {"title": "Safety and protection answer", "when": "within 2 working days", "icon": "shield-check"},
            {"title": "Plan and conflict check", "when": "5 working days", "icon": "list-check"},
            {"title": "Looking into it", "when": "finished within 45 days", "text": "Updates every 10 working days", "icon": "search"},
            {"title": "Decision and reasons", "when": "5 working days", "icon": "journal-check"},
            {"title": "Review if you disagree", "when": "you have 15 working days", "icon": "flag"},
            {"title": "Checking in with you", "when": "at 1, 3 and 6 months", "icon": "people"},
        ],
        "tabs": [
            {"label": x, "url": "/", "current": x == "Overview", "count": 2 if x == "Messages" else 0}
            for x in ("Overview", "Timeline", "Tasks & deadlines", "People", "Measures", "Messages", "Access")
        ],
        "tasks": [
            {"name": "Read the report", "url": "/", "state": "done", "state_text": "Done"},
            {"name": "Answer the protection requests", "url": "/", "state": "late", "state_text": "Late", "note": "Due Thursday"},
            {"name": "Write the plan", "state_text": "Not started"},
        ],
        "chips": [{"label": "Late", "remove_url": "/"}, {"label": "Anonymous", "remove_url": "/"}],
        "code": "48217305119688402257",
        "due": date(2025, 11, 14),
    }


def _page(template: str, **more):
    @login_not_required
    def view(request):
        data = {"story": "x" * 250, "agree": ""} if "error" in request.GET else None
        return render(request, template, context() | {"form": FixtureForm(data), "page_form_id": "page-form"} | more)

    return view


urlpatterns = [
    path("fixture/reporter/", _page("fixture/reporter.html", caption=_("What happened"))),
    path("fixture/question/", _page("fixture/question.html", caption="What happened")),
    path("fixture/fields/", _page("fixture/fields.html")),
    path("fixture/staff/", _page("fixture/staff.html", page_form_id="")),
    path("fixture/print/", _page("fixture/print.html")),
    *product,
]
