"""Forms about who may handle a case: an objection, and oversight's decision about it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.followup import OnceForm, long_text, one_of


class ObjectForm(OnceForm):
    """`people`: [(mark of the seat, words)] of whoever can be objected to."""

    who = one_of(_("Who isn’t free to handle this?"), ())
    text = long_text(
        _("Why?"),
        help_text=_("For example: they are friends, relatives, or work closely together. A few words are enough."),
        rows=5,
    )

    def __init__(self, *args, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = list(people)

    def clean(self):
        cleaned = super().clean()
        if "who" not in self.errors and not cleaned.get("who"):
            self.add_error("who", _("Choose the person you mean"))
        if "text" not in self.errors and not cleaned.get("text", "").strip():
            self.add_error("text", _("Write in a few words why"))
        return cleaned


class DecideObjectionForm(forms.Form):
    use_required_attribute = False
    upheld = forms.ChoiceField(
        label=_("Your decision"),
        choices=[
            ("yes", _("They aren’t free to: their access ends")),
            ("no", _("They are free to: their access comes back")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the answers"), "invalid_choice": _("Choose one of the answers")},
    )
    text = forms.CharField(
        label=_("Your reason"),
        help_text=_("Whoever objected reads this. The person it is about does not."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write a reason")},
    )
