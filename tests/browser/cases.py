"""One report in every state a reporter can see, filed and handled through the product's own services."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from audit.actors import SYSTEM, staff
from complaints.models import Complaint, Escalation, SeatRole, Urgency
from complaints.questions.flow import shipped
from complaints.services import escalation, filing, messages, protection, submitting, withdrawal
from complaints.services.events import happened
from complaints.services.state import move
from complaints.states import EventKind, State
from demo import stories, words
from investigations.services import deciding, declaring, reading, recording, triage
from tests.clocks.helpers import walk
from vault import codes
from vault.keyring import Keyring

PLAIN = {"1": {"story": "At the dinner I was made to drink. 饭局上他们一直劝我喝酒。"}}


@dataclass(frozen=True)
class Told:
    """A report and its code."""

    complaint: Complaint
    code: str

    @property
    def keyring(self) -> Keyring:
        return codes.derive(self.code).keyring(self.complaint.receipt_id)

    def fresh(self) -> Complaint:
        return Complaint.objects.get(pk=self.complaint.pk)


class Cases:
    """Builds reports. `people`: the handlers of conftest (two officers, investigator, decision-maker, overseer). `now`: the present."""

    def __init__(self, people, now: datetime):
        self.people, self.now = people, now
        self.by_user = {person.user.pk: person for person in people}

    def file(self, answers: dict = PLAIN, *, lang: str = "zh-hans", keep_private: bool = False, **ago) -> Told:
        now = self.now - timedelta(**ago)
        secret = secrets.token_bytes(32)
        route = submitting.route_of(answers, now=now)
        submission = submitting.submission_of(answers, wording=shipped(), route=route, lang=lang, now=now)
        filed = filing.file_complaint(draft=None, secret=secret, submission=submission, route=route, now=now, keep_private=keep_private)
        return Told(filed, codes.code_from_secret(secret))

    def seated(self, told: Told, role: SeatRole):
        """Somebody with a seat in `role`, and the arguments every service of the team takes."""
        seat = told.complaint.seats.filter(role=role, until__isnull=True).first()
        person = self.by_user[seat.user_id]
        return seat, {"complaint": told.fresh(), "keyring": person.keyring, "by": person.user}

    def opened(self, told: Told, now: datetime, role: SeatRole = SeatRole.INTAKE) -> dict:
        """Somebody of the team says that nothing stands in the way, and opens it."""
        seat, by = self.seated(told, role)
        declaring.declare(seat=seat, has_conflict=False, now=now, **by)
        by["role"] = role
        reading.open_report(now=now + timedelta(minutes=4), **by)
        return by

    def triaged(self, told: Told, now: datetime, *, burdens: bool = False) -> dict:
        """Opened and answered: safety, each wish, and the acknowledgement with a date."""
        by = self.opened(told, now)
        today = now.date()
        triage.begin(complaint=told.complaint, by=by["by"], now=now)
        triage.mark_read(complaint=told.complaint, by=by["by"], role=by["role"], now=now)
        triage.answer_safety(text=words.SAFETY, token="safety", now=now, **by)
        dates = {"start_date": today, "review_date": today + timedelta(days=30)}
        answers = [
            triage.WishAnswer(wish=wish, decision="granted", what=words.MEASURE, burdens_reporter=burdens, **dates)
            for wish in told.complaint.protection_requests.all()
        ]
        triage.answer_wishes(answers=answers, now=now, **by)
        triage.set_urgency(complaint=told.complaint, by=by["by"], role=by["role"], urgency=Urgency.THIS_WEEK, seen="", now=now)
        triage.acknowledge(text=words.ACKNOWLEDGE, promised_date=today + timedelta(days=5), today=today, token="a", now=now, **by)
        return by

    def assigned(self, told: Told, now: datetime, way: deciding.Way = deciding.Way.INVESTIGATE, **more) -> dict:
        """With an investigator, who has decided how it is looked into."""
        by = self.triaged(told, now, **more)
        investigator = next(person for person in self.people if person.employee.number == "022")
        triage.assign(to=investigator.user, why_not_wished="我们的调查员都是男性；可以请一位女同事陪您。", now=now, **by)
        by = self.opened(told, now + timedelta(hours=1), SeatRole.HANDLER)
        by["complaint"] = told.fresh()
        deciding.decide_way(
            way=way, reason=words.PLAN, token="way", version=by["complaint"].row_version, now=now + timedelta(hours=2), **by
        )
        return by

    # --- the states -----------------------------------------------------------------------------------

    def asked(self) -> Told:
        """A question waits, and a protection measure needs the reporter's yes."""
        told = self.file(stories.CHAT_GROUP["answers"], lang="en", days=3)
        by = self.triaged(told, self.now - timedelta(days=2), burdens=True)
        messages.ask(questions=[words.QUESTION], now=self.now - timedelta(days=1), token="q", **by)
        return told

    def worked_on(self) -> Told:
        """Under investigation, with messages both ways and an answer of oversight."""
        told = self.file(stories.DINNER["answers"], days=12)
        by = self.assigned(told, self.now - timedelta(days=11))
        (question,) = messages.ask(questions=[words.QUESTION], now=self.now - timedelta(days=8), token="q", **by)
        own = {"complaint": told.fresh(), "keyring": told.keyring}
        messages.write_to_team(text=words.ANSWER, question_id=question.pk, token="w", now=self.now - timedelta(days=7), **own)
        messages.send_to_reporter(text=words.UPDATE, purpose="update", token="u", now=self.now - timedelta(days=3), **by)
        escalation.escalate(reason="not_serious", text="他还坐在我旁边。", token="e", now=self.now - timedelta(days=3), **own)
        _, seen = self.seated(told, SeatRole.OVERSIGHT)
        request = Escalation.objects.get(complaint=told.complaint)
        escalation.answer(escalation=request, text="我们已经要求三天内换座位。", now=self.now - timedelta(days=1), **seen)
        protection.ask(wishes=[{"kind": "no_client", "text": ""}], urgency="today", token="p", now=self.now - timedelta(hours=3), **own)
        return told

    def late(self) -> Told:
        """Nobody opened it in time; the clock has passed it above them."""
        told = self.file(stories.NIGHT_SHIFT["answers"], days=9)
        walk(self.now - timedelta(days=8), days=8, step_hours=12)
        return told

    def paused(self) -> Told:
        told = self.file(days=1)
        self._ask_to_stop(told, withdrawal.PAUSE)
        return told

    def withdrawn(self) -> Told:
        told = self.file(days=2)
        by = self.opened(told, self.now - timedelta(days=1))
        self._ask_to_stop(told, withdrawal.WITHDRAW)
        withdrawal.answer(duty_remains=False, text="我们不再继续。", now=self.now, token="a", **by)
        return told

    def _ask_to_stop(self, told: Told, how: str) -> None:
        own = {"complaint": told.fresh(), "keyring": told.keyring, "token": "w", "now": self.now - timedelta(hours=3)}
        withdrawal.ask(how=how, reason="", language="zh-hans", **own)

    def decided(self) -> Told:
        told = self.file(days=6)
        self.assigned(told, self.now - timedelta(days=5), deciding.Way.NO_CASE)
        return told

    def closed(self) -> Told:
        told = self.file(days=9)
        by = self.assigned(told, self.now - timedelta(days=8), deciding.Way.NO_CASE)
        with transaction.atomic():
            for state in (State.AFTERCARE, State.CLOSED):
                move(complaint=told.fresh(), to=state, by=staff(by["by"], by["role"]), now=self.now)
            happened(complaint=told.fresh(), kind=EventKind.CASE_CLOSED, by=SYSTEM, now=self.now)
        return told

    def kept_private(self) -> Told:
        return self.file(keep_private=True, days=1)

    def written_down(self) -> Told:
        """A call that staff wrote down; the reporter has not confirmed it."""
        officer = self.people[0]
        now = self.now - timedelta(hours=4)
        draft = recording.begin(channel="hotline", language="zh-hans", wording=shipped().label, now=now)
        recording.drafts.save_page(draft_id=draft.id, secret=draft.secret, page_id="1", values=PLAIN["1"], now=now)
        draft = recording.opened(draft_id=draft.id, secret=draft.secret, now=now)
        filed = recording.file_record(draft=draft, by=officer.user, role="intake_officer", now=now)
        return Told(filed, codes.code_from_secret(draft.secret))
