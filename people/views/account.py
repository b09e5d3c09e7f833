"""Small additions to allauth's own account pages."""

from allauth.account.views import LogoutView
from allauth.mfa.base.views import IndexView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils import timezone
from django.utils.decorators import method_decorator

from people.models import CASE_ROLES
from people.selectors import roles_of
from vault import sessions


@login_not_required
def absent(request, **kwargs):
    """A page of allauth that this portal does not offer."""
    raise Http404


@method_decorator(login_not_required, name="dispatch")
class SignOutView(LogoutView):
    """Sign out, and lock the vault of this browser with it."""

    def post(self, *args, **kwargs):
        response = super().post(*args, **kwargs)
        sessions.end(self.request, response)
        return response


class SecurityView(IndexView):
    """What somebody signs in with, and the way to change it."""

    def get_context_data(self, **kwargs):
        has_vault = bool(roles_of(self.request.user, timezone.now()) & CASE_ROLES)
        return super().get_context_data(**kwargs) | {"has_vault": has_vault}


sign_out = SignOutView.as_view()
security = SecurityView.as_view()
