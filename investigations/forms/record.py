"""Writing down a call, a letter or a talk (C12)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from complaints.states import Channel
from investigations.forms.case import choice


class ChannelForm(forms.Form):
    use_required_attribute = False
    channel = choice(_("How did it reach you?"), [(value, label) for value, label in Channel.choices if value != Channel.WEB])
    language = choice(
        _("Language of the person who told you"),
        [("zh-hans", "简体中文"), ("en", "English")],
        help_text=_("Their own page will be in this language."),
    )


class ReadBackForm(forms.Form):
    use_required_attribute = False
    read_back = forms.BooleanField(
        label=_("I have read this back, and the person agrees that it says what they told me"),
        error_messages={"required": _("Read it back to the person first. They can correct it later as well.")},
    )
