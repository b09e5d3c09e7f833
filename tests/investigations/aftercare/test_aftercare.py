"""After the decision: checks at the policy's dates by code, the watch with consent, and an end without short cuts (R34)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.actors import staff
from complaints.checkin_selectors import check_ins
from complaints.models import Complaint, Deadline, Event, Measure, Message
from complaints.services import protection
from complaints.services.access import ChangedMeanwhile
from complaints.services.events import happened
from complaints.services.state import StepNotAllowed, move
from complaints.states import EventKind, Identity, State
from investigations.models import AftercareCheck, Note, WatchConsent, WatchEntry
from investigations.services import aftercare, back_pay, closing, people
from tests.investigations.inquiry import inquiry_of, without

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])
WORDS = {"told": "Our work ends here.", "reason": "", "danger_remains": False, "token": "c1"}


def reach(desk, now) -> dict:
    return {"complaint": desk.complaint, "keyring": desk.person.keyring, "by": desk.person.user, "role": "handler", "now": now}


def decided(desk, now, *, ago: int = 26):
    """The decision was told `ago` days before `now`, and what it asked for is done."""
    actor, then = staff(desk.person.user, "handler"), now - timedelta(days=ago)
    Complaint.objects.filter(pk=desk.complaint.pk).update(received_at=now - timedelta(days=60))
    inquiry_of(desk, now)
    with transaction.atomic():
        for state in (State.FINDINGS_READY, State.DECIDED):
            move(complaint=desk.complaint, to=state, by=actor, now=then)
        happened(complaint=desk.complaint, kind=EventKind.DECISION_NOTIFIED, by=actor, now=then)


def in_aftercare(desk, now, **how):
    decided(desk, now, **how)
    closing.begin_aftercare(**without(reach(desk, now), "keyring"))


def nothing_owed(complaint, now) -> None:
    """Every promise but the checks is kept."""
    Deadline.objects.filter(complaint=complaint, met_at=None).exclude(limit_id__startswith="aftercare").update(met_at=now)


def test_the_reporter_answers_by_code_near_the_date_and_only_once(handler_desk, filed, reporter_client, now):
    """The questions are on the page by themselves: nobody of the team has to remember."""
    decided(handler_desk, now, ago=5)
    reporter = reporter_client(filed.code)
    early = {"stopped": "yes", "once": "x"}
    assert "We ask you again by" in reporter.get("/f/checkin/").content.decode()
    assert "How is it now?" not in reporter.get("/f/home/").content.decode()
    reporter.post("/f/checkin/", early)
    with pytest.raises(aftercare.NotYet):
        aftercare.answer(complaint=handler_desk.complaint, keyring=filed.keyring, number="1", answers=early, now=now)
    with pytest.raises(aftercare.NotYet):
        aftercare.ask(**reach(handler_desk, now), number="1", text="How are you?", token="a1")
    assert not AftercareCheck.objects.exists()

    Event.objects.filter(kind=EventKind.DECISION_NOTIFIED).update(at=now - timedelta(days=26))
    with transaction.atomic():
        happened(complaint=handler_desk.complaint, kind=EventKind.UPDATE_SENT, by=staff(handler_desk.person.user, "handler"), now=now)
    assert "How is it now? Three short questions" in reporter.get("/f/home/").content.decode()
    nothing = reporter.post("/f/checkin/", {"once": "x"}).content.decode()
    assert "Answer one of the questions" in nothing
    told = {"stopped": "partly", "punished": "yes", "needs": "Other shifts. 换班", "text": "", "once": "x"}
    kept = reporter.post("/f/checkin/", told | {"go": "lang"}).content.decode()
    assert "Other shifts. 换班" in kept and "现在怎么样" in kept
    assert reporter.post("/f/checkin/", told).status_code == 302
    assert reporter.post("/f/checkin/", told | {"needs": "again"}).status_code == 200
    assert Event.objects.filter(kind=EventKind.AFTERCARE_CHECKED).values_list("subject", flat=True).get() == "1"
    assert [each.is_done for each in check_ins(handler_desk.complaint)] == [True, False, False]
    page = reporter.get("/f/checkin/").content.decode()
    assert "Other shifts. 换班" in page and "again" not in page.split("<main")[1] and "/f/retaliation/" in page
    staff_page = handler_desk.get("aftercare/").content.decode()
    assert "Other shifts. 换班" in staff_page and "?template=punished" in staff_page
    assert "Nobody may punish you" in handler_desk.get("messages/?template=punished").content.decode()
    with pytest.raises(aftercare.AlreadyDone):
        aftercare.note_check(**reach(handler_desk, now), number="1", how="talk", answers={"text": "x"})


def test_the_team_asks_and_notes_what_was_said_or_that_nothing_came(handler_desk, filed, reporter_client, now):
    decided(handler_desk, now)
    letter = handler_desk.get("aftercare/1/ask/").content.decode()
    assert "three short questions" in letter
    for token in ("q1", "q1", "q2"):
        assert handler_desk.post("aftercare/1/ask/", {"text": "How are you now?", "once": token}).status_code == 302
    assert Message.objects.filter(purpose="aftercare").count() == 1
    assert "How are you now?" in reporter_client(filed.code).get("/f/messages/").content.decode()
    with pytest.raises(aftercare.AlreadyAsked):
        aftercare.ask(**reach(handler_desk, now), number="1", text="x", token="q3")
    with pytest.raises(aftercare.NotYet):
        aftercare.ask(**reach(handler_desk, now), number="3", text="x", token="q3")
    with pytest.raises(aftercare.NotYet):
        aftercare.ask(**reach(handler_desk, now), number="99", text="x", token="q3")
    too_soon = handler_desk.post("aftercare/1/note/", {"how": "no_answer", "text": "kept words"}).content.decode()
    assert "a week after the question" in too_soon and "kept words" in too_soon
    assert "Note what they said" in handler_desk.post("aftercare/1/note/", {"how": "talk"}).content.decode()
    later = now + aftercare.PATIENCE + timedelta(hours=1)
    check = aftercare.note_check(**reach(handler_desk, later), number="1", how="no_answer", answers={})
    assert (check.done_by, check.done_at) == (handler_desk.person.user, later)
    assert Message.objects.get(purpose="aftercare").question_state == "answered"
    assert "We asked and heard nothing" in reporter_client(filed.code).get("/f/checkin/").content.decode()


def test_nobody_is_watched_over_who_did_not_agree(handler_desk, filed, reporter_client, now):
    decided(handler_desk, now)
    reporter, by = reporter_client(filed.code), reach(handler_desk, now)
    entry = {"kind": "shift", "happened_date": now.date(), "today": now.date(), "text": "early shifts only", "explained": ""}
    assert "You have not given it for that" in reporter.get("/f/checkin/work/").content.decode()
    reporter.post("/f/checkin/work/", {"go": "yes"})
    with pytest.raises(aftercare.NotNamed):
        aftercare.set_own_watch(complaint=handler_desk.complaint, agrees=True, now=now)
    with pytest.raises(aftercare.NoConsent):
        aftercare.add_entry(**by, **entry, token="w1")
    assert "Nobody has agreed" in handler_desk.client.get(handler_desk.path("aftercare/watch/"), follow=True).content.decode()
    assert not WatchConsent.objects.exists() and not WatchEntry.objects.exists()

    Complaint.objects.update(identity=Identity.NAMED)
    for _ in range(2):
        assert reporter.post("/f/checkin/work/", {"go": "yes"}).status_code == 302
    assert WatchConsent.objects.count() == 1
    by = reach(handler_desk, now)
    words = {"who": "reporter", "kind": "shift", "day": now.date().isoformat(), "text": "Early shifts only 早班", "once": "w1"}
    for _ in range(2):
        assert handler_desk.post("aftercare/watch/", words).status_code == 302
    assert WatchEntry.objects.count() == 1
    page = handler_desk.get("aftercare/").content.decode()
    assert "Early shifts only 早班" in page and "A change without a reason" in page
    before = (now - timedelta(days=90)).date().isoformat()
    assert "since the report" in handler_desk.post("aftercare/watch/", words | {"day": before, "once": "w2"}).content.decode()
    ahead = now.date() + timedelta(days=2)
    with pytest.raises(aftercare.NotOfItsTime):
        aftercare.add_entry(**by, **entry | {"happened_date": ahead}, token="w3")

    witness = people.add_person(kind="witness", detail={"name": "Wu Lan"}, **by)
    accused = people.add_person(kind="respondent", detail={"name": "Li"}, **by)
    with pytest.raises(aftercare.NoConsent):
        aftercare.add_entry(**by, **entry, person=witness, token="w4")
    with pytest.raises(aftercare.NoConsent):
        aftercare.note_consent(**without(by, "keyring"), person=accused, agrees=True)
    assert handler_desk.post("aftercare/consent/", {"who": witness.pk, "agrees": "yes"}).status_code == 302
    assert handler_desk.post("aftercare/watch/", words | {"who": str(witness.pk), "once": "w5"}).status_code == 302
    assert "Wu Lan" in handler_desk.get("aftercare/").content.decode()

    # Taken back: what is there stays, nothing more comes, and the form that was open is refused too.
    assert reporter.post("/f/checkin/work/", {"go": "no"}).status_code == 302
    assert "Yes, watch over this" in reporter.get("/f/checkin/work/").content.decode()
    with pytest.raises(aftercare.NoConsent):
        aftercare.add_entry(**by, **entry, token="w6")
    assert WatchEntry.objects.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        WatchConsent.objects.create(complaint=handler_desk.complaint, person=None, given_at=now)


def test_no_short_cut_to_the_end(handler_desk, filed, reporter_client, now):
    decided(handler_desk, now)
    by = reach(handler_desk, now)
    version = lambda: Complaint.objects.get(pk=handler_desk.complaint.pk).row_version  # noqa: E731

    def close(**changes):
        return closing.close(**reach(handler_desk, now), **WORDS | {"version": version()} | changes)

    # Straight from the decision there is no end.
    assert handler_desk.get("aftercare/close/").status_code == 404
    with pytest.raises(StepNotAllowed):
        close(reason="enough")
    with transaction.atomic():
        actor = staff(handler_desk.person.user, "handler")
        happened(complaint=handler_desk.complaint, kind=EventKind.ACTION_DECIDED, by=actor, now=now, subject="item")
    assert handler_desk.post("aftercare/begin/").status_code == 302 and handler_desk.complaint.state == State.DECIDED
    with pytest.raises(closing.StillToCarryOut):
        closing.begin_aftercare(**without(by, "keyring"))
    with transaction.atomic():
        happened(complaint=handler_desk.complaint, kind=EventKind.SANCTION_EXECUTED, by=actor, now=now, subject="item")
    handler_desk.post("aftercare/begin/")
    assert handler_desk.complaint.state == State.AFTERCARE

    # Before the first check, whatever the reason.
    with pytest.raises(closing.FirstCheckMissing):
        close(reason="enough")
    refused = handler_desk.post("aftercare/close/", {"told": "It ends.", "reason": "enough", "version": version(), "once": "c0"})
    assert "not closed before it" in refused.content.decode() and "It ends." in refused.content.decode()
    aftercare.answer(complaint=handler_desk.complaint, keyring=filed.keyring, number="1", answers={"stopped": "yes"}, now=now)

    # A suspension whose pay is open.
    dates = {"start_date": now.date(), "review_date": now.date() + timedelta(days=9)}
    measure = protection.answer_request(**by, decision="granted", what="suspended", suspends=True, **dates)
    with pytest.raises(closing.BackPayOpen):
        close(reason="enough")
    assert "not settled" in handler_desk.get("measures/").content.decode()
    with pytest.raises(back_pay.NeedsWords):
        back_pay.settle(**by, measure_id=measure.pk, version=1, outcome="kept", text=" ")
    assert "Say why" in handler_desk.post(f"measures/{measure.pk}/pay/", {"outcome": "partly", "version": 1}).content.decode()
    paid = {"outcome": "paid", "text": "November, 9,000 元", "version": 1}
    assert handler_desk.post(f"measures/{measure.pk}/pay/", paid).status_code == 302
    assert "changed while you were writing" in handler_desk.post(f"measures/{measure.pk}/pay/", paid).content.decode()
    assert "paid back in full" in handler_desk.get("measures/").content.decode()
    assert "9,000" not in reporter_client(filed.code).get("/f/protect/").content.decode()
    other = Measure.objects.exclude(pk=measure.pk).first()
    with pytest.raises(back_pay.NoSuspension):
        back_pay.settle(**by, measure_id=other.pk, version=other.row_version, outcome="paid", text="")

    # Something owed, and no reason; a page that is older than the case.
    with pytest.raises(closing.NeedsReason):
        close()
    with pytest.raises(closing.NeedsWords):
        close(told=" ", reason="x")
    with pytest.raises(ChangedMeanwhile):
        close(reason="x", version=version() - 1)
    assert handler_desk.complaint.state == State.AFTERCARE and not Event.objects.filter(kind=EventKind.CASE_CLOSED).exists()
    notes = Note.objects.count()
    data = {"told": "Our work ends. 结束了", "reason": "The measure goes on by itself.", "version": version(), "once": "c1"}
    assert "Still open" in handler_desk.get("aftercare/close/").content.decode()
    assert handler_desk.post("aftercare/close/", data).status_code == 302
    assert handler_desk.complaint.state == State.CLOSED and Note.objects.count() == notes + 1
    assert "Our work ends. 结束了" in reporter_client(filed.code).get("/f/messages/").content.decode()

    # What was promised for later stays promised and can be done.
    later = now + timedelta(days=62)
    assert not check_ins(handler_desk.complaint)[1].is_done
    aftercare.note_check(**reach(handler_desk, later), number="3", how="talk", answers={"stopped": "yes"})
    assert check_ins(handler_desk.complaint)[1].is_done


def test_with_nothing_owed_no_reason_is_needed(handler_desk, filed, now):
    in_aftercare(handler_desk, now)
    aftercare.answer(complaint=handler_desk.complaint, keyring=filed.keyring, number="1", answers={"stopped": "yes"}, now=now)
    nothing_owed(handler_desk.complaint, now)
    version = Complaint.objects.get(pk=handler_desk.complaint.pk).row_version
    closing.close(**reach(handler_desk, now), **WORDS, version=version)
    assert handler_desk.complaint.state == State.CLOSED


def test_withdrawal_alone_ends_nothing(handler_desk, filed, reporter_client, now):
    Complaint.objects.filter(pk=handler_desk.complaint.pk).update(state=State.WITHDRAWN)
    version = handler_desk.complaint.row_version

    def close(**changes):
        return closing.close(**reach(handler_desk, now), **WORDS | {"version": version} | changes)

    with pytest.raises(closing.DangerToOthers):
        close(reason="She asked us to stop", danger_remains=True)
    with pytest.raises(closing.NeedsReason):
        close()
    form = {"told": "It ends.", "version": version, "once": "c1", "reason": "She asked us to stop"}
    assert "Choose one of the answers" in handler_desk.post("aftercare/close/", form).content.decode()
    assert "does not end it then" in handler_desk.post("aftercare/close/", form | {"danger": "yes"}).content.decode()
    assert handler_desk.complaint.state == State.WITHDRAWN
    assert "That alone ends nothing" in handler_desk.get("aftercare/").content.decode()
    assert handler_desk.post("aftercare/go-on/", {"told": "Others are in danger. 还有人有危险", "once": "g1"}).status_code == 302
    assert handler_desk.complaint.state == State.IN_INVESTIGATION and handler_desk.complaint.investigation
    assert "还有人有危险" in reporter_client(filed.code).get("/f/messages/").content.decode()
    with pytest.raises(StepNotAllowed):
        closing.go_on_without(**reach(handler_desk, now), told="x", token="g2")
    Complaint.objects.filter(pk=handler_desk.complaint.pk).update(state=State.WITHDRAWN)
    version = Complaint.objects.get(pk=handler_desk.complaint.pk).row_version
    close(reason="Nobody else was ever named, and she is safe.", token="c3")
    assert handler_desk.complaint.state == State.CLOSED


def test_only_from_aftercare_or_after_a_withdrawal(handler_desk, now):
    for state in (each for each in State.values if each not in (State.AFTERCARE, State.WITHDRAWN, State.PRIVATE)):
        Complaint.objects.filter(pk=handler_desk.complaint.pk).update(state=state)
        with pytest.raises(StepNotAllowed):
            version = handler_desk.complaint.row_version
            closing.close(**reach(handler_desk, now), **WORDS | {"reason": "enough"}, version=version)
        assert handler_desk.complaint.state == state
