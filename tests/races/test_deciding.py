# ruff: noqa: F811 (fixtures of other folders are imported by name)
"""Two people on findings and decisions at the same moment: one row, one decision, one release."""

from datetime import timedelta

import pytest

from audit.services import verify
from complaints.states import EventKind
from investigations.models import Allegation, Decision, DecisionItem, Finding
from investigations.services import allegations, findings, making, outcome, releasing
from tests.investigations.conftest import desk, filed, handler_desk, now, without_second_factor  # noqa: F401
from tests.investigations.deciding.conftest import WORDS, bench, by, item, reported, write_letters  # noqa: F401
from tests.investigations.findings.conftest import conduct_of, found, investigated, reach, ready, respondent_of, words  # noqa: F401
from tests.races.test_editors import at_once, kinds
from vault.verify import problems

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"], transaction=True)


@pytest.fixture(autouse=True)
def everything_still_holds():
    yield
    assert verify() == [] and list(problems()) == []


def test_allegations_and_findings(investigated, now):
    desk = investigated
    person, detail = respondent_of(desk), words(conduct=conduct_of(desk))

    def add(token):
        return lambda: allegations.add_allegation(person_id=person.pk, detail=detail, token=token, **reach(desk, now))

    at_once(add("a"), add("a"), add("b"))
    assert sorted(Allegation.objects.values_list("number", flat=True)) == [1, 2]
    row = Allegation.objects.first()
    found = {"result": "not_enough", "reasons": "x", "early_reason": "x"}

    def find():
        return findings.save_finding(allegation_id=row.pk, version=0, detail=found, **reach(desk, now))

    assert kinds(at_once(find, find)) == ["Finding", "SavedMeanwhile"]
    assert Finding.objects.count() == 1


def test_one_decision_and_one_release(bench, found, now):
    outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, now))
    due = now.date() + timedelta(days=3)
    at_once(*[lambda: item(bench, now, found, token="t", due_date=due)] * 2)
    assert DecisionItem.objects.count() == 1
    stamp = making.stamp(Decision.objects.get())
    results = at_once(*[lambda: making.make_decision(version=stamp, **by(bench, now))] * 2)
    assert kinds(results) in (["Decision", "Made"], ["Decision", "NotCalled"])
    write_letters(bench, now)
    at_once(*[lambda: releasing.release_to_reporters(**by(bench, now))] * 2)
    events = bench.complaint.events
    assert events.filter(kind=EventKind.DECISION_NOTIFIED).count() == 1
    assert events.filter(kind=EventKind.ACTION_DECIDED).count() == 1
