"""Forms about the training of one person: another date, a course given by hand, an absence."""

from django import forms
from django.utils.translation import gettext_lazy as _

from policy.forms.fields import date_field
from training.forms_records import CHOOSE, CourseChosen
from training.states import AbsenceReason

# Another date may also be agreed; that is no absence.
AWAY = [each for each in AbsenceReason.choices if each[0] != AbsenceReason.AGREED]
WHY_NO_MORE = _("No more than this is kept. Why somebody is away is not asked.")


def _reason(label, choices) -> forms.ChoiceField:
    errors = {"required": CHOOSE, "invalid_choice": CHOOSE}
    return forms.ChoiceField(label=label, choices=choices, help_text=WHY_NO_MORE, widget=forms.RadioSelect, error_messages=errors)


class MoveForm(forms.Form):
    """Another date for one course. `seen`: the date that is shown beside the form."""

    use_required_attribute = False
    due = date_field(_("New date"), required=True)
    reason = _reason(_("Why"), AbsenceReason.choices)
    seen = forms.DateField(widget=forms.HiddenInput)


class GiveForm(CourseChosen):
    """A course for one person, beyond what the policy asks."""

    use_required_attribute = False
    course = forms.ChoiceField(label=_("Course"), error_messages={"required": CHOOSE, "invalid_choice": CHOOSE})
    due = date_field(_("To be done by"), required=True)


class AwayForm(forms.Form):
    """From when to when somebody is away. `seen`: the newest absence that is shown beside the form, 0 for none."""

    use_required_attribute = False
    since = date_field(_("First day away"), required=True)
    until = date_field(_("Last day away"), required=True)
    reason = _reason(_("Why"), AWAY)
    seen = forms.IntegerField(widget=forms.HiddenInput)
