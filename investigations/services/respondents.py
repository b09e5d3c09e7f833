"""What the people complained about had signed: which version of the policy, and when (the published policy governs)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from people.matching import employees_named_in_each
from people.models import Employee
from policy.campaign_selectors import Acknowledged, Asked, acknowledged_versions, asked_versions


@dataclass(frozen=True, repr=False)
class Respondent:
    """Somebody complained about whom the directory knows. `asked`: versions put before them that they have not signed."""

    employee: Employee
    signed: tuple[Acknowledged, ...]
    asked: tuple[Asked, ...]


def known_respondents(*, listed: Mapping, named_by_team: Iterable[str], now: datetime) -> tuple[Respondent, ...]:
    """The respondents that have a directory entry: those of the opened exclusion list and those whom the team added by name.

    Two people of one name are both returned, with their numbers: which of them is meant is not for the portal to guess.
    """
    wanted = {UUID(each) for each in listed.get("respondents", ())}
    for found in employees_named_in_each(list(named_by_team)):
        wanted |= set(found)
    rows = Employee.objects.select_related("unit").filter(pk__in=wanted).order_by("name", "number")
    return tuple(Respondent(row, tuple(acknowledged_versions(row, now)), tuple(asked_versions(row, now))) for row in rows)
