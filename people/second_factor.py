"""Whether this session passed a second factor, and how the secrets of second factors are kept."""

import base64

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator

from people import serverseal
from vault.errors import BadFormat

# Recovery codes alone don't count: they come with one of these and are kept for the day it is lost.
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_MARK = "second_factor"
_PURPOSE = "second-factor"


def passed(request) -> bool:
    """True when this very session was begun with a second factor, or set one up. A password alone, in any other window, is not enough."""
    if request.session.get(_MARK) == request.user.pk:
        return True
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user)):
        request.session[_MARK] = request.user.pk
        return True
    return False


def has_one(user) -> bool:
    """True when `user` has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user, type__in=STRONG).exists()


def added(request, user, authenticator) -> None:
    """Remember that this session set up a factor itself: it proved the password moments before."""
    if authenticator.type in STRONG:
        request.session[_MARK] = user.pk


def removed(request, user) -> None:
    """Forget the mark when the last factor of `user` is gone."""
    if not has_one(user):
        request.session.pop(_MARK, None)


def seal_secret(text: str) -> str:
    """Seal the secret of a second factor, so that a copy of the database does not hold it."""
    return base64.b64encode(serverseal.seal(_PURPOSE, text.encode())).decode()


def open_secret(text: str) -> str:
    """Open what `seal_secret` made. Raises BadFormat or Damaged."""
    try:
        blob = base64.b64decode(text, validate=True)
    except ValueError:
        raise BadFormat("not a sealed secret") from None
    return serverseal.open_sealed(_PURPOSE, blob).decode()
