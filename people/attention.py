"""What needs an administrator today (D1). Each app says it for itself; the administrators' home collects it.

An app registers a function per role when it is ready, so that the page needs no knowledge of the apps and none of them looks up at it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class Point:
    """One thing that needs somebody. `urgent`: something does not work or a promise is at risk. Never a word about a case."""

    text: str
    url: str
    urgent: bool = False


# (now, today) -> what needs somebody, in the language of the page.
Source = Callable[[datetime, date], Iterable[Point]]
_sources: list[tuple[str, Source]] = []


def needs(role: str) -> Callable[[Source], Source]:
    """Register a source for whoever holds `role`. The function is asked on every look at the page: it reads, and writes nothing."""

    def register(source: Source) -> Source:
        _sources.append((role, source))
        return source

    return register


def points_for(roles: Iterable[str], now: datetime, today: date) -> list[Point]:
    """What needs an administrator with these roles, urgent things first; what two roles are told is said once."""
    found: dict[str, Point] = {}
    for point in _asked(frozenset(roles), now, today):
        # Each role may be led to another page; the first one counts.
        found.setdefault(point.text, point)
    return sorted(found.values(), key=lambda point: not point.urgent)


def _asked(roles: frozenset[str], now: datetime, today: date) -> Iterator[Point]:
    for role, source in _sources:
        if role in roles:
            yield from source(now, today)
