"""Sentences of the check page."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from complaints.questions.about import CONFIDENTIAL, NAMED

_GROUPS = {
    "hr_contact": lambda: _("Your HR contact"),
    "managers_manager": lambda: _("Your manager’s manager"),
    "local_management": lambda: _("Local management"),
}


def group_words(group: str) -> str:
    return _GROUPS[group]()


def readers_sentence(route) -> str:
    """Role and number of those who will be able to open the report; "" when there is nobody."""
    count = len(route.readers)
    if not count:
        return ""
    if route.to_oversight:
        return ngettext("oversight, {number} person", "oversight, {number} people", count).format(number=count)
    return ngettext("trained intake officers, {number} person", "trained intake officers, {number} people", count).format(number=count)


def identity_sentence(identity: str, readers: str) -> str:
    """How the reporter is known, in one sentence."""
    if identity == NAMED:
        return _("You are sending this with your name. The case team will know who you are.")
    if identity == CONFIDENTIAL and readers:
        sentence = _("You are sending this with your name, kept confidential. Only {readers} named people will know it.")
        return sentence.format(readers=readers)
    if identity == CONFIDENTIAL:
        return _("You are sending this with your name, kept confidential.")
    return _("You are sending this without your name. We will not know who you are. You can tell us later.")
