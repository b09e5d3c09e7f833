"""How django-allauth behaves here: no sign-up, company sign-on for known people only, sealed second-factor secrets."""

import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.helpers import render_authentication_error
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from qrcode import QRCode

from people import second_factor
from people.models import Role
from people.provider import is_answer_to
from people.selectors import has_left, organisation, roles_of

# In this order: whoever handles cases starts with them, whatever else they do.
FIRST_PAGES = (
    ({Role.INTAKE_OFFICER, Role.INVESTIGATOR, Role.EXTERNAL_INVESTIGATOR, Role.DECISION_MAKER, Role.SUPPORT_CONTACT}, "/w/"),
    ({Role.OVERSIGHT}, "/o/"),
    ({Role.POLICY_ADMIN, Role.TRAINING_ADMIN, Role.SYSTEM_ADMIN}, "/m/"),
)
COULD_NOT_SIGN_IN = _("We could not sign you in. Check both fields.")


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": COULD_NOT_SIGN_IN,
        "invalid_login": COULD_NOT_SIGN_IN,
        "invalid_password_reset": _("This link no longer works. Ask for a new one."),
        "too_many_login_attempts": _("Too many tries in a row. Wait five minutes, then try again."),
        "rate_limited": _("Too many tries in a row. Wait a few minutes, then try again."),
        "incorrect_password": _("This is not your password."),
        "enter_current_password": _("Enter the password you use now."),
    }

    def is_open_for_signup(self, request) -> bool:
        return False

    def get_login_redirect_url(self, request) -> str:
        """The first page after signing in: where this person's work is."""
        roles = roles_of(request.user, timezone.now())
        for wanted, address in FIRST_PAGES:
            if roles & wanted:
                return address
        return "/"

    def get_client_ip(self, request) -> str:
        """The visitor's address for rate limits, counted from our nearest proxy; what a visitor writes into the header does not count."""
        hops = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
        proxies = settings.TRUSTED_PROXIES
        if proxies and len(hops) >= proxies:
            return hops[-proxies]
        return request.META.get("REMOTE_ADDR", "") or "0.0.0.0"  # noqa: S104 - a name for "unknown", nothing is bound

    def pre_login(self, request, user, **kwargs):
        """Nobody signs in from the leaving date on, however they prove who they are, even before the account was closed."""
        if has_left(user, timezone.now()):
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever signed in a moment ago need not do it again. (False means: no need; True: allauth looks for a confirmation.)"""
        request = context.request
        records = get_authentication_records(request, request.user)
        return not any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)

    def add_message(self, request, level, message_template=None, message_context=None, extra_tags="", message=None):
        """Allauth's own flash messages are dropped: our pages say in their own words what happened."""


class MFAAdapter(DefaultMFAAdapter):
    """Second factors: secrets are sealed, names are in the visitor's language."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right. Codes change every 30 seconds: use the one shown now."),
        "cannot_delete_authenticator": _("Add a second passkey or an authenticator app first. You need at least one."),
    }

    def get_totp_issuer(self) -> str:
        return organisation().service_name(get_language() or "en")

    def _get_site_name(self) -> str:
        return organisation().service_name(get_language() or "en")

    def build_totp_svg(self, url: str) -> str:
        """The outline of the QR code for a `<path>` in a box of 100 × 100. (The policy of our pages allows no `data:` pictures.)"""
        code = QRCode(border=0)
        code.add_data(url)
        matrix = code.get_matrix()
        unit = 100 / len(matrix)
        return "".join(
            f"M{x * unit:.2f} {y * unit:.2f}h{unit:.2f}v{unit:.2f}h-{unit:.2f}z"
            for y, row in enumerate(matrix)
            for x, is_dark in enumerate(row)
            if is_dark
        )

    def generate_authenticator_name(self, user, type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}

    def encrypt(self, text: str) -> str:
        return second_factor.seal_secret(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factor.open_secret(encrypted_text)

    def can_delete_authenticator(self, authenticator) -> bool:
        """Staff keep at least one factor outside the demonstration: a lost telephone is replaced by adding the new one first."""
        if settings.DEMO or not roles_of(authenticator.user, timezone.now()):
            return True
        others = type(authenticator).objects.filter(user_id=authenticator.user_id, type__in=second_factor.STRONG)
        return others.exclude(pk=authenticator.pk).exists()


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Company sign-on: opens an account that exists already, found by an address the company vouches for."""

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def can_authenticate_by_email(self, login, email: str) -> bool:
        # Only addresses marked as verified by the provider reach this method.
        return True

    def authenticate_by_email(self, sociallogin):
        """As the library does, but the password stays: nobody can have made the account for somebody else, because nobody signs up."""
        found = super().authenticate_by_email(sociallogin)
        return (found[0], "") if found else None

    def pre_social_login(self, request, sociallogin) -> None:
        """Refuse an answer to a question that this browser did not ask."""
        if not is_answer_to(sociallogin, sociallogin.state):
            provider = self.get_provider(request, provider=sociallogin.account.provider)
            raise ImmediateHttpResponse(render_authentication_error(request, provider))
