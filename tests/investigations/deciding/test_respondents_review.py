"""A respondent's request for a review has a clock like a reporter's: promised, shown to both sides, passed above when it is late."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from complaints.models import Complaint, Deadline
from complaints.services import engine
from investigations import selectors_parties as read
from investigations.models import JoinedCase, Party, PartyDocument
from investigations.services import appeal_clock, appeals, calling, parties, party_side, releasing
from policy.fallbacks import with_stand_ins
from policy.selectors import limit_parts
from tests.clocks.helpers import walk
from tests.factories import cast
from tests.factories.filing import file_story
from tests.investigations.deciding.conftest import Bench, by, decide, write_letters
from tests.investigations.findings.conftest import reach

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
LIMIT = "respondent_review_answer"


@pytest.fixture
def asked(party, bench, reported, found, now):
    """The respondent was told and asked for a review by code. Returns their paper and their browser."""
    decide(bench, now, found)
    write_letters(bench, now)
    releasing.release_to_reporters(**by(bench, now))
    releasing.tell_respondents(**by(bench, now))
    code = parties.invite(party=party, token="i", replaces=None, expires_at=now + timedelta(days=90), **_without_complaint(reported, now))
    client = Client()
    assert client.post("/s/", {"code": code}).status_code == 302
    mine = party_side.enter(text=code, now=now)
    paper = party_side.write(party=mine.party, keyring=mine.keyring, kind="appeal", text="CANARY-again", token="a", now=now)
    return paper, client


def _without_complaint(desk, now) -> dict:
    return {name: value for name, value in reach(desk, now).items() if name != "complaint"}


def clock(complaint) -> Deadline:
    return Deadline.objects.get(complaint=complaint, limit_id=LIMIT)


def main_of(response) -> str:
    return response.content.decode().split("<main")[1]


def test_the_promise_runs_from_the_request_and_both_sides_see_it(asked, bench, overseer, signed_in, reporter_client):
    _, client = asked
    due = clock(bench.complaint)
    assert due.due_at and due.met_at is None and due.escalates_to == "oversight"
    assert "We answer your request for a review by" in main_of(client.get("/s/home/"))
    assert "You get an answer by" in main_of(client.get("/s/sent/appeal/"))
    home = main_of(reporter_client(bench.filed.code).get("/f/home/"))
    assert "The other person asked for a review of the decision" in home
    assert "Answer to the other person’s request for a review" in home and "CANARY-again" not in home
    assert f"/o/c/{bench.complaint.ref}/reviews/" in main_of(signed_in(overseer).get("/o/late/"))


def test_nobody_answers_and_it_is_passed_above(asked, bench, now):
    _, client = asked
    due = clock(bench.complaint).due_at
    walk(due, days=12, step_hours=12)
    row = clock(bench.complaint)
    assert row.late_noted_at and row.oversight_told_at and "Oversight has been told" not in main_of(client.get("/s/home/"))
    Deadline.objects.filter(pk=row.pk).update(due_at=now - timedelta(hours=1))
    assert "Oversight has been told" in main_of(client.get("/s/home/"))


def test_the_answer_stops_it(asked, bench, reported, overseer, signed_in, now):
    _, client = asked
    person = cast.make_person("091", "Mo Lin", "decision_maker")
    calling.call_decider(to=person.user, **reach(reported, now))
    (row,) = appeals.gather(complaint=bench.complaint, now=now)
    give = {"complaint": bench.complaint, "keyring": overseer.keyring, "by": overseer.user, "appeal_id": row.pk, "now": now}
    appeals.assign(to=person.user, **give)
    other = Bench(signed_in(person), bench.filed, person)
    other.post("conflict/", {"conflict": "no"})
    appeals.answer(appeal_id=row.pk, result="upheld", text="It stands.", token="q", **by(other, now + timedelta(hours=1)))
    assert clock(bench.complaint).met_at == now + timedelta(hours=1)
    assert "answered on" in main_of(client.get("/s/home/"))
    assert "reviews/" not in main_of(signed_in(overseer).get("/o/late/"))


def test_whoever_was_told_the_outcome_is_not_told_that_nothing_is_decided(asked):
    _, client = asked
    page = main_of(client.get("/s/home/"))
    assert "Nothing has been decided" not in page and "you can ask for a review" in page


def test_findings_that_are_final_are_not_commented_on(asked):
    _, client = asked
    assert "/s/comment/" not in main_of(client.get("/s/home/"))
    refused = main_of(client.post("/s/comment/", {"text": "CANARY-too late", "once": "c"}))
    assert "What was found is final now" in refused and "CANARY-too late" in refused
    assert not PartyDocument.objects.filter(kind="comment").exists()


def test_a_refusal_stops_it_too(asked, bench, overseer, now):
    (row,) = appeals.gather(complaint=bench.complaint, now=now)
    row.late, row.admitted_at = True, None
    row.save()
    give = {"complaint": bench.complaint, "keyring": overseer.keyring, "by": overseer.user, "appeal_id": row.pk, "now": now}
    appeals.refuse(reason="CANARY-late", **give)
    assert clock(bench.complaint).met_at == now


def test_nobody_has_to_pass_on_a_late_request_nor_why_it_is_not_taken_up(asked, party, bench, reported, overseer, signed_in):
    """A late request reaches oversight by itself, and the reason of a refusal the respondent who asked."""
    later = timezone.now() + timedelta(days=60)
    window = read.own_review_window(party, later)
    assert window.due_at < later
    party.refresh_from_db()
    again = _without_complaint(reported, timezone.now())
    code = parties.invite(party=party, token="n", replaces=party.keyholder_id, expires_at=later + timedelta(days=30), **again)
    with time_machine.travel(later, tick=False):
        _late(code, party, bench, reported, overseer, signed_in)


def _late(code, party, bench, reported, overseer, signed_in) -> None:
    client, board = Client(), signed_in(overseer)
    client.post("/s/", {"code": code})
    assert "This is late" in main_of(client.get("/s/review/"))
    assert client.post("/s/review/", {"text": "CANARY-late words", "once": "late"}).status_code == 302
    assert "It came after the time for it" in main_of(client.get("/s/sent/appeal/"))
    assert f"/o/c/{bench.complaint.ref}/reviews/" in main_of(board.get("/o/late/"))
    page = main_of(board.get(f"/o/c/{bench.complaint.ref}/reviews/"))
    assert "After the time for it" in page and "Don’t take it up" in page
    row = next(each for each in appeals.gather(complaint=bench.complaint, now=timezone.now()) if each.late)
    address, field = f"/o/c/{bench.complaint.ref}/reviews/{row.pk}/", f"r{row.pk.hex[:8]}-reason"
    assert board.post(address, {"do": "refuse", field: "CANARY-why not", "once": "r"}).status_code == 302
    home = main_of(client.get("/s/home/"))
    assert "is not taken up" in home and "CANARY-why not" in home
    assert "CANARY-why not" in main_of(signed_in(reported.person).get(f"/c/{bench.complaint.ref}/decision/"))
    client.post("/s/code/", {"once": "fresh"})
    client.post("/s/code/", {"once": "fresh", "go": "switch"})
    assert "CANARY-why not" in main_of(client.get("/s/home/")), "a new code opens it too"


def test_another_respondent_does_not_read_it(asked, reported, party, bench, overseer, now):
    (row,) = appeals.gather(complaint=bench.complaint, now=now)
    row.late, row.admitted_at = True, None
    row.save()
    give = {"complaint": bench.complaint, "keyring": overseer.keyring, "by": overseer.user, "appeal_id": row.pk, "now": now}
    appeals.refuse(reason="CANARY-late", **give)
    stranger = Party(pk=uuid4(), investigation=party.investigation)
    assert appeals.refusals(complaint=bench.complaint, keyring=reported.person.keyring, party=stranger) == []
    assert [each.answer for each in appeals.refusals(complaint=bench.complaint, keyring=reported.person.keyring)] == ["CANARY-late"]


@pytest.fixture
def older_policy(monkeypatch, world):
    """A version published before the portal knew this limit."""
    monkeypatch.setattr(engine, "limit_parts", lambda version: {pk: part for pk, part in limit_parts(version).items() if pk != LIMIT})
    engine._versions.clear()
    yield
    engine._versions.clear()


def test_under_an_older_policy_the_reporters_number_holds(older_policy, asked, bench, reported, overseer, reporter_client, signed_in):
    """Such a version never changes; the number it publishes for a reporter's request is what a respondent gets too."""
    _, client = asked
    due = clock(bench.complaint)
    own = engine.rules_of(bench.complaint.policy_version_id)
    assert LIMIT not in engine.limit_parts(own.version) and own.by_id[LIMIT].value == own.by_id["review_answer"].value
    assert due.due_at and due.escalates_to == "oversight"
    assert "We answer your request for a review by" in main_of(client.get("/s/home/"))
    home = main_of(reporter_client(bench.filed.code).get("/f/home/"))
    assert "Answer to the other person’s request for a review" in home
    walk(due.due_at, days=2, step_hours=12)
    assert clock(bench.complaint).late_noted_at
    Deadline.objects.filter(pk=due.pk).update(due_at=timezone.now() - timedelta(hours=1))
    assert "Answer to the other person’s request for a review" in main_of(signed_in(overseer).get("/o/late/"))
    assert reported.get("timeline/").status_code == 200 and reported.get("").status_code == 200


def test_without_any_number_no_date_is_promised_and_the_page_says_so(monkeypatch, asked, party):
    _, client = asked
    Deadline.objects.filter(limit_id=LIMIT).delete()
    assert "No date is set for the answer" in main_of(client.get("/s/sent/appeal/"))
    assert with_stand_ins({}) == {}


def test_a_joined_reporter_hears_only_of_their_own_respondent(party, found, bench, now):
    """Two reports looked into together: the one that says nothing of this respondent has no clock and no word of it."""
    joined = Complaint.objects.get(pk=file_story(now=now, story="Somebody else.").complaint.pk)
    JoinedCase.objects.create(investigation=party.investigation, complaint=joined, at=now, by=bench.person.user)
    assert [each.pk for each in appeal_clock.concerned(party)] == [bench.complaint.pk]
    found.complaints.set([joined])
    assert [each.pk for each in appeal_clock.concerned(party)] == [joined.pk]
    found.complaints.set([joined, bench.complaint])
    assert [each.pk for each in appeal_clock.concerned(party)] == [joined.pk, bench.complaint.pk], "in the order of the locks"
