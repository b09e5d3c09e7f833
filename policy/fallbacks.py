"""What holds in a version that was published before the portal knew a limit: it never changes, and nobody is left without a date.

A limit that only appears in newer versions is reckoned in older ones with the number that the same version publishes for the nearest duty.
It stands on no public page of that version, because it was not published there.
"""

from collections.abc import Mapping
from dataclasses import replace

from policy.parts import LimitPart
from policy.records import EMPTY
from policy.starter import limits

# {limit: the limit of the same version whose number it takes}
_STANDS_IN = {"respondent_review_answer": "review_answer"}


def with_stand_ins(published: Mapping[str, LimitPart]) -> dict[str, LimitPart]:
    """The limits of a version by id, with those that it lacks and can lend a number to."""
    found = dict(published)
    shipped = {limit.id: limit for limit in limits()}
    for missing, lender in _STANDS_IN.items():
        lent = published.get(lender)
        if missing not in published and lent is not None and lent.number:
            own = shipped[missing]
            found[missing] = replace(own, kind=lent.kind, value=lent.value, unit=lent.unit, promise=EMPTY, step=EMPTY)
    return found
