"""Small additions to allauth's own account pages."""

from allauth.account.views import LogoutView
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.utils.decorators import method_decorator

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


sign_out = SignOutView.as_view()
