"""The reporting line: who stands above whom, and who is too close to somebody to handle a report about them."""

from collections.abc import Iterable
from uuid import UUID

from people.models import Employee

# More values than a database takes in one query never come from one report, but may come from a whole directory.
BATCH = 5_000


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
