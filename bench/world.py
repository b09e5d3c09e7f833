"""A throwaway database with the cast in it, and what a measurement hands back."""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """`value` against `bar`, in `unit`; `most`: the value may be at most the bar (else: at least)."""

    what: str
    value: float
    bar: float | None
    unit: str
    most: bool = True

    @property
    def kept(self) -> bool:
        return self.bar is None or (self.value <= self.bar if self.most else self.value >= self.bar)

    def __str__(self) -> str:
        bar = "" if self.bar is None else f"   bar {'<=' if self.most else '>='} {self.bar:g}"
        return f"{'ok    ' if self.kept else 'MISSED'} {self.what:<58} {self.value:10.2f} {self.unit}{bar}"


@contextmanager
def throwaway() -> Iterator[str]:
    """Set Django up with the test settings and fresh test databases; removed again afterwards. Gives the database's name."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings_test"
    if "BENCH_DATA" not in os.environ:
        os.environ["BENCH_DATA"] = os.environ["HEARD_DATA"] = tempfile.mkdtemp(prefix="heard-bench-")
    import django

    django.setup()
    from django.db import connection, connections
    from django.test.utils import setup_databases, setup_test_environment, teardown_databases, teardown_test_environment

    setup_test_environment()
    old = setup_databases(verbosity=0, interactive=False)
    try:
        yield connection.vendor
    finally:
        connections.close_all()
        teardown_databases(old, verbosity=0)
        teardown_test_environment()


@dataclass(frozen=True)
class Cast:
    officer: object
    second_officer: object
    investigator: object
    decision_maker: object
    overseer: object


def make_cast() -> Cast:
    """The organisation, its policy in force and everybody a report needs."""
    from policy.demo import publish_demo_policy
    from tests.factories import cast

    cast.make_organisation()
    author, approver = cast.make_person("010", "Pan Li", "policy_admin"), cast.make_person("011", "Qin Hua", "policy_admin")
    publish_demo_policy(now=cast.SINCE, by=author.user, approver=approver.user)
    return Cast(
        cast.make_person("020", "Lin Mei", "intake_officer"),
        cast.make_person("021", "He Tao", "intake_officer"),
        cast.make_person("022", "Xu Ning", "investigator"),
        cast.make_person("024", "Deng Rui", "decision_maker"),
        cast.make_person("025", "Song An", "oversight"),
    )


def signed_in(person):
    """A client in which `person` is signed in with a second factor and has unlocked the vault."""
    from django.test import Client
    from django.utils import timezone

    from tests.factories.browsers import unlock

    client = Client()
    client.force_login(person.user)
    session = client.session
    session["second_factor"] = person.user.pk
    session.save()
    unlock(client, kind="staff", subject_id=person.keyring.keyholder_id, secret=person.keyring.seed, now=timezone.now())
    return client


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Run `work` so often and return the milliseconds of each run."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return found


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


def median(values: list[float]) -> float:
    return statistics.median(values)
