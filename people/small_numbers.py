"""What may be said of numbers about people without pointing at anybody: the small-number rule of oversight's pages (E7).

Of fewer than ten people nothing is said. A number below five is "fewer than 5", and so is what is missing to all: where 11 of 12 have done
something, whoever knows the others knows the twelfth. Whoever sees the sum as well must not be able to work a hidden number out from it:
then another number is hidden too, or the sum is. Pure: no Django, no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

LEAST_BASE = 10
LEAST_NUMBER = 5


class Said(StrEnum):
    """How a number is said: as it is, as fewer than five, as all but fewer than five, or not at all."""

    EXACT = "exact"
    FEW = "few"
    NEARLY_ALL = "nearly_all"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Share:
    """`part` of `base` people, as it may be shown. `part` is None unless it may be said exactly."""

    said: Said
    base: int
    part: int | None = None

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means everybody."""
        return None if self.part is None else 100 * self.part // self.base


@dataclass(frozen=True)
class Protected:
    """Shares in the order they were given, and their sum; `total` is hidden where it would give a hidden one away."""

    shares: tuple[Share, ...]
    total: Share


def protect(numbers: Sequence[tuple[int, int]]) -> Protected:
    """What may be shown of (part, base) of groups that have nobody in common, together with their sum."""
    said = [_alone(part, base) for part, base in numbers]
    whole = _total(numbers)
    if whole.said != Said.EXACT:
        return Protected(tuple(_share(*each) for each in zip(said, numbers, strict=True)), whole)
    covered = _cover(said, numbers)
    if covered is None:
        return Protected(tuple(_share(*each) for each in zip(said, numbers, strict=True)), Share(Said.HIDDEN, whole.base))
    return Protected(tuple(_share(*each) for each in zip(covered, numbers, strict=True)), whole)


def alone(part: int, base: int) -> Share:
    """What may be shown of one number that stands by itself."""
    return _share(_alone(part, base), (part, base))


def _total(numbers: Sequence[tuple[int, int]]) -> Share:
    return alone(sum(part for part, _base in numbers), sum(base for _part, base in numbers))


def _alone(part: int, base: int) -> Said:
    if base < LEAST_BASE:
        return Said.HIDDEN
    if part < LEAST_NUMBER:
        return Said.FEW
    return Said.NEARLY_ALL if base - part < LEAST_NUMBER else Said.EXACT


def _share(said: Said, number: tuple[int, int]) -> Share:
    return Share(said, number[1], number[0] if said == Said.EXACT else None)


def _cover(said: list[Said], numbers: Sequence[tuple[int, int]]) -> list[Said] | None:
    """The same with the smallest others hidden, until nothing can be worked out from the sum; None when that takes all of them."""
    said = list(said)
    others = sorted((base, at) for at, (_part, base) in enumerate(numbers) if said[at] == Said.EXACT and _is_wide(base))
    while not _is_safe(said, numbers):
        if not others:
            return None
        said[others.pop(0)[1]] = Said.HIDDEN
    return said


def _is_wide(base: int) -> bool:
    """Whether hiding a number that is neither small nor nearly all leaves at least five possible ones."""
    low, high = _bounds(Said.HIDDEN, base)
    return high - low >= LEAST_NUMBER - 1


def _is_safe(said: list[Said], numbers: Sequence[tuple[int, int]]) -> bool:
    """Whether each number that is not said could still be any of those that its words allow (or of five, where it is only hidden)."""
    hidden = [at for at, how in enumerate(said) if how != Said.EXACT]
    known = sum(numbers[at][0] for at in hidden)
    bounds = {at: _bounds(said[at], numbers[at][1]) for at in hidden}
    lows, highs = (sum(each[side] for each in bounds.values()) for side in (0, 1))
    for at, (low, high) in bounds.items():
        least = max(low, known - (highs - high))
        most = min(high, known - (lows - low))
        wanted = LEAST_NUMBER - 1 if said[at] == Said.HIDDEN else high - low
        if most - least < wanted:
            return False
    return True


def _bounds(said: Said, base: int) -> tuple[int, int]:
    """What somebody who knows this rule knows of a number by how it is said."""
    if base < LEAST_BASE:
        return 0, base
    if said == Said.FEW:
        return 0, LEAST_NUMBER - 1
    if said == Said.NEARLY_ALL:
        return base - LEAST_NUMBER + 1, base
    return LEAST_NUMBER, base - LEAST_NUMBER
