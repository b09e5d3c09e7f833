"""Settling who is meant by a name in the report that nobody could recognise by itself.

The reporter wrote "Boss Zhou"; the directory has no such entry, so nobody was blocked. Somebody of the team who has declared themselves
free of conflict looks it up before reading on: an entry of the directory, or nobody who works here. Blocks are only ever added here, never
lifted: a wrong answer is mended by another one, and the reporter sees who gave it.
"""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, ExclusionList, Seat
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.keeping_out import EMPLOYEE, LATER, OUTSIDE, confirms_exclusions, open_exclusions, prepare_exclusion
from complaints.services.telling import tell_team
from complaints.states import EventKind
from people.lines import reporting_line_conflicts
from people.models import Employee, User
from vault.columns import open_column
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

RESPONDENT = "respondent"
# Names the team came upon. The reporter's page does not list them: whom an investigation turns to is not theirs to know yet.
TEAM_RESPONDENT, TEAM_OWNER = "team_respondent", "team_owner"
OF_THE_TEAM = frozenset({TEAM_RESPONDENT, TEAM_OWNER})


class NoSuchName(Exception):
    """The report names nobody under this number."""


@dataclass(frozen=True, repr=False)
class ListedName:
    """One name of the exclusion list. `number`: its place, from 0. `how`: EMPLOYEE, OUTSIDE, or "" while nobody settled it.

    `employee`: the directory entry that is blocked for it, if any; `by` and `at`: who settled it and when. `by` is None when it was
    recognised by itself.
    """

    number: int
    name: str
    source: str
    how: str
    employee: Employee | None
    by: User | None
    at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to say who it is: names that nothing recognised, and whatever the reporter added later."""
        return not self.how and (self.employee is None or self.source == LATER)


def listed_names(*, complaint: Complaint, keys: OpeningKeys) -> list[ListedName]:
    """Everyone the report names as kept out, in the order in which they were named. For pages that record their own access."""
    row = ExclusionList.objects.get(complaint=complaint)
    names = open_column(row, "list_sealed", keys).json().get("names", ())
    employees = Employee.objects.in_bulk([UUID(each["employee"]) for each in names if each.get("employee")])
    settlers = User.objects.in_bulk([each["settled"]["by"] for each in names if each.get("settled") and each["settled"]["by"]])
    return [_listed(number, each, employees, settlers) for number, each in enumerate(names)]


def _listed(number: int, entry: dict, employees: dict, settlers: dict) -> ListedName:
    settled = entry.get("settled") or {}
    return ListedName(
        number=number,
        name=entry["name"],
        source=entry["source"],
        how=settled.get("how", ""),
        employee=employees.get(UUID(entry["employee"])) if entry.get("employee") else None,
        by=settlers.get(settled.get("by")),
        at=datetime.fromisoformat(settled["at"]) if settled else None,
    )


@retried
def settle(*, complaint: Complaint, keyring: Keyring, by: User, role: str, number: int, employee: Employee | None, now: datetime) -> bool:
    """Say who name `number` is: `employee`, or nobody who works here (None).

    Whoever it is loses every seat and key of this complaint at once; of a respondent also whoever stands above or below them. That may be
    `by`: returns whether they still have access. Raises NoSuchName, NoAccess.
    """
    opened = open_exclusions(complaint=complaint, keyring=keyring)
    listed = opened.listed
    entry = _entry(listed, number)
    was_open = entry["source"] == LATER and not entry.get("settled")
    entry["settled"] = {"how": EMPLOYEE if employee else OUTSIDE, "by": by.pk, "at": now.isoformat()}
    entry["employee"] = str(employee.pk) if employee else None
    blocked = _blocked_by(complaint, employee, listed, entry["source"])
    exclusion = prepare_exclusion(opened, blocked=blocked, keyring=keyring, now=now)
    actor, lost = staff(by, role), exclusion.lost
    with transaction.atomic():
        owner = locked(complaint)
        exclusion.save(owner, now)
        if lost and entry["source"] in OF_THE_TEAM:
            happened(complaint=owner, kind=EventKind.ACCESS_ENDED, by=actor, now=now)
        elif lost or (was_open and confirms_exclusions(listed)):
            happened(complaint=owner, kind=EventKind.EXCLUSION_CONFIRMED, by=actor, now=now)
        if lost:
            tell_team(complaint=owner, about=f"name:{owner.pk}:{number}:{now.isoformat()}", now=now)
        facts = {"how": entry["settled"]["how"], "lost_access": len(lost)}
        record(by=actor, action=Action.NAME_SETTLED, subject_id=owner.pk, facts=facts, now=now)
    return by.pk not in lost


def _entry(listed: dict, number: int) -> dict:
    with contextlib.suppress(IndexError):
        if number >= 0:
            return listed["names"][number]
    raise NoSuchName


def _blocked_by(complaint: Complaint, employee: Employee | None, listed: dict, source: str) -> set[UUID]:
    """Whom this answer keeps out, and note a respondent in `listed`, so that their line is refused later too."""
    if employee is None:
        return set()
    if source not in (RESPONDENT, TEAM_RESPONDENT):
        return {employee.pk}
    listed["respondents"] = sorted({*listed.get("respondents", ()), str(employee.pk)})
    return {employee.pk} | reporting_line_conflicts([employee.pk], _seated(complaint))


def _seated(complaint: Complaint) -> Iterable[UUID]:
    seats = Seat.objects.filter(complaint=complaint, until__isnull=True, user__employee__isnull=False)
    return seats.values_list("user__employee__pk", flat=True)
