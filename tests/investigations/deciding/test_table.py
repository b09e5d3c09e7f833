"""Every step of findings, decision, release and review from every state of the table: allowed where the table says so, else refused."""

import pytest
from django.db import transaction

from complaints.models import Complaint
from complaints.services import state
from complaints.services.changing import CaseEnded
from complaints.states import STEPS, State
from investigations.models import Decision, Investigation, InvestigationState, Release
from investigations.services import investigating, making, outcome, releasing, reporting
from investigations.states import STEPS as OWN_STEPS
from tests.investigations.deciding.conftest import WORDS, by, decide, write_letters
from tests.investigations.findings.conftest import reach

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def refused_everywhere_but(allowed, act, *errors) -> None:
    """From every other state `act` raises one of `errors`."""
    for start in State:
        if start not in allowed:
            Complaint.objects.update(state=start)
            try:
                act()
            except errors:
                continue
            pytest.fail(f"done from {start}")


def leading_to(target) -> set:
    return {start for start in State if target in STEPS[start]}


def test_the_investigation_goes_only_where_its_table_says(ready, now):
    row = Investigation.objects.get()
    for start in InvestigationState:
        for to in InvestigationState:
            Investigation.objects.update(state=start)
            step = {"investigation": row, "to": to, "by": ready.person.user, "role": "handler", "now": now}
            with transaction.atomic():
                if to in OWN_STEPS[start]:
                    assert investigating.step(**step).state == to
                else:
                    with pytest.raises(investigating.StepNotAllowed):
                        investigating.step(**step)


def test_findings_are_reported_from_an_investigation_only(ready, now):
    def report():
        return reporting.findings_ready(today=now.date(), **reach(ready, now))

    assert leading_to(State.FINDINGS_READY) == {State.IN_INVESTIGATION}
    # Findings that are ready already are final: that is refused by the investigation's own state.
    refused_everywhere_but({State.IN_INVESTIGATION, State.FINDINGS_READY}, report, state.StepNotAllowed, CaseEnded)
    Complaint.objects.update(state=State.IN_INVESTIGATION)
    assert report().state == InvestigationState.REPORTED


def test_a_decision_is_written_and_told_only_where_the_table_says(bench, found, now):
    def write():
        return outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, now))

    refused_everywhere_but({State.FINDINGS_READY}, write, outcome.NothingFound, outcome.NotCalled)
    assert Decision.objects.count() == 0
    Complaint.objects.update(state=State.FINDINGS_READY)
    decide(bench, now, found)
    refused_everywhere_but(set(), lambda: making.make_decision(version=1, **by(bench, now)), outcome.Made, outcome.NothingFound,
                           outcome.NotCalled)  # fmt: skip
    Complaint.objects.update(state=State.FINDINGS_READY)
    write_letters(bench, now)

    def tell():
        return releasing.release_to_reporters(**by(bench, now))

    # A report that was withdrawn or closed meanwhile is not told anything.
    still = {State.WITHDRAWN, State.CLOSED}
    refused_everywhere_but(leading_to(State.DECIDED) | still | {State.DECIDED}, tell, state.StepNotAllowed)
    for ended in still:
        Complaint.objects.update(state=ended)
        tell()
    assert not Release.objects.filter(released_at__isnull=False).exists()
    Complaint.objects.update(state=State.FINDINGS_READY)
    tell()
    assert bench.complaint.state == State.DECIDED
