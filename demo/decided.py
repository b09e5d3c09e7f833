"""A report that was established, decided, carried out, and looked after once: by an investigator, a second reader and a decision-maker."""

from datetime import datetime, timedelta

from django.utils.translation import override

from complaints.models import SeatRole
from complaints.services import commenting as reporters_side
from complaints.services.once import new_token
from demo import decided_words as said
from demo import stories
from demo.handling import Told, declare, file, triage_and_assign
from demo.inquiry import Heard, Inquiry, document
from demo.people import Account
from investigations.guides import guide_for
from investigations.models import Allegation, Party
from investigations.selectors_decisions import decision_items, made_decision, newest_decision
from investigations.services import (
    aftercare,
    allegations,
    bearing,
    calling,
    closing,
    commenting,
    execution,
    findings,
    making,
    outcome,
    planning,
    releasing,
    reporting,
)
from investigations.services.planning import Line

AGO = timedelta(days=88)
DAY = timedelta(days=1)
HANDLER, READER, DECIDER = "1005", "1006", "1007"
LANGUAGE = "en"


def load(*, accounts: dict[str, Account], start: datetime) -> Told:
    """File it at `start`; the decision is told a month later, and the first check falls two months after the start."""
    told = file(stories.TASTING, now=start)
    triage_and_assign(told, accounts, to=accounts[HANDLER], start=start, talk=said.FIRST_DAY)
    inquiry = Inquiry(told, accounts[HANDLER])
    inquiry.begin(why=said.WAY, at=start + DAY)
    lines = [Line("question", text) for text in said.QUESTIONS]
    planning.save_aims(version=inquiry.investigation.row_version, text=said.AIMS, **inquiry.both(start + 3 * DAY))
    planning.add_lines(lines=lines, token=new_token(), **inquiry.both(start + 3 * DAY))
    respondent, witness = _hear(inquiry, start)
    inquiry.tell_reporter(said.UPDATE, start + 12 * DAY)
    allegation = _establish(inquiry, respondent, start + 14 * DAY)
    _comment(inquiry, accounts[READER], respondent, start + 16 * DAY)
    _report(inquiry, start + 21 * DAY)
    _decide(inquiry, accounts[DECIDER], allegation, start + 22 * DAY)
    _carry_out(inquiry, start + 30 * DAY)
    _look_after(inquiry, start)
    return Told(told.complaint, told.code, (respondent.code, witness.code))


def _hear(inquiry: Inquiry, start: datetime) -> tuple[Heard, Heard]:
    respondent = inquiry.invite(name="Wu Di", kind="respondent", language="en", at=start + 4 * DAY)
    witness = inquiry.invite(name="Grace Okafor", kind="witness", language="en", at=start + 4 * DAY)
    inquiry.put_to(respondent, text=said.PUT_TO, proof=said.PROOF, at=start + 5 * DAY)
    inquiry.put_to(witness, text=said.ASKED, proof="", at=start + 5 * DAY)
    inquiry.answer(witness, text=said.WITNESS_ANSWER, at=start + 6 * DAY)
    inquiry.answer(respondent, text=said.RESPONDENT_ANSWER, at=start + 7 * DAY)
    with override(LANGUAGE):
        guides = guide_for("witness"), guide_for("respondent")
    room = {"present": said.PRESENT, "place": said.PLACE}
    inquiry.talk(witness, at=start + 9 * DAY, said=said.WITNESS_SAID, guide=guides[0], **room)
    inquiry.talk(respondent, at=start + 11 * DAY, said=said.RESPONDENT_SAID, guide=guides[1], **room)
    return respondent, witness


def _establish(inquiry: Inquiry, respondent: Heard, at: datetime) -> Allegation:
    item = inquiry.take_in(at=at - DAY, upload=document("tables.txt", said.LIST), **said.LIST_WORDS)
    planning.go_on(to="analysing", reason=said.WEIGH, **inquiry.both(at))
    row = allegations.add_allegation(person_id=respondent.person.pk, detail=said.ALLEGATION, token=new_token(), **inquiry.by(at))
    first, second = inquiry.investigation.interviews.order_by("number")
    sources = ((f"t:{first.pk}", "for"), (f"t:{second.pk}", "for"), (f"e:{item.pk}", "context"))
    for (source, kind), note in zip(sources, said.BEARS, strict=True):
        bearing.add_bears(allegation_id=row.pk, source=source, bearing=kind, note=note, **inquiry.by(at))
    findings.save_finding(allegation_id=row.pk, version=0, detail=said.FINDING, **inquiry.by(at + timedelta(hours=3)))
    return row


