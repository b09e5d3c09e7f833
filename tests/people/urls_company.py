"""The addresses of a portal whose settings name a company's sign-in."""

from django.urls import include, path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as without
from people.views import company

of_company = [
    path("login/", company.login, name="openid_connect_login"),
    path("login/callback/", company.callback, name="openid_connect_callback"),
]
urlpatterns = [path("a/oidc/<str:provider_id>/", include(of_company)), *without]
