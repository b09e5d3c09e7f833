"""Respondents and witnesses through the services: who opens what, when, and what is refused."""

from datetime import timedelta

import pytest

from audit.models import Entry
from audit.services import verify as verify_record
from complaints.models import Complaint
from complaints.services import access, additions, excluding
from complaints.services.changing import CaseEnded
from complaints.states import Identity
from investigations.models import CasePerson, Party, PartyDocument
from investigations.selectors_parties import party_of, reply_by
from investigations.services import papers, parties, party_side, serving
from vault import codes
from vault.columns import open_column
from vault.errors import NoAccess
from vault.models import Compartment, Keyholder
from vault.services import compartments
from vault.uploads import sealed_upload
from vault.verify import problems

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def entered(code: str, now):
    return party_side.enter(text=code, now=now)


def again(party: Party) -> Party:
    return party_of(party.investigation, party.number)


def events(inquiry) -> list[str]:
    return list(inquiry.complaint.events.values_list("kind", flat=True))


# --- the compartment and its code ---


def test_a_code_opens_the_partys_own_papers_and_nothing_else(inquiry, now):
    respondent, witness = inquiry.party(), inquiry.party("witness", "CANARY-Wu Fan")
    code = inquiry.invite(respondent)
    inquiry.serve(respondent)
    serving.write(party=witness, text="CANARY-asked", kind="put_to", token="w", **inquiry.by())
    mine = entered(code, now)
    assert mine.party.pk == respondent.pk
    (read,) = party_side.read(party=mine.party, keys=papers.party_keys(mine.party, mine.keyring), now=now)
    assert read.text == PUT_TEXT
    with pytest.raises(NoAccess):
        papers.party_keys(witness, mine.keyring)
    assert set(compartments.open_subject(subject_id=inquiry.complaint.pk, keyring=mine.keyring)) == {"party:1"}
    assert b"CANARY" not in b"".join(bytes(row.body_sealed) for row in PartyDocument.objects.all())


def test_only_a_code_in_force_comes_in(inquiry, now):
    party = inquiry.party()
    first = inquiry.invite(party)
    assert entered(first, now) and entered(f"  {first[:4]}-{first[4:]}", now)
    second = inquiry.invite(party)
    assert entered(first, now) is None and entered(second, now)
    assert entered(second, now + timedelta(days=91)) is None
    parties.revoke(party=again(party), **inquiry.by())
    assert entered(second, now) is None and entered(inquiry.filed.code, now) is None and entered("1" * 20, now) is None
    assert again(party).revoked_at and list(problems()) == []
    with pytest.raises(parties.NothingToRevoke):
        parties.revoke(party=again(party), **inquiry.by())


def test_the_same_form_shows_the_same_slip_and_an_old_form_ends_nothing(inquiry, now):
    party = inquiry.party()
    assert inquiry.invite(party, "t") == parties.invite(
        party=party, token="t", replaces=None, expires_at=now + timedelta(days=9), **inquiry.by()
    )
    with pytest.raises(parties.InvitedMeanwhile):
        parties.invite(party=again(party), token="u", replaces=None, expires_at=now + timedelta(days=9), **inquiry.by())
    with pytest.raises(ValueError):
        inquiry.invite(party, until=now)
    assert Keyholder.objects.filter(kind="invitation").count() == 1


def test_what_was_written_while_there_was_no_code_opens_with_the_next_one(inquiry, now):
    party = inquiry.party()
    inquiry.invite(party)
    parties.revoke(party=again(party), **inquiry.by())
    inquiry.serve(again(party))
    mine = entered(inquiry.invite(party), now)
    assert [each.text[:12] for each in papers.opened(mine.party, papers.party_keys(mine.party, mine.keyring))] == ["On 3 October"]


def test_a_revoked_code_opens_nothing_that_is_written_later(inquiry, now):
    party = inquiry.party()
    kept = papers.party_keys(party, entered(inquiry.invite(party), now).keyring)
    parties.revoke(party=again(party), **inquiry.by())
    paper = inquiry.serve(again(party))
    with pytest.raises(NoAccess):
        open_column(paper, "body_sealed", kept)


def test_whoever_takes_the_case_over_opens_the_papers_and_whoever_leaves_does_not(inquiry, second_investigator, now):
    party = inquiry.party()
    inquiry.serve(party)
    access.hand_over(
        complaint=inquiry.complaint, keyring=inquiry.handler.keyring, by=inquiry.handler.user, to=second_investigator.user, now=now
    )
    assert papers.opened(party, papers.party_keys(again(party), second_investigator.keyring))[0].text == PUT_TEXT
    with pytest.raises(NoAccess):
        papers.party_keys(again(party), inquiry.handler.keyring)
    assert list(problems()) == [] and verify_record() == []


PUT_TEXT = "On 3 October, at a dinner, you are said to have held a colleague back. CANARY-put 金丝雀所述"


