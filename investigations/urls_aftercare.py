"""Addresses of aftercare, below /c/<reference>/ for the team; those of the reporter are in `urls_checkin`."""

from django.urls import path

from investigations.views import aftercare

urlpatterns = [
    path("aftercare/", aftercare.overview, name="aftercare"),
    path("aftercare/begin/", aftercare.begin, name="aftercare_begin"),
    path("aftercare/watch/", aftercare.watch, name="watch_add"),
    path("aftercare/consent/", aftercare.consent, name="watch_consent"),
    path("aftercare/close/", aftercare.close, name="close"),
    path("aftercare/go-on/", aftercare.go_on, name="go_on"),
    path("aftercare/<str:check>/ask/", aftercare.ask, name="check_ask"),
    path("aftercare/<str:check>/note/", aftercare.note, name="check_note"),
    path("measures/<uuid:measure_id>/pay/", aftercare.pay, name="back_pay"),
]
