"""Publishing a version, and re-issuing it to 100,000 people: the seconds of work the worker needs, its memory, and the board afterwards.

Everybody has an account and is owed a first message; they work at three sites. Other programs on the machine slow the clock but not the
work, so the bars are seconds on a processor and ratios; with PostgreSQL the server's own share is on top of them.
"""

import resource
import time
from datetime import date, timedelta

from bench.rows import analyse
from bench.world import Result, make_cast, p95, timed
from tests.factories.cast import NOW

CHUNK = 5_000
WITH_ACCOUNT = 1


def main(quick: bool = False) -> list[Result]:
    people = 5_000 if quick else 100_000
    make_cast()
    _make_people(people)
    analyse()
    from people.models import User
    from policy.models import Acknowledgement
    from policy.selectors import policy_in_force
    from policy.services import campaigns, gathering

    admin = User.objects.get(email="person010@example.test")
    published = _publish(admin)
    settings = campaigns.Settings("everybody", None, NOW.date(), 14, "working_day")
    campaign = campaigns.create(version=policy_in_force(NOW), settings=settings, by=admin, now=NOW)
    started = time.process_time()
    campaign = campaigns.start(campaign=campaign, by=admin, now=NOW)
    pressed = time.process_time() - started
    before, started, batches = _peak_mib(), time.perf_counter(), []
    while True:
        begun = time.process_time()
        if not gathering.look(now=NOW):
            break
        batches.append(time.process_time() - begun)
    spent, used = time.perf_counter() - started, sum(batches)
    asked = Acknowledgement.objects.filter(campaign=campaign).count()
    assert asked == campaign.expected, f"{asked} asked, {campaign.expected} expected"
    analyse()
    return [
        Result(f"start for {people:,} people, until the page answers, on a processor", pressed * 1000, 1_000 if not quick else None, "ms"),
        Result(f"publish a version beside {people:,} people, on a processor", published * 1000, 2_000, "ms"),
        Result(f"take in {people:,} people, on a processor", used, 30 if not quick else None, "s"),
        Result("the same by the clock", spent, None, "s"),
        Result("the last tenth of the batches, as often as the first took", _growth(batches), 2, "times"),
        Result("memory grown", _peak_mib() - before, 64, "MiB"),
        Result("a later look without anybody new", _quiet_look(gathering), None, "ms"),
        Result("board, p95", _board(campaign, quick), None, "ms"),
        *_reminders(campaign, people, quick),
    ]


def _publish(admin) -> float:
    """Seconds on a processor to put the next version in force: nothing in it may grow with the number of people."""
    from people.models import User
    from policy.selectors import policy_in_force
    from policy.services import approve, publish, submit
    from tests.factories.policies import revised

    other = User.objects.create_user("approver@example.test", display_name="Approver")
    version = submit(version=revised(policy_in_force(NOW), by=admin, now=NOW), by=admin, now=NOW)
    version = approve(version=version, by=other, now=NOW)
    begun = time.process_time()
    publish(version=version, effective_date=NOW.date(), by=other, now=NOW)
    return time.process_time() - begun


def _growth(batches: list[float]) -> float:
    """How much longer the last tenth of the full batches took than the first. 1: the same work for the last person as for the first."""
    full = batches[:-1] or batches
    tenth = max(1, len(full) // 10)
    return sum(full[-tenth:]) / sum(full[:tenth])


def _make_people(count: int) -> None:
    """Employees in two hundred units of three sites, in teams of ten."""
    from people.models import Employee, Site, Unit, User

    sites = [
        Site.objects.create(code=f"site-{n}", name=f"Site {n}", time_zone=zone) for n, zone in enumerate(("Asia/Shanghai", "Asia/Tokyo"))
    ]
    sites.append(Site.objects.get(code="hangzhou"))
    top = [Unit.objects.create(code=f"division-{n}", name=f"Division {n}") for n in range(10)]
    units = [Unit.objects.create(code=f"unit-{n}", name=f"Unit {n}", parent=top[n % 10]) for n in range(200)]
    leader = None
    for start in range(0, count, CHUNK):
        numbers = range(start, min(start + CHUNK, count))
        accounts = User.objects.bulk_create(
            [User(email=f"many{n}@example.test", display_name=f"P {n}", password="!") for n in numbers if n % WITH_ACCOUNT == 0]
        )
        found = {user.email: user.pk for user in accounts}
        rows = []
        for n in numbers:
            row = Employee(
                number=f"B{n:06d}",
                name=f"Person {n}",
                name_key=f"person {n}",
                user_id=found.get(f"many{n}@example.test"),
                unit=units[n % 200],
                site=sites[n % 3],
                joined_date=date(2020, 1, 1),
                manager=leader,
            )
            if n % 10 == 0:
                row.manager, leader = None, row
            rows.append(row)
        Employee.objects.bulk_create(rows, batch_size=2_000)


def _quiet_look(gathering) -> float:
    begun = time.perf_counter()
    gathering.look(now=NOW + timedelta(minutes=11))
    return (time.perf_counter() - begun) * 1000


def _board(campaign, quick: bool) -> float:
    from policy import campaign_selectors as selectors

    def look():
        assert selectors.by_unit(campaign, NOW)

    return p95(timed(look, 5 if quick else 20))


def _reminders(campaign, people: int, quick: bool) -> list[Result]:
    """Everybody is late at once: the worst morning there is."""
    from policy.services.sign_reminders import remind

    late = NOW + timedelta(days=40)
    begun, done = time.perf_counter(), 0
    most = people if quick else 20_000
    while done < most and (claimed := remind(now=late)):
        done += claimed
    return [Result("reminders a second, everybody late at once", done / (time.perf_counter() - begun), None, "/s", most=False)]


def _peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
