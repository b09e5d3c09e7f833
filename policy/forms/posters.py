"""Noting where a sheet hangs."""

from django import forms
from django.utils.translation import gettext_lazy as _

from policy.forms.fields import date_field, line, one_of
from policy.posters import FORMATS, TONGUES


class HangForm(forms.Form):
    use_required_attribute = False
    place = line(
        _("Where it hangs"), help_text=_("For example: canteen, by the door; women’s changing room."), required=True, max_length=120
    )
    site = one_of(_("Site"), [], blank=_("none"))
    kind = one_of(_("Sheet"), [(each.name, each.label) for each in FORMATS.values()])
    tongue = one_of(_("Language"), list(TONGUES.items()))
    check_by = date_field(_("Somebody looks at it again by"), required=True)

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in sites}
        self.fields["site"].choices = [("", _("none")), *((key, site.name) for key, site in self.sites.items())]

    def values(self) -> dict:
        """What the service takes."""
        said = self.cleaned_data
        return {name: said[name] for name in ("place", "kind", "tongue", "check_by")} | {"site": self.sites.get(said["site"])}


class CheckForm(forms.Form):
    use_required_attribute = False
    check_by = date_field(_("Somebody looks at it again by"), required=True)
