"""Forms about a course as a whole: a new one, its expert, putting a version in force."""

from django import forms
from django.utils.translation import gettext_lazy as _

from training.models import Course
from training.services.courses import RESERVED_CODES
from training.states import Audience


class StartForm(forms.Form):
    """A new course: its address, and whom it is made for."""

    use_required_attribute = False
    code = forms.RegexField(
        r"^[a-z0-9][a-z0-9-]{1,39}$",
        label=_("Name in its address"),
        help_text=_("Small letters, digits and -. It can’t be changed later."),
        widget=forms.TextInput(attrs={"class": "short", "autocomplete": "off"}),
        error_messages={"required": _("Give it a name"), "invalid": _("Use small letters, digits and -, two at least")},
    )
    audience = forms.ChoiceField(
        label=_("For whom"),
        choices=Audience.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one"), "invalid_choice": _("Choose one")},
    )

    def clean_code(self):
        code = self.cleaned_data["code"]
        if code in RESERVED_CODES:
            raise forms.ValidationError(_("This name is taken"))
        return code


class ExpertForm(forms.Form):
    """Who answers questions, and how soon."""

    use_required_attribute = False
    expert = forms.ModelChoiceField(
        label=_("Who answers questions"), queryset=None, required=False, empty_label=_("Nobody named: a training administrator answers")
    )
    answer_days = forms.IntegerField(
        label=_("Answer promised within (working days)"),
        min_value=1,
        max_value=30,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages={name: _("Give a number from 1 to 30") for name in ("required", "invalid", "min_value", "max_value")},
    )

    # (id of the expert or 0, days) as shown beside the form: "12:2".
    seen = forms.RegexField(r"^\d{1,10}:\d{1,3}$", widget=forms.HiddenInput)

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["expert"].queryset = people
        self.fields["expert"].label_from_instance = lambda user: user.display_name

    @staticmethod
    def shown(course: Course) -> str:
        return f"{course.expert_id or 0}:{course.answer_days}"

    @property
    def details(self) -> dict:
        """What `services.courses.name_expert` is told."""
        expert, _colon, days = self.cleaned_data["seen"].partition(":")
        said = {name: self.cleaned_data[name] for name in ("expert", "answer_days")}
        return said | {"seen": (int(expert) or None, int(days))}

    def compare(self, stored: Course) -> list[tuple[str, str, str]]:
        """(label, what is stored, what was written) of what differs; saving the form again replaces it then."""
        said = self.cleaned_data
        self.data = self.data.copy()
        self.data["seen"] = self.shown(stored)
        was, mine = ((user.display_name if user else "") for user in (stored.expert, said["expert"]))
        rows = [("expert", was, mine), ("answer_days", str(stored.answer_days), str(said["answer_days"]))]
        return [(str(self[name].label), old, new) for name, old, new in rows if old != new]


class PublishForm(forms.Form):
    """Putting a draft in force. Where somebody has completed an older version: whether that still counts."""

    use_required_attribute = False
    row_version = forms.IntegerField(widget=forms.HiddenInput)
    past = forms.ChoiceField(
        label=_("Do past completions still count?"),
        choices=[
            ("yes", _("Yes: nothing that matters has changed. Whoever has completed it is asked again when it is time.")),
            ("no", _("No: it is a material change. Whoever has completed it is given this version now, with time to do it.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one"), "invalid_choice": _("Choose one")},
    )

    def __init__(self, *args, asks: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["past"]

    @property
    def past_count(self) -> bool | None:
        return self.cleaned_data["past"] == "yes" if "past" in self.fields else None
