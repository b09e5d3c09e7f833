"""Talks: planned apart, held after people were told, written down, confirmed by whoever was heard; each refusal beside its success."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import Entry
from complaints.models import Complaint, Statement
from complaints.services import confirm
from complaints.services.changing import CaseEnded
from investigations.models import Interview, PartyDocument
from investigations.services import party_side, talk_records, talks
from investigations.services.changed import SavedMeanwhile
from investigations.verify import problems as older_rows
from tests.factories.forms import forms_of

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
SAID = "CANARY-said he stood by the door 金丝雀谈话"


@pytest.fixture
def plan(inquiry, now):
    """Return a function: plan a talk with `person`."""

    def make(person, at=None, **changes):
        options = {"words": {"place": "Room 3"}, "guide": [{"stage": "open", "text": "Tell me"}], "token": f"t{Interview.objects.count()}"}
        options |= {"planned_at": at} | changes
        return talks.plan(investigation=inquiry.investigation, person_id=person.pk, **options, **inquiry.by())

    return make


@pytest.fixture
def held(inquiry, now):
    """Return a function: write down a talk as held an hour ago."""

    def write(row, **changes):
        options = {"version": row.row_version, "held_at": now - timedelta(hours=1), "present": "Wu, Xu Ning", "text": SAID} | changes
        return talks.write_record(investigation=inquiry.investigation, talk_id=row.pk, **options, **inquiry.by())

    return write


def send(inquiry, row):
    return talk_records.send(investigation=inquiry.investigation, talk_id=row.pk, token=f"r{row.pk}", **inquiry.by())


def kinds(inquiry) -> list[str]:
    return list(inquiry.complaint.events.values_list("kind", flat=True))


# --- planning ---


def test_a_respondent_is_heard_only_after_they_were_told(inquiry, plan, held, now):
    party = inquiry.party()
    for at in (None, now + timedelta(days=9)):
        with pytest.raises(talks.NotToldYet):
            plan(party.person, at)
    inquiry.serve(party, served_at=now - timedelta(minutes=30))
    row = plan(party.person, now + timedelta(days=9))
    with pytest.raises(talks.NotToldYet):
        plan(party.person, now - timedelta(hours=2), again="x")
    with pytest.raises(talks.NotToldYet):
        held(row)
    assert held(row, held_at=now - timedelta(minutes=10)).held_at


def test_a_second_talk_needs_a_reason(inquiry, plan):
    witness = inquiry.person("witness", "Wu")
    first = plan(witness)
    with pytest.raises(talks.NeedsReason):
        plan(witness)
    second = plan(witness, again="CANARY-new messages came up")
    assert second.number == 2 and second.again_sealed and not first.again_sealed
    for each in (first, second):
        talks.cancel(investigation=inquiry.investigation, talk_id=each.pk, **inquiry.by())
    assert plan(witness).number == 3


def test_both_sides_on_one_day_need_a_reason(inquiry, plan, now):
    party = inquiry.party()
    inquiry.serve(party)
    reporter = inquiry.person("reporter", "the reporter")
    at = timezone.localtime(now, timezone.get_fixed_timezone(480)).replace(hour=10) + timedelta(days=8)
    plan(party.person, at)
    for hours, same in ((3, True), (13, True), (-9, True)):
        with pytest.raises(talks.SameDay) as refused:
            plan(reporter, at + timedelta(hours=hours))
        assert refused.value.same_place is same
    with pytest.raises(talks.SameDay) as refused:
        plan(reporter, at, words={"place": "Elsewhere"})
    assert not refused.value.same_place
    # A witness is on neither side; midnight of the organisation ends the day.
    plan(inquiry.person("witness", "Wu"), at)
    row = plan(reporter, at + timedelta(hours=14))
    with pytest.raises(talks.SameDay):
        talks.change_plan(
            investigation=inquiry.investigation, talk_id=row.pk, version=1, planned_at=at, words={"place": "x"}, **inquiry.by()
        )
    moved = talks.change_plan(
        investigation=inquiry.investigation, talk_id=row.pk, version=1, planned_at=at, words={}, same_day="Only day", **inquiry.by()
    )
    assert talks.has_clash(investigation=inquiry.investigation, talk=moved)


def test_the_same_form_plans_one_talk(inquiry, plan):
    witness = inquiry.person("witness", "Wu")
    assert plan(witness, token="same").pk == plan(witness, token="same").pk and Interview.objects.count() == 1


def test_of_two_editors_the_second_is_shown_what_is_stored(inquiry, plan, held):
    row = plan(inquiry.person("witness", "Wu"))
    guide = [{"stage": "open", "text": "CANARY-first"}]
    talks.change_plan(investigation=inquiry.investigation, talk_id=row.pk, version=1, guide=guide, **inquiry.by())
    with pytest.raises(SavedMeanwhile) as met:
        talks.change_plan(investigation=inquiry.investigation, talk_id=row.pk, version=1, guide=[], **inquiry.by())
    assert met.value.stored["guide"] == "CANARY-first" and met.value.stored["place"] == "Room 3"
    with pytest.raises(SavedMeanwhile):
        held(row)
    assert list(older_rows(now=timezone.now())) == []
    Interview.objects.update(row_version=1)
    assert "version 2 was recorded" in next(older_rows(now=timezone.now()))


# --- the record ---


def test_a_record_tells_of_a_talk_that_was_held_and_moves_the_work_on(inquiry, plan, held, now):
    row = plan(inquiry.person("witness", "Wu"))
    for changes, refusal in (
        ({"held_at": now + timedelta(hours=1)}, talks.NotHeldYet),
        ({"text": " "}, ValueError),
        ({"present": ""}, ValueError),
    ):
        with pytest.raises(refusal):
            held(row, **changes)
    done = held(row)
    event = inquiry.complaint.events.get(kind="interview_held")
    assert event.at == done.held_at and event.subject == str(row.pk) and inquiry.investigation.state == "gathering"
    assert b"CANARY" not in bytes(done.record_sealed)
    mended = held(done, text=SAID + " mended")
    assert mended.row_version == 3 and kinds(inquiry).count("interview_held") == 1
    opened = talks.open_talk(investigation=inquiry.investigation, talk_id=row.pk, **inquiry.by())
    assert opened.record["text"].endswith("mended") and opened.plan["place"] == "Room 3"
    assert Entry.objects.filter(action="opened_interviews").count() == 1
    with pytest.raises(talks.Settled):
        talks.cancel(investigation=inquiry.investigation, talk_id=row.pk, **inquiry.by())
    with pytest.raises(talks.Settled):
        talks.change_plan(investigation=inquiry.investigation, talk_id=row.pk, version=3, guide=[], **inquiry.by())


def test_nothing_is_planned_in_a_closed_case(inquiry, plan):
    witness = inquiry.person("witness", "Wu")
    Complaint.objects.filter(pk=inquiry.complaint.pk).update(state="closed")
    with pytest.raises(CaseEnded):
        plan(witness)


# --- confirming ---


@pytest.fixture
def heard(inquiry, plan, held, now):
    """A witness with a code whose talk was written down and sent, and what their code opens."""
    witness = inquiry.party("witness", "CANARY-Wu")
    row = send(inquiry, held(plan(witness.person)))
    return row, party_side.enter(text=inquiry.invite(witness), now=now)


def answer(mine, row, choice, correction="", token="c", now=None):
    return party_side.confirm_record(
        party=mine.party, keyring=mine.keyring, document_id=row.document_id, choice=choice, correction=correction, token=token, now=now
    )


@pytest.mark.parametrize(("choice", "how"), [("yes", "code"), ("no", "corrected"), ("declined", "declined")])
def test_a_party_confirms_corrects_or_declines_once(inquiry, heard, held, now, choice, how):
    row, mine = heard
    with pytest.raises(party_side.NeedsCorrection):
        answer(mine, row, "no", now=now)
    answer(mine, row, choice, "CANARY-it was the other door" if choice == "no" else "", now=now)
    row.refresh_from_db()
    assert row.confirmation == how and bool(row.confirmed_at) == (how != "declined")
    assert ("interview_confirmed" in kinds(inquiry)) == (how != "declined")
    found = talk_records.corrections(row=Interview.objects.get(pk=row.pk), keyring=inquiry.handler.keyring)
    assert [each.text for each in found] == (["CANARY-it was the other door"] if choice == "no" else [])
    with pytest.raises(party_side.NothingToConfirm):
        answer(mine, row, "yes", now=now)
    # The record itself stays as it went out.
    with pytest.raises(talks.Settled):
        held(row, version=row.row_version)


def test_a_record_goes_out_once_and_only_when_there_is_one(inquiry, plan, heard):
    row, _ = heard
    assert send(inquiry, row).document_id == row.document_id and PartyDocument.objects.filter(kind="record").count() == 1
    unheld = plan(inquiry.person("witness", "Late"))
    with pytest.raises(talks.NotHeldYet):
        send(inquiry, unheld)


def test_somebody_without_a_code_signs_on_paper(inquiry, plan, held):
    row = plan(inquiry.person("witness", "No code"))
    with pytest.raises(talks.NotHeldYet):
        on_paper(inquiry, row, "signed")
    held(row)
    with pytest.raises(talk_records.NoCode):
        send(inquiry, row)
    with pytest.raises(ValueError):
        on_paper(inquiry, row, "code")
    assert on_paper(inquiry, row, "signed").confirmed_at and "interview_confirmed" in kinds(inquiry)
    with pytest.raises(talks.Settled):
        on_paper(inquiry, row, "declined")


def on_paper(inquiry, row, how):
    return talk_records.confirm_on_paper(investigation=inquiry.investigation, talk_id=row.pk, how=how, **inquiry.by())


@pytest.mark.parametrize("corrected", [False, True])
def test_the_reporter_confirms_under_the_receipt_code(inquiry, plan, held, reporter_client, corrected):
    person = talks.reporter_person(complaint=inquiry.complaint, name="The reporter", **inquiry.by())
    row = send(inquiry, held(plan(person)))
    assert row.statement and not row.document
    client = reporter_client(inquiry.filed.code)
    home = client.get("/f/home/").content.decode()
    path = f"/f/talk/{row.statement_id}/"
    assert path in home and SAID in client.get(path).content.decode()
    assert "Choose whether" in client.post(path, {"is_right": "", "once": "x"}).content.decode()
    (form,) = [each for each in forms_of(client.get(path)) if "is_right" in each.fields or "once" in each.fields]
    data = form.values(is_right="no" if corrected else "yes", correction="CANARY-not the door" if corrected else "", go="next")
    for _ in range(2):
        assert client.post(path, data).headers["Location"] == "/f/home/"
    row.refresh_from_db()
    assert row.confirmation == ("corrected" if corrected else "code") and row.confirmed_at
    found = talk_records.corrections(row=Interview.objects.get(pk=row.pk), keyring=inquiry.handler.keyring)
    assert [each.text for each in found] == (["CANARY-not the door"] if corrected else [])
    assert Statement.objects.filter(kind="addition").count() == int(corrected) and path not in client.get("/f/home/").content.decode()
    assert client.get(path).status_code == 302 and not confirm.talks_to_confirm(inquiry.complaint)
    assert "Record of a talk with you" in client.get("/f/sent/").content.decode()


# --- pages ---


def test_the_pages_of_a_talk(inquiry, handler_client, now):
    ref, party = inquiry.complaint.ref, inquiry.party()
    inquiry.person("witness", "CANARY-Wu")

    def at(path, data=None):
        path = f"/c/{ref}/talks/{path}"
        return handler_client.get(path) if data is None else handler_client.post(path, data)

    assert "No talks yet" in at("").content.decode() and "The reporter" in at("add/").content.decode()
    data = {"person": party.person_id, "planned_at": "", "place": "Room", "language": "zh-hans", "gender_wish": "", "once": "p1"}
    assert "must first be told" in at("add/", data).content.decode()
    inquiry.serve(party)
    day = (timezone.localdate() + timedelta(days=20)).isoformat()
    made = at("add/", data | {"planned_at": f"{day}T10:00"})
    assert made.status_code == 302
    page = handler_client.get(made.headers["Location"]).content.decode()
    assert "您提到了" in page and "may lead" not in page
    same_day = at("add/", data | {"person": "reporter", "planned_at": f"{day}T15:00", "once": "p2"}).content.decode()
    assert "Choose another day" in same_day and 'name="same_day"' in same_day and "textarea" in same_day
    assert at("add/", data | {"person": "reporter", "planned_at": f"{day}T15:00", "once": "p2", "same_day": "Travels"}).status_code == 302
    again = at("add/", data | {"once": "p3"}).content.decode()
    assert "Say why once more" in again
    row = Interview.objects.get(number=1)
    assert at(f"{row.pk}/guide/", {"open": "Did he shout?\nWhat happened?", "probe": "", "close": "", "version": 1}).status_code == 302
    page = at(f"{row.pk}/").content.decode()
    assert "<mark>Did he</mark> shout?" in page and "answered with yes or no" in page and "Both sides have a talk on this day" in page
    stale = at(f"{row.pk}/guide/", {"open": "Mine", "probe": "", "close": "", "version": 1})
    assert stale.status_code == 409 and "Did he shout?" in stale.content.decode()
    record = {"held_at": f"{day}T11:00", "present": "A, B", "text": SAID, "version": 2}
    assert "This lies ahead" in at(f"{row.pk}/record/", record).content.decode()
    held_at = timezone.localtime(timezone.now(), timezone.get_fixed_timezone(480)).strftime("%Y-%m-%dT%H:%M")
    inquiry.serve(party)
    assert at(f"{row.pk}/record/", record | {"held_at": held_at, "text": ""}).status_code == 200


def test_a_talk_is_written_down_and_sent_from_its_pages(inquiry, handler_client, party_client, plan):
    witness = inquiry.party("witness", "CANARY-Wu")
    row = plan(witness.person)
    path = f"/c/{inquiry.complaint.ref}/talks/{row.pk}/"
    held_at = (timezone.now() - timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    assert handler_client.get(f"{path}record/").status_code == handler_client.get(f"{path}edit/").status_code == 200
    assert handler_client.post(f"{path}record/", {"held_at": held_at, "present": "Wu", "text": SAID, "version": 1}).status_code == 302
    assert "Send it to be confirmed" in handler_client.get(path).content.decode()
    handler_client.post(f"{path}send/")
    assert "It waits on their page" in handler_client.get(path).content.decode()
    client = party_client(inquiry.invite(witness))
    document = PartyDocument.objects.get(kind="record")
    assert f"/s/record/{document.pk}/" in client.get("/s/home/").content.decode()
    assert SAID in client.get(f"/s/record/{document.pk}/").content.decode()
    kept = client.post(f"/s/record/{document.pk}/", {"choice": "no", "correction": "", "once": "k"}).content.decode()
    assert "Write what should be different" in kept
    told = {"choice": "no", "correction": "CANARY-other door", "once": "k"}
    assert [client.post(f"/s/record/{document.pk}/", told).status_code for _ in range(2)] == [302, 302]
    assert "CANARY-other door" in handler_client.get(path).content.decode()
    assert PartyDocument.objects.filter(kind="correction").count() == 1
    assert handler_client.post(f"{path}paper/", {"how": "signed"}).status_code == 302
    row.refresh_from_db()
    assert row.confirmation == "corrected"
    assert handler_client.post(f"{path}cancel/").status_code == 302 and not Interview.objects.get(pk=row.pk).cancelled_at
