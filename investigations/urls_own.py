"""The reporter's own pages about handling, under /f/. The paths say nothing about what they are for."""

from django.urls import path

from investigations.views import reporter_informal, reporter_objections

app_name = "own"

urlpatterns = [
    path("who/", reporter_objections.who, name="who"),
    path("way/", reporter_informal.way, name="way"),
    path("way/yes/", reporter_informal.yes, name="way_yes"),
    path("way/leave/", reporter_informal.leave, name="way_leave"),
]
