"""What the public pages show, in one language. Everything comes from the version; templates hold no number."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from policy.models import PolicyVersion
from policy.parts import BodyPart, ChannelPart, ConductPart, LimitPart
from policy.path_selectors import PathStep, TableRow, limits_table, step_path
from policy.selectors import (
    SectionWords,
    channels,
    content_of,
    outside_limits,
    policy_in_force,
    published_versions,
    section_words,
    untranslated,
    with_numbers,
)
from policy.vocabulary import GRAVITIES

# Sections told in a chapter of their own above the full text.
_TOLD_ABOVE = ("definition", "examples", "no_retaliation", "mistaken")


@dataclass(frozen=True)
class SanctionLine:
    """A row of the public schedule."""

    conduct: str
    gravity: str
    repeat: str
    least: str
    most: str


@dataclass(frozen=True)
class PolicyPage:
    """The whole policy for reading."""

    version: PolicyVersion
    title: str
    summary: str
    above: dict[str, SectionWords]
    sections: list[SectionWords]
    conduct: tuple[ConductPart, ...]
    steps: list[PathStep]
    limits: list[TableRow]
    outside: tuple[LimitPart, ...]
    channels: tuple[ChannelPart, ...]
    body: BodyPart
    sanctions: list[SanctionLine]
    remedies: list[str]
    third_party: list[str]
    adopted_by: str
    untranslated: bool
    is_current: bool
    older: list[PolicyVersion]

    @property
    def told_apart(self) -> list[SectionWords]:
        """No retaliation and "mistaken is not false", which have headings of their own."""
        return [self.above[key] for key in ("no_retaliation", "mistaken") if key in self.above]


def policy_page(version: PolicyVersion, language: str, now: datetime) -> PolicyPage:
    """Everything the policy page shows of `version`."""
    content = content_of(version)
    words = section_words(version, language)
    current = policy_in_force(now)
    return PolicyPage(
        version=version,
        title=str(content.title),
        summary=with_numbers(version, content.summary.in_language(language), content.summary.language_shown(language)),
        above={section.key: section for section in words if section.key in _TOLD_ABOVE},
        sections=[section for section in words if section.key not in _TOLD_ABOVE],
        conduct=content.conduct,
        steps=step_path(version),
        limits=limits_table(version),
        outside=outside_limits(version),
        channels=channels(version),
        body=content.body,
        sanctions=_sanctions(version),
        remedies=[str(remedy.name) for remedy in content.sanctions.remedies],
        third_party=[str(measure.name) for measure in content.sanctions.third_party],
        adopted_by=str(content.adoption.body),
        untranslated=untranslated(version, language),
        is_current=current is not None and current.pk == version.pk,
        older=[each for each in published_versions(now) if each.pk != version.pk],
    )


def _sanctions(version: PolicyVersion) -> list[SanctionLine]:
    content = content_of(version)
    names = {measure.code: str(measure.name) for measure in content.sanctions.measures}
    groups = {group.code: str(group.name) for group in content.conduct}
    return [
        SanctionLine(
            groups.get(row.conduct, _("Any conduct")),
            str(GRAVITIES[row.gravity]),
            _("Again") if row.repeat else _("First time"),
            names[row.least],
            names[row.most],
        )
        for row in content.sanctions.rows
    ]
