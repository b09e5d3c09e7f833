"""Two reports looked into together, up to a decision that a review changed: neither reporter learns that there is another (Q11)."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.utils import timezone

from complaints.services import review
from investigations.models import Decision, Investigation
from investigations.services import appeals, calling, commenting, findings, joining, outcome, people, releasing, reporting
from tests.attacks.comparing import bare
from tests.attacks.conftest import undone
from tests.factories import cast
from tests.factories.filing import file_story
from tests.investigations.deciding.conftest import WORDS, Bench, by, decide, item, make, write_letters
from tests.investigations.findings.conftest import allege, find, hear, reach, report, second_desk
from tests.investigations.team.conftest import investigated

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
STORY = "he made me drink and would not let me leave"
OTHER = "CANARY-other: she was sent to his room at night"
PAGES = ("home", "decision", "messages", "sent", "review", "who", "way", "protect", "exclude", "checkin", "comment")


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture(autouse=True)
def time_stands_still(now):
    """The same moment in both worlds, shortly after everything that happens in them."""
    with time_machine.travel(now + timedelta(minutes=10), tick=False):
        yield


@pytest.fixture
def lead(handlers, intake_officer, investigator, signed_in, now):
    return investigated(file_story(now=now, story=STORY), intake_officer, investigator, signed_in)


@pytest.fixture
def other(lead, intake_officer, investigator, signed_in, now):
    return investigated(file_story(now=now, story=OTHER), intake_officer, investigator, signed_in)


@pytest.fixture
def cast_of_it(decision_maker, second_investigator, overseer):
    """(who decides, who reviews, who reads a second time, oversight)"""
    return decision_maker, cast.make_person("090", "Mo Lan", "decision_maker"), second_investigator, overseer


def until_changed(lead, cast_of_it, signed_in, now) -> None:
    """Findings, a decision, the lead's reporter asks for a review, somebody else changes it, and the new decision is told."""
    decider, reviewer, reader, overseer = cast_of_it
    people.add_person(kind="respondent", detail={"name": "CANARY-Boss Zhou"}, **reach(lead, now))
    hear(lead, now)
    row = allege(lead, now)
    find(lead, now, row)
    second = second_desk(lead, reader, signed_in, now)
    findings.read_second(**reach(second, now))
    shown = {each.key: each.text for each in commenting.recipients(complaint=lead.complaint, keyring=lead.person.keyring)}
    earlier = reach(lead, now) | {"now": now - timedelta(days=30)}
    commenting.ask_comments(texts=shown, why_not="no code yet", token="c", **earlier)
    report(lead, now, "full")
    report(lead, now, "identity_free")
    reporting.findings_ready(today=now.date(), **reach(lead, now))
    bench = _called(lead, decider, signed_in, now)
    decide(bench, now, row)
    write_letters(bench, now)
    releasing.release_to_reporters(**by(bench, now))
    own = {"complaint": lead.complaint, "keyring": lead.filed.keyring, "token": "r", "now": now}
    review.request(reasons=["procedure"], text="CANARY-grounds", **own)
    (asked,) = appeals.gather(complaint=lead.complaint, now=now)
    second_bench = _called(lead, reviewer, signed_in, now)
    given = {"complaint": lead.complaint, "keyring": overseer.keyring, "by": overseer.user, "appeal_id": asked.pk, "now": now}
    appeals.assign(to=reviewer.user, **given)
    later = now + timedelta(minutes=5)
    appeals.answer(appeal_id=asked.pk, result="changed", text="CANARY-answer", token="q", **by(second_bench, later))
    outcome.save_words(version=0, detail=WORDS | {"outcome": "CANARY-second"}, heard_at=None, **by(second_bench, later))
    item(second_bench, later, row, code="warning", token="s2")
    make(second_bench, later)
    write_letters(second_bench, later)
    releasing.release_to_reporters(**by(second_bench, later))
    assert Decision.objects.count() == 2


def _called(lead, person, signed_in, now) -> Bench:
    calling.call_decider(to=person.user, **reach(lead, now))
    bench = Bench(signed_in(person), lead.filed, person)
    assert bench.post("conflict/", {"conflict": "no"}).status_code == 302
    return bench


def looked_at(reporter_client, desk) -> dict:
    cache.clear()
    client = reporter_client(desk.filed.code)
    client.get("/f/messages/")
    return {page: _without_marks_of_seats(bare(client.get(f"/f/{page}/"))) for page in PAGES}


def _without_marks_of_seats(answer: tuple) -> tuple:
    """PostgreSQL never gives a seat the same number twice, not even after what was undone."""
    status, body, headers = answer
    return status, re.sub(rb'name="who" value="[0-9a-f]{16}"', b"", body), headers


def test_neither_reporter_can_tell_after_a_changed_decision(lead, other, cast_of_it, signed_in, reporter_client, now):
    with undone():
        until_changed(lead, cast_of_it, signed_in, now)
        alone = looked_at(reporter_client, lead)
    values = {key: value for key, value in reach(lead, now).items() if key != "complaint"}
    joining.join(investigation=Investigation.objects.get(lead=lead.complaint), ref=other.complaint.ref, **values)
    until_changed(lead, cast_of_it, signed_in, now)
    together = looked_at(reporter_client, lead)
    assert alone["decision"][0] == 200 and b"CANARY-second" in alone["decision"][1]
    assert [page for page in PAGES if alone[page] != together[page]] == []
    theirs = looked_at(reporter_client, other)
    for page, (status, body, _) in theirs.items():
        assert lead.complaint.ref.encode() not in body and STORY.encode() not in body and b"CANARY-grounds" not in body, page
        assert b"CANARY-answer" not in body and b"asked for a review" not in body and status in (200, 302, 404), page
    for page, (_, body, _) in together.items():
        assert other.complaint.ref.encode() not in body and OTHER.encode() not in body, page
