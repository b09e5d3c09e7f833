"""Three reports in three states, filed and handled through the product's own services at moments in the past."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from complaints.models import Complaint, SeatRole, Urgency
from complaints.selectors import open_seats, seat_of
from complaints.services import additions, filing, messages, reminders, submitting
from complaints.services.once import new_token
from demo import stories, words
from demo.people import Account
from investigations.services import deciding, declaring, reading, triage
from vault import codes
from vault.keyring import Keyring

INVESTIGATOR = "1006"


@dataclass(frozen=True)
class Told:
    """A demonstration report and its code (which only the demonstration writes down)."""

    complaint: Complaint
    code: str

    @property
    def keyring(self) -> Keyring:
        return codes.derive(self.code).keyring(self.complaint.receipt_id)


def load_cases(*, accounts: dict[str, Account], now: datetime) -> dict[str, Told]:
    """File the three reports: one in investigation, one just received, one that nobody opened in time."""
    chat = _file(stories.CHAT_GROUP, now=now - timedelta(days=16, hours=3))
    _handle_chat_group(chat, accounts, start=now - timedelta(days=16))
    late = _file(stories.NIGHT_SHIFT, now=now - timedelta(days=9, hours=4))
    dinner = _file(stories.DINNER, now=now - timedelta(hours=2))
    additions.add(
        complaint=dinner.complaint,
        keyring=dinner.keyring,
        text=stories.DINNER_IN_ENGLISH,
        language="en",
        token=new_token(),
        now=now - timedelta(hours=1, minutes=40),
    )
    _let_the_clock_run(since=now - timedelta(days=16), now=now)
    return {"dinner": dinner, "chat_group": chat, "night_shift": late}


def _file(story: dict, *, now: datetime) -> Told:
    secret = secrets.token_bytes(32)
    answers = story["answers"]
    route = submitting.route_of(answers, now=now)
    submission = submitting.submission_of(answers, route=route, lang=story["lang"], now=now)
    complaint = filing.file_complaint(draft=None, secret=secret, submission=submission, route=route, now=now)
    return Told(complaint, codes.code_from_secret(secret))


def _let_the_clock_run(*, since: datetime, now: datetime) -> None:
    """Let the reminder loop look once an hour, as it would have."""
    moment = since
    while moment < now:
        moment += timedelta(hours=1)
        while reminders.do_batch(now=moment):
            continue


def _handle_chat_group(told: Told, accounts: dict[str, Account], *, start: datetime) -> None:
    """An officer reads and answers, an investigator takes over, asks, and keeps the reporter informed."""
    complaint = told.complaint
    officer = _seated(complaint, accounts)
    today = start.date()
    by = {"complaint": complaint, "keyring": officer.keyring, "by": officer.user, "role": SeatRole.INTAKE}
    at = start + timedelta(hours=2)
    _declare(complaint, officer, SeatRole.INTAKE, at)
    reading.open_report(now=at, **by)
    triage.begin(complaint=complaint, by=officer.user, now=at)
    triage.mark_read(complaint=complaint, by=officer.user, role=SeatRole.INTAKE, now=at)
    triage.answer_safety(text=words.SAFETY, token=new_token(), now=at + timedelta(minutes=20), **by)
    answers = [_yes(request, today) for request in complaint.protection_requests.all()]
    triage.answer_wishes(answers=answers, now=at + timedelta(minutes=40), **by)
    triage.set_urgency(
        complaint=complaint, by=officer.user, role=SeatRole.INTAKE, urgency=Urgency.THIS_WEEK, now=at + timedelta(minutes=45)
    )
    triage.acknowledge(
        text=words.ACKNOWLEDGE,
        promised_date=today + timedelta(days=5),
        today=today,
        token=new_token(),
        now=at + timedelta(minutes=50),
        **by,
    )
    handler = accounts[INVESTIGATOR]
    triage.assign(to=handler.user, now=at + timedelta(hours=1), **by)
    _investigate(complaint, told, handler, start=start)


def _investigate(complaint: Complaint, told: Told, handler: Account, *, start: datetime) -> None:
    by = {"complaint": complaint, "keyring": handler.keyring, "by": handler.user, "role": SeatRole.HANDLER}
    _declare(complaint, handler, SeatRole.HANDLER, start + timedelta(days=1))
    reading.open_report(now=start + timedelta(days=1, minutes=5), **by)
    at = start + timedelta(days=3)
    version = Complaint.objects.get(pk=complaint.pk).row_version
    deciding.decide_way(way=deciding.Way.INVESTIGATE, reason=words.PLAN, token=new_token(), version=version, now=at, **by)
    questions = messages.ask(questions=[words.QUESTION], now=start + timedelta(days=5), token=new_token(), **by)
    messages.write_to_team(
        complaint=complaint,
        keyring=told.keyring,
        text=words.ANSWER,
        question_id=questions[0].pk,
        token=new_token(),
        now=start + timedelta(days=6),
    )
    messages.send_to_reporter(text=words.UPDATE, purpose="update", now=start + timedelta(days=11), token=new_token(), **by)


def _seated(complaint: Complaint, accounts: dict[str, Account]) -> Account:
    """One of the officers the report was given to."""
    seat = open_seats(complaint, SeatRole.INTAKE).first()
    return next(account for account in accounts.values() if account.user.pk == seat.user_id)


def _declare(complaint: Complaint, account: Account, role: SeatRole, now: datetime) -> None:
    seat = seat_of(account.user, complaint, role)
    declaring.declare(complaint=complaint, keyring=account.keyring, seat=seat, by=account.user, has_conflict=False, now=now)


def _yes(request, today: date) -> triage.WishAnswer:
    return triage.WishAnswer(wish=request, decision="granted", what=words.MEASURE, start_date=today, review_date=today + timedelta(days=30))
