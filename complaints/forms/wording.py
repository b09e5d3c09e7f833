"""The texts of one page of questions, both languages side by side."""

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.questions.plain import broken, tidy
from complaints.questions.wording import CHINESE, LANGUAGES, Slot
from complaints.wording_words import LANGUAGE_WORDS, flaw_words, slot_words

HTML_LANGUAGE = {"en": "en", CHINESE: "zh-Hans"}
# Far above what is kept: longer texts are told so, not cut.
LONGEST_TYPED = 5_000


@dataclass(frozen=True)
class Row:
    """One text: what it is for, its two boxes, and the shipped words where the version says something else."""

    slot: Slot
    title: str
    boxes: tuple
    shipped: tuple[str, ...]
    note: str


class WordingForm(forms.Form):
    """`slots`: the texts of the page; `texts`: {key: (English, Chinese)} that are shown when nothing was posted."""

    use_required_attribute = False
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data=None, *, slots: tuple[Slot, ...], texts, seen: str = ""):
        self.slots = slots
        self.stored = texts
        initial = {name: texts[slot.key][n] for slot, n, name in _boxes(slots)}
        super().__init__(data, initial=initial | {"seen": seen})
        for slot, n, name in _boxes(slots):
            self.fields[name] = _box(slot, LANGUAGES[n])

    def clean(self):
        """Refuse what can't be shown at all; what merely can't be published yet is kept."""
        cleaned = super().clean()
        for slot, n, name in _boxes(self.slots):
            for flaw in broken(slot, cleaned.get(name, ""), LANGUAGES[n]):
                where = f"{slot_words(slot)} ({LANGUAGE_WORDS[LANGUAGES[n]]})"
                self.add_error(name, f"{where}: {flaw_words(flaw)}")
        return cleaned

    def texts(self) -> dict[str, tuple[str, str]]:
        """What was typed, by key."""
        found: dict[str, list[str]] = {}
        for slot, _n, name in _boxes(self.slots):
            found.setdefault(slot.key, []).append(self.cleaned_data[name])
        return {key: (en, zh) for key, (en, zh) in found.items()}

    def rows(self) -> list[Row]:
        """The texts in the order of the page."""
        return [self._row(i, slot) for i, slot in enumerate(self.slots)]

    def _row(self, i: int, slot: Slot) -> Row:
        shipped = tuple(slot.shipped_in(language) for language in LANGUAGES)
        return Row(
            slot=slot,
            title=slot_words(slot),
            boxes=tuple(self[_name(i, n)] for n in range(len(LANGUAGES))),
            shipped=shipped if any(shipped) and shipped != tuple(self.stored[slot.key]) else (),
            note=_note(slot),
        )


class PublishWordingForm(forms.Form):
    """`row_version`: the draft as it was when the page was shown."""

    row_version = forms.IntegerField(widget=forms.HiddenInput)


class _Words(forms.CharField):
    def to_python(self, value):
        return tidy(super().to_python(value))


def _box(slot: Slot, language: str) -> forms.CharField:
    attrs = {"lang": HTML_LANGUAGE[language], "autocomplete": "off"}
    widget = forms.Textarea(attrs=attrs | {"rows": 3}) if slot.is_sentence else forms.TextInput(attrs=attrs | {"maxlength": False})
    too_long = gettext_lazy("This is too long")
    return _Words(
        label=LANGUAGE_WORDS[language], required=False, max_length=LONGEST_TYPED, widget=widget, error_messages={"max_length": too_long}
    )


def _note(slot: Slot) -> str:
    if slot.placeholders:
        names = " ".join(f"{{{name}}}" for name in sorted(slot.placeholders))
        return _("Keep %(names)s: the policy puts its number there.") % {"names": names}
    return _("May be left empty in both languages.") if slot.may_be_blank else ""


def _name(i: int, n: int) -> str:
    return f"t{i}_{'en' if n == 0 else 'zh'}"


def _boxes(slots):
    for i, slot in enumerate(slots):
        for n in range(len(LANGUAGES)):
            yield slot, n, _name(i, n)
