"""What keeps a policy from being published (R01, R05, R19, R43, R44): everything that is missing, in one list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from policy.limits import EXPIRED
from policy.order import contradictions
from policy.parts import Content, LimitPart
from policy.profiles import fact_words
from policy.records import Text
from policy.vocabulary import LANGUAGES, MANDATORY_SECTIONS
from policy.wording import NUMBER

# [[investigate]] in a text stands for the number of that limit, so that prose and clocks can't disagree.
TOKEN = re.compile(r"\[\[([a-z0-9_]+)\]\]")
_LANGUAGE_NAMES = {"en": pgettext_lazy("words in", "English"), "zh-hans": pgettext_lazy("words in", "Chinese")}
PLAIN_TOKENS = frozenset({"organisation", "emergency"})


@dataclass(frozen=True)
class Lack:
    """One thing to mend. `code` is stable, `place` names the part, `text` says it to the administrator."""

    code: str
    place: str
    text: str


def lacks(content: Content) -> list[Lack]:
    """Everything that forbids publishing this content; empty when it may be published."""
    return [*_sections(content), *_languages(content), *_limits(content), *_structure(content), *_sources(content), *_tokens(content)]


def _sections(content: Content) -> Iterator[Lack]:
    have = {section.key for section in content.sections if section.body and section.heading}
    for key, label in MANDATORY_SECTIONS.items():
        if key not in have:
            yield Lack("section_missing", key, _("The section “%(name)s” is missing.") % {"name": label})


def _languages(content: Content) -> Iterator[Lack]:
    for place, text in _texts(content):
        for language in text.missing():
            said = {"words": Truncator(f"{text.en}{text.zh_hans}").chars(40), "language": _LANGUAGE_NAMES[language]}
            yield Lack("language_missing", place, _("“%(words)s” is not there in %(language)s.") % said)


def _texts(content: Content) -> Iterator[tuple[str, Text]]:
    """Every text that readers of the policy see, with its place."""
    yield from (("title", content.title), ("summary", content.summary), ("change_summary", content.change_summary))
    for section in content.sections:
        yield from ((f"section:{section.key}", section.heading), (f"section:{section.key}", section.body))
    for limit in content.limits:
        yield from ((f"limit:{limit.id}", text) for text in (limit.label, limit.promise, limit.step))
    for group in content.conduct:
        yield from ((f"conduct:{group.code}", text) for text in (group.name, group.definition, *group.examples))
    yield from ((f"sanction:{each.code}", each.name) for each in content.sanctions.every)
    for n, channel in enumerate(content.channels):
        yield from ((f"channel:{n}", text) for text in (channel.name, channel.hours, channel.holder, channel.note))
    for n, help_line in enumerate(content.support):
        yield from ((f"support:{n}", text) for text in (help_line.name, help_line.hours, help_line.note))
    yield ("body", content.body.name)
    for member in content.body.members:
        yield from (("body", member.role), ("body", member.name))
    yield from (("review", content.review.who), ("adoption", content.adoption.body))


def _limits(content: Content) -> Iterator[Lack]:
    ids = [limit.id for limit in content.limits]
    for limit in content.limits:
        place = f"limit:{limit.id}"
        if ids.count(limit.id) > 1:
            yield Lack("limit_twice", place, _("Two limits have the same name."))
        if not limit.rule.is_ours:
            continue
        if not limit.rule.has_number:
            yield Lack("limit_without_number", place, _number_missing(limit))
        if not limit.met_by and not limit.counts and not limit.joined_to:
            yield Lack("limit_never_met", place, _("“%(label)s”: nothing would ever fulfil this limit.") % {"label": limit.label})
        if limit.joined_to and limit.joined_to not in ids:
            yield Lack("limit_unknown", place, _("It is joined to a limit that does not exist."))
        if limit.fallback.startswith(EXPIRED) and limit.fallback.removeprefix(EXPIRED) not in ids:
            yield Lack("limit_unknown", place, _("It waits for a limit that does not exist."))
    for earlier, later in contradictions(content):
        said = {"later": later.label, "earlier": earlier.label}
        words = _("“%(later)s” would be due before “%(earlier)s”, which comes first. Change one of the two numbers.") % said
        yield Lack("limits_contradict", f"limit:{later.id}", words)


def _number_missing(limit: LimitPart) -> str:
    words = {"label": limit.label, "standard": limit.standard}
    if limit.standard:
        return _("“%(label)s” has no number. The law sets none (%(standard)s): set your own.") % words
    return _("“%(label)s” has no number yet.") % words


def _structure(content: Content) -> Iterator[Lack]:
    if not content.title or not content.summary:
        yield Lack("title_missing", "title", _("Title and summary are needed."))
    if not content.change_summary:
        yield Lack("change_summary_missing", "change_summary", _("Say in a sentence or two what changed."))
    if not content.conduct or not all(group.examples for group in content.conduct):
        yield Lack("examples_missing", "conduct", _("Every group of conduct needs everyday examples."))
    yield from _schedule(content)
    if not any(channel.kind != "external" for channel in content.channels):
        yield Lack("channels_missing", "channels", _("At least one channel to report is needed."))
    yield from _composition(content)
    if not any(each.confirmed_on for each in content.support):
        yield Lack("support_unconfirmed", "support", _("No support contact has been confirmed."))
    for n, each in enumerate(content.support):
        if not each.confirmed_on:
            yield Lack("support_unconfirmed", f"support:{n}", _("“%(name)s” has not been confirmed.") % {"name": each.name})
    if not content.review.next_date:
        yield Lack("review_missing", "review", _("The next review date is missing."))
    if not content.adoption.body or not content.adoption.date:
        yield Lack("adoption_missing", "adoption", _("Record who adopted this version, and when."))


def _schedule(content: Content) -> Iterator[Lack]:
    schedule = content.sanctions
    if not schedule.measures or not schedule.rows:
        yield Lack("sanctions_missing", "sanctions", _("The sanctions schedule is empty."))
    for row in schedule.problems():
        yield Lack("sanctions_wrong", f"sanctions:{row}", _("A row of the schedule names an unknown measure or is upside down."))


def _composition(content: Content) -> Iterator[Lack]:
    body = content.body
    if not body.members or not all(member.name for member in body.members):
        yield Lack("body_missing", "body", _("Name the people or teams who handle complaints."))
    if body.external_member and not any(member.outside for member in body.members):
        yield Lack("body_composition", "body", _("The handling body needs an outside member."))
    if body.quorum and len(body.members) < body.quorum:
        yield Lack("body_composition", "body", _("The handling body has fewer members than its quorum."))


def _sources(content: Content) -> Iterator[Lack]:
    for place, label, source in sourced(content):
        if source.needs_confirmation:
            yield Lack("fact_unconfirmed", place, _("“%(label)s” comes from general knowledge and must be confirmed.") % {"label": label})


def sourced(content: Content) -> Iterator[tuple[str, object, object]]:
    """(place, label, source) of everything that says where it comes from."""
    yield from ((f"limit:{each.id}", each.label, each.source) for each in content.limits)
    yield from ((f"conduct:{each.code}", each.name, each.source) for each in content.conduct)
    yield from ((f"sanction:{each.code}", each.name, each.source) for each in content.sanctions.every)
    yield from ((f"channel:{n}", each.name, each.source) for n, each in enumerate(content.channels))
    yield ("body", content.body.name, content.body.source)
    yield from ((f"support:{n}", each.name, each.source) for n, each in enumerate(content.support))
    yield from ((f"training:{n}", each.label or each.audience, each.source) for n, each in enumerate(content.training))
    yield from ((f"retention:{n}", each.label or each.record, each.source) for n, each in enumerate(content.retention))
    yield from ((f"fact:{each.key}", fact_words(each), each.source) for each in content.facts)


def _tokens(content: Content) -> Iterator[Lack]:
    # A limit of the employer's own without a number is named already; its texts need nothing else.
    known = {limit.id for limit in content.limits if limit.number or limit.rule.is_ours} | PLAIN_TOKENS
    for place, text in _texts(content):
        for name in sorted({name for language in LANGUAGES for name in TOKEN.findall(text.in_language(language))} - known):
            yield Lack("token_unknown", place, _("[[%(name)s]] names no limit with a number.") % {"name": name})
        if not place.startswith("limit:") and NUMBER in text.en + text.zh_hans:
            yield Lack("token_unknown", place, _("Write the name of a limit in double brackets instead of {number}."))
