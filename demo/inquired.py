"""A report in the middle of its inquiry: team, plan, both sides with codes, talks, evidence, allegations, a first finding."""

from datetime import datetime, timedelta

from django.utils.translation import override

from complaints.services.once import new_token
from demo import inquired_words as said
from demo import stories
from demo.handling import Told, file, triage_and_assign
from demo.inquiry import Heard, Inquiry, document, screenshot
from demo.people import Account
from investigations.guides import guide_for
from investigations.models import Investigation
from investigations.services import allegations, bearing, calling, custody, findings, planning, preserving, referrals, tasks
from investigations.services.planning import Line

AGO = timedelta(days=30)
HANDLER, COLLEAGUE = "1005", "1006"
DAY = timedelta(days=1)


def load(*, accounts: dict[str, Account], start: datetime) -> Told:
    """File it at `start` and work on it for four weeks."""
    told = file(stories.STOCKTAKING, now=start)
    handler = accounts[HANDLER]
    triage_and_assign(told, accounts, to=handler, start=start, talk=said.FIRST_DAY)
    inquiry = Inquiry(told, handler)
    inquiry.begin(why=said.WAY, at=start + DAY)
    _plan(inquiry, start + 3 * DAY)
    calling.call_reader(to=accounts[COLLEAGUE].user, **inquiry.by(start + 4 * DAY))
    _preserve(inquiry, start + 4 * DAY)
    respondent, witness = _both_sides(inquiry, start)
    _talks(inquiry, respondent, witness, start)
    inquiry.tell_reporter(said.UPDATE, start + 12 * DAY)
    _register(inquiry, start)
    _allege(inquiry, respondent, start + 22 * DAY)
    inquiry.tell_reporter(said.UPDATE_LATER, start + 25 * DAY)
    return Told(told.complaint, told.code, (respondent.code, witness.code))


def _plan(inquiry: Inquiry, at: datetime) -> None:
    version = inquiry.investigation.row_version
    planning.save_aims(version=version, text=said.AIMS, **inquiry.both(at))
    owner, due = inquiry.handler.user, (at + 30 * DAY).date()
    lines = [Line("question", text) for text in said.QUESTIONS]
    lines += [Line("person", text, owner=owner, due_date=due) for text in said.TO_HEAR]
    lines += [Line("step", text, owner=owner, due_date=due + n * DAY) for n, text in enumerate(said.STEPS)]
    lines += [Line("support", text) for text in said.SUPPORT]
    planning.add_lines(lines=lines, token=new_token(), **inquiry.both(at))
    tasks.add_task(title=said.TASK, owner=owner, due_date=(at + 30 * DAY).date(), **inquiry.by(at))
    words = referrals.ReferralWords(
        kind="counselling", basis="consent", detail=said.REFERRAL, consent_on=(at - DAY).date(), outside_date=None, outcome_on=None
    )
    referrals.add(words=words, token=new_token(), **inquiry.by(at))


def _preserve(inquiry: Inquiry, at: datetime) -> None:
    for kind, what, holder, answer in said.RECORDS:
        row = preserving.ask(
            kind=kind, what=what, holder=holder, period=said.PERIOD, asked_at=at, asked_date=at.date(), due_date=(at + 4 * DAY).date(),
            token=new_token(), **inquiry.both(at),
        )  # fmt: skip
        if answer:
            outcome, text = answer
            options = {"request_id": row.pk, "version": row.row_version, "outcome": outcome, "text": text}
            preserving.answer(**options, **inquiry.both(at + 2 * DAY))


