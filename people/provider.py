"""Company sign-in by OpenID Connect, stricter than the library is by itself.

The library leaves out the nonce, does not check the signature of a token that came over a connection of its own, does not compare the
person of the token with the person of the user information, and takes any text for “this address is verified”. All four are checked here
(OpenID Connect Core 1.0, 3.1.3.7, 5.3.2 and 5.7). Nothing is stored of what the provider says.
"""

import hmac
import secrets

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

# Signatures that only the provider can make. Those with a shared secret, and "none", are not among them.
ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
# Seconds by which the clocks of two machines may differ.
LEEWAY = 60


class CompanyAdapter(OpenIDConnectOAuth2Adapter):
    """Fetches and checks what the provider says about somebody. Whatever is amiss is an OAuth2Error, which becomes one page of ours."""

    @property
    def openid_config(self) -> dict:
        config = super().openid_config
        configured = self.get_provider().app.settings["server_url"].partition("/.well-known/")[0]
        if config.get("issuer", "").rstrip("/") != configured.rstrip("/"):
            raise OAuth2Error("the provider calls itself otherwise than the settings do")
        return config

    def get_access_token_data(self, request, app, client, pkce_code_verifier=None) -> dict:
        data = super().get_access_token_data(request, app, client, pkce_code_verifier)
        if not isinstance(data, dict) or not data.get("access_token") or not data.get("id_token"):
            raise OAuth2Error("a token is missing")
        return data

    def complete_login(self, request, app, token, response, **kwargs):
        """Raises OAuth2Error unless the token is the provider's, for us, in time, and about the same person as the user information."""
        try:
            claims = self._decode_id_token(app, response["id_token"])
            info = self._fetch_user_info(token.token)
            if info["sub"] != claims["sub"]:
                raise OAuth2Error("token and user information are about two people")
            return self.get_provider().sociallogin_from_response(request, {"userinfo": info, "id_token": claims})
        except (jwt.PyJWTError, KeyError, TypeError, ValueError, AttributeError) as error:
            raise OAuth2Error("the provider's answer can't be used") from error

    def _decode_id_token(self, app, id_token: str) -> dict:
        algorithm, key = jwtkit.fetch_key(id_token, self.openid_config["jwks_uri"], jwtkit.lookup_kid_jwk)
        if algorithm not in ALGORITHMS:
            raise OAuth2Error("signed in a way that proves nothing")
        claims = jwt.decode(
            id_token,
            key=key,
            algorithms=[algorithm],
            issuer=self.openid_config["issuer"],
            audience=app.client_id,
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
        )
        if claims.get("azp", app.client_id) != app.client_id:
            raise OAuth2Error("made for somebody else")
        return claims


class CompanyProvider(OpenIDConnectProvider):
    """Sends people to the provider with a nonce, and only ever to sign in: nothing is connected to an account."""

    oauth2_adapter_class = CompanyAdapter

    def redirect(self, request, process, next_url=None, data=None, **kwargs):
        nonce = secrets.token_urlsafe(24)
        # What a visitor wrote into our address does not travel on.
        kwargs |= {"scope": self.get_scope(), "auth_params": {"nonce": nonce}}
        return super().redirect(request, AuthProcess.LOGIN, next_url, data, nonce=nonce, **kwargs)

    def extract_email_addresses(self, data) -> list[EmailAddress]:
        info = data["userinfo"]
        email = info.get("email")
        return [EmailAddress(email=email, verified=info.get("email_verified") is True, primary=True)] if email else []


def is_answer_to(login, state: dict) -> bool:
    """Whether `login` answers the question that `state` was kept for: the token carries its nonce."""
    told = login.account.extra_data.get("id_token", {}).get("nonce")
    asked = state.get("nonce")
    return isinstance(told, str) and isinstance(asked, str) and hmac.compare_digest(told.encode(), asked.encode())


provider_classes = [CompanyProvider]
