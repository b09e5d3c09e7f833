"""The checks after a decision: which ones the policy promises, when each is open. Reads only, decrypts nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from complaints.models import Complaint, Deadline
from complaints.services import engine
from complaints.states import EventKind

# A check is open this long before its date: asked much earlier it would say nothing about the time it is for.
OPENS_BEFORE = timedelta(days=7)


@dataclass(frozen=True)
class CheckIn:
    """One promised check. `number`: the subject of the event that meets it; `deadline` is None while nothing dates it yet."""

    number: str
    limit_id: str
    label: object
    deadline: Deadline | None

    @property
    def is_done(self) -> bool:
        return self.deadline is not None and self.deadline.met_at is not None

    @property
    def opens_at(self) -> datetime | None:
        if self.deadline is None:
            return None
        return max(self.deadline.starts_at, self.deadline.due_at - OPENS_BEFORE)

    def is_open(self, now: datetime) -> bool:
        """Whether it can be made now: dated, near or past its date, and not made yet."""
        return self.deadline is not None and self.deadline.is_open and self.opens_at <= now


def check_ins(complaint: Complaint) -> list[CheckIn]:
    """The checks that the complaint's policy promises, the first one first."""
    if complaint.policy_version_id is None:
        return []
    rules = engine.rules_of(complaint.policy_version_id)
    limits = [limit for limit in rules.limits if EventKind.AFTERCARE_CHECKED in limit.met_by and limit.met_subject]
    rows = {row.limit_id: row for row in Deadline.objects.filter(complaint=complaint, limit_id__in=[limit.id for limit in limits])}
    parts = rules.parts
    found = [CheckIn(limit.met_subject, limit.id, parts[limit.id].label, rows.get(limit.id)) for limit in limits]
    return sorted(found, key=lambda each: (len(each.number), each.number))


def open_check_in(complaint: Complaint, now: datetime) -> CheckIn | None:
    """The check that the reporter can answer now, the oldest first."""
    return next((each for each in check_ins(complaint) if each.is_open(now)), None)
