"""Forms of the vault passphrase and of the directory upload. Rules live in services; forms only say what is missing."""

from django import forms
from django.utils.translation import gettext_lazy as _

PASSPHRASE_LENGTH = 12
_NEEDED = _("Enter your vault passphrase.")


def _passphrase(label, *, autocomplete: str, help_text="") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete, "spellcheck": "false", "autocapitalize": "none"})
    return forms.CharField(
        label=label, help_text=help_text, widget=widget, max_length=400, strip=False, error_messages={"required": _NEEDED}
    )


class UnlockForm(forms.Form):
    passphrase = _passphrase(_("Vault passphrase"), autocomplete="current-password")


class NewPassphraseForm(forms.Form):
    """A passphrase, twice."""

    new = _passphrase(
        _("New vault passphrase"),
        autocomplete="new-password",
        help_text=_("At least 12 characters. Four or five words that don’t belong together are good and easy to type."),
    )
    again = _passphrase(_("The same passphrase again"), autocomplete="new-password")

    def clean(self):
        values = super().clean()
        new, again = values.get("new"), values.get("again")
        if new and len(new.strip()) < PASSPHRASE_LENGTH:
            self.add_error("new", _("This is too short. Use at least 12 characters."))
        elif new and len(set(new.casefold())) < 5:
            self.add_error("new", _("This repeats a few characters only. Use several words."))
        elif new and again and new.strip() != again.strip():
            self.add_error("again", _("The two passphrases are not the same."))
        return values


class StartForm(NewPassphraseForm):
    understood = forms.BooleanField(
        label=_("I have understood that nobody can reset this passphrase."),
        error_messages={"required": _("Tick the box to show that you have read this.")},
    )


class ForgotForm(NewPassphraseForm):
    understood = forms.BooleanField(
        label=_("I give up my old key. I can open my cases again when a colleague lets me in."),
        error_messages={"required": _("Tick the box to show that you have read this.")},
    )


class ChangeForm(NewPassphraseForm):
    old = _passphrase(_("Vault passphrase you use now"), autocomplete="current-password")
    field_order = ("old", "new", "again")


class DirectoryForm(forms.Form):
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("One row for each employee, with a heading. Saved from a spreadsheet as CSV (UTF-8)."),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    complete = forms.BooleanField(
        label=_("This file lists everybody: whoever isn’t in it has left, and can’t sign in any more from today"),
        required=False,
    )
