"""Addresses of reporting. Paths carry no meaning, and never a code or a reference."""

from django.urls import path

from complaints.views import exit, report, report_end

app_name = "report"
urlpatterns = [
    path("r/", report.start, name="start"),
    path("r/private/", report.private, name="private"),
    path("r/save/", report_end.save, name="save"),
    path("r/check/", report_end.check, name="check"),
    path("r/keep/", report_end.keep, name="keep"),
    path("r/sent/", report_end.sent, name="sent"),
    path("r/again/<slug:page_id>/", report.again, name="again"),
    path("r/<slug:page_id>/", report.question, name="question"),
    path("x/", exit.leave, name="leave"),
]
