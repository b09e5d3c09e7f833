"""What the policy asks of the body that handles and decides (R19), as pure functions: composition, quorum, the outcome of a vote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class Member:
    """One person of the body. `woman`: as they describe themselves, None when they have not said; `outside`: not of the organisation."""

    woman: bool | None
    outside: bool
    since: date


class Lacking(StrEnum):
    WOMEN = "women"
    WOMEN_UNSAID = "women_unsaid"
    OUTSIDE = "outside"
    QUORUM = "quorum"
    TERM = "term"


@dataclass(frozen=True)
class Lack:
    """One rule of the body that does not hold: how many (or how much) there are, and how many there must be."""

    kind: Lacking
    have: int
    need: int


@dataclass(frozen=True)
class Vote:
    """The outcome of the votes cast so far; `needed`: how many must vote. `agreed` is None while too few have, or votes are equal."""

    cast: int
    needed: int
    agreed: bool | None

    @property
    def quorum_met(self) -> bool:
        return self.cast >= self.needed


def composition(body, members: Iterable[Member], today: date) -> list[Lack]:
    """What of `body` (a `policy.parts.BodyPart`, or anything with its four rules) does not hold for `members`."""
    members = list(members)
    found = []
    if body.quorum and len(members) < body.quorum:
        found.append(Lack(Lacking.QUORUM, len(members), body.quorum))
    if body.women_share_percent:
        found += _women(members, body.women_share_percent)
    if body.external_member and not any(each.outside for each in members):
        found.append(Lack(Lacking.OUTSIDE, 0, 1))
    if body.term_years and (past := sum(1 for each in members if _years_after(each.since, body.term_years) <= today)):
        found.append(Lack(Lacking.TERM, past, body.term_years))
    return found


def _women(members: Sequence[Member], percent: int) -> list[Lack]:
    if not members:
        return []
    women, unsaid = sum(1 for each in members if each.woman), sum(1 for each in members if each.woman is None)
    need = -(-len(members) * percent // 100)
    if women >= need:
        return []
    return [Lack(Lacking.WOMEN_UNSAID if women + unsaid >= need else Lacking.WOMEN, women, need)]


def _years_after(day: date, years: int) -> date:
    """The same day `years` later; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def votes_needed(body, members: int) -> int:
    """How many of `members` who were called must vote: the quorum of the policy, or more than half where it sets none."""
    return body.quorum or members // 2 + 1


def outcome(body, votes: Iterable[bool], members: int) -> Vote:
    """The outcome of `votes` (agrees or not, one of each member): more than half of the votes cast, once enough have voted."""
    votes = list(votes)
    needed, ayes = votes_needed(body, members), sum(votes)
    decided = len(votes) >= needed and 2 * ayes != len(votes)
    return Vote(len(votes), needed, 2 * ayes > len(votes) if decided else None)
