"""What the pinned schedule says about one allegation that was established (R32, T16)."""

from dataclasses import dataclass

from complaints.models import Complaint
from investigations.models import CasePerson, Party
from investigations.selectors_findings import policy_of
from investigations.services.findings import OpenedFinding
from policy.parts import Measure


@dataclass(frozen=True)
class Range:
    """`allowed`: mildest first. `outside`: what needs a reason. `third_party`: whoever did it works for somebody else."""

    allowed: tuple[Measure, ...]
    outside: tuple[Measure, ...]
    third_party: bool

    @property
    def codes(self) -> set[str]:
        return {each.code for each in self.allowed}

    @property
    def every_code(self) -> set[str]:
        return {each.code for each in (*self.allowed, *self.outside)}


def range_for(complaint: Complaint, finding: OpenedFinding) -> Range:
    """What may be chosen for what was established.

    Nobody can warn or dismiss somebody who works for a client: what can be required of their company is a list of its own, without ranks.
    A policy that names nothing of the kind offers its sanctions, each with a reason.
    """
    schedule, detail = policy_of(complaint).sanctions, finding.allegation.detail
    if works_elsewhere(complaint, finding.allegation.row.respondent):
        return Range(schedule.third_party, () if schedule.third_party else schedule.measures, True)
    allowed = schedule.allowed(detail["conduct"], detail["gravity"], detail["repeat"])
    rest = sorted((each for each in schedule.measures if each not in allowed), key=lambda each: each.rank)
    return Range(allowed, tuple(rest), False)


def works_elsewhere(complaint: Complaint, respondent: CasePerson) -> bool:
    """Whether this respondent works for another company: as the team noted it, or else as it was reported."""
    party = Party.objects.filter(person=respondent).first()
    return party.third_party if party else complaint.third_party


def measure_names(complaint: Complaint) -> dict[str, str]:
    """Everything the pinned schedule names, in words, by code."""
    return {each.code: str(each.name) for each in policy_of(complaint).sanctions.every}
