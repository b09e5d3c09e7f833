"""What keeps somebody from being given a case, besides the case itself: rules of apps that know nothing of cases.

A case is given by `complaints`, training is known by `training`, and neither imports the other. So whoever has such a rule registers a
judge here, when the program starts; whoever gives seats asks all of them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from people.models import Role, User

# Whoever works on a report or decides about it. Oversight and support are not asked: a report must never be without anybody.
ROLES_JUDGED = frozenset({Role.INTAKE_OFFICER, Role.INVESTIGATOR, Role.EXTERNAL_INVESTIGATOR, Role.DECISION_MAKER})


@dataclass(frozen=True)
class Bar:
    """Why somebody can't be given a case now. `code`: a short word for tests and records; `sentence`: what is missing, for the page."""

    code: str
    sentence: str


Judge = Callable[[Sequence[User], datetime], Mapping[int, Bar]]
_judges: dict[str, Judge] = {}


def register_judge(name: str, judge: Judge) -> None:
    """Have `judge(users, now)` say who can't be given a case now: {id of the account: Bar}. `name`: of the rule, one judge each."""
    _judges[name] = judge


def bars(users: Sequence[User], now: datetime) -> dict[int, Bar]:
    """Who of `users` (with their employees loaded) can't be given a case now, and why. A few queries, however many they are."""
    found: dict[int, Bar] = {}
    for judge in _judges.values() if users else ():
        for pk, bar in judge(users, now).items():
            found.setdefault(pk, bar)
    return found
