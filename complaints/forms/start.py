"""Before the questions: which device somebody uses."""

from django import forms
from django.utils.translation import gettext_lazy as _

OWN, SHARED, UNSURE = "own", "shared", "unsure"


class DeviceForm(forms.Form):
    """No choice, and “not sure”, count as a shared device: the safer of the two."""

    use_required_attribute = False
    device = forms.CharField(
        label=_("What are you using right now?"),
        required=False,
        widget=forms.RadioSelect(
            choices=[
                (OWN, _("My own phone or computer – we close the page after 24 hours without activity")),
                (SHARED, _("A work device, or one I share – we close it after 20 minutes without activity")),
                (UNSURE, _("I’m not sure")),
            ]
        ),
    )

    def chosen(self) -> str:
        return OWN if self.cleaned_data["device"] == OWN else SHARED
