"""Pages of a reporter who came back that need what the team does afterwards, under /f/. The paths say nothing of what they are for."""

from django.urls import path

from investigations.views import checkin

app_name = "checkin"

urlpatterns = [
    path("checkin/", checkin.check_in, name="check_in"),
    path("checkin/work/", checkin.watch, name="watch"),
]
