"""Forms of aftercare: the reporter's check-in, and what the team notes."""

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.followup import OnceForm, long_text, one_of
from investigations.forms.case import BLANK, CHOOSE, choice, date_field
from investigations.models import DetrimentKind
from investigations.services.aftercare import NO_ANSWER, TALK


class Stopped(TextChoices):
    YES = "yes", _("Yes, it has stopped")
    PARTLY = "partly", pgettext_lazy("has it stopped", "Partly")
    NO = "no", pgettext_lazy("has it stopped", "No")


class Punished(TextChoices):
    NO = "no", pgettext_lazy("has anything changed", "No")
    UNSURE = "unsure", _("I am not sure")
    YES = "yes", pgettext_lazy("has anything changed", "Yes")


class CheckInForm(OnceForm):
    """For the reporter: three questions, each may be left out."""

    stopped = one_of(_("Has it stopped?"), Stopped.choices)
    punished = one_of(
        _("Has anything changed for you at work because you spoke up?"),
        Punished.choices,
        help_text=_("For example shifts, pay, appraisal, tasks, contract, or how people treat you"),
    )
    needs = long_text(_("What do you need?"), rows=3)
    text = long_text(_("Anything else you want to tell us"), rows=4)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not any(str(cleaned.get(name) or "").strip() for name in ("stopped", "punished", "needs", "text")):
            self.add_error("stopped", _("Answer one of the questions – or go back, and nothing changes"))
        return cleaned

    def answers(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("stopped", "punished", "needs", "text")}


class AskCheckForm(OnceForm):
    text = long_text(
        _("Your message"),
        help_text=_("The questions themselves are on the reporter’s page. They can answer there, or not at all."),
        rows=8,
        required=True,
        blank=_("Write a message"),
    )

    def clean_text(self):
        if BLANK in self.cleaned_data["text"]:
            raise forms.ValidationError(_("There is still a blank to fill in"))
        return self.cleaned_data["text"]


class NoteCheckForm(forms.Form):
    use_required_attribute = False
    how = choice(
        _("How was it?"),
        [(TALK, _("We talked, in person or by phone")), (NO_ANSWER, _("We asked, and no answer came"))],
    )
    stopped = one_of(_("Has it stopped?"), Stopped.choices)
    punished = one_of(_("Has anything changed for them because they spoke up?"), Punished.choices)
    needs = long_text(_("What they need"), rows=3)
    text = long_text(_("What else was said"), help_text=_("The reporter can read this."), rows=4)

    def clean(self):
        cleaned = super().clean()
        said = any(str(cleaned.get(name) or "").strip() for name in ("stopped", "punished", "needs", "text"))
        if cleaned.get("how") == TALK and not said and not self.errors:
            self.add_error("stopped", _("Note what they said"))
        return cleaned

    def answers(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("stopped", "punished", "needs", "text")}


class WatchForm(OnceForm):
    who = forms.ChoiceField(label=_("For whom"), widget=forms.RadioSelect, error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})
    kind = choice(_("What changed"), DetrimentKind.choices)
    day = date_field(_("Since which day"), required=True)
    text = long_text(_("What was before, and what is now"), rows=3, required=True, blank=_("Say what changed"))
    explained = long_text(
        _("Is there a reason that has nothing to do with the report?"), help_text=_("Leave it blank when you know of none"), rows=2
    )

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = people


class ConsentForm(forms.Form):
    """A witness agreed to the watch, or took it back."""

    use_required_attribute = False
    who = choice(_("Which witness"), [])
    agrees = choice(_("What did they say?"), [("yes", _("They agree to be watched over")), ("no", _("They take it back"))])

    def __init__(self, *args, people, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = people


class CloseForm(OnceForm):
    told = long_text(
        _("What you tell the reporter, with the reason"),
        help_text=_("Say what goes on after the end: later checks, and that they can write or report again."),
        rows=6,
        required=True,
        blank=_("Tell the reporter that and why it ends"),
    )
    danger = choice(
        _("Is anybody else in danger, or does a law make us act?"),
        [("no", _("No")), ("yes", _("Yes, or we are not sure"))],
    )
    reason = long_text(_("Why it can end although something is open"), help_text=_("Kept as a note of the team."), rows=4)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, withdrawn: bool, **kwargs):
        super().__init__(*args, **kwargs)
        if withdrawn:
            self.fields["reason"].label = _("Why it can end with the withdrawal")
        else:
            del self.fields["danger"]

    def clean_told(self):
        if BLANK in self.cleaned_data["told"]:
            raise forms.ValidationError(_("There is still a blank to fill in"))
        return self.cleaned_data["told"]


class GoOnForm(OnceForm):
    told = long_text(
        _("What you tell the reporter"),
        help_text=_("What you do, why it can’t stop, and how you keep them out of it."),
        rows=6,
        required=True,
        blank=_("Tell the reporter what goes on and why"),
    )
