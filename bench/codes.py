"""Whether the time of an answer tells which codes exist: unknown, mistyped and replaced ones in turns, by processor time."""

import statistics
import time

from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from bench.world import Result, make_cast
from tests.factories.filing import file_story

RUNS = 60


def main(quick: bool = False) -> list[Result]:
    from complaints.services import code_change

    runs = 10 if quick else RUNS
    make_cast()
    filed = file_story(now=timezone.now())
    code_change.change(complaint=filed.complaint, keyring=filed.keyring, token="t", now=timezone.now())
    typed = {"unknown": "1" * 20, "mistyped": "4821 7305", "replaced": filed.code}
    times: dict[str, list[float]] = {name: [] for name in typed}
    for _ in range(runs):
        # In turns, so that other work on the machine meets all of them alike.
        for name, text in typed.items():
            cache.clear()
            client = Client()
            start = time.process_time()
            assert client.post("/f/", {"code": text}).status_code == 200
            times[name].append(time.process_time() - start)
    typical = {name: statistics.median(values) for name, values in times.items()}
    slowest = max(typical.values())
    return [
        Result("wrong codes, slowest to fastest kind (median)", slowest / min(typical.values()), 1.1, "×"),
        Result("a wrong code, median", slowest * 1000, None, "ms"),
    ]
