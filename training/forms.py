"""Forms of the player. Rules live in services; forms only say what is missing."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from training.parts import Part
from training.services.asking import MOST_CHARACTERS
from training.vocabulary import JUDGEMENT, VERDICTS

CHOOSE = _("Choose one answer – there is no penalty")
TICK = _("Tick at least one – there is no penalty")


class ChoiceForm(forms.Form):
    """The question of a part, as somebody taking the course sees it."""

    use_required_attribute = False

    def __init__(self, *args, part: Part, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(option.id, str(option.text)) for option in part.options]
        label = str(part.question)
        if part.kind == JUDGEMENT:
            choices = [(verdict, str(words)) for verdict, words in VERDICTS.items()]
            label = label or str(pgettext_lazy("judgement", "Is this OK?"))
        errors = {"required": CHOOSE, "invalid_choice": CHOOSE}
        self.fields["choice"] = forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=errors)


class DependsForm(forms.Form):
    """ "It depends": on what?"""

    use_required_attribute = False

    def __init__(self, *args, part: Part, **kwargs):
        super().__init__(*args, **kwargs)
        errors = {"required": TICK, "invalid_choice": TICK}
        self.fields["depends"] = forms.MultipleChoiceField(
            label=_("What does it depend on?"),
            help_text=_("Tick everything that matters to you."),
            choices=[(each.id, str(each.text)) for each in part.depends_on],
            widget=forms.CheckboxSelectMultiple,
            error_messages=errors,
        )


class AskForm(forms.Form):
    """A question to the expert. Writing nothing is all right: then one goes on."""

    use_required_attribute = False
    token = forms.CharField(widget=forms.HiddenInput, max_length=64)
    text = forms.CharField(
        label=_("Your question"),
        required=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"max_length": _("This is longer than we can take. Please shorten it a little.")},
    )


class AnswerForm(forms.Form):
    """An expert's answer."""

    use_required_attribute = False
    text = forms.CharField(
        label=_("Your answer"),
        help_text=_("Only the person who asked sees it. It is kept with the question."),
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Write an answer"), "max_length": _("This is longer than we can take. Please shorten it a little.")},
    )


class CheckForm(forms.Form):
    """The number of a certificate."""

    use_required_attribute = False
    number = forms.CharField(
        label=_("Number of the certificate"),
        help_text=_("16 letters and digits, in four groups. Spaces and dashes don’t matter."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Write the number that is printed on the certificate")},
    )
