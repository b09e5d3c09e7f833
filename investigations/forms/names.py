"""Looking up who is meant by a name of the report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.forms.followup import line
from investigations.forms.case import CHOOSE, choice
from investigations.services.names import OUTSIDE

NOT_HERE = _("Nobody who works here: a client, merchant, visitor or somebody else")


class NameForm(forms.Form):
    """`words` are looked for in the directory; `found` becomes the choices, besides somebody from outside."""

    use_required_attribute = False
    words = line(_("Look in the directory"), help_text=_("A name in either language, a part of it, a number, an address or a department"))
    who = choice(_("Who is it?"), [], required=False)

    def __init__(self, *args, found=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [*((str(each.pk), _entry(each)) for each in found), (OUTSIDE, NOT_HERE)]

    def clean_who(self):
        if not self.cleaned_data["who"]:
            raise forms.ValidationError(CHOOSE)
        return self.cleaned_data["who"]


class EntryForm(forms.Form):
    """As NameForm, without anybody from outside: only a directory entry can be compared with earlier ones."""

    use_required_attribute = False
    words = line(_("Look in the directory"), help_text=_("A name in either language, a part of it, a number, an address or a department"))
    who = choice(_("Who is it?"), [])

    def __init__(self, *args, found=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = [(str(each.pk), _entry(each)) for each in found]


def _entry(employee) -> str:
    names = " · ".join(filter(None, (employee.name, employee.other_name, employee.unit.name if employee.unit else "", employee.number)))
    return f"{names} ({_('has left')})" if employee.left_date else names
