"""Allauth's forms in our words: labels and hints in both languages, no placeholders. What they check stays allauth's."""

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext_lazy as _

EMAIL = _("E-mail address")
PASSWORD = _("Password")
NEW_PASSWORD = _("New password")
AGAIN = _("The same password again")
PASSWORD_HINT = _("At least 12 characters. Several words are easier to remember than signs.")


class OurWords:
    """Put `words` ({field: (label, hint)}) on an allauth form and take its placeholders away."""

    words = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label, field.help_text = self.words.get(name, (field.label, ""))
            field.error_messages["required"] = _("Fill in this field.")


class SignInForm(OurWords, account.LoginForm):
    words = {"login": (EMAIL, ""), "password": (PASSWORD, "")}


class ResetPasswordForm(OurWords, account.ResetPasswordForm):
    words = {"email": (EMAIL, "")}


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):
    words = {"password1": (NEW_PASSWORD, PASSWORD_HINT), "password2": (AGAIN, "")}


class ChangePasswordForm(OurWords, account.ChangePasswordForm):
    words = {"oldpassword": (_("Password you use now"), ""), "password1": (NEW_PASSWORD, PASSWORD_HINT), "password2": (AGAIN, "")}


class SetPasswordForm(OurWords, account.SetPasswordForm):
    words = {"password1": (NEW_PASSWORD, PASSWORD_HINT), "password2": (AGAIN, "")}


class ConfirmPasswordForm(OurWords, account.ReauthenticateForm):
    words = {"password": (PASSWORD, "")}


CODE = {"code": (_("Code"), _("Six digits from your authenticator app, or one of your recovery codes. You can paste it."))}


class CodeForm(OurWords, mfa.AuthenticateForm):
    words = CODE


class ConfirmCodeForm(OurWords, mfa.ReauthenticateForm):
    words = CODE


class StartAppForm(OurWords, totp.ActivateTOTPForm):
    words = {"code": (_("Code"), _("Six digits that the app shows now."))}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AddKeyForm(OurWords, webauthn.AddWebAuthnForm):
    words = {
        "name": (_("Name of this passkey"), _("So that you know later which one it is: “work phone”, “blue key”.")),
        "passwordless": (_("Sign in with this passkey alone: your finger, face or PIN instead of the password"), ""),
    }


class RenameKeyForm(OurWords, webauthn.EditWebAuthnForm):
    words = {"name": (_("Name of this passkey"), "")}
