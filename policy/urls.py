"""Public pages of the policy: no sign-in, no trace (R04)."""

from django.urls import path

from policy.views import posters
from policy.views import public as views

app_name = "policy"

urlpatterns = [
    path("p/", views.policy, name="policy"),
    path("p/<int:number>/", views.version, name="version"),
    path("p/<int:number>/pdf/", views.version_pdf, name="version_pdf"),
    path("p/steps/", views.steps, name="steps"),
    path("p/respond/", views.respond, name="respond"),
    path("p/poster/", posters.poster, name="poster"),
    path("p/poster/pdf/", posters.poster_pdf, name="poster_pdf"),
    path("help/", views.support, name="help"),
]
