"""Forms of help outside and of notices to authorities."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.followup import OnceForm, line, long_text
from investigations.forms.case import choice, date_field
from investigations.models import ReferralBasis
from investigations.services.referrals import KINDS, WORDS, ReferralWords

FUTURE = _("This day has not come yet")


class ReferralForm(OnceForm):
    """`today`: nothing that is said to have happened lies after it."""

    kind = choice(_("To whom?"), list(KINDS.items()))
    whom = line(_("Name, office or number"))
    what_was_passed_on = long_text(_("What was passed on"), help_text=_("As little as they need. “Nothing” is a good answer."), rows=3)
    basis = choice(_("On whose word?"), ReferralBasis.choices)
    consent_on = date_field(_("Agreed on"), help_text=_("When the person agreed."))
    basis_words = long_text(_("Which duty, or how they agreed"), rows=2)
    accompanied_by = line(_("Who went along, if anybody"))
    outside_date = date_field(_("A date of theirs"), help_text=_("A hearing, an appointment, their time limit."))
    outcome = long_text(_("What came of it"), rows=3)
    outcome_on = date_field(_("Known since"))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self):
        cleaned = super().clean()
        for name in ("consent_on", "outcome_on"):
            if cleaned.get(name) and self.today and cleaned[name] > self.today:
                self.add_error(name, FUTURE)
        if cleaned.get("basis") == ReferralBasis.CONSENT and not cleaned.get("consent_on") and "consent_on" not in self.errors:
            self.add_error("consent_on", _("Say when the person agreed. Without that nothing is passed on"))
        if cleaned.get("basis") == ReferralBasis.DUTY and not cleaned.get("basis_words", "").strip() and "basis_words" not in self.errors:
            self.add_error("basis_words", _("Say which law or rule asks for it"))
        return cleaned

    def words(self) -> ReferralWords:
        data = self.cleaned_data
        return ReferralWords(
            kind=data["kind"],
            basis=data["basis"],
            detail={name: data.get(name, "") for name in WORDS},
            consent_on=data["consent_on"],
            outside_date=data["outside_date"],
            outcome_on=data["outcome_on"],
        )


class NoticeForm(forms.Form):
    """When an authority was told."""

    use_required_attribute = False
    done_on = date_field(_("Done on"), required=True)

    def __init__(self, *args, today=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_done_on(self):
        if self.today and self.cleaned_data["done_on"] > self.today:
            raise forms.ValidationError(FUTURE)
        return self.cleaned_data["done_on"]
