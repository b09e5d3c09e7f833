"""Starting, commenting on and publishing a version."""

from django import forms
from django.utils.translation import gettext_lazy as _

from policy.forms.fields import date_field
from policy.services.editing import COMMENT_LENGTH


class StartForm(forms.Form):
    """Where a new draft begins: a profile's id, or the version in force."""

    IN_FORCE = "in-force"
    use_required_attribute = False
    start = forms.ChoiceField(
        label=_("Begin with"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where to begin"), "invalid_choice": _("Choose where to begin")},
    )

    def __init__(self, *args, profiles, current, **kwargs):
        super().__init__(*args, **kwargs)
        choices = [(each.id, each.title) for each in profiles]
        if current:
            choices.insert(0, (self.IN_FORCE, _("The version in force (version %(number)s)") % {"number": current.number}))
        self.fields["start"].choices = choices


class CommentForm(forms.Form):
    use_required_attribute = False
    words = forms.CharField(
        label=_("Your comment"),
        max_length=COMMENT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something")},
    )
    part = forms.SlugField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    use_required_attribute = False
    effective_date = date_field(_("In force from"), help_text=_("From the start of this day; if it is today, from now."), required=True)
