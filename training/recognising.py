"""Who is meant by an address, a staff number or a name in a list that somebody pasted or another system sent. Never guesses."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from people.matching import fold_name
from people.models import Employee

UNKNOWN, SEVERAL = "unknown", "several"
_AT_ONCE = 500


class Found(NamedTuple):
    """`employee`, or why nobody was recognised: UNKNOWN or SEVERAL (people of the same name)."""

    employee: Employee | None
    problem: str = ""


def recognise(words: Iterable[str]) -> dict[str, Found]:
    """What each of `words` means. An address or a number counts before a name; of two entries with one address, whoever works here."""
    wanted = list(dict.fromkeys(words))
    by_email = _index("email", {word.casefold() for word in wanted if "@" in word})
    plain = [word for word in wanted if "@" not in word]
    by_number = _index("number", plain)
    names = {word: fold_name(word) for word in plain if word not in by_number}
    keys = {key for key in names.values() if key}
    by_name, by_other = _index("name_key", keys), _index("other_name_key", keys)
    found = {}
    for word in wanted:
        key = names.get(word, "")
        people = by_email[word.casefold()] if "@" in word else by_number[word] or [*by_name[key], *by_other[key]]
        found[word] = _one(people)
    return found


def _index(field: str, values: Iterable[str]) -> dict[str, list[Employee]]:
    values, rows = sorted(values), defaultdict(list)
    for at in range(0, len(values), _AT_ONCE):
        for employee in Employee.objects.filter(**{f"{field}__in": values[at : at + _AT_ONCE]}).select_related("unit").order_by("pk"):
            rows[getattr(employee, field)].append(employee)
    return rows


def _one(people: list[Employee]) -> Found:
    people = list({employee.pk: employee for employee in people}.values())
    here = [employee for employee in people if employee.left_date is None]
    if len(here) > 1 or (not here and len(people) > 1):
        return Found(None, SEVERAL)
    return Found((here or people)[0]) if people else Found(None, UNKNOWN)
