"""Filing a sealed report: from the prepared submission to the commit, with one client and with four at once."""

import secrets
import threading
import time

from bench.world import Result, make_cast, p95, timed
from tests.factories.cast import NOW

RUNS, CLIENTS, EACH = 200, 4, 60


def main(quick: bool = False) -> list[Result]:
    runs, each = (30, 10) if quick else (RUNS, EACH)
    make_cast()
    from complaints.models import Complaint

    timed(file_one, 5)
    alone = timed(file_one, runs)
    before = Complaint.objects.count()
    rate = _together(each)
    lost = before + CLIENTS * each - Complaint.objects.count()
    return [
        Result("file one, p95, 1 client", p95(alone), 50, "ms"),
        Result(f"filed a second, {CLIENTS} clients", rate, 40, "/s", most=False),
        Result(f"lost of {CLIENTS * each}", lost, 0, ""),
    ]


def file_one() -> None:
    """What the last POST does: derive the code, route, seal, write."""
    from complaints.services import filing, routing

    route = routing.route(routing.NamedPeople(respondents=("Somebody Else",)), now=NOW)
    words = "It happened at the dinner after the fair. " * 40
    submission = filing.Submission(
        language="en",
        report={"v": 1, "questionnaire": "bench", "lang": "en", "answers": [{"id": "1", "question": "?", "value": words, "shown": words}]},
        wishes=({"kind": "no_contact", "text": ""},),
        exclusions={"names": [], "groups": [], "respondents": [], "employees": []},
    )
    filing.file_complaint(draft=None, secret=secrets.token_bytes(32), submission=submission, route=route, now=NOW)


def _together(each: int) -> float:
    from django.db import connections

    errors = []

    def client():
        try:
            for _ in range(each):
                file_one()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=client) for _ in range(CLIENTS)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return CLIENTS * each / (time.perf_counter() - started)
