"""Forms of the plan."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.followup import OnceForm, line, long_text
from investigations.forms.case import CHOOSE, choice, date_field
from investigations.models import PlanKind, PreservationOutcome, RecordKind

NOBODY = pgettext_lazy("nobody chosen", "Nobody yet")


class AimsForm(forms.Form):
    use_required_attribute = False
    text = long_text(_("What is to be found out, and how"), help_text=_("In a few sentences, without taking a side"), rows=6)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class LineForm(OnceForm):
    """One line of the plan. `people`: (row, name) of the case; `team`: who may do it."""

    text = long_text(_("What it is about"), rows=3)
    person = forms.ChoiceField(label=_("Who is heard"), required=False, error_messages={"invalid_choice": CHOOSE})
    answer = long_text(_("What came out"), help_text=_("Fill it in when it is known"), rows=3)
    owner = forms.ChoiceField(label=_("Who does it"), required=False, error_messages={"invalid_choice": CHOOSE})
    due_date = date_field(_("By when"))
    done = forms.BooleanField(label=_("Done"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, kind: str, team, people=(), is_new: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self._team = {str(user.pk): user for user in team}
        self._people = {str(row.pk): (row, name) for row, name in people}
        self.fields["owner"].choices = [("", NOBODY), *((key, user.display_name) for key, user in self._team.items())]
        if kind == PlanKind.PERSON:
            named = [(key, name) for key, (_row, name) in self._people.items()]
            self.fields["person"].choices = [("", _("Somebody who is not in the list yet")), *named]
        else:
            del self.fields["person"]
        self.fields["text"].label = _LABELS[kind]
        if is_new:
            for name in ("answer", "done", "version"):
                del self.fields[name]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("text", "").strip() and not cleaned.get("person") and "text" not in self.errors:
            self.add_error("text", _("Write a few words"))
        return cleaned

    @property
    def chosen_owner(self):
        return self._team.get(self.cleaned_data["owner"])

    @property
    def chosen_person(self):
        return self._people.get(self.cleaned_data.get("person", ""), (None, ""))[0]

    def line(self) -> dict:
        """The line as services take it."""
        data = self.cleaned_data
        return {
            "kind": self.kind,
            "text": data["text"],
            "answer": data.get("answer", ""),
            "person": self.chosen_person,
            "owner": self.chosen_owner,
            "due_date": data["due_date"],
        }

    def shown(self) -> dict:
        """What was typed, in words, for the compare page."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "answer": data.get("answer", ""),
            "person": self._people.get(data.get("person", ""), (None, ""))[1],
            "owner": self.chosen_owner.display_name if self.chosen_owner else "",
            "due_date": data["due_date"],
            "done": data.get("done", False),
        }


_LABELS = {
    PlanKind.QUESTION: _("The question"),
    PlanKind.PERSON: _("Why, and what to ask"),
    PlanKind.STEP: _("The step"),
    PlanKind.SUPPORT: _("Who supports whom"),
}


class SuggestionsForm(OnceForm):
    """Lines of a starting point, ticked one by one."""

    lines = forms.MultipleChoiceField(
        label=_("Lines to add"),
        required=True,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one line, or go back"), "invalid_choice": CHOOSE},
    )

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = choices


class RecordsForm(OnceForm):
    kind = choice(_("Which records"), RecordKind.choices)
    what = long_text(_("What exactly"), help_text=_("As it goes into the letter. Name no person of the case where you can"), rows=3)
    holder = line(_("Who keeps them"), help_text=_("For example: IT desk, building security, the hotel"))
    period = line(_("From when to when"))
    asked_on = date_field(_("Sent on"), required=True)
    due_date = date_field(_("Answer due on"), help_text=_("Recordings are often overwritten within days"), required=True)

    def clean(self):
        cleaned = super().clean()
        for name, words in (("what", _("Say what is to be kept")), ("holder", _("Say who keeps it"))):
            if name not in self.errors and not cleaned.get(name, "").strip():
                self.add_error(name, words)
        asked, due = cleaned.get("asked_on"), cleaned.get("due_date")
        if asked and due and due < asked:
            self.add_error("due_date", _("The answer comes after the request"))
        return cleaned


class RecordsAnswerForm(forms.Form):
    use_required_attribute = False
    outcome = choice(_("What came of it?"), PreservationOutcome.choices)
    text = long_text(_("What they answered"), help_text=_("Since when it is gone, who made the copy, when and how"), rows=4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class StepForm(forms.Form):
    use_required_attribute = False
    reason = long_text(_("Reason"), help_text=_("Kept as a note of the team. Needed while something is open, or when you go back."), rows=4)
