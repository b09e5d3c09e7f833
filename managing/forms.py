"""Accounts, roles and settings of the portal."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.models import Role


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


class SettingsForm(forms.Form):
    """What the organisation is called here, where “Leave this site” leads, and how long things are kept."""

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
    private_keeping_days = forms.IntegerField(
        label=_("Reports kept private are erased after (days)"),
        min_value=30,
        max_value=3650,
        widget=forms.NumberInput(attrs={"class": "short"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = _("Write something here")
