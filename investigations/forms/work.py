"""Filters of the case list and the search box."""

from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.states import Identity, State
from investigations.selectors import SORTS, Filters

_ANY = ("", _("Any"))
COLUMNS = (("ref", _("Reference")), ("state", _("Status")), ("due", _("Next promise")), ("received", _("Received")))


class FilterForm(forms.Form):
    """Everything is optional; what is not understood is dropped."""

    use_required_attribute = False
    state = forms.ChoiceField(label=_("Status"), required=False)
    handler = forms.ChoiceField(label=_("Handler"), required=False)
    identity = forms.ChoiceField(label=_("Identity"), required=False, choices=[_ANY, *Identity.choices])
    risk = forms.ChoiceField(
        label=_("Risk"),
        required=False,
        choices=[
            _ANY,
            ("not_safe", _("Not safe")),
            ("ahead", _("Before the event")),
            ("retaliation", _("Retaliation")),
        ],
    )
    late = forms.BooleanField(label=_("Late only"), required=False)
    third_party = forms.BooleanField(label=_("Somebody from outside only"), required=False)

    def __init__(self, data, *, handlers):
        super().__init__(data, auto_id="filter_%s")
        shown = [(value, label) for value, label in State.choices if value != State.PRIVATE]
        self.fields["state"].choices = [_ANY, *shown]
        self.fields["handler"].choices = [_ANY, ("none", _("Not assigned yet")), *[(str(pk), name) for pk, name in handlers]]
        self.is_valid()

    def chosen(self) -> dict:
        """The valid filters that narrow something: {name: value}."""
        if not self.is_bound:
            return {}
        return {name: value for name, value in self.cleaned_data.items() if value}

    def filters(self) -> Filters:
        return Filters(**self.chosen())

    def sort(self) -> str:
        wanted = self.data.get("sort", "") if self.is_bound else ""
        return wanted if wanted in SORTS else "received"

    def page_number(self) -> int:
        text = self.data.get("page", "") if self.is_bound else ""
        return max(1, min(int(text), 10_000)) if text.isascii() and text.isdigit() else 1

    def url(self, **changes) -> str:
        query = {name: "on" if value is True else value for name, value in self.chosen().items()}
        if self.sort() != "received":
            query["sort"] = self.sort()
        query = {name: value for name, value in (query | changes).items() if value not in ("", None)}
        return reverse("work:cases") + (f"?{urlencode(query)}" if query else "")

    def chips(self) -> list[dict]:
        """One link for every filter in force, which takes it off."""
        return [{"label": self._words(name, value), "remove_url": self.url(**{name: None})} for name, value in self.chosen().items()]

    def _words(self, name: str, value) -> str:
        label = str(self.fields[name].label)
        if value is True:
            return label
        return f"{label}: {dict(self.fields[name].choices)[value]}"

    def columns(self) -> list[dict]:
        """Column heads as links: the first press sorts, the second turns it round."""
        now = self.sort()
        return [
            {
                "label": label,
                "url": self.url(sort=f"-{name}" if now == name else name),
                "sorted": "ascending" if now == name else "descending" if now == f"-{name}" else "",
            }
            for name, label in COLUMNS
        ]


class SearchForm(forms.Form):
    use_required_attribute = False
    words = forms.CharField(
        label=_("Reference, person or words"),
        help_text=_("Searches only the open cases you work on. What you type is not stored."),
        max_length=200,
        error_messages={"required": _("Write what you are looking for"), "max_length": _("Use fewer words")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "type": "search"}),
    )
