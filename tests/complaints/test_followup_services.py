"""What the reporter and the case team do after filing, service by service: the refusal beside the success."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from audit.models import Entry
from complaints.models import (
    Escalation,
    Measure,
    Message,
    ProtectionRequest,
    Seat,
    Statement,
    Thread,
)
from complaints.services import (
    additions,
    code_change,
    confirm,
    entering,
    escalation,
    excluding,
    messages,
    private,
    protection,
    protection_reading,
    retaliation,
    review,
    withdrawal,
)
from complaints.services.access import ChangedMeanwhile, openable
from complaints.states import EventKind, State
from notices.models import Notice
from tests.factories.filing import file_story
from vault import codes
from vault.errors import NoAccess

pytestmark = pytest.mark.django_db(databases=["default", "shred_keys"])


def later(now, **amount):
    return now + timedelta(**amount)


def keys_of(filed):
    return openable(complaint=filed.complaint, keyring=filed.keyring)


def seated_officer(filed, *people):
    """Whoever of the rota was drawn."""
    users = set(Seat.objects.filter(complaint=filed.complaint, role="intake").values_list("user_id", flat=True))
    return next(person for person in people if person.user.pk in users)


def write(filed, now, text="CANARY-msg hello", token="one", **more):
    return messages.write_to_team(complaint=filed.complaint, keyring=filed.keyring, text=text, token=token, now=now, **more)


@pytest.fixture
def officer(filed, intake_officer, second_officer):
    return seated_officer(filed, intake_officer, second_officer)


def reply(filed, officer, now, **more):
    given = {"text": "We have read it", "role": "intake"} | more
    return messages.send_to_reporter(complaint=filed.complaint, keyring=officer.keyring, by=officer.user, now=now, **given)


class TestMessages:
    def test_both_sides_read_what_the_other_wrote(self, filed, officer, now):
        write(filed, later(now, hours=1))
        reply(filed, officer, later(now, hours=2))
        own = messages.open_thread(complaint=filed.complaint, keys=keys_of(filed).statement)
        theirs = messages.open_thread(
            complaint=filed.complaint, keys=openable(complaint=filed.complaint, keyring=officer.keyring).statement
        )
        assert [each.text for each in own] == ["CANARY-msg hello", "We have read it"] == [each.text for each in theirs]

    def test_words_are_sealed(self, filed, now):
        message = write(filed, now)
        assert b"CANARY" not in bytes(Message.objects.get(pk=message.pk).body_sealed)

    def test_writing_starts_an_answer_date_and_answering_meets_it(self, filed, officer, now):
        write(filed, later(now, hours=1))
        due = filed.complaint.deadlines.get(limit_id="message_answer")
        assert due.met_at is None
        reply(filed, officer, later(now, hours=2))
        due.refresh_from_db()
        assert due.met_at == later(now, hours=2)

    def test_two_clicks_are_one_message(self, filed, now):
        assert write(filed, now).pk == write(filed, later(now, seconds=1), text="other words").pk
        assert Message.objects.count() == 1
        assert filed.complaint.events.filter(kind=EventKind.REPORTER_WROTE).count() == 1

    def test_the_same_token_in_another_report_is_another_message(self, filed, now):
        other = file_story(now=now, story="another story")
        assert write(filed, now).pk != write(other, now).pk

    def test_an_empty_message_is_refused(self, filed, now):
        with pytest.raises(messages.EmptyMessage):
            write(filed, now, text="  \n ")
        assert not Message.objects.exists()

    def test_the_team_is_told_that_there_is_something_and_not_what(self, filed, now):
        write(filed, now)
        told = Notice.objects.filter(template="update", about_id=filed.complaint.pk)
        seated = set(Seat.objects.filter(complaint=filed.complaint, role="intake").values_list("user_id", flat=True))
        assert {notice.recipient_id for notice in told} == seated

    def test_another_reporters_code_opens_nothing(self, filed, now):
        other = file_story(now=now, story="another story")
        with pytest.raises(NoAccess):
            messages.write_to_team(complaint=filed.complaint, keyring=other.keyring, text="hello", token="t", now=now)

    def test_a_member_of_staff_without_keys_writes_nothing(self, filed, stranger, now):
        with pytest.raises(NoAccess):
            reply(filed, stranger, now)
        assert not Message.objects.exists()

    def test_an_acknowledgement_names_a_date(self, filed, officer, now):
        with pytest.raises(messages.NeedsDate):
            reply(filed, officer, now, purpose="acknowledgement")
        sent = reply(filed, officer, now, purpose="acknowledgement", promised_date=date(2026, 11, 30))
        assert sent.promised_date == date(2026, 11, 30)
        assert filed.complaint.events.filter(kind=EventKind.ACKNOWLEDGED).count() == 1

    def test_reading_is_noted_on_both_sides(self, filed, officer, now):
        mine = write(filed, now)
        theirs = reply(filed, officer, later(now, hours=1))
        assert messages.unread_for_reporter(filed.complaint) == 1
        messages.seen_by_reporter(complaint=filed.complaint, now=later(now, hours=2))
        messages.seen_by_staff(complaint=filed.complaint, by=officer.user, role="intake", now=later(now, hours=3))
        mine.refresh_from_db(), theirs.refresh_from_db()
        assert (mine.read_by, mine.read_at) == (officer.user, later(now, hours=3))
        assert theirs.read_at == later(now, hours=2)
        assert Entry.objects.filter(subject_id=filed.complaint.pk, action="opened_messages").count() == 1

    def test_a_private_report_has_nobody_to_write_to(self, handlers, now):
        kept = file_story(now=now, keep_private=True)
        with pytest.raises(messages.NotStarted):
            write(kept, now)


class TestQuestions:
    def ask(self, filed, officer, now, *texts):
        return messages.ask(
            complaint=filed.complaint, keyring=officer.keyring, by=officer.user, role="intake", questions=texts, now=now, token="q"
        )

    def test_questions_are_numbered_and_wait_for_the_reporter(self, filed, officer, now):
        self.ask(filed, officer, now, "When was it?", "Who else was there?")
        filed.complaint.refresh_from_db()
        assert [q.question_number for q in messages.open_questions(filed.complaint)] == [1, 2]
        assert filed.complaint.waiting_since == now

    def test_answering_one_and_declining_the_other_ends_the_wait(self, filed, officer, now):
        first, second = self.ask(filed, officer, now, "When was it?", "Who else was there?")
        write(filed, later(now, hours=1), text="In spring", question_id=first.pk)
        filed.complaint.refresh_from_db()
        assert filed.complaint.waiting_since is not None
        messages.decline(complaint=filed.complaint, question_id=second.pk, now=later(now, hours=2))
        filed.complaint.refresh_from_db()
        assert filed.complaint.waiting_since is None
        assert [q.question_state for q in Message.objects.filter(purpose="question").order_by("question_number")] == [
            "answered",
            "declined",
        ]

    def test_a_settled_question_is_not_answered_again(self, filed, officer, now):
        (question,) = self.ask(filed, officer, now, "When was it?")
        messages.decline(complaint=filed.complaint, question_id=question.pk, now=now)
        with pytest.raises(messages.NotYourQuestion):
            write(filed, now, question_id=question.pk)

    def test_a_question_of_another_report_is_not_mine(self, filed, officer, now):
        (question,) = self.ask(filed, officer, now, "When was it?")
        other = file_story(now=now, story="another story")
        with pytest.raises(messages.NotYourQuestion):
            messages.decline(complaint=other.complaint, question_id=question.pk, now=now)


class TestAdditions:
    def add(self, filed, now, text="more CANARY-more", token="a"):
        return additions.add(complaint=filed.complaint, keyring=filed.keyring, text=text, token=token, now=now, language="en")

    def test_an_addition_stands_beside_the_report(self, filed, now):
        first = bytes(Statement.objects.get().body_sealed)
        self.add(filed, later(now, days=1))
        self.add(filed, later(now, days=1))
        opened = additions.open_statements(complaint=filed.complaint, keys=keys_of(filed).statement)
        assert [each.row.kind for each in opened] == ["report", "addition"]
        assert opened[1].body["text"] == "more CANARY-more"
        assert bytes(Statement.objects.get(kind="report").body_sealed) == first

    def test_nothing_is_not_added(self, filed, now):
        with pytest.raises(additions.NothingToAdd):
            self.add(filed, now, text=" ")

    def test_a_closed_case_takes_messages_only(self, filed, now):
        filed.complaint.state = State.CLOSED
        with pytest.raises(additions.Ended):
            self.add(filed, now)

    def test_a_name_given_later_is_sealed_and_known(self, filed, now):
        additions.tell_identity(
            complaint=filed.complaint,
            keyring=filed.keyring,
            identity="named",
            fields={"name": "CANARY Lin"},
            token="i",
            now=now,
            language="en",
        )
        filed.complaint.refresh_from_db()
        assert filed.complaint.identity == "named"
        assert b"CANARY" not in bytes(Statement.objects.get(kind="addition").body_sealed)

    def test_a_name_is_not_unlearned(self, filed, now):
        with pytest.raises(additions.NotBackToAnonymous):
            additions.tell_identity(
                complaint=filed.complaint, keyring=filed.keyring, identity="anonymous", fields={}, token="i", now=now, language="en"
            )


class TestProtection:
    def ask(self, filed, now, **more):
        given = {"wishes": [{"kind": "home_or_leave", "text": "CANARY-wish"}], "urgency": "today", "token": "w"} | more
        return protection.ask(complaint=filed.complaint, keyring=filed.keyring, now=now, **given)

    def answer(self, filed, officer, request, now, **more):
        given = {
            "decision": "granted",
            "what": "You work at home",
            "start_date": date(2026, 11, 24),
            "review_date": date(2026, 12, 8),
        } | more
        return protection.answer_request(
            complaint=filed.complaint, keyring=officer.keyring, by=officer.user, role="intake", wish=request, now=now, **given
        )

    def test_each_wish_has_its_own_answer_date(self, filed, now):
        wishes = self.ask(filed, later(now, days=1), wishes=[{"kind": "no_contact", "text": ""}, {"kind": "companion", "text": ""}])
        assert len(wishes) == 2
        assert filed.complaint.deadlines.filter(limit_id="protection_answer", met_at__isnull=True).count() == 2

    def test_asking_twice_with_one_form_asks_once(self, filed, now):
        before = ProtectionRequest.objects.count()
        self.ask(filed, now), self.ask(filed, now)
        assert ProtectionRequest.objects.count() == before + 1

    def test_asking_for_nothing_is_refused(self, filed, now):
        with pytest.raises(protection.NothingAsked):
            self.ask(filed, now, wishes=[])

    def test_an_answer_meets_its_date_and_sets_a_review(self, filed, officer, now):
        (request,) = self.ask(filed, later(now, hours=1))
        measure = self.answer(filed, officer, request, later(now, hours=2))
        assert filed.complaint.deadlines.get(limit_id="protection_answer").met_at == later(now, hours=2)
        assert filed.complaint.deadlines.get(limit_id="measure_review").due_date == measure.review_date

    def test_one_request_is_answered_once(self, filed, officer, now):
        (request,) = self.ask(filed, now)
        self.answer(filed, officer, request, now)
        with pytest.raises(protection.AlreadyAnswered):
            self.answer(filed, officer, request, now, decision="refused", reason="no")
        assert Measure.objects.count() == 1

    @pytest.mark.parametrize("decision", ["refused", "partly"])
    def test_no_and_partly_need_a_reason(self, filed, officer, now, decision):
        (request,) = self.ask(filed, now)
        with pytest.raises(protection.NeedsReason):
            self.answer(filed, officer, request, now, decision=decision)
        self.answer(filed, officer, request, now, decision=decision, reason="The shift plan")

    def test_a_measure_needs_a_start_and_a_later_review(self, filed, officer, now):
        (request,) = self.ask(filed, now)
        for dates in ({"start_date": None}, {"review_date": None}, {"review_date": date(2026, 11, 24)}):
            with pytest.raises(protection.NeedsDates):
                self.answer(filed, officer, request, now, **dates)

    def test_what_burdens_the_reporter_starts_with_their_yes_only(self, filed, officer, now):
        (request,) = self.ask(filed, now)
        measure = self.answer(filed, officer, request, now, burdens_reporter=True)
        assert measure.start_date is None
        with pytest.raises(IntegrityError):
            from django.db import transaction

            with transaction.atomic():
                Measure.objects.filter(pk=measure.pk).update(start_date=date(2026, 11, 24))
        agreed = protection.consent(complaint=filed.complaint, keyring=filed.keyring, measure_id=measure.pk, agrees=True, now=now)
        assert (agreed.consent_at, agreed.start_date) == (now, date(2026, 11, 24))

    def test_a_no_is_a_no(self, filed, officer, now):
        (request,) = self.ask(filed, now)
        measure = self.answer(filed, officer, request, now, burdens_reporter=True)
        protection.consent(complaint=filed.complaint, keyring=filed.keyring, measure_id=measure.pk, agrees=False, now=now)
        with pytest.raises(protection.NoConsentAsked):
            protection.consent(complaint=filed.complaint, keyring=filed.keyring, measure_id=measure.pk, agrees=True, now=now)
        measure.refresh_from_db()
        assert measure.start_date is None

    def test_another_reporter_does_not_consent_for_me(self, filed, officer, now):
        (request,) = self.ask(filed, now)
        measure = self.answer(filed, officer, request, now, burdens_reporter=True)
        other = file_story(now=now, story="another story")
        with pytest.raises(Measure.DoesNotExist):
            protection.consent(complaint=other.complaint, keyring=other.keyring, measure_id=measure.pk, agrees=True, now=now)

    def test_not_working_asks_again_with_a_date(self, filed, officer, now):
        (request,) = self.ask(filed, now)
        measure = self.answer(filed, officer, request, now)
        protection.not_working(
            complaint=filed.complaint, keyring=filed.keyring, measure_id=measure.pk, text="still there", token="n", now=later(now, days=2)
        )
        measure.refresh_from_db()
        assert measure.not_working_at == later(now, days=2)
        assert filed.complaint.deadlines.filter(limit_id="protection_answer", met_at__isnull=True).count() == 1

    def test_a_review_needs_words_and_one_date(self, filed, officer, now):
        (request,) = self.ask(filed, now)
        measure = self.answer(filed, officer, request, now)
        common = {
            "complaint": filed.complaint,
            "keyring": officer.keyring,
            "by": officer.user,
            "role": "intake",
            "measure": measure,
            "version": 1,
        }
        with pytest.raises(protection.NeedsReason):
            protection.review_measure(**common, note=" ", next_review_date=date(2026, 12, 20), now=now)
        with pytest.raises(protection.NeedsDates):
            protection.review_measure(**common, note="works", now=now)
        reviewed = protection.review_measure(**common, note="It works", next_review_date=date(2026, 12, 20), now=later(now, days=9))
        assert reviewed.review_date == date(2026, 12, 20)
        with pytest.raises(ChangedMeanwhile):
            protection.review_measure(**common, note="A colleague was faster", end_date=date(2026, 12, 1), now=later(now, days=9))
        opened = protection_reading.open_protection(complaint=filed.complaint, keys=keys_of(filed).statement)
        wish = next(each for each in opened if each.measures)
        assert wish.measures[0].detail["reviews"][0]["note"] == "It works"


class TestEscalation:
    def escalate(self, filed, now, token="e", **more):
        given = {"reason": "not_serious", "text": "CANARY-over nobody answers"} | more
        return escalation.escalate(complaint=filed.complaint, keyring=filed.keyring, token=token, now=now, **given)

    def test_oversight_reads_it_and_the_handler_holds_no_key(self, filed, officer, overseer, now):
        self.escalate(filed, now)
        opened, _ = escalation.read_by_oversight(complaint=filed.complaint, keyring=overseer.keyring, by=overseer.user, now=now)
        assert (opened[0].text, opened[0].reason) == ("CANARY-over nobody answers", "not_serious")
        assert openable(complaint=filed.complaint, keyring=officer.keyring).oversight is None
        with pytest.raises(NoAccess):
            escalation.read_by_oversight(complaint=filed.complaint, keyring=officer.keyring, by=officer.user, now=now)

    def test_only_oversight_is_told(self, filed, overseer, now):
        self.escalate(filed, now)
        told = Notice.objects.filter(created_at=now).exclude(template="new_item")
        assert {notice.recipient_id for notice in told} == {overseer.user.pk}

    def test_it_has_a_date_and_the_answer_meets_it(self, filed, overseer, now):
        row = self.escalate(filed, later(now, hours=1))
        due = filed.complaint.deadlines.get(limit_id="escalation_answer")
        assert due.met_at is None
        escalation.answer(
            escalation=row,
            complaint=filed.complaint,
            keyring=overseer.keyring,
            by=overseer.user,
            text="We step in",
            now=later(now, hours=2),
        )
        due.refresh_from_db()
        assert due.met_at == later(now, hours=2)
        thread = messages.open_thread(complaint=filed.complaint, keys=keys_of(filed).oversight, thread=Thread.OVERSIGHT)
        assert [each.text for each in thread] == ["CANARY-over nobody answers", "We step in"]

    def test_it_is_answered_once(self, filed, overseer, now):
        row = self.escalate(filed, now)
        given = {"escalation": row, "complaint": filed.complaint, "keyring": overseer.keyring, "by": overseer.user, "text": "Yes"}
        escalation.answer(**given, now=now)
        with pytest.raises(escalation.AlreadyAnswered):
            escalation.answer(**given, now=now)

    def test_two_clicks_are_one_request(self, filed, now):
        assert self.escalate(filed, now).pk == self.escalate(filed, now).pk
        assert Escalation.objects.count() == 1

    def test_without_oversight_the_page_must_show_another_way(self, filed, now):
        Seat.objects.filter(complaint=filed.complaint, role="oversight").update(until=now)
        with pytest.raises(escalation.NoOversight):
            self.escalate(filed, now)


class TestWithdrawal:
    def ask(self, filed, now, how="withdraw", token="x"):
        return withdrawal.ask(
            complaint=filed.complaint, keyring=filed.keyring, how=how, reason="CANARY-why", token=token, now=now, language="en"
        )

    def test_asking_closes_nothing_and_has_a_date(self, filed, now):
        self.ask(filed, later(now, hours=1))
        filed.complaint.refresh_from_db()
        assert filed.complaint.state == State.RECEIVED
        assert filed.complaint.deadlines.get(limit_id="withdrawal_answer").met_at is None

    def test_only_the_team_without_a_remaining_duty_withdraws(self, filed, officer, now):
        self.ask(filed, now)
        common = {"complaint": filed.complaint, "keyring": officer.keyring, "by": officer.user, "role": "intake"}
        with pytest.raises(withdrawal.NeedsReason):
            withdrawal.answer(**common, duty_remains=False, text=" ", now=now)
        row = withdrawal.answer(**common, duty_remains=True, text="Others are in danger", now=later(now, hours=1))
        assert row.state == State.RECEIVED
        self.ask(filed, later(now, days=1), token="again")
        row = withdrawal.answer(**common, duty_remains=False, text="We stop", now=later(now, days=1, hours=1))
        row.refresh_from_db()
        assert row.state == State.WITHDRAWN

    def test_a_second_request_waits_for_the_first(self, filed, now):
        self.ask(filed, now)
        with pytest.raises(withdrawal.AlreadyAsked):
            self.ask(filed, now, token="y")

    def test_a_pause_lasts_thirty_days_and_can_be_ended(self, filed, now):
        self.ask(filed, now, how="pause")
        filed.complaint.refresh_from_db()
        assert filed.complaint.paused_until == date(2026, 12, 23)
        withdrawal.resume(complaint=filed.complaint, now=later(now, days=1))
        filed.complaint.refresh_from_db()
        assert filed.complaint.paused_until is None
        with pytest.raises(withdrawal.NotPaused):
            withdrawal.resume(complaint=filed.complaint, now=later(now, days=2))

    def test_what_is_closed_is_not_withdrawn(self, filed, now):
        filed.complaint.state = State.CLOSED
        with pytest.raises(withdrawal.NothingToWithdraw):
            self.ask(filed, now)


class TestRetaliation:
    def report(self, filed, now, token="r", **fields):
        given = {"what": "CANARY-pun my shifts were taken", "when": "", "who": ""} | fields
        questions = {"what": "What has changed for you?", "when": "Since when?", "who": "Who is doing it?"}
        return retaliation.report(
            complaint=filed.complaint, keyring=filed.keyring, fields=given, questions=questions, token=token, now=now, language="en"
        )

    def test_it_is_a_linked_report_with_a_code_and_a_date(self, filed, now):
        linked = self.report(filed, later(now, days=3))
        assert linked.complaint.linked_to == filed.complaint and linked.complaint.retaliation
        assert linked.complaint.deadlines.filter(limit_id="retaliation_answer").count() == 1
        entered = entering.enter(text=linked.code, now=later(now, days=4))
        assert entered.complaint_id == linked.complaint.pk

    def test_two_clicks_are_one_report_and_one_code(self, filed, now):
        first, second = self.report(filed, now), self.report(filed, now)
        assert (first.complaint.pk, first.code) == (second.complaint.pk, second.code)

    def test_whoever_punishes_is_not_among_the_readers(self, filed, intake_officer, second_officer, now):
        linked = self.report(filed, now, who=intake_officer.employee.name)
        seated = set(linked.complaint.seats.values_list("user_id", flat=True))
        assert intake_officer.user.pk not in seated

    def test_without_words_there_is_nothing_to_send(self, filed, now):
        with pytest.raises(retaliation.NothingWritten):
            self.report(filed, now, what=" ")

    def test_the_first_code_leads_to_it(self, filed, now):
        linked = self.report(filed, now)
        ((_, found, keyring),) = retaliation.linked_reports(complaint=filed.complaint, keyring=filed.keyring)
        assert found.pk == linked.complaint.pk
        assert openable(complaint=found, keyring=keyring).statement


class TestReview:
    def ask(self, filed, now, **more):
        given = {"reasons": ["new_information"], "text": "CANARY-rev"} | more
        return review.request(complaint=filed.complaint, keyring=filed.keyring, token="v", now=now, **given)

    def test_before_a_decision_there_is_nothing_to_review(self, filed, now):
        with pytest.raises(review.NothingDecided):
            self.ask(filed, now)

    def test_it_goes_to_oversight_with_a_date(self, filed, overseer, now):
        filed.complaint.state = State.DECIDED
        filed.complaint.save()
        row = self.ask(filed, now, after_window=True)
        assert row.kind == "review"
        assert filed.complaint.deadlines.get(limit_id="review_answer").met_at is None
        escalation.answer(
            escalation=row,
            complaint=filed.complaint,
            keyring=overseer.keyring,
            by=overseer.user,
            text="We look again",
            now=later(now, days=1),
        )
        assert filed.complaint.deadlines.get(limit_id="review_answer").met_at == later(now, days=1)

    def test_an_unknown_reason_is_refused(self, filed, now):
        filed.complaint.state = State.DECIDED
        with pytest.raises(ValueError):
            self.ask(filed, now, reasons=["because"])


class TestExcluding:
    def test_access_ends_at_once(self, filed, officer, now):
        assert excluding.exclude(complaint=filed.complaint, keyring=filed.keyring, names=[officer.employee.name], now=now)
        with pytest.raises(NoAccess):
            openable(complaint=filed.complaint, keyring=officer.keyring)
        assert not Seat.objects.filter(complaint=filed.complaint, user=officer.user, until__isnull=True).exists()

    def test_an_unknown_name_waits_for_a_confirmation_by_a_date(self, filed, now):
        assert not excluding.exclude(complaint=filed.complaint, keyring=filed.keyring, names=["CANARY-nobody"], now=now)
        assert filed.complaint.deadlines.get(limit_id="exclusion_confirm").met_at is None

    def test_the_same_name_again_changes_nothing(self, filed, now):
        excluding.exclude(complaint=filed.complaint, keyring=filed.keyring, names=["Someone"], now=now)
        with pytest.raises(excluding.NothingNew):
            excluding.exclude(complaint=filed.complaint, keyring=filed.keyring, names=["someone"], now=now)


class TestCode:
    def test_the_new_code_opens_everything_and_the_old_one_nothing(self, filed, officer, now):
        write(filed, now)
        old = filed.keyring
        new_code = code_change.next_code(keyring=old, complaint=filed.complaint, token="c")
        code_change.change(complaint=filed.complaint, keyring=old, token="c", now=now)
        assert entering.enter(text=filed.code, now=now) is None
        entered = entering.enter(text=new_code, now=now)
        filed.complaint.refresh_from_db()
        keys = openable(complaint=filed.complaint, keyring=entered.keyring)
        assert messages.open_thread(complaint=filed.complaint, keys=keys.statement)[0].text == "CANARY-msg hello"
        assert keys.oversight is not None
        with pytest.raises(NoAccess):
            openable(complaint=filed.complaint, keyring=old)
        assert openable(complaint=filed.complaint, keyring=officer.keyring).statement

    def test_the_old_code_does_not_tell_the_new_one(self, filed):
        made = {code_change.next_code(keyring=filed.keyring, complaint=filed.complaint, token=token) for token in ("a", "b")}
        assert len(made) == 2

    def test_a_second_change_from_an_old_page_is_refused(self, filed, now):
        keyring = filed.keyring
        code_change.change(complaint=filed.complaint, keyring=keyring, token="c", now=now)
        with pytest.raises(NoAccess):
            code_change.change(complaint=filed.complaint, keyring=keyring, token="d", now=now)


class TestConfirming:
    def test_the_reporter_confirms_with_a_correction_and_then_needs_a_fresh_code(self, handlers, intake_officer, now):
        taken = file_story(now=now, channel="hotline", taken_by=intake_officer.user)
        assert confirm.to_confirm(taken.complaint)
        confirm.confirm(
            complaint=taken.complaint, keyring=taken.keyring, correction="It was Monday", token="k", now=later(now, days=1), language="en"
        )
        assert confirm.to_confirm(taken.complaint) is None
        assert confirm.needs_fresh_code(taken.complaint)
        with pytest.raises(confirm.NothingToConfirm):
            confirm.confirm(complaint=taken.complaint, keyring=taken.keyring, correction="", token="l", now=now, language="en")
        code_change.change(complaint=taken.complaint, keyring=taken.keyring, token="c", now=later(now, days=1))
        taken.complaint.refresh_from_db()
        assert not confirm.needs_fresh_code(taken.complaint)

    def test_what_the_reporter_wrote_needs_no_confirmation(self, filed, now):
        assert not confirm.needs_fresh_code(filed.complaint)
        with pytest.raises(confirm.NothingToConfirm):
            confirm.confirm(complaint=filed.complaint, keyring=filed.keyring, correction="", token="k", now=now, language="en")


class TestPrivate:
    def test_sending_opens_it_to_the_team_and_starts_the_promises(self, handlers, intake_officer, second_officer, now):
        kept = file_story(now=now, keep_private=True)
        assert not Seat.objects.filter(complaint=kept.complaint).exists()
        sent_at = later(now, days=20)
        row = private.send_private(complaint=kept.complaint, keyring=kept.keyring, now=sent_at)
        again = private.send_private(complaint=row, keyring=kept.keyring, now=later(sent_at, days=1))
        assert row.state == State.RECEIVED and again.received_at == sent_at == row.received_at
        officer = seated_officer(kept, intake_officer, second_officer)
        keys = openable(complaint=row, keyring=officer.keyring)
        assert additions.open_statements(complaint=row, keys=keys.statement)[0].body["answers"]
        assert row.deadlines.filter(limit_id="open").exists()
        assert openable(complaint=row, keyring=kept.keyring).file is None

    def test_the_named_officer_never_reads_it(self, handlers, intake_officer, now):
        kept = file_story(now=now, keep_private=True, respondents=(intake_officer.employee.name,))
        row = private.send_private(complaint=kept.complaint, keyring=kept.keyring, now=now)
        with pytest.raises(NoAccess):
            openable(complaint=row, keyring=intake_officer.keyring)


class TestEntering:
    def test_the_code_opens_the_report(self, filed, now):
        assert entering.enter(text=" ".join(codes.groups(filed.code)), now=now).complaint_id == filed.complaint.pk

    @pytest.mark.parametrize("text", ["", "1234", "0000 1111 2222 3333 4444", "x" * 300])
    def test_anything_else_opens_nothing(self, filed, now, text):
        assert entering.enter(text=text, now=now) is None

    def test_a_purged_report_is_as_if_it_had_never_been(self, filed, now):
        from vault.services.compartments import destroy_subject

        destroy_subject(filed.complaint.pk)
        assert entering.enter(text=filed.code, now=now) is None
