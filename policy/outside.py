"""The clocks of outside routes in words: a number means nothing without the day it is counted from (R17)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from policy.event_words import EVENT_WORDS
from policy.parts import LimitPart
from policy.wording import span_in_words

# The days these clocks run from, as the person whom they concern would say it.
_FROM = {
    "incident_last": gettext_lazy("the last incident"),
    "became_aware": gettext_lazy("the day you knew of it"),
    "became_adult": gettext_lazy("the day you came of age"),
    "left_employment": gettext_lazy("the day you left the job"),
}


def clock_words(part: LimitPart, language: str) -> str:
    """ "3 years from the day you knew of it, and at the latest 20 years from the last incident"; "" without a number."""
    if part.number is None:
        return ""
    with override(language):
        words = _("%(span)s from %(start)s") % {"span": span_in_words(part.number, language), "start": _start(part.anchor)}
        if part.longstop:
            last = {"span": span_in_words(part.longstop.span, language), "start": _start(part.longstop.anchor)}
            words = _("%(words)s, and at the latest %(span)s from %(start)s") % {"words": words, **last}
    return words


def clock_sentence(part: LimitPart, language: str) -> str:
    """What the public page says of it: the policy's own sentence, or its name with its number."""
    promise = part.promise_text().in_language(language)
    label = part.label.in_language(language)
    return promise or " – ".join(filter(None, (label, clock_words(part, language))))


def _start(event: str) -> str:
    return str(_FROM.get(event) or EVENT_WORDS.get(event, event))