def test_when_nobody_of_the_team_is_left_oversight_opens_the_papers(inquiry, overseer, now):
    party = inquiry.party()
    inquiry.serve(party)
    excluding.exclude(complaint=inquiry.complaint, keyring=inquiry.filed.keyring, names=["Xu Ning"], now=now)
    assert Complaint.objects.get(pk=inquiry.complaint.pk).oversight_handles
    inquiry_keys = []
    for holder in compartments.members(Compartment.objects.get(pk=party.compartment_id)):
        inquiry_keys.append(holder.user_id)
    assert overseer.user.pk in inquiry_keys and inquiry.handler.user.pk not in inquiry_keys


def test_the_same_person_is_one_party_and_the_reporter_is_none(inquiry):
    person = inquiry.person("respondent", "CANARY-Zhou Da")
    assert inquiry.party().pk == inquiry.party().pk and Party.objects.count() == 1
    reporter = inquiry.person("reporter", "the reporter")
    with pytest.raises(parties.NotAParty):
        parties.add_party(investigation=inquiry.investigation, person_id=reporter.pk, language="en", third_party=False, **inquiry.by())
    with pytest.raises(ValueError):
        parties.add_party(
            investigation=inquiry.investigation,
            person_id=inquiry.person("witness", "W").pk,
            language="fr",
            third_party=False,
            **inquiry.by(),
        )
    with pytest.raises(CasePerson.DoesNotExist):
        parties.add_party(
            investigation=inquiry.investigation, person_id=inquiry.complaint.pk, language="en", third_party=False, **inquiry.by()
        )
    assert person.party


# --- serving (R28) ---


def test_serving_dates_the_reply_by_the_policy(inquiry, now):
    party = inquiry.party()
    served_at = now - timedelta(days=1)
    inquiry.serve(party, served_at=served_at)
    row = again(party)
    assert row.served_at == served_at and row.reply_date == reply_by(inquiry.complaint, served_at, now)
    event = inquiry.complaint.events.get(kind="respondent_served")
    assert event.at == served_at and event.subject == str(party.pk)
    entry = Entry.objects.get(action="party_served")
    assert entry.facts == {"how": "handed", "until": row.reply_date.isoformat()}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"text": "   "}, serving.NothingPut),
        ({"served_at": timedelta(hours=1)}, serving.NotReachedYet),
        ({"served_at": timedelta(days=-30)}, serving.NotReachedYet),
        ({"reply_date": timedelta(days=1)}, serving.TooShort),
        ({"how": "shouted"}, ValueError),
    ],
    ids=str,
)
def test_serving_is_refused(inquiry, now, changes, refusal):
    party = inquiry.party()
    moment = {
        name: (now + value).date() if name == "reply_date" else now + value if isinstance(value, timedelta) else value
        for name, value in changes.items()
    }
    with pytest.raises(refusal):
        inquiry.serve(party, **moment)
    assert again(party).served_at is None and not PartyDocument.objects.exists() and "respondent_served" not in events(inquiry)


def test_a_witness_is_not_served_and_a_respondent_not_merely_written_to(inquiry):
    with pytest.raises(serving.NotARespondent):
        inquiry.serve(inquiry.party("witness", "W"))
    with pytest.raises(ValueError):
        serving.write(party=inquiry.party(), text="x", kind="put_to", token="t", **inquiry.by())
    with pytest.raises(serving.Empty):
        serving.write(party=inquiry.party(), text=" ", token="t", **inquiry.by())


def test_without_a_time_in_the_policy_the_handler_gives_one(inquiry, now, monkeypatch):
    monkeypatch.setattr("investigations.services.serving.reply_by", lambda *a: None)
    party = inquiry.party()
    with pytest.raises(serving.NeedsReplyDate):
        inquiry.serve(party)
    inquiry.serve(party, reply_date=(now + timedelta(days=6)).date())
    assert again(party).reply_date == (now + timedelta(days=6)).date()


def test_serving_twice_by_one_form_is_once_and_more_put_to_them_opens_a_new_time(inquiry, now):
    party = inquiry.party()
    first, same = inquiry.serve(party, token="t"), inquiry.serve(party, token="t")
    assert first.pk == same.pk and events(inquiry).count("respondent_served") == 1
    mine = entered(inquiry.invite(party), now)
    party_side.write(party=mine.party, keyring=mine.keyring, kind="answer", text="CANARY-no", token="a", now=now)
    assert again(party).replied_at
    inquiry.serve(party, text="And on 5 October")
    assert again(party).replied_at is None and events(inquiry).count("respondent_served") == 2


