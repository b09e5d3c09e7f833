"""Forms of the decision, its letters and what is carried out."""

from datetime import datetime, time

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.forms.followup import OnceForm, line, long_text
from investigations.forms.case import PersonChoice, choice, date_field
from investigations.models import AppealResult, ItemKind


class DecisionForm(forms.Form):
    use_required_attribute = False
    heard_on = date_field(_("The affected person was heard on"), help_text=_("What they would want, before a sanction is chosen."))
    heard = long_text(_("What they said"), rows=4)
    not_heard_why = long_text(_("Or why they were not heard"), rows=2)
    outcome = long_text(
        _("What is decided, in plain words"),
        help_text=_("One or two sentences. They begin the reporter’s letter."),
        rows=3,
        required=True,
        blank=_("Say what is decided"),
    )
    reasons = long_text(
        _("Reasons"),
        help_text=_("How serious it was, how long it went on, whether power was used, whether it was repeated, the harm done."),
        rows=6,
        required=True,
        blank=_("Give the reasons"),
    )
    now = long_text(_("What happens now"), rows=4, required=True, blank=_("Say what happens now"))
    not_told = long_text(_("What the reporter can’t be told, and why"), rows=3)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def heard_at(self) -> datetime | None:
        day = self.cleaned_data["heard_on"]
        return timezone.make_aware(datetime.combine(day, time(12)), timezone.get_current_timezone()) if day else None


class ItemForm(PersonChoice, OnceForm):
    """`codes`: what may be chosen. A sanction's `outside` codes need a reason."""

    code = choice(_("Which?"), [], required=False)
    text = long_text(_("What exactly"), rows=3)
    to = choice(_("Who sees to it"), [])
    due_date = date_field(_("Until when"), required=True)
    later_reason = long_text(
        _("Why it takes longer than the policy says"), help_text=_("Only for a later date. The reporter reads this."), rows=2
    )
    outside_reason = long_text(
        _("Why it is outside the schedule"), help_text=_("Oversight reads this. Without it, choose from the range."), rows=3
    )

    def __init__(self, *args, kind: str, codes, **kwargs):
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.fields["code"].choices = codes
        if not codes:
            del self.fields["code"]
        if kind != ItemKind.SANCTION:
            del self.fields["outside_reason"]

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("code") and not cleaned.get("text", "").strip():
            place = "code" if self.kind == ItemKind.SANCTION else "text"
            self.add_error(place, _("Say what is to be done"))
        if self.kind == ItemKind.SANCTION and not cleaned.get("code") and "code" not in self.errors:
            self.add_error("code", _("Choose one of the answers"))
        return cleaned


class LetterForm(forms.Form):
    """The letter to one reporter: `count` findings."""

    use_required_attribute = False
    answer = long_text(_("The plain answer first"), rows=4, required=True, blank=_("Begin with the answer"))
    now = long_text(_("What happens now"), rows=4)
    not_told = long_text(_("What we can’t tell you, and why"), rows=3)
    support = long_text(_("Support"), rows=4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, allegations, **kwargs):
        super().__init__(*args, **kwargs)
        self.count = len(allegations)
        for at, text in enumerate(allegations):
            words = {"text": text}
            self.fields[f"finding{at}"] = line(_("Finding"), help_text=_("On: %(text)s") % words)
            self.fields[f"reasons{at}"] = long_text(_("The main reasons, in three sentences"), rows=4)
        parts = [name for at in range(self.count) for name in (f"finding{at}", f"reasons{at}")]
        self.order_fields(["answer", *parts, "now", "not_told", "support"])

    def letter(self) -> dict:
        data = self.cleaned_data
        found = [{"finding": data[f"finding{at}"], "reasons": data[f"reasons{at}"]} for at in range(self.count)]
        return {name: data[name] for name in ("answer", "now", "not_told", "support")} | {"per_allegation": found}


class RespondentLetterForm(forms.Form):
    use_required_attribute = False
    text = long_text(_("The letter"), rows=14, required=True, blank=_("Write the letter"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ProofForm(forms.Form):
    use_required_attribute = False
    text = long_text(
        _("How it was done, and how that can be seen"),
        help_text=_("For example: the letter of 3 December is in the personnel file."),
        rows=4,
        required=True,
        blank=_("Say how it was done"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class VoteForm(forms.Form):
    use_required_attribute = False
    agrees = choice(_("Your vote on this decision as it stands"), [("yes", _("I agree")), ("no", _("I don’t agree"))])
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ReviewAnswerForm(OnceForm):
    result = choice(_("What comes of it?"), AppealResult.choices)
    text = long_text(_("Your answer, with the reasons"), rows=8, required=True, blank=_("Give the reasons"))
