"""How what is missing in a draft is written."""

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from training.completeness import Lack
from training.draft_selectors import place_of
from training.vocabulary import VERDICTS

register = template.Library()


def _fields() -> dict[str, str]:
    return {
        "title": _("Title"), "summary": _("What it is about"), "minutes": _("Minutes"), "chapters": _("Chapters"), "parts": _("Parts"),
        "chapter": _("Chapter"), "policy": _("Section of the policy it points to"), "body": pgettext("of a section", "Text"),
        "story": _("The story"), "question": _("The question"), "options": _("Answers"), "text": pgettext("of a section", "Text"),
        "feedback": _("What is said to it"), "fit": _("How it fits"), "best": _("What we think"),
        "depends_on": _("What it may depend on"), "note": _("What it is about, said before the scene"),
        "equal": _("The equal text for whoever skips it"), "distressing": _("It may be distressing"), "kind": pgettext("of a part", "Kind"),
        "media": pgettext("of a part", "Film or recording"), "file": pgettext("of a part", "Film or recording"),
        "captions_en": _("Captions (English)"), "captions_zh": _("Captions (中文)"),
        "transcript": _("Everything that is said and shown, as text"),
    }  # fmt: skip


@register.simple_tag
def lack_words(lack: Lack) -> str:
    """ "Answer b, What is said to it: is there in one language only"."""
    name, item, of = place_of(lack)
    words = _fields()
    names = [words.get(name, name)]
    if name == "options" and item:
        names = [_("Answer %(number)s") % {"number": item}]
    if name == "feedback" and of in VERDICTS:
        names, of = [str(VERDICTS[of]), words["feedback"]], ""
    if of:
        names.append(words.get(of, of))
    return _("%(where)s: %(problem)s") % {"where": " · ".join(names), "problem": lack.words}
