"""Reviews by either side: somebody else decides, late ones go to oversight, and what each answer does to the case."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from complaints.models import Complaint, Deadline, Seat
from complaints.services import review
from complaints.states import State
from investigations.models import Appeal, Investigation, InvestigationState, PartyDocument
from investigations.services import appeals, calling, outcome, releasing
from tests.factories import cast
from tests.investigations.deciding.conftest import WORDS, Bench, by, decide, item, make, write_letters
from tests.investigations.findings.conftest import find, reach
from vault.columns import seal_column
from vault.services import compartments

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


@pytest.fixture
def told(bench, found, now):
    """A decision that the reporter was told."""
    decide(bench, now, found)
    write_letters(bench, now)
    releasing.release_to_reporters(**by(bench, now))
    return bench


@pytest.fixture
def other(told, reported, now):
    """Another decision-maker, who was called free of conflict."""
    person = cast.make_person("090", "Mo Lan", "decision_maker")
    calling.call_decider(to=person.user, **reach(reported, now))
    return person


def ask(told, now):
    review.request(complaint=told.complaint, keyring=told.filed.keyring, reasons=["procedure"], text="CANARY-grounds", token="r", now=now)
    return appeals.gather(complaint=told.complaint, now=now)[0]


def as_oversight(told, overseer, now, row, **more) -> dict:
    return {"complaint": told.complaint, "keyring": overseer.keyring, "by": overseer.user, "appeal_id": row.pk, "now": now, **more}


def test_somebody_else_reviews_and_the_team_never_reads_the_grounds(told, other, reported, overseer, decision_maker, signed_in, now):
    oversight = signed_in(overseer)
    row = ask(told, now)
    with pytest.raises(appeals.TookPart):
        appeals.assign(**as_oversight(told, overseer, now, row, to=decision_maker.user))
    page = oversight.get(f"/o/c/{told.complaint.ref}/reviews/").content.decode()
    assert "Mo Lan" in page and decision_maker.user.display_name not in page
    data = {"do": "give", f"r{row.pk.hex[:8]}-to": str(other.user.pk)}
    assert oversight.post(f"/o/c/{told.complaint.ref}/reviews/{row.pk}/", data).status_code == 302
    clocks = Deadline.objects.filter(complaint=told.complaint, limit_id="implement")
    assert not any(clock.is_open for clock in clocks)
    assert told.complaint.state == State.APPEALED
    with pytest.raises(appeals.Settled):
        appeals.assign(**as_oversight(told, overseer, now, row, to=other.user))
    for address in ("", "timeline/", "decision/", "findings/"):
        assert "CANARY-grounds" not in reported.get(address).content.decode()
    bench = Bench(signed_in(other), told.filed, other)
    bench.post("conflict/", {"conflict": "no"})
    assert told.get(f"review/{row.pk}/").status_code == 404
    assert "CANARY-grounds" in bench.get(f"review/{row.pk}/").content.decode()
    # Before the answer nobody writes a new decision; after “the decision stands” neither.
    with pytest.raises(outcome.NotCalled):
        outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, now))
    assert "Give the reasons" in bench.post(f"review/{row.pk}/", {"result": "upheld", "text": " "}).content.decode()
    assert bench.post(f"review/{row.pk}/", {"result": "upheld", "text": "CANARY-stands"}).status_code == 302
    assert told.complaint.state == State.DECIDED
    row.refresh_from_db()
    assert row.result == "upheld" and row.escalation.answered_at is not None
    # What was decided is owed again.
    assert sum(clock.is_open for clock in clocks.all()) == 1
    answer = {"appeal_id": row.pk, "result": "changed", "text": "x", "token": "q"}
    with pytest.raises(appeals.Settled):
        appeals.answer(**answer, **by(bench, now))
    with pytest.raises(appeals.NotYours):
        appeals.answer(**answer, **by(told, now))


@pytest.mark.parametrize("result", ["changed", "sent_back"])
def test_changed_means_a_new_decision_and_sent_back_means_new_work(told, other, reported, found, overseer, signed_in, now, result):
    row = ask(told, now)
    appeals.assign(**as_oversight(told, overseer, now, row, to=other.user))
    bench = Bench(signed_in(other), told.filed, other)
    bench.post("conflict/", {"conflict": "no"})
    later = now + timedelta(minutes=5)
    appeals.answer(appeal_id=row.pk, result=result, text="CANARY-answer", token="q", **by(bench, later))
    if result == "sent_back":
        assert told.complaint.state == State.IN_INVESTIGATION
        assert Investigation.objects.get().state == InvestigationState.GATHERING
        find(reported, later, found, version=1, result="not_enough")
        with pytest.raises(outcome.NothingFound):
            outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, later))
        return
    assert told.complaint.state == State.APPEALED
    # The first decision-maker does not write the second decision.
    with pytest.raises(outcome.NotCalled):
        outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(told, later))
    outcome.save_words(version=0, detail=WORDS | {"outcome": "CANARY-second"}, heard_at=None, **by(bench, later))
    item(bench, later, found, code="warning")
    make(bench, later)
    write_letters(bench, later)
    releasing.release_to_reporters(**by(bench, later))
    assert told.complaint.state == State.DECIDED
    client = signed_in(other)
    assert client.get(f"/d/{told.complaint.ref}/letters/").status_code == 200


def test_the_pages_say_until_when_and_after_that_that_the_time_has_ended(told, reporter_client, now):
    for later, says in ((timedelta(days=1), "ask for a review until"), (timedelta(days=60), "The time for asking for a review ended on")):
        with time_machine.travel(now + later, tick=False):
            reporter = reporter_client(told.filed.code)
            for path in ("/f/home/", "/f/decision/"):
                page = reporter.get(path).content.decode()
                assert says in page, (later, path)
                assert ("ask for a review until" in page) != ("review ended on" in page)


def test_a_late_request_is_admitted_or_refused_by_oversight(told, other, overseer, signed_in, reporter_client, now):
    late = now + timedelta(days=60)
    row = ask(told, late)
    assert row.late and row.admitted_at is None
    with pytest.raises(appeals.Late):
        appeals.assign(**as_oversight(told, overseer, late, row, to=other.user))
    with pytest.raises(appeals.NeedsReason):
        appeals.refuse(**as_oversight(told, overseer, late, row, reason=" "))
    oversight, address = signed_in(overseer), f"/o/c/{told.complaint.ref}/reviews/{row.pk}/"
    assert "Say why" in oversight.post(address, {"do": "refuse"}).content.decode()
    assert oversight.post(address, {"do": "admit"}).status_code == 302
    with pytest.raises(appeals.Settled):
        appeals.refuse(**as_oversight(told, overseer, late, row, reason="x"))
    Appeal.objects.update(admitted_at=None)
    appeals.refuse(**as_oversight(told, overseer, late, row, reason="CANARY-too-late"))
    assert told.complaint.state == State.DECIDED
    assert "CANARY-too-late" in reporter_client(told.filed.code).get("/f/review/").content.decode()
    with pytest.raises(appeals.NotOverseen):
        appeals.admit(complaint=told.complaint, by=other.user, appeal_id=row.pk, now=late)


def test_a_respondent_asks_with_their_own_paper(party, told, reported, overseer, signed_in, now):
    releasing.tell_respondents(**by(told, now))
    keys = compartments.open_keys(compartment=party.compartment, keyring=reported.person.keyring).current
    paper = PartyDocument(id=uuid4(), party=party, kind="appeal", at=timezone.now())
    seal_column(paper, "body_sealed", {"text": "CANARY-other-side"}, keys)
    paper.save(force_insert=True)
    person = cast.make_person("091", "Mo Lin", "decision_maker")
    calling.call_decider(to=person.user, **reach(reported, now))
    row = next(each for each in appeals.gather(complaint=told.complaint, now=now) if each.side == "respondent")
    assert not row.late
    appeals.assign(**as_oversight(told, overseer, now, row, to=person.user))
    bench = Bench(signed_in(person), told.filed, person)
    bench.post("conflict/", {"conflict": "no"})
    assert "CANARY-other-side" in bench.get(f"review/{row.pk}/").content.decode()
    appeals.answer(appeal_id=row.pk, result="upheld", text="It stands.", token="q", **by(bench, now))
    assert party.documents.filter(kind="outcome").count() == 2
    # Nothing of it shows as the reporter's own request.
    assert not told.complaint.events.filter(kind="review_requested").exists()


def test_whoever_was_only_drawn_gets_their_keys_from_the_team(told, reported, overseer, signed_in, now):
    person = cast.make_person("092", "Mo Yun", "decision_maker")
    Seat.objects.create(complaint=told.complaint, user=person.user, role="decision_maker", since=now)
    row = ask(told, now)
    appeals.assign(**as_oversight(told, overseer, now, row, to=person.user))
    assert Complaint.objects.get().keys_due
    bench = Bench(signed_in(person), told.filed, person)
    assert bench.get("conflict/").headers["Location"] == "/w/no-keys/"
    reported.get("")
    assert bench.get("conflict/").status_code == 200
