"""What several demonstration reports share: filing, triage by an officer, handing to an investigator, and the clock between."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from complaints.models import Complaint, Deadline, SeatRole, Urgency
from complaints.selectors import open_seats, seat_of
from complaints.services import filing, reminders, submitting
from complaints.services.once import new_token
from complaints.wording_selectors import in_force
from demo import words
from demo.people import Account
from investigations.services import declaring, reading, triage
from vault import codes
from vault.keyring import Keyring


@dataclass(frozen=True)
class Told:
    """A demonstration report and its code (which only the demonstration writes down). `parties`: codes of those who were heard."""

    complaint: Complaint
    code: str
    parties: tuple[str, ...] = ()

    @cached_property
    def keyring(self) -> Keyring:
        return codes.derive(self.code).keyring(self.complaint.receipt_id)


def file(story: dict, *, now: datetime) -> Told:
    """File a report as its reporter would."""
    secret = secrets.token_bytes(32)
    answers = story["answers"]
    route = submitting.route_of(answers, now=now)
    submission = submitting.submission_of(answers, wording=in_force(), route=route, lang=story["lang"], now=now)
    complaint = filing.file_complaint(draft=None, secret=secret, submission=submission, route=route, now=now)
    return Told(complaint, codes.code_from_secret(secret))


def let_the_clock_run(*, until: datetime) -> None:
    """Let the reminder loop look at every moment something is due, as it would have, within the hour."""
    waiting = Deadline.objects.filter(met_at__isnull=True, next_at__isnull=False, next_at__lt=until).order_by("next_at")
    while (moment := waiting.values_list("next_at", flat=True).first()) is not None:
        now = min(moment + timedelta(hours=1), until)
        while reminders.do_batch(now=now):
            continue
        if waiting.values_list("next_at", flat=True).first() == moment:
            return


def triage_and_assign(told: Told, accounts: dict[str, Account], *, to: Account, start: datetime, talk: words.Triage) -> None:
    """An officer of those the report was given to reads, answers within the first hours, and gives it to `to`."""
    complaint = told.complaint
    officer = seated(complaint, accounts)
    today = start.date()
    by = {"complaint": complaint, "keyring": officer.keyring, "by": officer.user, "role": SeatRole.INTAKE}
    at = start + timedelta(hours=2)
    declare(complaint, officer, SeatRole.INTAKE, at)
    reading.open_report(now=at, **by)
    triage.begin(complaint=complaint, by=officer.user, now=at)
    triage.mark_read(complaint=complaint, by=officer.user, role=SeatRole.INTAKE, now=at)
    triage.answer_safety(text=talk.safety, token=new_token(), now=at + timedelta(minutes=20), **by)
    answers = [_yes(request, today, talk) for request in complaint.protection_requests.all()]
    triage.answer_wishes(answers=answers, now=at + timedelta(minutes=40), **by)
    triage.set_urgency(
        complaint=complaint, by=officer.user, role=SeatRole.INTAKE, urgency=Urgency.THIS_WEEK, seen="", now=at + timedelta(minutes=45)
    )
    triage.acknowledge(
        text=talk.acknowledge,
        promised_date=today + timedelta(days=5),
        today=today,
        token=new_token(),
        now=at + timedelta(minutes=50),
        **by,
    )
    triage.assign(to=to.user, now=at + timedelta(hours=1), **by)


def seated(complaint: Complaint, accounts: dict[str, Account]) -> Account:
    """One of the officers the report was given to."""
    seat = open_seats(complaint, SeatRole.INTAKE).first()
    return next(account for account in accounts.values() if account.user.pk == seat.user_id)


def declare(complaint: Complaint, account: Account, role: SeatRole, now: datetime) -> None:
    """Say that nothing stands in the way."""
    seat = seat_of(account.user, complaint, role)
    declaring.declare(complaint=complaint, keyring=account.keyring, seat=seat, by=account.user, has_conflict=False, now=now)


def _yes(request, today: date, talk: words.Triage) -> triage.WishAnswer:
    review = today + timedelta(days=talk.review_days)
    return triage.WishAnswer(wish=request, decision="granted", what=talk.measure, start_date=today, review_date=review)
