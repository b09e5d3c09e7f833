"""Three reports in three states, filed and handled through the product's own services at moments in the past."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from complaints.models import Complaint
from complaints.questions.meaning import wishes
from complaints.selectors import open_seats
from complaints.services import access, additions, filing, messages, protection, reminders, submitting
from demo import stories
from demo.people import Account
from vault import codes
from vault.columns import open_column
from vault.keyring import Keyring


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
    _handle_chat_group(chat, accounts, now=now - timedelta(days=16))
    late = _file(stories.NIGHT_SHIFT, now=now - timedelta(days=9, hours=4))
    dinner = _file(stories.DINNER, now=now - timedelta(hours=2))
    additions.add(
        complaint=dinner.complaint,
        keyring=dinner.keyring,
        text=stories.DINNER_IN_ENGLISH,
        token=secrets.token_hex(16),
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


def _handle_chat_group(told: Told, accounts: dict[str, Account], *, now: datetime) -> None:
    """An officer reads and answers, an investigator takes over and keeps the reporter informed."""
    from investigations.services import demo_steps  # noqa: F401
