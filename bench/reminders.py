"""The reminder loop: due deadlines a second with a million open ones, against the same number due among ten thousand.

The same rows go through three looks: a reminder before the date, being late (recorded, entered in the register, passed on), and the
reminder of the next morning.
"""

import time
from datetime import timedelta

from bench.rows import analyse, many_complaints
from bench.world import Result, make_cast
from tests.factories.cast import NOW
from tests.factories.filing import file_story

DUE = 1_000
FAR = NOW + timedelta(days=4_000)


def main(quick: bool = False) -> list[Result]:
    small, large = (2_000, 20_000) if quick else (10_000, 1_000_000)
    make_cast()
    template = file_story(now=NOW).complaint
    from complaints.models import Deadline

    each = Deadline.objects.filter(complaint=template).count()
    Deadline.objects.filter(complaint=template).update(next_at=FAR)
    first = many_complaints(template, small // each, NOW, next_at=FAR)
    due = min(DUE, len(first))
    few = _rate(first[:due])
    later = many_complaints(template, (large - small) // each, NOW, taken=len(first), next_at=FAR)
    many = _rate(later[:due])
    bar = None if quick else 1_000
    return [
        Result(f"due a second, {small:,} open", few, bar, "/s", most=False),
        Result(f"due a second, {large:,} open", many, bar, "/s", most=False),
        Result("time at the large number against the small one", few / many, None if quick else 1.2, "x"),
    ]


def _rate(complaint_ids: list) -> float:
    """Take one deadline of each complaint through its three looks; deadlines worked on a second."""
    from complaints.models import Deadline
    from complaints.services.reminders import do_batch

    rows = Deadline.objects.filter(complaint_id__in=complaint_ids, limit_id="open")
    due_at = rows[0].due_at
    analyse()
    spent, done = 0.0, 0
    for now in (due_at - timedelta(hours=8), due_at, due_at + timedelta(hours=12)):
        rows.update(next_at=now)
        started = time.perf_counter()
        while claimed := do_batch(now=now):
            done += claimed
        spent += time.perf_counter() - started
    assert done == 3 * len(complaint_ids), f"{done} claimed, {3 * len(complaint_ids)} were due"
    return done / spent