def _comment(inquiry: Inquiry, reader: Account, respondent: Heard, at: datetime) -> None:
    """A colleague who wrote none of it reads it; then both sides see it and say what they think."""
    calling.call_reader(to=reader.user, **inquiry.by(at))
    declare(inquiry.complaint, reader, SeatRole.HANDLER, at + timedelta(hours=1))
    second = inquiry.by(at + timedelta(hours=2)) | {"keyring": reader.keyring, "by": reader.user}
    findings.read_second(**second)
    asked = at + timedelta(hours=4)
    people = commenting.recipients(complaint=inquiry.complaint, keyring=inquiry.handler.keyring)
    texts = {each.key: said.SHOWN + each.text for each in people}
    commenting.ask_comments(texts=texts, token=new_token(), **inquiry.by(asked))
    told = inquiry.told
    reporters_side.comment(
        complaint=told.complaint, keyring=told.keyring, text=said.REPORTER_COMMENT, token=new_token(), now=asked + DAY, language=LANGUAGE
    )
    inquiry.answer(respondent, text=said.RESPONDENT_COMMENT, kind="comment", at=asked + 2 * DAY)


def _report(inquiry: Inquiry, at: datetime) -> None:
    """Both renderings, composed from what was found; then the findings are final."""
    for rendering in ("full", "identity_free"):
        body = reporting.compose(complaint=inquiry.complaint, keyring=inquiry.handler.keyring, rendering=rendering, language=LANGUAGE)
        texts = [part["text"] for part in body["parts"]]
        kept = {"rendering": rendering, "language": LANGUAGE, "title": body["title"], "texts": texts, "after": 0, "final": True}
        reporting.make_report(token=new_token(), today=at.date(), **kept, **inquiry.by(at))
    reporting.findings_ready(today=at.date(), **inquiry.by(at + timedelta(hours=1)))


def _decide(inquiry: Inquiry, decider: Account, allegation: Allegation, at: datetime) -> None:
    """Somebody who took no part hears the reporter, chooses from the schedule, decides, and tells the reporter first."""
    calling.call_decider(to=decider.user, **inquiry.by(at))
    by = {"complaint": inquiry.complaint, "keyring": decider.keyring, "by": decider.user, "role": SeatRole.DECISION_MAKER}
    reach = {name: value for name, value in by.items() if name != "role"}
    calling.declare_called(has_conflict=False, now=at + timedelta(hours=2), **reach)
    outcome.save_words(version=0, detail=said.WORDS, heard_at=at + DAY, now=at + DAY, **by)
    items = (
        ("sanction", "final_warning", "", allegation.pk),
        ("remedy", "separation", said.SEPARATION, None),
        ("action", "", said.PREVENTION, None),
    )
    for kind, code, text, about in items:
        chosen = {"kind": kind, "code": code, "text": text, "allegation_id": about, "owner": inquiry.handler.user}
        outcome.add_item(due_date=(at + 8 * DAY).date(), token=new_token(), now=at + 2 * DAY, **chosen, **by)
    decision = newest_decision(inquiry.investigation)
    making.make_decision(version=making.stamp(decision), now=at + 2 * DAY + timedelta(hours=1), **by)
    _tell(inquiry, by, at + 3 * DAY)


def _tell(inquiry: Inquiry, by: dict, at: datetime) -> None:
    to_reporters, to_respondents = releasing.letters(complaint=by["complaint"], keyring=by["keyring"])
    for each in to_reporters:
        letter = each.letter | said.LETTER
        releasing.save_letter(to=each.complaint.pk, version=0, letter=letter, now=at, **by)
    for each in to_respondents:
        decision = made_decision(inquiry.investigation)
        party = Party.objects.get(pk=each.party.pk)
        kept = {"party_id": party.pk, "version": decision.row_version, "text": said.LETTER_TO_RESPONDENT}
        releasing.save_respondent_letter(now=at, **kept, **by)
    releasing.release_to_reporters(now=at + timedelta(hours=1), **by)
    releasing.tell_respondents(now=at + timedelta(hours=2), **by)


def _carry_out(inquiry: Inquiry, at: datetime) -> None:
    decision = made_decision(inquiry.investigation)
    for days, (item, proof) in enumerate(zip(decision_items(decision), said.PROOFS, strict=True)):
        execution.item_done(item_id=item.pk, version=item.row_version, proof=proof, **inquiry.by(at + days * DAY))
    reach = inquiry.by(at + 3 * DAY)
    del reach["keyring"]
    closing.begin_aftercare(**reach)


def _look_after(inquiry: Inquiry, start: datetime) -> None:
    """The first check a month after the decision was told, answered by code; the reporter agreed to the watch."""
    told, asked = inquiry.told, start + 52 * DAY
    aftercare.set_own_watch(complaint=told.complaint, agrees=True, now=start + 35 * DAY)
    aftercare.ask(number="1", text=said.CHECK_ASKED, token=new_token(), **inquiry.by(asked))
    aftercare.answer(complaint=told.complaint, keyring=told.keyring, number="1", answers=said.CHECK, now=asked + 2 * DAY)
    happened = (start + 45 * DAY).date()
    seen = {"kind": "appraisal", "happened_date": happened, "text": said.WATCHED, "explained": said.EXPLAINED, "token": new_token()}
    aftercare.add_entry(today=asked.date(), **seen, **inquiry.by(asked))
