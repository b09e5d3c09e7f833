"""Addresses of the evidence register, below /c/<reference>/."""

from django.urls import path

from investigations.views import evidence

urlpatterns = [
    path("evidence/", evidence.register, name="evidence"),
    path("evidence/bundle/", evidence.bundle, name="evidence_bundle"),
    path("evidence/add/<str:how>/", evidence.take_in, name="take_in"),
    path("evidence/<int:number>/", evidence.item, name="evidence_item"),
    path("evidence/<int:number>/words/", evidence.describe, name="evidence_words"),
    path("evidence/<int:number>/copy/", evidence.derive, name="evidence_copy"),
    path("evidence/<int:number>/custody/", evidence.hand_over, name="evidence_custody"),
    path("evidence/<int:number>/check/", evidence.check, name="evidence_check"),
    path("evidence/<int:number>/show/", evidence.show, name="evidence_show"),
    path("evidence/<int:number>/original/", evidence.download, name="evidence_original"),
]
