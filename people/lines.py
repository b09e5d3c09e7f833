"""The reporting line: who stands above whom, and who is too close to somebody to handle a report about them."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from people.models import Employee, Unit, User

# More values than a database takes in one query never come from one report, but may come from a whole directory.
BATCH = 5_000
# Higher than any reporting line; a circle in the data ends here.
MOST_LEVELS = 30


def ancestors(ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return everyone above each of `ids` (employee ids), up to the top: {id: {manager, manager's manager, …}}.

    One query a level of the hierarchy, however many ids. A circle in the data ends where it closes and never holds the person themselves.
    """
    start = list(dict.fromkeys(ids))
    manager_of = _managers_upwards(start)
    return {pk: _chain(pk, manager_of) for pk in start}


def reporting_line_conflicts(respondent_ids: Iterable[UUID], candidate_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of `candidate_ids` who are a respondent, stand above one, or below one (employee ids)."""
    respondents, candidates = set(respondent_ids), set(candidate_ids)
    above = ancestors(respondents | candidates)
    over_respondents = set().union(*(above[pk] for pk in respondents)) if respondents else set()
    return {pk for pk in candidates if pk in respondents or pk in over_respondents or above[pk] & respondents}


def everyone_below(employee_id: UUID) -> QuerySet[Employee]:
    """Return everybody below this employee, at every level, those who have left included. One query, also for a hundred thousand people.

    UNION drops whoever was found before, so that a circle in the data ends.
    """
    below = (
        "WITH RECURSIVE line(id) AS (SELECT id FROM people_employee WHERE manager_id = %s "
        "UNION SELECT each.id FROM people_employee each JOIN line ON each.manager_id = line.id) SELECT id FROM line"
    )
    key = Employee._meta.pk.get_db_prep_value(employee_id, connection)
    return Employee.objects.filter(pk__in=RawSQL(below, [key])).exclude(pk=employee_id)  # noqa: S611 - fixed words, one parameter


def nearest_leaders(manager_of: Mapping[UUID, UUID | None], today: date) -> dict[UUID, User]:
    """Return the nearest person above each employee who works here on `today` and can sign in: {employee id: account}.

    `manager_of`: {employee id: id of their manager}. One query a level of the hierarchy, however many employees.
    """
    known: dict = {}
    frontier = {pk for pk in manager_of.values() if pk}
    for _level in range(MOST_LEVELS):
        if not frontier:
            break
        found = Employee.objects.select_related("user").in_bulk(list(frontier))
        known |= found
        frontier = {each.manager_id for each in found.values() if each.manager_id and not _reachable(each, today)} - set(known)
    return {pk: user for pk, manager in manager_of.items() if (user := _first_reachable(manager, known, today))}


def _first_reachable(manager_id: UUID | None, known: Mapping, today: date) -> User | None:
    for _level in range(MOST_LEVELS):
        manager = known.get(manager_id)
        if manager is None:
            return None
        if _reachable(manager, today):
            return manager.user
        manager_id = manager.manager_id
    return None


def _reachable(employee: Employee, today: date) -> bool:
    works_here = employee.left_date is None or employee.left_date > today
    return works_here and employee.user is not None and employee.user.is_active


def units_below(unit_id: int) -> set[int]:
    """Return the unit and every unit below it (ids)."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Unit.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found: set[int] = set()
    frontier = [unit_id]
    while frontier:
        found.update(frontier)
        frontier = [child for pk in frontier for child in children.get(pk, []) if child not in found]
    return found


def _managers_upwards(start: list[UUID]) -> dict[UUID, UUID | None]:
    manager_of: dict[UUID, UUID | None] = {}
    frontier = start
    while frontier:
        found: dict[UUID, UUID | None] = {}
        for at in range(0, len(frontier), BATCH):
            found.update(Employee.objects.filter(pk__in=frontier[at : at + BATCH]).values_list("pk", "manager_id"))
        manager_of.update(found)
        frontier = [pk for pk in dict.fromkeys(found.values()) if pk is not None and pk not in manager_of]
    return manager_of


def _chain(pk: UUID, manager_of: dict[UUID, UUID | None]) -> set[UUID]:
    chain: set[UUID] = set()
    above = manager_of.get(pk)
    while above is not None and above not in chain and above != pk:
        chain.add(above)
        above = manager_of.get(above)
    return chain
