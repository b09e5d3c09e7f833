"""Addresses of joined reports and of the directory entry of a respondent, below /c/<reference>/."""

from django.urls import path

from investigations.views import joining

urlpatterns = [
    path("together/", joining.together, name="together"),
    path("people/<uuid:person_id>/entry/", joining.entry, name="entry"),
]
