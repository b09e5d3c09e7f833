"""Roles that one person must not hold together, and who must not oversee (D8 of the pages design).

Whoever runs the portal or writes its promises does not handle reports; whoever oversees does not handle them either, and stands outside
the line of the people who look after staff, because a report about that line ends on the overseer's desk.
"""

from collections.abc import Iterable
from enum import StrEnum

from people.lines import reporting_line_conflicts
from people.models import CASE_ROLES, Employee, Role, User


class Problem(StrEnum):
    """Why a set of roles is refused, with the sentence an administrator reads."""

    ADMIN_HANDLES = "admin_handles"
    OVERSEER_HANDLES = "overseer_handles"
    OVERSEER_IN_HR_LINE = "overseer_in_hr_line"
    OUTSIDER_INSIDE = "outsider_inside"

    @property
    def sentence(self) -> str:
        return _SENTENCES[self]


_SENTENCES = {
    Problem.ADMIN_HANDLES: "nobody is administrator of the system or the policy and also handles or oversees reports",
    Problem.OVERSEER_HANDLES: "oversight looks at how reports are handled, so the same person can't handle or decide them",
    Problem.OUTSIDER_INSIDE: "somebody from outside has no entry in the directory and holds no other role",
    Problem.OVERSEER_IN_HR_LINE: "oversight stands outside the reporting line of the people who look after staff (HR contacts)",
}
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.POLICY_ADMIN})


def clashes(roles: Iterable[str]) -> list[Problem]:
    """Why nobody may hold exactly `roles`; empty when somebody may."""
    roles = frozenset(roles)
    found = []
    if roles & ADMIN_ROLES and roles & CASE_ROLES:
        found.append(Problem.ADMIN_HANDLES)
    if Role.OVERSIGHT in roles and roles & CASE_ROLES - {Role.OVERSIGHT}:
        found.append(Problem.OVERSEER_HANDLES)
    if Role.EXTERNAL_INVESTIGATOR in roles and len(roles) > 1:
        found.append(Problem.OUTSIDER_INSIDE)
    return found


def problems_of(*, user: User, roles: Iterable[str]) -> list[Problem]:
    """Why `user` must not hold exactly `roles`; empty when they may."""
    roles = frozenset(roles)
    outside = Role.OVERSIGHT not in roles or not _in_hr_line(user)
    found = clashes(roles) + ([] if outside else [Problem.OVERSEER_IN_HR_LINE])
    if Role.EXTERNAL_INVESTIGATOR in roles and Employee.objects.filter(user=user).exists():
        found.append(Problem.OUTSIDER_INSIDE)
    return list(dict.fromkeys(found))


def _in_hr_line(user: User) -> bool:
    employee = Employee.objects.filter(user=user).first()
    if employee is None:
        return False
    contacts = set(Employee.objects.filter(looks_after__isnull=False, left_date__isnull=True).values_list("pk", flat=True))
    return bool(reporting_line_conflicts(contacts, [employee.pk]))
