"""Who decides and who does not, by which schedule, heard first, and what nobody changes afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest

from complaints.models import Complaint, Seat
from complaints.services.once import new_token
from complaints.states import EventKind, State
from investigations.models import Decision, DecisionItem, Party
from investigations.selectors_findings import investigation_of
from investigations.services import calling, execution, findings, making, outcome, releasing, schedule
from investigations.services.changed import SavedMeanwhile
from investigations.services.reading import team_keys
from tests.factories import cast
from tests.investigations.deciding.conftest import WORDS, Bench, by, decide, item, make, write_letters
from tests.investigations.findings.conftest import reach

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def test_nobody_decides_before_the_findings_nor_without_a_call(investigated, found, decision_maker, signed_in, now):
    standby = Bench(signed_in(decision_maker), investigated.filed, decision_maker)
    for page in ("", "conflict/", "write/", "letters/", "items/", "make/"):
        assert standby.get(page).status_code == 404, page
    with pytest.raises(calling.FindingsFirst):
        calling.call_decider(to=decision_maker.user, **reach(investigated, now))
    assert investigated.get("decision/call/").status_code == 302
    assert "/decision/" not in investigated.get("findings/").content.decode()


def test_whoever_investigated_does_not_decide(reported, investigator, decision_maker, second_investigator, now):
    from people.models import Role, RoleGrant

    for person in (investigator, second_investigator):
        RoleGrant.objects.create(user=person.user, role=Role.DECISION_MAKER, since=cast.SINCE)
        with pytest.raises(calling.TookPart):
            calling.call_decider(to=person.user, **reach(reported, now))
    page = reported.get("decision/call/").content.decode()
    assert decision_maker.user.display_name in page and investigator.user.display_name not in page.rpartition("<form")[2]
    # A seat somebody slipped in by another way does not help: asked again when it is written.
    Seat.objects.create(
        complaint=reported.complaint, user=investigator.user, role="decision_maker", since=now, called_at=now, conflict_declared_at=now
    )
    with pytest.raises(outcome.NotCalled):
        outcome.save_words(version=0, detail=WORDS, heard_at=None, **reach(reported, now))


def test_the_conflict_question_comes_first_and_a_yes_ends_it(reported, decision_maker, signed_in, now):
    calling.call_decider(to=decision_maker.user, **reach(reported, now))
    mine = Bench(signed_in(decision_maker), reported.filed, decision_maker)
    assert mine.get("").headers["Location"] == mine.path("conflict/")
    page = mine.get("conflict/").content.decode()
    assert "CANARY-Boss Zhou" in page and "CANARY-reasons" not in page
    assert mine.post("conflict/", {"conflict": "yes"}).status_code == 302
    assert mine.get("").status_code == 404
    assert not Seat.objects.filter(user=decision_maker.user, until__isnull=True, called_at__isnull=False).exists()


def test_a_decider_reads_what_was_found_and_no_page_of_the_handler(bench):
    page = bench.get("").content.decode()
    assert "CANARY-reasons" in page and "more likely" in page.lower()
    for rest in ("", "messages/", "findings/", "decision/", "people/"):
        assert bench.client.get(f"/c/{bench.complaint.ref}/{rest}").status_code == 404, rest
    assert f'href="{bench.path()}"' in bench.client.get("/w/").content.decode()


def test_sanctions_come_from_the_schedule_or_with_a_reason_that_oversight_reads(bench, found, overseer, signed_in, now):
    with pytest.raises(outcome.HearFirst):
        item(bench, now, found)
    outcome.save_words(version=0, detail=WORDS, heard_at=now, **by(bench, now))
    with pytest.raises(outcome.OutsideNeedsReason):
        item(bench, now, found, code="dismissal")
    with pytest.raises(outcome.OutsideNeedsReason):
        item(bench, now, found, code="none")
    with pytest.raises(outcome.LaterNeedsReason):
        item(bench, now, found, due_date=now.date() + timedelta(days=90))
    with pytest.raises(ValueError, match="unknown sanction"):
        item(bench, now, found, code="flogging")
    with pytest.raises(outcome.NotEstablished):
        item(bench, now, None)
    data = {"code": "dismissal", "to": str(bench.person.user.pk), "due_date": now.date().isoformat(), "once": new_token()}
    page = bench.post("add/sanction/?for=1", data)
    assert "outside the published schedule" in page.content.decode() and "The published schedule allows" in page.content.decode()
    for _ in range(2):
        assert bench.post("add/sanction/?for=1", data | {"outside_reason": "CANARY-outside"}).status_code == 302
    row = DecisionItem.objects.get()
    assert row.outside_schedule and b"CANARY" not in bytes(row.outside_note_sealed)
    oversight = signed_in(overseer)
    address = f"/o/c/{bench.complaint.ref}/"
    assert "CANARY-outside" not in oversight.get(address).content.decode()
    make(bench, now)
    assert "CANARY-outside" in oversight.get(address).content.decode()


def test_a_decision_is_complete_made_once_and_then_final(bench, found, now):
    with pytest.raises(outcome.NotComplete) as refused:
        make(bench, now)
    assert refused.value.problems == ("words", "heard", "sanction")
    assert "have to be written" in bench.post("make/").content.decode()
    outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, now))
    with pytest.raises(SavedMeanwhile):
        outcome.save_words(version=0, detail=WORDS | {"outcome": "mine"}, heard_at=None, **by(bench, now))
    page = bench.post("write/", WORDS | {"outcome": "mine", "version": "0"})
    assert page.status_code == 409 and "CANARY-outcome" in page.content.decode()
    row = item(bench, now, found)
    stale = making.stamp(Decision.objects.get()) - 1
    with pytest.raises(SavedMeanwhile):
        making.make_decision(version=stale, **by(bench, now))
    assert bench.post("make/", {"version": making.stamp(Decision.objects.get())}).status_code == 302
    assert bench.complaint.events.filter(kind=EventKind.DECISION_MADE).count() == 1
    assert bench.complaint.state == State.FINDINGS_READY
    for act in (
        lambda: outcome.save_words(version=2, detail=WORDS, heard_at=None, **by(bench, now)),
        lambda: item(bench, now, found),
        lambda: outcome.drop_item(item_id=row.pk, **by(bench, now)),
        lambda: make(bench, now),
        lambda: making.vote(agrees=True, version=1, **by(bench, now)),
    ):
        with pytest.raises(outcome.Made):
            act()
    assert bench.post("write/", WORDS | {"version": "2"}).status_code == 302
    assert "stays as it is" in bench.get("write/").content.decode()


def test_a_panel_needs_its_quorum(bench, reported, found, signed_in, now):
    members = [cast.make_person(f"08{n}", f"Panel {n}", "decision_maker") for n in range(2)]
    benches = []
    for member in members:
        calling.call_decider(to=member.user, **reach(reported, now))
        mine = Bench(signed_in(member), bench.filed, member)
        mine.post("conflict/", {"conflict": "no"})
        benches.append(mine)
    outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, now))
    item(bench, now, found)
    stamp = making.stamp(Decision.objects.get())
    for member in (bench, benches[0]):
        making.vote(agrees=True, version=stamp, **by(member, now))
    with pytest.raises(outcome.NotComplete) as refused:
        make(bench, now)
    assert refused.value.problems == ("votes",)
    making.vote(agrees=False, version=stamp, **by(benches[1], now))
    making.vote(agrees=False, version=stamp, **by(bench, now))
    with pytest.raises(outcome.NotComplete):
        make(bench, now)
    # A change takes the votes back.
    item(bench, now, None, kind="action", code="", text="Dinners end at nine.")
    with pytest.raises(SavedMeanwhile):
        making.vote(agrees=True, version=stamp, **by(benches[1], now))
    stamp = making.stamp(Decision.objects.get())
    for member in (bench, *benches):
        assert member.post("vote/", {"agrees": "yes", "version": stamp}).status_code == 302
    # Whoever may not decide any more has no vote that counts.
    seat = Seat.objects.filter(user=benches[1].person.user, role="decision_maker")
    seat.update(suspended_at=now)
    with pytest.raises(outcome.NotComplete):
        make(bench, now)
    seat.update(suspended_at=None)
    making.vote(agrees=False, version=stamp, **by(benches[0], now))
    make(bench, now)


def test_the_reporter_first_then_the_respondent_and_nothing_before(party, bench, found, reporter_client, now):
    client = reporter_client(bench.filed.code)
    before = client.get("/f/home/").content.decode()
    absent = client.get("/f/decision/")
    assert absent.status_code == 404
    row = decide(bench, now, found)
    again = client.get("/f/home/").content.decode()
    assert client.get("/f/decision/").content == absent.content and "There is a decision" not in again
    assert "Decision made" not in again and before.count("<li") == again.count("<li") - 0
    with pytest.raises(releasing.ReporterFirst):
        releasing.tell_respondents(**by(bench, now))
    bench.post("release/", {"to": "respondents"})
    assert "before the reporter" in bench.get("letters/").content.decode()
    with pytest.raises(releasing.LettersMissing):
        releasing.release_to_reporters(**by(bench, now))
    with pytest.raises(execution.NotToldYet):
        execution.item_done(item_id=row.pk, version=1, proof="x", **by(bench, now))
    write_letters(bench, now)
    assert client.get("/f/decision/").status_code == 404
    assert bench.post("release/", {"to": "reporters"}).status_code == 302
    complaint = bench.complaint
    assert complaint.state == State.DECIDED
    kinds = list(complaint.events.values_list("kind", flat=True))
    assert kinds.count(EventKind.DECISION_NOTIFIED) == 1 and kinds.count(EventKind.ACTION_DECIDED) == 1
    page = client.get("/f/decision/").content.decode()
    assert "CANARY-outcome" in page and "CANARY-reasons" in page and "review until" in page
    assert "/f/decision/" in client.get("/f/home/").content.decode()
    assert bench.path("release/") in bench.get("letters/").content.decode(), "the respondent waits"
    letter = releasing.letters(complaint=complaint, keyring=bench.person.keyring)[0][0]
    with pytest.raises(releasing.Released):
        releasing.save_letter(to=complaint.pk, version=letter.version, letter=letter.letter, **by(bench, now))
    releasing.save_respondent_letter(party_id=party.pk, version=Decision.objects.get().row_version, text="CANARY-letter", **by(bench, now))
    for _ in range(2):
        bench.post("release/", {"to": "respondents"})
    # Everybody was told: there is nothing left to tell, and no button that says so.
    assert bench.path("release/") not in bench.get("letters/").content.decode()
    assert bench.get("release/").headers["Location"] == bench.path("letters/")
    assert party.documents.filter(kind="outcome").count() == 1
    assert complaint.events.filter(kind=EventKind.RESPONDENT_TOLD_OUTCOME).count() == 1
    # Carrying out: with proof, once, and then the case says so.
    assert "Policy" in bench.get("items/").content.decode()
    assert "Say how it was done" in bench.post(f"items/{row.pk}/", {"text": " ", "version": 1}).content.decode()
    assert bench.post(f"items/{row.pk}/", {"text": "CANARY-proof", "version": 1}).status_code == 302
    with pytest.raises(execution.DoneBefore):
        execution.item_done(item_id=row.pk, version=1, proof="x", **by(bench, now))
    assert bench.complaint.state == State.ACTION_TAKEN
    assert bench.complaint.events.filter(kind=EventKind.SANCTION_EXECUTED).count() == 1


def test_a_later_date_moves_the_promise_with_a_reason_the_reporter_reads(bench, found, reporter_client, now):
    from complaints.models import Deadline, DeadlineChange

    outcome.save_words(version=0, detail=WORDS, heard_at=None, **by(bench, now))
    later = outcome.limit_date(bench.complaint, now) + timedelta(days=20)
    item(bench, now, found, due_date=later, later_reason="CANARY-later: the works council meets first.")
    make(bench, now)
    write_letters(bench, now)
    releasing.release_to_reporters(**by(bench, now))
    clock = Deadline.objects.get(complaint=bench.complaint, limit_id="implement")
    assert clock.due_date == later and DeadlineChange.objects.filter(deadline=clock, kind="extension").exists()
    assert "CANARY-later" in reporter_client(bench.filed.code).get("/f/home/").content.decode()
    assert investigation_of(bench.complaint) is not None
    Complaint.objects.get()


def test_of_somebody_who_works_elsewhere_the_company_is_required_something(bench, found, party, now):
    """Nobody can dismiss a client's employee: the policy has a list of its own, and what stands on it needs no reason."""
    outcome.save_words(version=0, detail=WORDS, heard_at=now, **by(bench, now))
    assert "site_ban" not in bench.get("add/sanction/?for=1").content.decode()
    with pytest.raises(ValueError, match="unknown sanction"):
        item(bench, now, found, code="site_ban")
    Party.objects.update(third_party=True)
    page = bench.get("add/sanction/?for=1").content.decode()
    assert "lets us require" in page and "No entry to our premises" in page and 'value="dismissal"' not in page
    with pytest.raises(ValueError, match="unknown sanction"):
        item(bench, now, found, code="dismissal")
    with pytest.raises(outcome.OutsideNeedsReason):
        item(bench, now, found, code="none")
    for code in ("site_ban", "change_contact"):
        assert not item(bench, now, found, code=code, token=code).outside_schedule
    assert "No entry to our premises" in bench.get("write/").content.decode()
    make(bench, now)


def test_under_a_policy_without_such_a_list_every_sanction_needs_a_reason(bench, found, monkeypatch, now):
    """Without papers of their own the report says whether they work elsewhere."""
    (established,) = findings.read_findings(
        complaint=bench.complaint, keys=team_keys(complaint=bench.complaint, keyring=bench.person.keyring).file
    )
    complaint = bench.complaint
    complaint.third_party = True
    assert {each.code for each in schedule.range_for(complaint, established).allowed} >= {"site_ban", "end_business"}
    content = schedule.policy_of(complaint)
    older = replace(content, sanctions=replace(content.sanctions, third_party=()))
    monkeypatch.setattr(schedule, "policy_of", lambda _complaint: older)
    may = schedule.range_for(complaint, established)
    assert may.allowed == () and may.third_party and {each.code for each in may.outside} >= {"warning", "dismissal"}
