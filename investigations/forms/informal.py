"""Forms of an informal way."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from complaints.forms.followup import CodeForm, OnceForm, long_text
from investigations.forms.case import choice
from investigations.forms.parties import MayNameReporter


class AskInformalForm(OnceForm):
    text = long_text(
        _("What would help you?"),
        help_text=_("For example: that it stops, that they apologise, that you no longer work together. You can leave this blank."),
    )


class YesForm(CodeForm):
    """A yes that binds: the code once more."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = _("Type it once more: this is how your yes is yours. Spaces and dashes are fine.")

    def refuse(self, wait: int) -> None:
        """Say that it was not the code of this page, or how many minutes to wait."""
        if wait:
            words = ngettext(
                "Too many tries from this network. Wait %(minutes)d minute, then try again.",
                "Too many tries from this network. Wait %(minutes)d minutes, then try again.",
                wait,
            )
            self.add_error("code", words % {"minutes": wait})
        else:
            self.add_error("code", _("This is not the code you came in with. Check each group of four. Nothing was recorded."))


class ReporterYesForm(YesForm):
    """`version`: of the words that were read."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class RespondentYesForm(YesForm):
    """`paper`: the one whose words were read."""

    paper = forms.UUIDField(widget=forms.HiddenInput)


class TermsForm(forms.Form):
    use_required_attribute = False
    text = long_text(
        _("What both sides would agree to"),
        help_text=_("What changes, from when, and who looks after it. Both sides read this as it stands. Nothing about money."),
        rows=8,
        required=True,
        blank=_("Write what both sides would agree to"),
    )
    no_money = forms.BooleanField(
        label=_("No money is in this, and none was offered beside it"),
        required=False,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_no_money(self):
        if not self.cleaned_data["no_money"]:
            raise forms.ValidationError(_("Tick this, or the way can’t be an informal one"))
        return True


class PutForm(MayNameReporter):
    """`parties`: [(id, words)] of respondents who come in with a code."""

    use_required_attribute = False
    party = choice(_("Which respondent?"), [])
    field_order = ("party", "reporter_knows")

    def __init__(self, *args, parties=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["party"].choices = [(str(pk), words) for pk, words in parties]
