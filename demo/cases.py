"""Five reports in five states, filed and handled through the product's own services at moments in the past."""

from datetime import datetime, timedelta

from complaints.models import Complaint, SeatRole
from complaints.services import additions, messages
from complaints.services.once import new_token
from demo import decided, inquired, stories, words
from demo.handling import Told, declare, file, let_the_clock_run, triage_and_assign
from demo.people import Account
from investigations.services import deciding, reading

INVESTIGATOR = "1006"


def load_cases(*, accounts: dict[str, Account], now: datetime) -> dict[str, Told]:
    """One just received, one that nobody opened in time, one begun, one in the middle of its inquiry, one decided and carried out."""
    tasting = decided.load(accounts=accounts, start=now - decided.AGO)
    stocktaking = inquired.load(accounts=accounts, start=now - inquired.AGO)
    chat = file(stories.CHAT_GROUP, now=now - timedelta(days=16, hours=3))
    _handle_chat_group(chat, accounts, start=now - timedelta(days=16))
    late = file(stories.NIGHT_SHIFT, now=now - timedelta(days=9, hours=4))
    dinner = file(stories.DINNER, now=now - timedelta(hours=2))
    additions.add(
        complaint=dinner.complaint,
        keyring=dinner.keyring,
        text=stories.DINNER_IN_ENGLISH,
        language="en",
        token=new_token(),
        now=now - timedelta(hours=1, minutes=40),
    )
    let_the_clock_run(until=now)
    return {"dinner": dinner, "chat_group": chat, "night_shift": late, "stocktaking": stocktaking, "tasting": tasting}


def _handle_chat_group(told: Told, accounts: dict[str, Account], *, start: datetime) -> None:
    """An officer reads and answers, an investigator takes over, asks, and keeps the reporter informed."""
    handler = accounts[INVESTIGATOR]
    triage_and_assign(told, accounts, to=handler, start=start, talk=words.FIRST_DAY)
    _investigate(told.complaint, told, handler, start=start)


def _investigate(complaint: Complaint, told: Told, handler: Account, *, start: datetime) -> None:
    by = {"complaint": complaint, "keyring": handler.keyring, "by": handler.user, "role": SeatRole.HANDLER}
    declare(complaint, handler, SeatRole.HANDLER, start + timedelta(days=1))
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