def test_the_reporters_name_goes_to_nobody_unless_the_reporter_knows(inquiry, now):
    additions.tell_identity(
        complaint=inquiry.complaint,
        keyring=inquiry.filed.keyring,
        identity="named",
        fields={"name": "林 小雨"},
        token="i",
        now=now,
        language="en",
    )
    party = inquiry.party()
    for text in ("您对林小雨说了这些话", "林 小雨 says so"):
        with pytest.raises(serving.SaysWhoReported):
            inquiry.serve(party, text=text)
        with pytest.raises(serving.SaysWhoReported):
            serving.write(party=party, text=text, token="t", **inquiry.by())
    assert inquiry.serve(party, text="您对林小雨说了这些话", reporter_knows=True)
    Complaint.objects.filter(pk=inquiry.complaint.pk).update(identity=Identity.ANONYMOUS)
    assert inquiry.serve(again(party), text="您对林小雨说了这些话")


def test_nothing_is_put_to_anybody_in_a_closed_case(inquiry):
    party = inquiry.party()
    Complaint.objects.filter(pk=inquiry.complaint.pk).update(state="closed")
    with pytest.raises(CaseEnded):
        inquiry.serve(party)
    with pytest.raises(CaseEnded):
        inquiry.party("witness", "Late")


# --- answering ---


@pytest.fixture
def served(inquiry, now):
    party = inquiry.party()
    inquiry.serve(party)
    return entered(inquiry.invite(party), now)


def say(mine, kind="answer", text="CANARY-answer 金丝雀答复", token="a", now=None, **more):
    return party_side.write(party=mine.party, keyring=mine.keyring, kind=kind, text=text, token=token, now=now, **more)


def test_an_answer_is_kept_once_with_its_file_and_meets_the_time(inquiry, served, now):
    upload = sealed_upload(name="CANARY-file.txt", content_type="text/plain", chunks=[b"CANARY-bytes"])
    first = say(served, now=now, uploads=[upload])
    assert say(served, now=now).pk == first.pk and PartyDocument.objects.filter(kind="answer").count() == 1
    assert events(inquiry).count("respondent_replied") == 1 and again(served.party).replied_at == now
    found = parties.open_party(party=again(served.party), **inquiry.by())
    (answer,) = [each for each in found if each.row.kind == "answer"]
    assert answer.text == "CANARY-answer 金丝雀答复" and answer.files[0].manifest.name == "CANARY-file.txt"
    assert PartyDocument.objects.get(pk=first.pk).read_at and Entry.objects.filter(action="opened_party").count() == 1
    assert {entry.actor_kind for entry in Entry.objects.filter(action__in=("party_wrote", "party_entered"))} == {"party"}
    assert verify_record() == []


def test_a_witness_answers_without_a_clock(inquiry, now):
    witness = inquiry.party("witness", "W")
    mine = entered(inquiry.invite(witness), now)
    say(mine, now=now)
    assert "respondent_replied" not in events(inquiry) and "witness_invited" in events(inquiry)


def test_comment_and_review_come_after_what_they_are_about(inquiry, served, now):
    for kind, opens in (("comment", "findings"), ("appeal", "outcome")):
        with pytest.raises(party_side.NotOpen):
            say(served, kind, token=kind, now=now)
        paper = serving.prepare_paper(party=again(served.party), kind=opens, body={"text": "x"}, token=opens, **inquiry.by())
        paper.save()
        assert say(served, kind, token=kind, now=now).kind == kind
    assert "comments_given" in events(inquiry)
    with pytest.raises(party_side.NothingWritten):
        say(served, text=" ", token="e", now=now)
    with pytest.raises(ValueError):
        say(served, "put_to", token="p", now=now)


def test_in_a_closed_case_a_party_writes_a_message_only(inquiry, served, now):
    Complaint.objects.filter(pk=inquiry.complaint.pk).update(state="closed")
    with pytest.raises(CaseEnded):
        say(served, now=now)
    assert say(served, "message", token="m", now=now)


def test_a_code_of_their_own(inquiry, served, now):
    party = again(served.party)
    assert party_side.needs_fresh_code(party)
    new = party_side.next_code(keyring=served.keyring, party=party, token="n")
    fresh = party_side.change_code(party=party, keyring=served.keyring, token="n", now=now + timedelta(minutes=1))
    assert entered(new, now).keyring.keyholder_id == fresh.keyholder_id and not party_side.needs_fresh_code(again(party))
    assert again(party).keyholder.expires_at == now + timedelta(days=90)
    for act in (lambda: say(served, now=now), lambda: party_side.change_code(party=party, keyring=served.keyring, token="m", now=now)):
        with pytest.raises(NoAccess):
            act()
    # The slip that the handler has seen is worth nothing any more, also not to the handler.
    assert Keyholder.objects.filter(kind="invitation", retired_at=None).count() == 1 and list(problems()) == []


def test_an_invitation_is_no_receipt_and_the_other_way_round(inquiry, served, now):
    assert {codes.derive("4" * 20, label).lookup_id for label in (codes.RECEIPT, codes.INVITATION)} != {None}
    assert codes.derive("4" * 20).lookup_id != codes.derive("4" * 20, codes.INVITATION).lookup_id
