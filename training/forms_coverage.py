"""What the pages of coverage are asked for: a day, and the words of a name."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DayForm(forms.Form):
    """As of which day. Empty: today."""

    use_required_attribute = False
    on = forms.DateField(
        label=_("As of"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Give a date, for example 2026-11-27")},
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day and day > self.today:
            raise forms.ValidationError(_("This day has not come yet. Numbers as of today are shown."))
        return day
