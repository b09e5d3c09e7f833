"""Wording the questions anew (/m/wording/), for policy administrators. Number 0 is what the software itself says."""

from django.urls import path

from complaints.views import wording, wording_preview

app_name = "wording"

urlpatterns = [
    path("", wording.versions, name="versions"),
    path("new/", wording.new, name="new"),
    path("<int:number>/", wording.version, name="version"),
    path("<int:number>/changes/", wording.changes, name="changes"),
    path("<int:number>/publish/", wording.publish, name="publish"),
    path("<int:number>/discard/", wording.discard, name="discard"),
    path("<int:number>/q/<slug:page_id>/", wording.page, name="page"),
    path("<int:number>/q/<slug:page_id>/look/", wording_preview.preview, name="preview"),
]
