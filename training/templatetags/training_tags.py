"""How completed courses and their certificates are written."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.translation import ngettext, pgettext

from policy.records import Text, load
from training.certificates import in_groups
from training.models import Completion

register = template.Library()


@register.simple_tag
def completed_title(completion: Completion) -> str:
    """The title of a completed course in the language of the page; its code where nobody knows which text it was."""
    title = load(Text, completion.title, "title") if completion.title else Text()
    return str(title) or completion.course.code


@register.simple_tag
def certificate_number(number: str) -> str:
    return in_groups(number)


@register.simple_tag
def spent(seconds: int) -> str:
    """ "38 minutes"; at least one. Some learning systems don't say."""
    if not seconds:
        return pgettext("time spent", "not stated")
    minutes = max(1, round(seconds / 60))
    return ngettext("%(number)d minute", "%(number)d minutes", minutes) % {"number": minutes}


@register.simple_tag
def check_address() -> str:
    """Where a certificate's number can be checked, as it is printed."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('training:check')}"
