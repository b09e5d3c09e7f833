"""Forms of the team for respondents and witnesses."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.followup import OnceForm, line, long_text
from complaints.forms.uploads import upload_problem
from investigations.forms.case import BLANK, CHOOSE, choice, date_field, infection
from investigations.services.serving import How

NEEDS_MOMENT = _("Give date and time, for example 2026-11-27 14:30")
HOW_WORDS = {
    How.HANDED: _("Handed over in person"),
    How.POST: _("By post or courier, with a receipt"),
    How.READ_OUT: _("Read out to them, in a talk"),
    How.OTHER: _("Another way, said below"),
}
KNOWS = _("The reporter knows that they can be recognised by this, and by their choice may be")


def moment_field(label, *, help_text="", required: bool = True) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "short"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": NEEDS_MOMENT, "required": NEEDS_MOMENT},
    )


class AddPartyForm(forms.Form):
    """`people`: [(id, words)] of the case."""

    use_required_attribute = False
    person = choice(_("Who is it?"), [], error=CHOOSE)
    language = choice(_("Language of their pages"), settings.LANGUAGES)
    third_party = forms.BooleanField(label=_("They work for somebody else: a client, merchant, supplier or contractor"), required=False)

    def __init__(self, *args, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = list(people)


class InviteForm(OnceForm):
    until = date_field(
        _("The code works until"), help_text=_("You can make another one at any time; what was written stays."), required=True
    )
    replaces = forms.UUIDField(widget=forms.HiddenInput, required=False)


class MayNameReporter(forms.Form):
    """Whether the reporter knows that the words name them: asked only when they do; the service refuses them without it."""

    reporter_knows = forms.BooleanField(label=KNOWS, required=False)

    def __init__(self, *args, names_reporter: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        if not names_reporter:
            self.fields["reporter_knows"].widget = forms.HiddenInput()

    def says_who_reported(self, field: str) -> None:
        """Show the question, and say at `field` why."""
        self.fields["reporter_knows"].widget = forms.CheckboxInput()
        self.add_error(field, _("This says who reported. Leave the name out, or say below that the reporter knows"))


class ToPartyForm(MayNameReporter, OnceForm):
    """Words and a file to somebody who is heard."""

    text = long_text(_("Your message"), rows=8)
    file = forms.FileField(label=_("Add a file"), required=False, allow_empty_file=True)
    field_order = ("text", "file", "reporter_knows")

    def clean(self):
        cleaned = super().clean()
        upload = cleaned.get("file")
        if upload is not None and (problem := upload_problem(upload) or infection(upload)):
            self.add_error("file", problem)
        if BLANK in cleaned.get("text", ""):
            self.add_error("text", _("There is still a blank to fill in"))
        return cleaned

    @property
    def uploads(self) -> list:
        return [upload] if (upload := self.cleaned_data.get("file")) else []


class WriteForm(ToPartyForm):
    kind = choice(
        _("What is this?"),
        [
            ("message", pgettext_lazy("kind of message", "A message")),
            ("put_to", pgettext_lazy("kind of message", "What we ask them, to be answered in writing")),
        ],
    )
    field_order = ("kind", "text", "file", "reporter_knows")

    def __init__(self, *args, may_ask: bool = True, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_ask:
            del self.fields["kind"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("file") and "text" not in self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("Write a message or add a file"))
        return cleaned


class ServeForm(ToPartyForm):
    text = long_text(
        _("What is put to them"),
        help_text=_("Neutral words: what, when, where, in enough detail to answer. Not who reported, and no judgement."),
        rows=10,
        required=True,
        blank=_("Write what is put to them. Nobody can answer to nothing"),
    )
    served_at = moment_field(
        _("When did it reach them?"), help_text=_("Date and time, as it can be shown. Their time to answer runs from it.")
    )
    how = choice(_("How did it reach them?"), HOW_WORDS.items())
    proof = line(_("How can that be shown?"), help_text=_("For example: signed copy in the file, receipt of the courier, who was there"))
    reply_date = date_field(
        _("They answer by"), help_text=_("Leave it blank for the time the policy gives. It can be later, never earlier.")
    )
    field_order = ("text", "file", "served_at", "how", "proof", "reply_date", "reporter_knows")

    def clean_proof(self):
        if not self.cleaned_data["proof"].strip():
            raise forms.ValidationError(_("Say how it can be shown that it reached them"))
        return self.cleaned_data["proof"]
