"""Choosing a report that is looked into together with this one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from investigations.forms.case import choice


class JoinForm(forms.Form):
    """`refs`: references of the person's own other cases."""

    use_required_attribute = False
    ref = choice(_("Which report belongs to this investigation?"), [], help_text=_("Only cases you work on yourself are listed."))

    def __init__(self, *args, refs=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ref"].choices = [(ref, ref) for ref in refs]
