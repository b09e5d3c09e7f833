"""An informal way: only the reporter begins it, never for money, both say yes to the same words, either may leave."""

import pytest
from django.utils import timezone

from complaints.models import Deadline, Seat
from complaints.states import State
from investigations.models import InformalResolution, Investigation, Party, PartyDocument
from investigations.services import informal, objections, people
from investigations.services.papers import party_keys
from tests.factories.filing import file_story
from vault.codes import INVITATION, derive
from vault.keyholders import code_keyholder
from vault.services import compartments
from vault.staff import staff_keyholders

from .conftest import reach

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
TERMS = "He apologises in writing and works on another floor. 双方不再一起出差。"


def ask(desk, **changes):
    values = {"complaint": desk.complaint, "keyring": desk.filed.keyring, "text": "CANARY-wish", "token": "i"}
    return informal.ask(**values | {"now": timezone.now(), "language": "en"} | changes)


def write(desk, **changes):
    version = informal.current(desk.complaint).row_version
    return informal.write_terms(**reach(desk) | {"text": TERMS, "no_money": True, "version": version} | changes)


def invited(desk) -> Party:
    """A respondent who comes in with a code."""
    now = timezone.now()
    person = people.add_person(kind="respondent", detail={"name": "The other side"}, **reach(desk))
    holder = code_keyholder(code_keys=derive("4821 7305 1196 8840 2257", INVITATION), now=now)
    holder.save(force_insert=True)
    members = [holder, *staff_keyholders([desk.person.user]).values()]
    prepared = compartments.prepare(subject_id=desk.complaint.pk, members={"party:1": members}, now=now)
    prepared.save()
    return Party.objects.create(
        investigation=Investigation.objects.get(lead=desk.complaint),
        person=person,
        side="respondent",
        number=1,
        language="en",
        compartment=prepared.compartments["party:1"],
        keyholder=holder,
        invited_at=now,
        invited_by=desk.person.user,
    )


@pytest.fixture
def asked(lead):
    ask(lead)
    return lead


@pytest.fixture
def put(asked):
    write(asked)
    party = invited(asked)
    informal.put_to_respondent(**reach(asked), party_id=party.pk)
    return asked, party


def test_nobody_but_the_reporter_begins_one(lead):
    assert lead.get("informal/").status_code == 404
    assert "Informal way" not in lead.get("people/").content.decode()
    with pytest.raises(informal.NeverAsked):
        informal.write_terms(**reach(lead), text=TERMS, no_money=True, version=1)
    ask(lead)
    assert "CANARY-wish" in lead.get("informal/").content.decode()
    assert write(lead).terms_sealed


@pytest.mark.parametrize(
    "words",
    ["He pays her 5000.", "a lump sum", "compensation", "$ 300", "3,000元", "赔偿三千", "给她一笔补偿", "发红包", "Paid leave"],
)
def test_money_is_refused_in_both_languages(words):
    assert informal.money_in(f"They agree. {words} Then it is over.")


@pytest.mark.parametrize("words", [TERMS, "He pays attention to her wishes.", "Room 300, floor 5", "他当面道歉，不再单独开会。"])
def test_other_words_are_not(words):
    assert informal.money_in(words) == ""


def test_terms_with_money_or_without_the_promise_are_not_kept(asked):
    with pytest.raises(informal.MoneyInIt):
        write(asked, text="She gets a bonus.")
    with pytest.raises(informal.NotPromised):
        write(asked, no_money=False)
    page = asked.post("informal/terms/", {"text": "She gets a bonus.", "no_money": "on", "version": "1"}).content.decode()
    assert "never about money" in page and "She gets a bonus." in page
    assert "Tick this" in asked.post("informal/terms/", {"text": TERMS, "version": "1"}).content.decode()
    assert informal.current(asked.complaint).terms_sealed is None and asked.complaint.state == State.IN_INVESTIGATION


def test_both_yes_settles_it_and_the_checks_begin(put):
    desk, party = put
    row = informal.current(desk.complaint)
    informal.confirm_by_reporter(complaint=desk.complaint, version=row.row_version, now=timezone.now())
    assert desk.complaint.state == State.INFORMAL
    informal.confirm_by_respondent(party=party, document_id=row.document_id, now=timezone.now())
    assert desk.complaint.state == State.AFTERCARE and informal.current(desk.complaint).ended_how == "agreed"
    assert Deadline.objects.filter(complaint=desk.complaint, limit_id="aftercare_1", met_at=None).exists()
    assert desk.complaint.events.filter(kind="informal_agreed").exists()


def test_a_change_undoes_what_was_confirmed(put):
    desk, party = put
    old = informal.current(desk.complaint)
    informal.confirm_by_reporter(complaint=desk.complaint, version=old.row_version, now=timezone.now())
    write(desk, text="Something else")
    now = informal.current(desk.complaint)
    assert now.reporter_confirmed_at is None and now.document_id is None
    with pytest.raises(informal.TermsChanged):
        informal.confirm_by_reporter(complaint=desk.complaint, version=old.row_version, now=timezone.now())
    with pytest.raises(informal.NeverAsked):
        informal.confirm_by_respondent(party=party, document_id=old.document_id, now=timezone.now())


def test_either_side_leaves_and_it_is_looked_into(put):
    desk, party = put
    keyring = derive("4821 7305 1196 8840 2257", INVITATION).keyring(party.keyholder_id)
    informal.leave_by_respondent(party=party, keys=party_keys(party, keyring), now=timezone.now())
    assert desk.complaint.state == State.IN_INVESTIGATION
    assert informal.current(desk.complaint).ended_how == "no_agreement"
    with pytest.raises(informal.NeverAsked):
        write(desk)


