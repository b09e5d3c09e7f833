"""Addresses of the informal way, below /c/<reference>/."""

from django.urls import path

from investigations.views import informal

urlpatterns = [
    path("informal/", informal.way, name="informal"),
    path("informal/terms/", informal.terms, name="informal_terms"),
    path("informal/put/", informal.put, name="informal_put"),
    path("informal/end/", informal.end, name="informal_end"),
]
