"""A night in a company of 100,000: everybody is given three courses. The seconds of work the worker needs, its memory, and later nights.

A worst case on purpose: every course is for everybody, everybody has an account and is owed a first message, and nobody has done any.
"""

import resource
import time
from datetime import timedelta

from bench.campaign import _make_people
from bench.rows import analyse
from bench.world import Result, make_cast
from tests.factories.cast import NOW

COURSES = 3


def main(quick: bool = False) -> list[Result]:
    people = 5_000 if quick else 100_000
    make_cast()
    _make_people(people)
    _make_courses()
    analyse()
    from people.models import Employee
    from training.models import Assignment
    from training.services import assigning

    everybody = Employee.objects.count()
    results = [*_night(f"give {people:,} people {COURSES} courses", assigning, NOW, 60 if not quick else None)]
    given = Assignment.objects.filter(rule="all").count()
    assert given == COURSES * everybody, f"{given} given, {COURSES * everybody} expected"
    analyse()
    # The nights after it, with nothing new; and the one on which a year's completions run out.
    results += _night("the next night, nothing new", assigning, NOW + timedelta(days=1), None)
    return [*results, *_reminders(people, quick)]


def _make_courses() -> None:
    from people.models import User
    from tests.training.course import published

    admin = User.objects.get(email="person010@example.test")
    for number in range(COURSES):
        published(f"course-{number}", by=admin, now=NOW)


def _night(what: str, assigning, now, most) -> list[Result]:
    before, started, used, longest = _peak_mib(), time.perf_counter(), time.process_time(), 0.0
    while True:
        begun = time.perf_counter()
        if not assigning.look(now=now):
            break
        longest = max(longest, time.perf_counter() - begun)
    spent, used = time.perf_counter() - started, time.process_time() - used
    return [
        Result(f"{what}, seconds of work", spent, None, "s"),
        Result("of them on a processor here, seconds", used, most, "s"),
        Result("longest batch", longest * 1000, None, "ms"),
        Result("memory grown", _peak_mib() - before, 64, "MiB"),
    ]


def _reminders(people: int, quick: bool) -> list[Result]:
    """Everybody is late with everything at once: the worst morning there is."""
    from training.services.reminders import remind

    late = NOW + timedelta(days=60)
    begun, done = time.perf_counter(), 0
    most = people if quick else 20_000
    while done < most and (claimed := remind(now=late)):
        done += claimed
    return [Result("reminders a second, everybody late at once", done / (time.perf_counter() - begun), None, "/s", most=False)]


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
