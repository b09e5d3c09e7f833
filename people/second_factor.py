"""Whether this session passed a second factor, and how the secrets of second factors are kept."""

import base64
import os

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator

from vault.encoding import ctx
from vault.errors import BadFormat
from vault.keysfile import server_keys
from vault.primitives import NONCE_BYTES, TAG_BYTES, aes_open, aes_seal, hkdf

# Recovery codes alone don't count: they come with one of these and are kept for the day it is lost.
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
_MARK = "second_factor"
_FORMAT = b"\x41"


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
    """Seal the secret of a second factor under the server's session key, so that a copy of the database does not hold it."""
    key = server_keys().active("session")
    nonce = os.urandom(NONCE_BYTES)
    sealed = aes_seal(_key(key), nonce, text.encode(), ctx("second-factor", key.short_id))
    return base64.b64encode(_FORMAT + key.short_id + nonce + sealed).decode()


def open_secret(text: str) -> str:
    """Open what `seal_secret` made. Raises BadFormat or Damaged."""
    try:
        blob = base64.b64decode(text, validate=True)
    except ValueError:
        raise BadFormat("not a sealed secret") from None
    if blob[:1] != _FORMAT or len(blob) < 5 + NONCE_BYTES + TAG_BYTES:
        raise BadFormat("not a sealed secret")
    key = server_keys().by_short_id("session", blob[1:5])
    nonce, sealed = blob[5 : 5 + NONCE_BYTES], blob[5 + NONCE_BYTES :]
    return aes_open(_key(key), nonce, sealed, ctx("second-factor", key.short_id)).decode()


def _key(server_key) -> bytes:
    return hkdf(server_key.secret, info=ctx("second-factor-key"))
