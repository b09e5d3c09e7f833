"""What an empty answer is told, in plain words, where a form says nothing of its own: never "this field is required"."""

from django import forms
from django.utils.translation import gettext_lazy as _

MESSAGES = {
    forms.Field: _("Please fill this in"),
    forms.ChoiceField: _("Choose one answer"),
    forms.MultipleChoiceField: _("Choose at least one answer"),
    forms.BooleanField: _("Tick the box to go on"),
    forms.FileField: _("Choose a file first"),
}


def install() -> None:
    """Give Django's own fields our words for an empty answer. Safe to call twice."""
    for kind, words in MESSAGES.items():
        kind.default_error_messages = kind.default_error_messages | {"required": words}
