"""Building blocks: the same words in both languages side by side, and spans of time."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from policy.limits import LimitError, Span
from policy.records import Text

# A list of more choices than this is folded.
SHORT_LIST = 6
LANGUAGE_FIELDS = (("en", "English"), ("zh_hans", "中文"))
SPAN_UNITS = [
    ("working_hour", _("working hours")),
    ("hour", _("hours")),
    ("working_day", _("working days")),
    ("calendar_day", _("calendar days")),
    ("month", _("months")),
    ("year", _("years")),
]


def line(label, *, help_text="", required: bool = False, max_length: int = 300) -> forms.CharField:
    """One line of words."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=max_length,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Write something here")},
    )


def amount(label, *, help_text="", most: int = 10_000) -> forms.IntegerField:
    """A whole number, or nothing."""
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=0,
        max_value=most,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages={"invalid": _("Write a whole number")},
    )


def date_field(label, *, help_text="", required: bool = False) -> forms.DateField:
    """A date, as the browser's own date picker gives it."""
    wrong = _("Give a date, for example 2026-11-27")
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": wrong, "required": wrong},
    )


def one_of(label, choices, *, help_text="", required: bool = True, blank: str | None = None) -> forms.ChoiceField:
    """A select box; `blank` is the text of an empty first choice."""
    first = [] if blank is None else [("", blank)]
    return forms.ChoiceField(
        label=label,
        help_text=help_text,
        choices=[*first, *choices],
        required=required and blank is None,
        widget=forms.Select,
        error_messages={"required": _("Choose one"), "invalid_choice": _("Choose one")},
    )


def several(label, choices, *, help_text="") -> forms.MultipleChoiceField:
    """A list from which several may be chosen."""
    return forms.MultipleChoiceField(label=label, help_text=help_text, choices=choices, required=False, widget=forms.CheckboxSelectMultiple)


class RecordForm(forms.Form):
    """A form that writes one record of a policy.

    `texts` names the fields of the record that hold words, with (label, rows, help): each becomes two boxes, one a language.
    Subclasses say how a record fills the form (`initial_of`) and what the filled form says (`record`).
    """

    use_required_attribute = False
    texts: dict = {}
    # Beginnings of the names of fields that only few limits need.
    special: tuple[str, ...] = ()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, content=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.content = content
        self._add_texts()
        self.offer(content)

    def offer(self, content) -> None:
        """Fill choices that depend on the rest of the policy."""

    def _add_texts(self) -> None:
        for name, (label, rows, help_text) in self.texts.items():
            for suffix, language in LANGUAGE_FIELDS:
                widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(attrs={"autocomplete": "off"})
                widget.attrs["lang"] = "zh-Hans" if suffix == "zh_hans" else "en"
                self.fields[f"{name}_{suffix}"] = forms.CharField(
                    label=_("%(label)s (%(language)s)") % {"label": label, "language": language},
                    help_text=help_text if suffix == "en" else "",
                    required=False,
                    max_length=40_000,
                    widget=widget,
                )

    def text(self, name: str) -> Text:
        """What both boxes say."""
        return Text(*(self.cleaned_data.get(f"{name}_{suffix}", "").replace("\r\n", "\n").strip() for suffix, _name in LANGUAGE_FIELDS))

    def rows(self):
        """The visible fields in order, as (kind, boxes): both languages, a span of time, one box, or a long list and what is chosen."""
        for name in self._ordered([name for name in self.fields if name != "seen"]):
            stem, _underscore, end = name.rpartition("_")
            if name.endswith("_en") and name.removesuffix("_en") in self.texts:
                stem = name.removesuffix("_en")
                yield "languages", [self[name], self[f"{stem}_zh_hans"]]
            elif end == "amount":
                yield "span", [self[name], self[f"{stem}_unit"]]
            elif not self._is_second(name):
                chosen = self._chosen(name)
                yield ("one", [self[name]]) if chosen is None else ("list", [self[name], chosen])

    def _chosen(self, name: str) -> list[str] | None:
        """What is chosen of a list too long to stand open; None for anything else."""
        choices = getattr(self.fields[name], "choices", ())
        if not isinstance(self.fields[name], forms.MultipleChoiceField) or len(choices) <= SHORT_LIST:
            return None
        chosen = set(self[name].value() or ())
        return [str(label) for value, label in choices if value in chosen]

    def _is_second(self, name: str) -> bool:
        """Whether the box has been shown beside its first half."""
        of_text = name.endswith("_zh_hans") and name.removesuffix("_zh_hans") in self.texts
        return of_text or (name.endswith("_unit") and f"{name.removesuffix('_unit')}_amount" in self.fields)

    def plain_rows(self):
        return [row for row in self.rows() if not self._is_special(row)]

    def special_rows(self):
        """What few ever need; shown in a disclosure."""
        return [row for row in self.rows() if self._is_special(row)]

    def _is_special(self, row) -> bool:
        return any(row[1][0].name.startswith(name) for name in self.special)

    def _ordered(self, names: list[str]) -> list[str]:
        first = [f"{name}_{suffix}" for name in self.texts for suffix, _label in LANGUAGE_FIELDS]
        return [*first, *(name for name in names if name not in first)]

    @classmethod
    def initial_of(cls, record) -> dict:
        """What the form shows for a record."""
        initial = {}
        for name in cls.texts:
            text = getattr(record, name)
            initial |= {f"{name}_en": text.en, f"{name}_zh_hans": text.zh_hans}
        plain = [name for name in cls.base_fields if name != "seen" and hasattr(record, name)]
        return initial | {name: getattr(record, name) for name in plain}

    def span(self, name: str) -> Span | None:
        """The time that the boxes `<name>_amount` and `<name>_unit` give; None when the amount is empty."""
        number, unit = self.cleaned_data.get(f"{name}_amount"), self.cleaned_data.get(f"{name}_unit")
        return Span(number, unit) if number is not None and unit else None

    def built(self, make):
        """Return `make()`, or None after adding what is wrong with it to the form."""
        try:
            return make()
        except (LimitError, ValueError) as problem:
            self.add_error(None, ValidationError(str(problem)))
            return None


def span_initial(name: str, span: Span | None) -> dict:
    """The two boxes of a span."""
    return {f"{name}_amount": span.value if span else None, f"{name}_unit": span.unit if span else "working_day"}
