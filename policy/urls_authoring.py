"""Writing, reviewing and publishing the policy (/m/policies/), for policy administrators."""

from django.urls import path

from policy.views import authoring, drafting, reviewing

app_name = "authoring"

urlpatterns = [
    path("", authoring.versions, name="versions"),
    path("new/", authoring.new, name="new"),
    path("<int:number>/", authoring.version, name="version"),
    path("<int:number>/facts/", authoring.facts, name="facts"),
    path("<int:number>/preview/", authoring.preview, name="preview"),
    path("<int:number>/dates/", authoring.dates, name="dates"),
    path("<int:number>/changes/", authoring.changed, name="changes"),
    path("<int:number>/comments/", reviewing.comments, name="comments"),
    path("<int:number>/comments/<int:comment_id>/done/", reviewing.settle, name="settle"),
    path("<int:number>/submit/", reviewing.submit, name="submit"),
    path("<int:number>/back/", reviewing.back, name="back"),
    path("<int:number>/approve/", reviewing.approve, name="approve"),
    path("<int:number>/publish/", reviewing.publish, name="publish"),
    path("<int:number>/numbers/", drafting.numbers, name="numbers"),
    path("<int:number>/confirm/<slug:part>/<path:key>/", drafting.confirm, name="confirm"),
    path("<int:number>/confirm/<slug:part>/", drafting.confirm, {"key": ""}, name="confirm_part"),
    path("<int:number>/<slug:page>/", authoring.page, name="page"),
    path("<int:number>/<slug:part>/<str:key>/edit/", drafting.item, name="item"),
    path("<int:number>/<slug:part>/<str:key>/remove/", drafting.remove, name="remove"),
    path("<int:number>/<slug:part>/<str:key>/move/", drafting.move, name="move"),
]
