"""What the register of posters shows."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from people.models import Site
from people.selectors import organisation
from policy.models import PolicyVersion, PosterPlace
from policy.posters import FORMATS, TONGUES, poster


@dataclass(frozen=True)
class Hanging:
    """A sheet on a wall: `outdated` when today's would say something else, `overdue` when nobody looked in time."""

    row: PosterPlace
    label: str
    tongue: str
    outdated: bool
    overdue: bool


def says(version: PolicyVersion, tongue: str) -> str:
    """The fingerprint of today's sheet. The number of the version is not part of it: one that says the same needs no new sheet."""
    return poster(version, organisation(), settings.SITE_URL, tongue).fingerprint


def hanging(version: PolicyVersion | None, today: date) -> list[Hanging]:
    """Every sheet that hangs, those that need something first."""
    rows = PosterPlace.objects.filter(removed_at__isnull=True).select_related("version", "site", "hung_by")
    said = {tongue: says(version, tongue) for tongue in TONGUES} if version else {}
    found = [
        Hanging(row, str(FORMATS[row.kind].label), str(TONGUES[row.tongue]), row.says != said.get(row.tongue), row.check_by < today)
        for row in rows
    ]
    return sorted(found, key=lambda each: (not each.outdated, not each.overdue, each.row.check_by))


def hanging_numbered(poster_id: int) -> PosterPlace | None:
    return PosterPlace.objects.filter(pk=poster_id, removed_at__isnull=True).first()


def sites() -> list[Site]:
    return list(Site.objects.order_by("name"))


def needing_attention(version: PolicyVersion | None, today: date) -> int:
    """How many sheets are out of date or were not looked at in time."""
    return sum(each.outdated or each.overdue for each in hanging(version, today))
