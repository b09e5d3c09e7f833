"""Forms of talks: plan, guide, record."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from complaints.forms.followup import OnceForm, line, long_text, one_of
from investigations.forms.case import choice
from investigations.forms.parties import moment_field
from investigations.guides import STAGES
from investigations.models import Confirmation

REPORTER = "reporter"
GENDER = [("", _("No wish")), ("woman", _("Speak to a woman")), ("man", _("Speak to a man"))]


class PlanForm(OnceForm):
    """`people`: [(id, words)]; the reporter can be chosen without having been added."""

    person = choice(_("Whom do you speak with?"), [])
    planned_at = moment_field(_("When?"), help_text=_("Leave it blank while the date is open."), required=False)
    place = line(_("Where?"), help_text=_("A quiet room; not near where the other side works or waits"))
    support_person = line(_("Who comes with them?"))
    language = one_of(_("Language of the talk"), [*settings.LANGUAGES, ("other", _("With an interpreter"))])
    gender_wish = one_of(_("Whom would they rather speak to?"), GENDER)
    again = long_text(_("Why a second talk?"), help_text=_("Telling it again hurts. Needed when this person was heard before."), rows=3)
    same_day = long_text(
        _("Why on the same day after all?"),
        help_text=_("Both sides could meet on the way. Needed only when they have talks on one day."),
        rows=3,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, people=(), with_reasons=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = list(people)
        # Asked when they are needed, and shown again when they were typed.
        for name in ("again", "same_day"):
            if name not in with_reasons and not (self.is_bound and self.data.get(self.add_prefix(name))):
                self.fields[name].widget = forms.HiddenInput()

    def words(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("place", "support_person", "language", "gender_wish")}

    def ask_for(self, name: str, error) -> None:
        """Show the field that was hidden, with why it is asked for."""
        self.fields[name].widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off"})
        self.add_error(name, error)


class GuideForm(forms.Form):
    """One question a line, in three parts."""

    use_required_attribute = False
    open = long_text(STAGES["open"], rows=6, help_text=_("Let them tell it. One line each."))
    probe = long_text(STAGES["probe"], rows=8, help_text=_("Take up what they said, in their words."))
    close = long_text(STAGES["close"], rows=6, help_text=_("What was left out, what they need, what comes next."))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean(self):
        cleaned = super().clean()
        if not self.errors and not self.guide():
            self.add_error("open", _("Write at least one question"))
        return cleaned

    def guide(self) -> list[dict]:
        return [
            {"stage": stage, "text": text.strip()}
            for stage in STAGES
            for text in self.cleaned_data.get(stage, "").splitlines()
            if text.strip()
        ]


class RecordForm(forms.Form):
    use_required_attribute = False
    held_at = moment_field(_("When was it?"))
    present = line(_("Who was there?"))
    text = long_text(
        _("What was said"),
        help_text=_("In their words where you can; your own remarks belong under Tasks, as a note. They read and confirm this."),
        rows=16,
        required=True,
        blank=_("Write down what was said"),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_present(self):
        if not self.cleaned_data["present"].strip():
            raise forms.ValidationError(_("Say who was there"))
        return self.cleaned_data["present"]


class OnPaperForm(forms.Form):
    use_required_attribute = False
    how = choice(_("How did it end?"), [(each.value, each.label) for each in (Confirmation.SIGNED, Confirmation.DECLINED)])
