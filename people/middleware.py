"""Nobody with a staff role works without a second factor (the demonstration alone relaxes this)."""

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from people import second_factor
from people.selectors import roles_of

# What a staff member without a second factor may still reach: setting one up, changing the password, leaving.
SETTING_UP = frozenset(
    {
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "lock",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
    }
)
# With a factor set up in another window, this session must use it first. A password alone must not add a second one.
PROVING = frozenset({"account_logout", "lock", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"})


class SecondFactorMiddleware:
    """Send a signed-in staff member whose session passed no second factor to the page that sets one up.

    Everything that asks for sign-in is held back, so a new page is covered without being named here.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if settings.DEMO or not request.user.is_authenticated or not getattr(view, "login_required", True):
            return None
        if second_factor.passed(request) or not roles_of(request.user, timezone.now()):
            return None
        has_one = second_factor.has_one(request.user)
        if request.resolver_match.view_name in (PROVING if has_one else SETTING_UP):
            return None
        if has_one:
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        return HttpResponseRedirect(reverse("mfa_index"))
