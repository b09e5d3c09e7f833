"""Re-issuing the policy (/m/campaigns/), for policy administrators."""

from django.urls import path

from policy.views import campaign_people as people
from policy.views import campaign_questions as questions
from policy.views import campaigns

app_name = "campaigns"

urlpatterns = [
    path("", campaigns.listing, name="list"),
    path("new/", campaigns.new, name="new"),
    path("<uuid:campaign_id>/", campaigns.show, name="show"),
    path("<uuid:campaign_id>/edit/", campaigns.edit, name="edit"),
    path("<uuid:campaign_id>/start/", campaigns.start, name="start"),
    path("<uuid:campaign_id>/close/", campaigns.close, name="close"),
    path("<uuid:campaign_id>/discard/", campaigns.discard, name="discard"),
    path("<uuid:campaign_id>/questions/", questions.listing, name="questions"),
    path("<uuid:campaign_id>/questions/new/", questions.edit, name="question_new"),
    path("<uuid:campaign_id>/questions/<slug:question_id>/", questions.edit, name="question"),
    path("<uuid:campaign_id>/questions/<slug:question_id>/up/", questions.move_up, name="question_up"),
    path("<uuid:campaign_id>/questions/<slug:question_id>/remove/", questions.remove, name="question_remove"),
    path("<uuid:campaign_id>/board/", people.board, name="board"),
    path("<uuid:campaign_id>/people/", people.listing, name="people"),
    path("<uuid:campaign_id>/list/", people.take_list, name="take_list"),
    path("<uuid:campaign_id>/people/<uuid:row_id>/", people.person, name="person"),
    path("<uuid:campaign_id>/people/<uuid:row_id>/aside/", people.aside, name="aside"),
    path("<uuid:campaign_id>/people/<uuid:row_id>/back/", people.back, name="back"),
    path("<uuid:campaign_id>/people/<uuid:row_id>/scan/", people.scan, name="scan"),
]
