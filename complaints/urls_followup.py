"""Pages of a reporter who came back, under /f/. The paths say nothing about what they are for."""

from django.urls import path

from complaints.views import followup, followup_ask, followup_code, followup_comment, followup_write

app_name = "followup"

urlpatterns = [
    path("", followup.enter, name="enter"),
    path("lost/", followup.lost, name="lost"),
    path("home/", followup.home, name="home"),
    path("now/", followup.send_now, name="send_now"),
    path("messages/", followup_write.thread, name="thread"),
    path("messages/<int:number>/", followup_write.decline, name="decline"),
    path("add/", followup_write.add, name="add"),
    path("sent/", followup_write.sent, name="sent"),
    path("file/<int:number>/", followup_write.file, name="file"),
    path("protect/", followup_ask.protect, name="protect"),
    path("protect/<uuid:measure_id>/", followup_ask.consent, name="consent"),
    path("protect/<uuid:measure_id>/again/", followup_ask.not_working, name="not_working"),
    path("exclude/", followup_ask.exclude, name="exclude"),
    path("escalate/", followup_ask.escalate, name="escalate"),
    path("withdraw/", followup_ask.withdraw, name="withdraw"),
    path("resume/", followup_ask.resume, name="resume"),
    path("retaliation/", followup_ask.punished, name="punished"),
    path("review/", followup_ask.ask_review, name="review"),
    path("comment/", followup_comment.comment, name="comment"),
    path("code/", followup_code.code, name="code"),
    path("code/done/", followup_code.code_done, name="code_done"),
    path("identity/", followup_code.identity, name="identity"),
    path("confirm/", followup_code.confirm_record, name="confirm"),
    path("talk/<uuid:statement_id>/", followup_code.confirm_talk, name="confirm_talk"),
]
