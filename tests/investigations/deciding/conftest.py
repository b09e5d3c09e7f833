"""Findings that are reported, a decision-maker who was called and declared, and what they write."""

from datetime import timedelta
from uuid import uuid4

import pytest

from complaints.services.once import new_token
from investigations.models import Investigation, Party
from investigations.selectors_findings import investigation_of
from investigations.services import calling, findings, making, outcome, releasing, reporting
from tests.investigations.conftest import Desk
from tests.investigations.findings.conftest import found, investigated, reach, ready, respondent_of  # noqa: F401
from vault.models import Keyholder
from vault.services import compartments
from vault.staff import staff_keyholder

WORDS = {
    "outcome": "CANARY-outcome",
    "reasons": "CANARY-why",
    "now": "He moves to another shop.",
    "not_told": "",
    "not_heard_why": "She wants none.",
}


class Bench(Desk):
    """A decision-maker's browser on their own pages."""

    def path(self, rest: str = "") -> str:
        return f"/d/{self.filed.complaint.ref}/{rest}"


@pytest.fixture
def reported(ready, now):  # noqa: F811
    reporting.findings_ready(today=now.date(), **reach(ready, now))
    return ready


@pytest.fixture
def bench(reported, decision_maker, signed_in, now):
    calling.call_decider(to=decision_maker.user, **reach(reported, now))
    mine = Bench(signed_in(decision_maker), reported.filed, decision_maker)
    assert mine.post("conflict/", {"conflict": "no"}).status_code == 302
    return mine


def by(bench, now) -> dict:
    return reach(bench, now, role="decision_maker")


def item(bench, now, allegation, **changes):
    """Add something to carry out through the service."""
    options = {
        "kind": "sanction", "code": "final_warning", "text": "", "allegation_id": allegation.pk if allegation else None,
        "owner": bench.person.user, "due_date": now.date() + timedelta(days=5), "token": new_token(),
    }  # fmt: skip
    return outcome.add_item(**(options | changes), **by(bench, now))


def decide(bench, now, allegation):
    """Words, a sanction of the range, and the decision."""
    outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, now))
    row = item(bench, now, allegation)
    make(bench, now)
    return row


def make(bench, now):
    decision = outcome.newest_decision(investigation_of(bench.complaint))
    return making.make_decision(version=making.stamp(decision) if decision else 0, **by(bench, now))


def write_letters(bench, now) -> None:
    for each in releasing.letters(complaint=bench.complaint, keyring=bench.person.keyring)[0]:
        releasing.save_letter(to=each.complaint.pk, version=0, letter=each.letter, **by(bench, now))


@pytest.fixture
def party(found, investigated, now):  # noqa: F811
    """The respondent with a compartment of their own, as an invitation makes it."""
    desk = investigated
    prepared = compartments.prepare(subject_id=desk.complaint.pk, members={"party:1": [staff_keyholder(desk.person.user)]}, now=now)
    prepared.save()
    assert Keyholder.objects.exists()
    investigation = Investigation.objects.get(lead=desk.complaint)
    return Party.objects.create(
        id=uuid4(), investigation=investigation, person=respondent_of(desk), side="respondent", number=1, language="en",
        compartment=prepared.compartments["party:1"],
    )  # fmt: skip


__all__ = ["WORDS", "findings"]
