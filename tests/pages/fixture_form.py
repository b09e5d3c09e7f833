"""A form with one field of every kind, for the tests of the look."""

from django import forms

PEOPLE = (("me", "Me"), ("other", "Someone else – I saw or heard it"), ("skip", "I’d rather not say"))


class FixtureForm(forms.Form):
    """One field of every kind."""

    story = forms.CharField(
        label="In your own words, what happened?",
        help_text="Start wherever you like – it doesn’t have to be in order <b>&</b> it’s fine not to remember everything",
        widget=forms.Textarea,
        max_length=200,
    )
    who = forms.ChoiceField(label="Who did this happen to?", widget=forms.RadioSelect, choices=PEOPLE)
    known = forms.ChoiceField(
        label="How do you want us to know you?",
        widget=forms.RadioSelect,
        choices=(("named", "With my name"), ("anonymous", "Without my name")),
        required=False,
    )
    where = forms.MultipleChoiceField(
        label="Where did it happen?", help_text="Choose all that fit", widget=forms.CheckboxSelectMultiple, choices=PEOPLE
    )
    name = forms.CharField(label="Your name", required=False, max_length=100)
    when = forms.DateField(label="When?", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    state = forms.ChoiceField(label="State", choices=PEOPLE, required=False)
    proof = forms.FileField(label="Choose a file", help_text="Up to 50 MB")
    agree = forms.BooleanField(label="I have read this to the person")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["known"].option_hints = {"named": "The case team knows who you are.", "anonymous": "We do not know who you are."}
        self.fields["where"].fixed_options = {"me"}
