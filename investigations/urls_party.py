"""Pages of a respondent or witness who came with an invitation code, under /s/. The paths say nothing about what they are for."""

from django.urls import path

from investigations.views import party, party_checkin, party_informal, party_punished

app_name = "party"

urlpatterns = [
    path("", party.enter, name="enter"),
    path("home/", party.home, name="home"),
    path("answer/", party.write, {"what": "answer"}, name="answer"),
    path("messages/", party.write, {"what": "message"}, name="message"),
    path("comment/", party.write, {"what": "comment"}, name="comment"),
    path("review/", party.write, {"what": "appeal"}, name="review"),
    path("object/", party.object_to, name="object"),
    path("way/", party_informal.way, name="way"),
    path("way/yes/", party_informal.yes, name="way_yes"),
    path("way/leave/", party_informal.leave, name="way_leave"),
    path("checkin/", party_checkin.check_in, name="check_in"),
    path("checkin/work/", party_checkin.watch, name="watch"),
    path("work/", party_punished.punished, name="punished"),
    path("sent/<slug:what>/", party.sent, name="sent"),
    path("record/<uuid:document_id>/", party.record, name="record"),
    path("code/", party.code, name="code"),
    path("code/done/", party.code_done, name="code_done"),
    path("file/<uuid:document_id>/<int:number>/", party.file, name="file"),
]