def test_two_writers_never_overwrite_each_other(asked):
    write(asked)
    with pytest.raises(informal.TermsChanged):
        write(asked, version=1, text="mine")
    page = asked.post("informal/terms/", {"text": "mine", "no_money": "on", "version": "1"})
    assert page.status_code == 409 and "Somebody changed this" in page.content.decode() and "mine" in page.content.decode()


def test_one_at_a_time_and_not_after_the_findings(asked):
    assert ask(asked) == informal.current(asked.complaint), "the same form twice is one"
    with pytest.raises(informal.NotNow):
        ask(asked, token="other")
    informal.leave_by_reporter(complaint=asked.complaint, now=timezone.now())
    type(asked.complaint).objects.filter(pk=asked.complaint.pk).update(state="findings_ready")
    with pytest.raises(informal.NotNow):
        ask(asked, token="late")


def test_the_reporters_pages(lead, reporter_client):
    mine = reporter_client(lead.filed.code)
    assert "It is not about money" in mine.get("/f/way/").content.decode()
    assert mine.post("/f/way/", {"text": "CANARY-wish", "once": "x"}).status_code == 302
    assert "CANARY-wish" in mine.get("/f/way/").content.decode()
    write(lead)
    page = mine.get("/f/way/").content.decode()
    assert TERMS in page and 'href="/f/way/yes/"' in page and "Yes, I agree to this" not in page
    page = mine.get("/f/way/yes/").content.decode()
    assert TERMS in page and "Yes, I agree to this" in page and 'name="code"' in page
    stale = mine.post("/f/way/yes/", {"version": "1", "code": lead.filed.code})
    assert stale.status_code == 409 and "Nothing was recorded" in stale.content.decode()
    assert informal.current(lead.complaint).reporter_confirmed_at is None, "an older wording is not confirmed"
    assert mine.post("/f/way/yes/", {"version": version_of(lead), "code": lead.filed.code}).headers["Location"] == "/f/way/"
    assert informal.current(lead.complaint).reporter_confirmed_at
    assert "/f/way/yes/" not in mine.get("/f/way/").content.decode()
    assert mine.get("/f/way/yes/").status_code == 302
    assert "You need no reason" in mine.get("/f/way/leave/").content.decode() and lead.complaint.state == State.INFORMAL
    mine.post("/f/way/leave/")
    assert "You left it" in mine.get("/f/way/").content.decode()
    assert lead.complaint.state == State.IN_INVESTIGATION


def version_of(desk) -> str:
    return str(informal.current(desk.complaint).row_version)


@pytest.mark.parametrize("whose", ["", "1234 5678 9012 3456 7890", "another report", "the respondent"])
def test_a_yes_needs_the_code_of_this_report_again(lead, other, reporter_client, whose):
    """Somebody else at an open page says yes to nothing: not without a code, not with one of another report or of the other side."""
    ask(lead)
    write(lead)
    invited(lead)
    mine = reporter_client(lead.filed.code)
    code = {"another report": other.filed.code, "the respondent": "4821 7305 1196 8840 2257"}.get(whose, whose)
    page = mine.post("/f/way/yes/", {"version": version_of(lead), "code": code}).content.decode()
    assert "not the code you came in with" in page and TERMS in page
    assert informal.current(lead.complaint).reporter_confirmed_at is None


def test_tries_of_the_code_run_out(lead, reporter_client):
    ask(lead)
    write(lead)
    mine = reporter_client(lead.filed.code)
    tries = [mine.post("/f/way/yes/", {"version": version_of(lead), "code": "1"}).status_code for _ in range(7)]
    assert tries[0] == 200 and tries[-1] == 429
    waiting = mine.post("/f/way/yes/", {"version": version_of(lead), "code": lead.filed.code})
    assert "Too many tries" in waiting.content.decode() and informal.current(lead.complaint).reporter_confirmed_at is None


def test_another_cases_respondent_confirms_nothing(put, other):
    desk, _party = put
    stranger = Party(investigation=Investigation.objects.get(lead=other.complaint))
    with pytest.raises(informal.NeverAsked):
        informal.confirm_by_respondent(party=stranger, document_id=informal.current(desk.complaint).document_id, now=timezone.now())
    with pytest.raises(Party.DoesNotExist):
        informal.put_to_respondent(**reach(other), party_id=_party.pk)


def test_an_objection_of_a_respondent_opens_to_oversight_and_to_them(put, overseer):
    desk, party = put
    seat = Seat.objects.get(complaint=desk.complaint, role="handler", until=None)
    row = objections.object_by_party(party=party, seat_id=seat.pk, text="CANARY-party", token="o", now=timezone.now())
    keyring = derive("4821 7305 1196 8840 2257", INVITATION).keyring(party.keyholder_id)
    for reader in (overseer.keyring, keyring):
        assert [each.reason for each in objections.opened(complaint=desk.complaint, keyring=reader)] == ["CANARY-party"]
    for reader in (desk.person.keyring, desk.filed.keyring):
        assert objections.opened(complaint=desk.complaint, keyring=reader) == []
    assert desk.get("").status_code == 404
    reach_of = {"complaint": desk.complaint, "keyring": overseer.keyring, "by": overseer.user, "now": timezone.now()}
    objections.decide(objection_id=row.pk, upheld=False, text="CANARY-answer", **reach_of)
    assert objections.opened(complaint=desk.complaint, keyring=keyring)[0].answer == "CANARY-answer"
    assert desk.get("").status_code == 200


def test_every_state_but_two_refuses_the_question(now, handlers):
    filed = file_story(now=now)
    for state in State.values:
        filed.complaint.state = state
        assert informal.may_be_asked(filed.complaint) == (state in {"assessed", "in_investigation"}), state
    assert not InformalResolution.objects.exists() and not PartyDocument.objects.exists()
