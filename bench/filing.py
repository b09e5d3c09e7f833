"""Filing a sealed report: the last POST, over HTTP to the web process of `make run`, with one client and with four at once."""

import http.client
import random
import threading
import time
from dataclasses import dataclass

from bench.serving import post, served
from bench.world import Result, make_cast, median, p95, timed
from vault import codes

RUNS, CLIENTS, EACH = 200, 4, 60
WARM_UP = 8


@dataclass(frozen=True)
class Ready:
    """A report of which only the last button is left to press."""

    secret: bytes
    cookies: dict[str, str]
    readers: str


def main(quick: bool = False) -> list[Result]:
    runs, each = (20, 5) if quick else (RUNS, EACH)
    make_cast()
    reports = [_ready(number) for number in range(WARM_UP + runs + CLIENTS * each)]
    with served() as address:
        _press(address, reports[:WARM_UP])
        alone = _press(address, reports[WARM_UP : WARM_UP + runs])
        together = reports[WARM_UP + runs :]
        seconds = _at_once(address, [together[n::CLIENTS] for n in range(CLIENTS)])
    lost, broken = _lost(reports)
    derivation = median(timed(lambda: codes.derive("4821 7305 1196 8840 2257"), 20))
    rate = len(together) / seconds
    return [
        Result("file one, last POST, p95, 1 client", p95(alone), 50, "ms"),
        Result("file one, last POST, median, 1 client", median(alone), None, "ms"),
        Result("file one, against deriving its code alone", median(alone) / derivation, 2.5, "x"),
        Result(f"filed a second, {CLIENTS} clients", rate, None if quick else 40, "/s", most=False),
        Result(f"speed of {CLIENTS} clients against one", rate * median(alone) / 1000, None, "x"),
        Result(f"lost of {len(reports)}", lost, 0, ""),
        Result("breaks in the record", broken, 0, ""),
    ]


def _ready(number: int) -> Ready:
    from django.http import HttpResponse
    from django.utils import timezone

    from complaints.services import drafts
    from complaints.services.submitting import route_of
    from complaints.views.report_end import _fingerprint
    from vault.sessions import start_draft

    now, response = timezone.now(), HttpResponse()
    draft = drafts.begin(device="own", now=now)
    for page, values in (
        ("1", {"story": _story(number)}),
        ("6", {"people": [{"name": "Somebody Else"}]}),
        ("12", {"wishes": ["no_contact"]}),
    ):
        draft = drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id=page, values=values, now=now)
    start_draft(response, draft_id=draft.id, secret=draft.secret, idle_seconds=draft.idle_seconds, now=now)
    cookies = {name: morsel.value for name, morsel in response.cookies.items()}
    return Ready(draft.secret, cookies, _fingerprint(route_of(draft.answers, now=now)))


def _story(number: int) -> str:
    """Three hundred words that hardly repeat, because each of them is looked up in the directory."""
    chosen = random.Random(number)
    words = ["".join(chosen.choices("abcdefghijklmnopqrstuvwxyz", k=chosen.randint(2, 9))) for _ in range(300)]
    return ". ".join(" ".join(words[start : start + 12]) for start in range(0, len(words), 12))


def _press(address: str, reports: list[Ready]) -> list[float]:
    """Press “Send” on each of them, one after the other; the milliseconds each took."""
    client, took = http.client.HTTPConnection(address, timeout=60), []
    for report in reports:
        started = time.perf_counter()
        status, leads_to = post(client, "/r/check/", report.cookies, {"go": "send", "readers": report.readers})
        took.append((time.perf_counter() - started) * 1000)
        if status != 303 or not leads_to.endswith("/r/sent/"):
            raise RuntimeError(f"not filed: {status} {leads_to}")
    return took


def _at_once(address: str, shares: list[list[Ready]]) -> float:
    errors: list[Exception] = []

    def client(share: list[Ready]) -> None:
        try:
            _press(address, share)
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=client, args=(share,)) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
    return time.perf_counter() - started


def _lost(reports: list[Ready]) -> tuple[int, int]:
    """How many of them are not there as a complaint of their own, and how many ways in which the record does not hold."""
    from audit.services import verify
    from complaints.services.filing import filed_already

    found = {complaint.pk for report in reports if (complaint := filed_already(report.secret))}
    return len(reports) - len(found), len(verify())
