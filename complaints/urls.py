"""Addresses of reporters: /r/ to report, /x/ to leave, /f/ to follow up."""

from django.urls import include, path

urlpatterns = [
    path("", include("complaints.urls_report")),
    path("f/", include("complaints.urls_followup")),
]
