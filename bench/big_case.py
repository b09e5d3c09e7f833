"""A case grown large: 300 items of evidence and 2,000 facts. Its list, an item, its overview and its timeline, opened as the handler."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bench.world import Result, make_cast, p95, signed_in, timed
from tests.factories.filing import file_story

RUNS = 60
ITEMS, FACTS = 300, 2000
BAR = 60


def main(quick: bool = False) -> list[Result]:
    items, facts, runs = (30, 200, 10) if quick else (ITEMS, FACTS, RUNS)
    cast = make_cast()
    ref = _grown(cast, items, facts)
    client = signed_in(cast.investigator)
    results = []
    pages = (("overview", ""), ("evidence, a page", "evidence/"), ("one item", "evidence/9/"), ("timeline, a page", "timeline/"))
    for name, page in pages:
        path = f"/c/{ref}/{page}"
        timed(lambda path=path: _look(client, path), 3)
        results.append(Result(f"large case: {name}, p95", p95(timed(lambda path=path: _look(client, path), runs)), BAR, "ms"))
    return results


def _look(client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200, response.status_code


def _grown(cast, items: int, facts: int) -> str:
    from audit.actors import staff
    from complaints.models import Complaint, Event, Seat
    from complaints.services.access import hand_over
    from complaints.services.state import move
    from complaints.states import EventKind, State
    from investigations.models import Triage
    from investigations.services import evidence, investigating
    from vault.uploads import sealed_upload

    now = timezone.now()
    filed = file_story(now=now)
    user = cast.investigator.user
    hand_over(complaint=filed.complaint, keyring=cast.officer.keyring, by=cast.officer.user, to=user, now=now)
    Seat.objects.filter(user=user).update(conflict_declared_at=now)
    Triage.objects.create(complaint=filed.complaint, officer=cast.officer.user, started_at=now, read_at=now)
    with transaction.atomic():
        complaint = Complaint.objects.get(pk=filed.complaint.pk)
        for state in (State.ACKNOWLEDGED, State.ASSESSED, State.IN_INVESTIGATION):
            move(complaint=complaint, to=state, by=staff(user, "handler"), now=now)
        investigation = investigating.begin(complaint=complaint, by=user, now=now)
    by = {"complaint": complaint, "investigation": investigation, "keyring": cast.investigator.keyring, "by": user, "role": "handler"}
    for number in range(items):
        file = sealed_upload(name=f"picture {number}.png", content_type="image/png", chunks=[b"x" * 4096])
        detail = {"name": f"Picture {number}", "given_by": "security", "method": "drive", "about": "corridor " * 20}
        evidence.take_in(**by, detail=detail, obtained_at=now, token=f"t{number}", upload=file, now=now)
    Event.objects.bulk_create(
        Event(
            complaint=complaint,
            kind=EventKind.REPORTER_WROTE if n % 2 else EventKind.REPORTER_ANSWERED,
            at=now - timedelta(seconds=facts - n),
            recorded_at=now,
            by=user,
            by_role="handler",
        )
        for n in range(facts)
    )
    return complaint.ref
