"""Working calendars (/m/calendars/), for policy administrators."""

from django.urls import path

from policy.views import calendars

app_name = "calendars"

urlpatterns = [
    path("", calendars.listing, name="listing"),
    path("new/", calendars.create, name="create"),
    path("<int:calendar_id>/", calendars.calendar, name="calendar"),
    path("<int:calendar_id>/fill/", calendars.fill, name="fill"),
    path("<int:calendar_id>/confirm/", calendars.confirm, name="confirm"),
    path("<int:calendar_id>/days/", calendars.days, name="days"),
]
