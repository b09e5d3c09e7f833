"""The register of posters (/m/posters/), for policy administrators."""

from django.urls import path

from policy.views import posters

app_name = "posters"

urlpatterns = [
    path("", posters.register, name="register"),
    path("<int:poster_id>/<slug:what>/", posters.act, name="act"),
]
