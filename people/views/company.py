"""The way to the company's sign-in page and back."""

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from django.http import Http404
from requests import RequestException

from people.provider import CompanyAdapter


@login_not_required
def login(request, provider_id):
    """Lead to the company's page."""
    return _answer(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request, provider_id):
    """Come back from there, signed in or not."""
    return _answer(OAuth2CallbackView, request, provider_id)


def _answer(view, request, provider_id):
    adapter = CompanyAdapter(request, provider_id)
    try:
        provider = adapter.get_provider()
    except SocialApp.DoesNotExist:
        raise Http404 from None
    try:
        return view.adapter_view(adapter)(request)
    except (RequestException, OAuth2Error, KeyError) as error:
        # The provider does not answer, or not as one.
        return render_authentication_error(request, provider, exception=error)
