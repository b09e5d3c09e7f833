"""Proving who one is for one act: a signature needs a password, passkey or company sign-in given for it, not one from an hour ago.

A proof is asked for with a signed ticket that names the person, the act and the moment. It counts when an authentication of this very
session came after the ticket, so that neither an old sign-in nor somebody else's ticket will do.
"""

import time
from datetime import UTC, datetime
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core import signing

_SALT = "people.proof"
# Long enough to find a passkey; the ticket is worth nothing without the authentication that follows it.
TICKET_SECONDS = 900


def ticket(user, act: str) -> str:
    """A ticket for `user` to prove who they are for `act` (a short text, for instance "sign:<id>")."""
    return signing.dumps([user.pk, act, time.time()], salt=_SALT, compress=False)


def proved_at(request, act: str, given: str) -> datetime | None:
    """When this person proved who they are for `act` with the ticket `given`; None when they did not, or too long ago."""
    try:
        user_id, for_act, since = signing.loads(given, salt=_SALT, max_age=TICKET_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if user_id != request.user.pk or for_act != act:
        return None
    newest = max((record["at"] for record in get_authentication_records(request, request.user)), default=0)
    if newest < since or time.time() - newest > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT:
        return None
    return datetime.fromtimestamp(newest, UTC)


def address(request, come_back: str) -> str:
    """The page on which this person proves who they are, after which they come back to the path `come_back`.

    Password or passkey where the account has one; else the company's own sign-in, which is told to ask again. "" when there is no way.
    """
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if methods:
        return f"{methods[0]['url']}?{urlencode({'next': come_back})}"
    account = SocialAccount.objects.filter(user=request.user).first()
    if account is None:
        return ""
    provider = account.get_provider(request)
    again = urlencode({"prompt": "login", "max_age": "0"})
    return provider.get_login_url(request, process="login", next=come_back, auth_params=again)


def at_company(request) -> bool:
    """Whether this person proves who they are at the company's own sign-in."""
    has_own = bool(get_adapter(request).get_reauthentication_methods(request.user))
    return not has_own and SocialAccount.objects.filter(user=request.user).exists()
