"""Oversight's forms: an answer with a date, a refusal with a reason, a person to give the case to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.followup import OnceForm, long_text
from complaints.forms.seen import SeenForm

LONGEST = 20_000


class AnswerForm(OnceForm):
    """`today`: the local date; a promise lies after it."""

    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("The reporter reads this. The case handler does not."),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": _("Write an answer")},
    )
    promised_date = forms.DateField(
        label=_("When will the reporter hear from you again?"),
        help_text=_("A date, or leave it empty if this answer is the last word."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter the date like 2026-11-30")},
    )

    def __init__(self, *args, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_promised_date(self):
        chosen = self.cleaned_data["promised_date"]
        if chosen and self.today and chosen <= self.today:
            raise forms.ValidationError(_("Choose a date after today"))
        return chosen


class QuestionAnswerForm(forms.Form):
    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("The person who asked reads this. The reporter does not."),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": _("Write an answer")},
    )


class ReasonForm(SeenForm):
    text = forms.CharField(
        label=_("Why the first date stands"),
        help_text=_("The reporter reads this. The case handler sees that the date was moved back."),
        max_length=LONGEST,
        widget=forms.Textarea,
        error_messages={"required": _("Write a reason")},
    )


class ReassignForm(OnceForm):
    """`people`: who may take the case."""

    to = forms.ChoiceField(label=_("Who takes it over?"), widget=forms.RadioSelect, error_messages={"required": _("Choose a person")})

    why_not_wished = long_text(
        _("If this isn’t whom they asked for: why"),
        help_text=_("The reporter reads this. Leave it empty when the person fits the wish."),
        rows=3,
    )

    def __init__(self, *args, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        self.fields["to"].choices = [(key, user.display_name) for key, user in self.people.items()]

    def clean_to(self):
        return self.people[self.cleaned_data["to"]]
