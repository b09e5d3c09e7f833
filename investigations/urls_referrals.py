"""Addresses of help outside, below /c/<reference>/."""

from django.urls import path

from investigations.views import referrals

urlpatterns = [
    path("referrals/", referrals.listing, name="referrals"),
    path("referrals/add/", referrals.add, name="add_referral"),
    path("referrals/<uuid:referral_id>/", referrals.edit, name="edit_referral"),
    path("tasks/notice/<slug:notice>/", referrals.notice, name="notice"),
]
