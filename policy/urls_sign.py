"""Reading and signing (/p/sign/), for everybody with an account; the team pages for whoever leads people."""

from django.urls import path

from policy.views import sign, team

app_name = "sign"

urlpatterns = [
    path("", sign.due, name="due"),
    path("team/", team.campaigns, name="team"),
    path("team/<uuid:campaign_id>/", team.board, name="team_board"),
    path("team/<uuid:campaign_id>/people/", team.people, name="team_people"),
    path("team/<uuid:campaign_id>/list/", team.take_list, name="team_list"),
    path("<uuid:row_id>/", sign.start, name="start"),
    path("<uuid:row_id>/read/", sign.read, name="read"),
    path("<uuid:row_id>/q/<int:number>/", sign.question, name="question"),
    path("<uuid:row_id>/sign/", sign.sign, name="sign"),
    path("<uuid:row_id>/confirm/", sign.confirm, name="confirm"),
    path("<uuid:row_id>/done/", sign.done, name="done"),
]
