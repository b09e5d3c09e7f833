"""Sentences of the re-issue pages."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from policy import comprehension
from policy.models import Campaign
from policy.services.campaigns import Missing

_SENTENCES = {
    "superseded": gettext_lazy("A newer version is in force. Re-issue that one instead."),
    "closes_early": gettext_lazy("The last day comes before people have had their time."),
    "language": gettext_lazy("Question %(number)s is not complete in both languages."),
    "options": gettext_lazy("Question %(number)s needs two to five answers."),
    "right": gettext_lazy("Question %(number)s does not say which answer is right."),
    "section": gettext_lazy("Question %(number)s is about a section that this version does not have."),
}


def missing_in_words(missing: list[Missing], campaign: Campaign) -> list[str]:
    """What keeps a campaign from starting, as sentences."""
    places = {question.id: number for number, question in enumerate(comprehension.read(campaign.questions), 1)}
    return [str(_SENTENCES[each.code]) % {"number": places.get(each.question_id, "")} for each in missing]


def section_choices(sections) -> list[tuple[str, str]]:
    """(key, heading) of every section, for a form."""
    return [("", _("Choose a section")), *((section.key, section.heading) for section in sections)]
