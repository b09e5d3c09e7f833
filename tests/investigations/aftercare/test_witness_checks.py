"""Whoever helped is asked near the policy's dates how it is for them since, by their own code, and watched over with their consent."""

from datetime import timedelta

import pytest
from django.db import transaction

from audit.actors import SYSTEM
from complaints.checkin_selectors import check_ins
from complaints.models import Event
from complaints.services.events import happened
from complaints.states import EventKind
from investigations.models import PartyDocument, WatchConsent
from investigations.selectors_aftercare import is_watched
from investigations.selectors_parties import party_of
from investigations.services import aftercare, parties, witness_checks
from tests.investigations.parties.conftest import handler_client, inquiry, party_client  # noqa: F401
from vault.errors import NoAccess

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
PAGE = "/s/checkin/"


@pytest.fixture
def decided(inquiry, now):  # noqa: F811
    """Return a function: the reporter was told the decision so many days ago."""

    def told(days: int):
        with transaction.atomic():
            happened(complaint=inquiry.complaint, kind=EventKind.DECISION_NOTIFIED, by=SYSTEM, now=now, at=now - timedelta(days=days))
        return inquiry

    return told


@pytest.fixture
def witness(inquiry, party_client):  # noqa: F811
    """Return (party, browser)."""
    party = inquiry.party("witness", "CANARY-Wu Fan")
    return party, party_client(inquiry.invite(party))


def main_of(response) -> str:
    return response.content.decode().split("<main")[1]


def test_near_the_date_the_questions_are_there_and_are_answered_once(decided, witness, handler_client, now):  # noqa: F811
    inquiry = decided(26)  # noqa: F811
    party, mine = witness
    assert "How is it for you now?" in main_of(mine.get("/s/home/")) and "because you helped" in main_of(mine.get(PAGE))
    assert "Answer one of the questions" in main_of(mine.post(PAGE, {"once": "x"}))
    said = {"changed": "yes", "text": "CANARY-nights only 全是夜班", "once": "x"}
    kept = mine.post(PAGE, said | {"go": "lang"}).content.decode()
    assert "CANARY-nights only" in kept and "您协助之后" in kept
    for words in ("CANARY-nights only 全是夜班", "again"):
        assert mine.post(PAGE, said | {"text": words}).status_code in (200, 302)
    assert PartyDocument.objects.filter(kind="check").count() == 1
    page = main_of(mine.get(PAGE))
    assert 'href="/s/work/"' in page and "<textarea" not in page
    # The promise to the reporter is another one, and stays open.
    assert not check_ins(inquiry.complaint)[0].is_done and not Event.objects.filter(kind=EventKind.AFTERCARE_CHECKED).exists()
    after = main_of(handler_client.get(f"/c/{inquiry.complaint.ref}/aftercare/"))
    assert "CANARY-Wu Fan" in after and "Something may have changed for them" in after
    paper = main_of(handler_client.get(f"/c/{inquiry.complaint.ref}/parties/{party.number}/"))
    assert "CANARY-nights only" in paper and "Something has changed at work" in paper


@pytest.mark.parametrize("days", [None, 5])
def test_before_the_date_there_is_nothing_to_answer(decided, witness, now, days):
    if days:
        decided(days)
    party, mine = witness
    assert "Two short questions" not in main_of(mine.get("/s/home/")) and "because you helped" not in main_of(mine.get(PAGE))
    mine.post(PAGE, {"changed": "yes", "text": "", "once": "x"})
    assert not PartyDocument.objects.filter(kind="check").exists()
    assert witness_checks.open_for(party, now) is None


def test_the_next_check_opens_again_and_the_team_sees_who_has_no_code(decided, witness, handler_client, now):  # noqa: F811
    inquiry = decided(26)  # noqa: F811
    party, mine = witness
    mine.post(PAGE, {"changed": "no", "text": "", "once": "x"})
    assert witness_checks.open_for(party, now) is None
    later = now + timedelta(days=62)
    assert witness_checks.open_for(party, later).number == "3"
    parties.revoke(party=party_of(party.investigation, party.number), **inquiry.by())
    # The handler's keys open the papers, and still are not the code that may write here.
    with pytest.raises(NoAccess):
        witness_checks.answer(party=party, keyring=inquiry.handler.keyring, number="3", changed="no", text="", now=later)
    Event.objects.filter(kind=EventKind.DECISION_NOTIFIED).update(at=now - timedelta(days=88))
    with transaction.atomic():
        happened(complaint=inquiry.complaint, kind=EventKind.UPDATE_SENT, by=SYSTEM, now=now)
    page = main_of(handler_client.get(f"/c/{inquiry.complaint.ref}/aftercare/"))
    assert "no code in use" in page and "answered on" in page


def test_wrong_answers_are_refused(decided, witness, inquiry, now):  # noqa: F811
    decided(26)
    party, _ = witness
    by = {"party": party, "keyring": inquiry.handler.keyring, "text": "", "now": now}
    with pytest.raises(ValueError):
        witness_checks.answer(number="1", changed="maybe", **by)
    with pytest.raises(witness_checks.NothingSaid):
        witness_checks.answer(number="1", changed="", **by)
    with pytest.raises(witness_checks.NotAsked):
        witness_checks.answer(number="3", changed="no", **by)


def test_a_respondent_has_no_such_page(decided, inquiry, party_client, now):  # noqa: F811
    decided(26)
    party = inquiry.party()
    mine = party_client(inquiry.invite(party))
    assert mine.get(PAGE).status_code == 404 and mine.post(f"{PAGE}work/", {"go": "yes"}).status_code == 404
    assert PAGE not in main_of(mine.get("/s/home/"))
    with pytest.raises(witness_checks.NotWatched):
        witness_checks.set_watch(party=party, keyring=inquiry.handler.keyring, agrees=True, now=now)
    assert not WatchConsent.objects.exists()


def test_a_witness_agrees_to_the_watch_and_takes_it_back(witness, inquiry, now):  # noqa: F811
    party, mine = witness
    for _ in range(2):
        assert mine.post(f"{PAGE}work/", {"go": "yes"}).status_code == 302
    assert is_watched(inquiry.complaint, party.person) and WatchConsent.objects.count() == 1
    assert "You agreed on" in main_of(mine.get(PAGE))
    entry = {"kind": "shift", "happened_date": now.date(), "today": now.date(), "text": "nights", "explained": "", "token": "w"}
    reach = {"complaint": inquiry.complaint, **inquiry.by()}
    assert aftercare.add_entry(**reach, **entry, person=party.person)
    mine.post(f"{PAGE}work/", {"go": "no"})
    assert not is_watched(inquiry.complaint, party.person) and "You took it back" in main_of(mine.get(PAGE))
    with pytest.raises(aftercare.NoConsent):
        aftercare.add_entry(**reach, **entry | {"token": "w2"}, person=party.person)


@pytest.mark.parametrize(("kind", "may"), [("told", True), ("affected", True), ("respondent", False), ("reporter", False)])
def test_whoever_helped_can_be_watched_over_and_nobody_else(inquiry, now, kind, may):  # noqa: F811
    person = inquiry.person(kind, "CANARY-Li")
    by = {name: value for name, value in inquiry.by().items() if name != "keyring"}
    if may:
        assert aftercare.note_consent(complaint=inquiry.complaint, person=person, agrees=True, **by)
    else:
        with pytest.raises(aftercare.NoConsent):
            aftercare.note_consent(complaint=inquiry.complaint, person=person, agrees=True, **by)
