"""Accounts, roles and settings of the portal."""

import re
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from people.models import Gender, Role

# Below this a photo of a phone could not be sent.
FEWEST_MB = 5
LINK = re.compile(r"://|www\.", re.IGNORECASE)
TELLING = re.compile(r"harass|complain|report|abuse|victim|assault|misconduct|骚扰|投诉|举报|侵害|受害|不当行为", re.IGNORECASE)


class AccountForm(forms.Form):
    use_required_attribute = False
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, error_messages={"required": _("Write the address"), "invalid": _("This is no e-mail address")}
    )
    name = forms.CharField(
        label=_("Name as colleagues and reporters see it"), max_length=120, error_messages={"required": _("Write the name")}
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class RolesForm(forms.Form):
    use_required_attribute = False
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=Role.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Nobody is administrator of the system or the policy and also handles reports."
            " Oversight stands outside the line of the people who look after staff."
        ),
    )
    gender = forms.ChoiceField(
        label=_("How they describe themselves"),
        choices=Gender.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Only if they want to. It helps when a reporter would rather speak to a woman or a man, and shows nowhere else."),
    )


class SettingsForm(forms.Form):
    """What the organisation is called here, where “Leave this site” leads, how large a file may be, what every message ends with."""

    use_required_attribute = False
    name_en = forms.CharField(label=_("Organisation (English)"), max_length=120)
    name_zh = forms.CharField(label=_("Organisation (中文)"), max_length=120)
    service_name_en = forms.CharField(
        label=_("Name of this site (English)"), max_length=60, help_text=_("Neutral: it shows in the browser’s history.")
    )
    service_name_zh = forms.CharField(label=_("Name of this site (中文)"), max_length=60)
    default_language = forms.ChoiceField(label=_("Language when nobody has chosen one"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=[(name, name) for name in sorted(available_timezones())])
    emergency_number = forms.CharField(label=_("Emergency number"), max_length=20)
    exit_url_en = forms.URLField(
        label=_("“Leave this site” leads to (English)"),
        assume_scheme="https",
        help_text=_("An ordinary site such as the weather, reachable in the company’s network. It is tried before saving."),
        error_messages={"invalid": _("Write a whole address, beginning with https://")},
    )
    exit_url_zh = forms.URLField(
        label=_("“Leave this site” leads to (中文)"),
        assume_scheme="https",
        error_messages={"invalid": _("Write a whole address, beginning with https://")},
    )

    max_upload_mb = forms.IntegerField(
        label=_("Largest file (MB)"),
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages={"invalid": _("Write a whole number")},
    )
    mail_note_en = forms.CharField(
        label=_("Last sentence of every message (English)"),
        max_length=200,
        required=False,
        help_text=_("For example whom to ask when signing in fails. Neutral, without a link: others may see the message on a screen."),
    )
    mail_note_zh = forms.CharField(label=_("Last sentence of every message (中文)"), max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        size = self.fields["max_upload_mb"]
        size.validators += [
            MinValueValidator(FEWEST_MB, _("At least %(limit_value)s MB, so that a photo can be sent")),
            MaxValueValidator(settings.MAX_UPLOAD_MB, _("The server takes at most %(limit_value)s MB")),
        ]
        size.help_text = _("For reports, evidence and lists. The server takes at most %(number)s MB.") % {"number": settings.MAX_UPLOAD_MB}
        for field in self.fields.values():
            field.error_messages["required"] = _("Write something here")

    def clean_mail_note_en(self) -> str:
        return self._neutral("mail_note_en")

    def clean_mail_note_zh(self) -> str:
        return self._neutral("mail_note_zh")

    def _neutral(self, name: str) -> str:
        words = self.cleaned_data[name]
        if LINK.search(words):
            raise forms.ValidationError(_("Leave out the link: the message has one to this site already"))
        if TELLING.search(words):
            raise forms.ValidationError(_("This says what the site is about. Somebody else may see the message: say it without that word"))
        return words
