"""Opening a case as its handler, over HTTP: find it, open its keys, decrypt the report, record the access, render."""

import http.client

from django.db import transaction
from django.utils import timezone

from bench.serving import look, served
from bench.world import Result, make_cast, median, p95, signed_in, timed
from tests.factories.filing import file_story

RUNS, WARM_UP = 150, 20


def main(quick: bool = False) -> list[Result]:
    runs = 20 if quick else RUNS
    cast = make_cast()
    filed = file_story(now=timezone.now())
    from audit.actors import staff
    from complaints.models import Complaint, Seat
    from complaints.services.access import hand_over
    from complaints.services.state import move
    from complaints.states import State
    from investigations.models import Triage

    hand_over(complaint=filed.complaint, keyring=cast.officer.keyring, by=cast.officer.user, to=cast.investigator.user, now=timezone.now())
    Seat.objects.filter(user=cast.investigator.user).update(conflict_declared_at=timezone.now())
    Triage.objects.create(complaint=filed.complaint, officer=cast.officer.user, started_at=timezone.now(), read_at=timezone.now())
    with transaction.atomic():
        complaint = Complaint.objects.get(pk=filed.complaint.pk)
        for state in (State.ACKNOWLEDGED, State.ASSESSED, State.IN_INVESTIGATION):
            move(complaint=complaint, to=state, by=staff(cast.investigator.user, "handler"), now=timezone.now())
    cookies = {name: morsel.value for name, morsel in signed_in(cast.investigator).cookies.items()}
    with served() as address:
        client = http.client.HTTPConnection(address, timeout=60)

        def opened():
            status = look(client, f"/c/{filed.complaint.ref}/", cookies)
            if status != 200:
                raise RuntimeError(f"not opened: {status}")

        # Both processes of the server are warm then.
        timed(opened, WARM_UP)
        took = timed(opened, runs)
    return [Result("open a case, p95", p95(took), 25, "ms"), Result("open a case, median", median(took), None, "ms")]
