"""What the templates of the player are given, besides the part itself."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from policy.records import Text
from policy.selectors import content_of as policy_content
from policy.selectors import policy_in_force
from training.models import Answer
from training.parts import Dependence, Part
from training.vocabulary import DEPENDS, GOOD_FITS, JUDGEMENT, MEDIA, VERDICTS


@dataclass(frozen=True)
class PolicyLink:
    """The section of the policy in force that a part points to."""

    heading: Text
    address: str


# Sections that the policy's page shows above its full text.
_ABOVE = {"definition": "counts", "examples": "counts", "no_retaliation": "no-retaliation", "mistaken": "mistaken"}


def policy_link(part: Part, now: datetime) -> PolicyLink | None:
    """None when the part points nowhere, or the policy in force has no such section."""
    version = policy_in_force(now) if part.policy else None
    section = policy_content(version).section(part.policy) if version else None
    return PolicyLink(section.heading, f"{reverse('policy:policy')}#{_ABOVE.get(section.key, f's-{section.key}')}") if section else None


@dataclass(frozen=True)
class Said:
    """One answer with what is said to it."""

    text: str
    feedback: Text


@dataclass(frozen=True)
class Feedback:
    """The feedback page. `also_good`: other good answers; `others`: what is said to each of the answers not chosen;
    `matters`: (what it may depend on, whether it really does, whether it was ticked).
    """

    skipped: bool
    chosen: Said | None
    is_good: bool
    also_good: list[Said]
    others: list[Said]
    matters: list[tuple[Dependence, bool, bool]]


def feedback(part: Part, answer: Answer) -> Feedback:
    if answer.skipped:
        return Feedback(True, None, False, [], [], [])
    rest = [choice for choice in part.choices() if choice != answer.choice]
    good = [choice for choice in rest if part.kind != JUDGEMENT and part.fits(choice) in GOOD_FITS]
    matters = [(each, each.matters, each.id in answer.depends) for each in part.dependences(answer.choice)]
    return Feedback(
        skipped=False,
        chosen=_said(part, answer.choice),
        is_good=part.fits(answer.choice) in GOOD_FITS,
        also_good=[_said(part, choice) for choice in good],
        others=[_said(part, choice) for choice in rest if choice not in good],
        matters=matters if answer.choice == DEPENDS else [],
    )


def _said(part: Part, choice: str) -> Said:
    option = part.option(choice)
    words = str(option.text) if option else str(VERDICTS.get(choice, ""))
    return Said(words, part.feedback_to(choice))


@dataclass(frozen=True)
class Told:
    """The film or recording of a part in the language of the page: addresses, and the captions in both languages."""

    kind: str
    address: str
    captions: list[tuple[str, str, str, bool]]


def told(part: Part, language: str) -> Told | None:
    """None for a part without one. Captions: (address, language of HTML, its own name, whether it is shown from the start)."""
    if part.kind != MEDIA or not part.media.file(language):
        return None
    tongues = (("en", "en", "English"), ("zh-hans", "zh-Hans", "简体中文"))
    captions = [(_file(name), tag, own, code == language) for code, tag, own in tongues if (name := part.media.captions(code))]
    return Told(part.media.kind, _file(part.media.file(language)), captions)


def _file(file_id: str) -> str:
    return reverse("training:file", args=[file_id])