def _both_sides(inquiry: Inquiry, start: datetime) -> tuple[Heard, Heard]:
    respondent = inquiry.invite(name="马骏", kind="respondent", language="zh-hans", at=start + 5 * DAY)
    witness = inquiry.invite(name="杜鹏", kind="witness", language="zh-hans", at=start + 5 * DAY, note=said.WITNESS_NOTE)
    inquiry.put_to(respondent, text=said.PUT_TO, proof=said.PROOF, at=start + 6 * DAY)
    inquiry.put_to(witness, text=said.ASKED, proof="", at=start + 6 * DAY)
    inquiry.answer(witness, text=said.WITNESS_ANSWER, at=start + 7 * DAY, uploads=[screenshot("群聊截图.png")])
    inquiry.answer(respondent, text=said.RESPONDENT_ANSWER, at=start + 9 * DAY)
    return respondent, witness


def _talks(inquiry: Inquiry, respondent: Heard, witness: Heard, start: datetime) -> None:
    with override("zh-hans"):
        for_witness, for_respondent = guide_for("witness"), guide_for("respondent")
    inquiry.talk(witness, at=start + 11 * DAY, said=said.WITNESS_SAID, present=said.PRESENT, guide=for_witness, place=said.PLACE)
    inquiry.talk(
        respondent, at=start + 13 * DAY, said=said.RESPONDENT_SAID, present=said.PRESENT, guide=for_respondent, place=said.PLACE,
        confirm="no", correction=said.CORRECTION,
    )  # fmt: skip


def _register(inquiry: Inquiry, start: datetime) -> None:
    """Three originals, two copies, a thing in a safe that went to somebody and came back."""
    at = start + 14 * DAY
    picture = inquiry.take_in(at=at, upload=screenshot("IMG_2043.png"), **said.PICTURE)
    mail = inquiry.take_in(at=at + timedelta(hours=1), upload=document("排班.txt", said.ROSTER), **said.ROSTER_WORDS)
    phone = inquiry.take_in(at=at + timedelta(hours=2), **said.PHONE)
    inquiry.copy_of(picture, derivation="transcript", text=said.TRANSCRIPT, at=at + DAY, name=said.TRANSCRIPT_NAME, method=said.BY_HAND)
    inquiry.copy_of(mail, derivation="redaction", text=said.REDACTED, at=at + DAY, name=said.REDACTED_NAME, method=said.BY_HAND)
    custody.check(number=picture.number, **inquiry.both(at + 2 * DAY))
    moved = {"giver": "徐宁", "taker": "孟晨", "how": said.HANDED, "token": new_token()}
    custody.note(number=phone.number, kind="handed_over", at=at + 2 * DAY, **moved, **inquiry.both(at + 2 * DAY))
    back = {"giver": "孟晨", "taker": "徐宁", "how": said.RETURNED, "token": new_token()}
    custody.note(number=phone.number, kind="returned", at=at + 3 * DAY, **back, **inquiry.both(at + 3 * DAY))


def _allege(inquiry: Inquiry, respondent: Heard, at: datetime) -> None:
    """Two allegations with what bears on them; a finding for the first, so that the second is still to be weighed."""
    planning.go_on(to="analysing", reason=said.WEIGH, **inquiry.both(at))
    rows = [
        allegations.add_allegation(person_id=respondent.person.pk, detail=detail, token=new_token(), **inquiry.by(at))
        for detail in said.ALLEGATIONS
    ]
    investigation = Investigation.objects.get(pk=inquiry.investigation.pk)
    items = list(investigation.evidence.order_by("number"))
    talks = list(investigation.interviews.order_by("number"))
    sources = ((f"e:{items[0].pk}", "for"), (f"t:{talks[0].pk}", "for"), (f"t:{talks[1].pk}", "against"))
    for (source, kind), note in zip(sources, said.BEARS, strict=True):
        bearing.add_bears(allegation_id=rows[0].pk, source=source, bearing=kind, note=note, **inquiry.by(at))
    bearing.add_bears(allegation_id=rows[1].pk, source=f"e:{items[1].pk}", bearing="context", note="", **inquiry.by(at))
    findings.save_finding(allegation_id=rows[0].pk, version=0, detail=said.FINDING, **inquiry.by(at + DAY))
