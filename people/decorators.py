"""What a staff page asks for before it runs: a role, and an unlocked vault."""

from functools import wraps
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import is_reauthentication_required
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.models import STAFF_ROLES
from people.selectors import roles_of

# What a page may be asked with, by name: only looked at, only sent to, or both.
METHODS = {"read": require_safe, "post": require_POST, "both": require_http_methods(["GET", "HEAD", "POST"])}


def staff_required(*roles: str):
    """Let in whoever holds one of `roles` now (any staff role when none is named); everybody else sees the page as absent.

    Sets `request.roles` (frozenset of role values held now). Use as `@staff_required()` or `@staff_required(Role.OVERSIGHT)`.
    """
    wanted = frozenset(str(role) for role in roles) or STAFF_ROLES
    unknown = wanted - STAFF_ROLES
    if unknown:
        raise ValueError(f"not roles: {', '.join(sorted(unknown))}")

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            request.roles = roles_of(request.user, timezone.now())
            if not request.roles & wanted:
                raise Http404
            return view(request, *args, **kwargs)

        guarded.roles_wanted = wanted
        return guarded

    return decorate


def confirmed(view):
    """Ask for the password or second factor again, unless it was given in the last minutes (ACCOUNT_REAUTHENTICATION_TIMEOUT).

    What was posted is dropped, not kept for later: allauth's own decorator would write a typed passphrase into the session.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if is_reauthentication_required(request, app="people"):
            return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    return guarded


def unlocked(view):
    """Ask for the vault passphrase first when the vault is locked; `request.vault.keyring` is set inside the view.

    A form that was being filled in can't be replayed, so after unlocking a POST comes back to its page as a GET.
    """

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if request.vault.keyring is None:
            return HttpResponseRedirect(f"{reverse('unlock')}?{urlencode({'next': request.get_full_path()})}")
        return view(request, *args, **kwargs)

    guarded.needs_unlocked_vault = True
    return guarded
