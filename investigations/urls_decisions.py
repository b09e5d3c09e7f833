"""Addresses of deciding: /d/<reference>/ for whoever was called, and the outcome for the reporter under /f/."""

from django.urls import path

from investigations.views import carrying_out, deciding, letters, outcome_page, reviewing

decide_urls = (
    [
        path("", deciding.overview, name="overview"),
        path("conflict/", deciding.conflict, name="conflict"),
        path("report/<uuid:report_id>/", deciding.report_pdf, name="report_pdf"),
        path("write/", deciding.write, name="write"),
        path("add/<slug:kind>/", deciding.add_item, name="add_item"),
        path("back/<uuid:item_id>/", deciding.drop_item, name="drop_item"),
        path("vote/", deciding.vote, name="vote"),
        path("make/", deciding.make, name="make"),
        path("letters/", letters.letters, name="letters"),
        path("letters/to/<slug:of>/", letters.reporter_letter, name="reporter_letter"),
        path("letters/for/<uuid:party_id>/", letters.respondent_letter, name="respondent_letter"),
        path("release/", letters.release, name="release"),
        path("review/<uuid:review_id>/", reviewing.review, name="review"),
        path("items/", carrying_out.decider_items, name="items"),
        path("items/<uuid:item_id>/", carrying_out.decider_done, name="item_done"),
    ],
    "decide",
)
outcome_urls = ([path("decision/", outcome_page.decision, name="decision")], "outcome")

# Inside one case, for the team.
urlpatterns = [
    path("decision/", carrying_out.decision, name="decision"),
    path("decision/call/", carrying_out.call, name="call_decider"),
    path("decision/items/<uuid:item_id>/", carrying_out.done, name="item_done"),
]
