"""Forms of re-issuing. Rules live in services; forms only say what is missing."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people.models import Unit
from policy.comprehension import MOST_OPTIONS, Question
from policy.models import Audience, DueUnit
from policy.records import Text
from policy.services.campaigns import Settings
from vault.uploadhandler import most_mb
from vault.uploads import TOO_LARGE

CHOOSE = _("Choose one of the answers")
NEEDS_DATE = _("Give a date, for example 2026-11-27")
BOTH = _("Write it in both languages")
SCAN_TYPES = frozenset({"application/pdf", "image/jpeg", "image/png"})
MOST_SCAN_MB = 10


def _radios(label, choices, **more) -> forms.ChoiceField:
    errors = {"required": CHOOSE, "invalid_choice": CHOOSE}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=errors, **more)


def _date(label, **more) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages={"invalid": NEEDS_DATE, "required": NEEDS_DATE}, **more)


class SettingsForm(forms.Form):
    """What is re-issued to whom, from when, by when."""

    version = forms.ChoiceField(label=pgettext_lazy("of the policy", "Version"), error_messages={"required": _("Choose one")})
    audience = _radios(_("Who should read and sign it?"), Audience.choices, initial=Audience.EVERYBODY)
    unit = forms.ModelChoiceField(
        label=_("Which unit?"),
        queryset=Unit.objects.order_by("name"),
        required=False,
        to_field_name="code",
        help_text=_("Only when you chose one unit."),
        empty_label="–",
    )
    starts_on = _date(_("First day"), help_text=_("People are told on this day. Whoever joins later is asked on their first day."))
    due_value = forms.IntegerField(
        label=_("How long they have"),
        min_value=1,
        max_value=365,
        initial=14,
        widget=forms.NumberInput(attrs={"class": "short"}),
        error_messages={name: _("Give a number from 1 to 365") for name in ("required", "invalid", "min_value", "max_value")},
    )
    due_unit = _radios(_("Counted in"), DueUnit.choices, initial=DueUnit.CALENDAR_DAY)
    closes_on = _date(
        _("Last day on which it can be signed"),
        required=False,
        help_text=_("Leave it empty to close it yourself. An open one goes on asking whoever joins."),
    )

    def __init__(self, *args, versions, **kwargs):
        super().__init__(*args, **kwargs)
        self.versions = {str(version.number): version for version in versions}
        self.fields["version"].choices = [(number, _("Version %(number)s") % {"number": number}) for number in self.versions]
        self.fields["unit"].label_from_instance = lambda unit: unit.name

    def clean(self):
        values = super().clean()
        if values.get("audience") == Audience.UNIT and not values.get("unit") and "unit" not in self.errors:
            self.add_error("unit", _("Choose the unit"))
        first, last = values.get("starts_on"), values.get("closes_on")
        if first and last and last < first:
            self.add_error("closes_on", _("The last day comes before the first"))
        return values

    @property
    def chosen_version(self):
        return self.versions[self.cleaned_data["version"]]

    @property
    def settings(self) -> Settings:
        values = self.cleaned_data
        unit = values["unit"] if values["audience"] == Audience.UNIT else None
        return Settings(values["audience"], unit, values["starts_on"], values["due_value"], values["due_unit"], values["closes_on"])


class QuestionForm(forms.Form):
    """One question with its answers, English and Chinese side by side."""

    section = forms.ChoiceField(
        label=_("Which section is it about?"),
        help_text=_("After a wrong answer this section is shown, and the question is asked again."),
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose the section it is about")),
    )
    text_en = forms.CharField(label=_("Question in English"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False)
    text_zh = forms.CharField(label=_("Question in Chinese"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}), required=False)
    right = forms.TypedChoiceField(
        label=_("Which answer is right?"), coerce=int, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )

    def __init__(self, *args, sections, question: Question | None = None, **kwargs):
        super().__init__(*args, initial=_initial(question), **kwargs)
        self.fields["section"].choices = sections
        numbers = range(1, MOST_OPTIONS + 1)
        for number in numbers:
            self.fields[f"option_{number}_en"] = _line(_("Answer %(number)s in English") % {"number": number})
            self.fields[f"option_{number}_zh"] = _line(_("Answer %(number)s in Chinese") % {"number": number})
        self.fields["right"].choices = [(number - 1, _("Answer %(number)s") % {"number": number}) for number in numbers]
        self.order_fields(["section", "text_en", "text_zh", *(f"option_{n}_{each}" for n in numbers for each in ("en", "zh")), "right"])

    @property
    def pairs(self) -> list[tuple]:
        """Fields that stand side by side: (English, Chinese)."""
        names = ["text", *(f"option_{number}" for number in range(1, MOST_OPTIONS + 1))]
        return [(self[f"{name}_en"], self[f"{name}_zh"]) for name in names]

    def clean(self):
        values = super().clean()
        texts = [self._text("text"), *self._options()]
        for name, text in zip(["text", *(f"option_{n}" for n in range(1, MOST_OPTIONS + 1))], texts, strict=True):
            if name == "text" and not text:
                self.add_error("text_en", BOTH)
            elif text.missing():
                self.add_error(f"{name}_{'en' if text.missing() == ['en'] else 'zh'}", BOTH)
        given = [bool(text) for text in self._options()]
        if sum(given) < 2 or given != sorted(given, reverse=True):
            self.add_error("option_1_en", _("Give at least two answers, one after the other"))
        elif "right" in values and not given[values["right"]]:
            self.add_error("right", _("The right answer is an empty one"))
        return values

    def _text(self, name: str) -> Text:
        return Text(self.cleaned_data.get(f"{name}_en", "").strip(), self.cleaned_data.get(f"{name}_zh", "").strip())

    def _options(self) -> list[Text]:
        return [self._text(f"option_{number}") for number in range(1, MOST_OPTIONS + 1)]

    def question(self, question_id: str) -> Question:
        options = tuple(text for text in self._options() if text)
        return Question(question_id, self.cleaned_data["section"], self._text("text"), options, self.cleaned_data["right"])


def _line(label) -> forms.CharField:
    return forms.CharField(label=label, max_length=300, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"}))


def _initial(question: Question | None) -> dict:
    if question is None:
        return {}
    values = {"section": question.section, "text_en": question.text.en, "text_zh": question.text.zh_hans, "right": question.right}
    for number, option in enumerate(question.options, 1):
        values |= {f"option_{number}_en": option.en, f"option_{number}_zh": option.zh_hans}
    return values


class AnswerForm(forms.Form):
    """One question as an employee sees it."""

    use_required_attribute = False

    def __init__(self, *args, question: Question, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(number, str(option)) for number, option in enumerate(question.options)]
        errors = {"required": CHOOSE, "invalid_choice": CHOOSE}
        self.fields["choice"] = forms.TypedChoiceField(
            label=str(question.text), choices=choices, coerce=int, widget=forms.RadioSelect, error_messages=errors
        )


class PaperForm(forms.Form):
    """A signature on paper: its date, the scan, and why it was not given here."""

    signed_on = _date(_("Date on the paper"))
    reason = forms.CharField(
        label=_("Why on paper?"),
        help_text=_("In a few words, without anything about somebody’s health. It is sealed; only policy administrators can open it."),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words why")},
    )
    file = forms.FileField(
        label=_("Scan of the signed page"),
        help_text=format_lazy(_("PDF, JPG or PNG, up to {number} MB."), number=MOST_SCAN_MB),
        error_messages={"required": _("Choose the scan"), "empty": _("This file is empty.")},
    )

    def clean_file(self):
        upload = self.cleaned_data["file"]
        most = min(MOST_SCAN_MB, most_mb())
        if upload.problem == TOO_LARGE or upload.size > most * 1_000_000:
            raise forms.ValidationError(_("This file is too large. The limit is %(number)s MB.") % {"number": most})
        if upload.problem:
            raise forms.ValidationError(_("We could not read this file. Try again."))
        if upload.sniffed_type not in SCAN_TYPES:
            raise forms.ValidationError(_("This is no PDF, JPG or PNG. Scan or photograph the page."))
        return upload
