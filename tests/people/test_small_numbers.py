"""The small-number rule: nothing hidden can be worked out, however somebody adds and subtracts."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.small_numbers import LEAST_NUMBER, Said, alone, protect


@pytest.mark.parametrize(
    ("part", "base", "said"),
    [
        (9, 9, Said.HIDDEN),
        (0, 10, Said.FEW),
        (4, 10, Said.FEW),
        (5, 10, Said.EXACT),
        (6, 10, Said.NEARLY_ALL),
        (10, 10, Said.NEARLY_ALL),
        (95, 100, Said.EXACT),
        (96, 100, Said.NEARLY_ALL),
    ],
)
def test_one_number_by_itself(part, base, said):
    shown = alone(part, base)
    assert shown.said == said
    assert (shown.part, shown.percent) == ((part, 100 * part // base) if said == Said.EXACT else (None, None))


def test_a_sum_that_gives_one_hidden_number_away_hides_the_next_smallest_too():
    shown = protect([(2, 20), (12, 30), (25, 60)])
    assert [share.said for share in shown.shares] == [Said.FEW, Said.HIDDEN, Said.EXACT]
    assert shown.total.part == 39


def test_where_hiding_others_is_not_enough_the_sum_is_hidden():
    # Both are at their least: with the sum, everybody would know that nobody did.
    shown = protect([(0, 20), (0, 20)])
    assert [share.said for share in shown.shares] == [Said.FEW, Said.FEW]
    assert shown.total.said == Said.FEW
    shown = protect([(20, 20), (2, 20)])
    assert shown.total.said == Said.HIDDEN and shown.total.part is None


def test_without_anything_small_all_is_said():
    shown = protect([(10, 20), (30, 60)])
    assert [share.part for share in shown.shares] == [10, 30]
    assert shown.total.part == 40


def possible(shown, numbers):
    """Every combination of numbers that would have been shown in the very same way, as far as words and sum go."""
    ranges = [[share.part] if share.part is not None else _allowed(share) for share in shown.shares]
    for parts in product(*ranges):
        if shown.total.part is None or sum(parts) == shown.total.part:
            yield parts


def _allowed(share):
    if share.base < 10:
        return range(share.base + 1)
    if share.said == Said.FEW:
        return range(5)
    if share.said == Said.NEARLY_ALL:
        return range(share.base - 4, share.base + 1)
    return range(5, share.base - 4)


@given(st.lists(st.integers(1, 24).flatmap(lambda base: st.tuples(st.integers(0, base), st.just(base))), min_size=1, max_size=4))
def test_whoever_tries_every_combination_learns_nothing(numbers):
    shown = protect(numbers)
    found = list(possible(shown, numbers))
    assert tuple(part for part, _base in numbers) in found
    for at, share in enumerate(shown.shares):
        if share.part is None and share.base >= 10:
            assert len({parts[at] for parts in found}) >= LEAST_NUMBER
