"""Search inside one's own open cases (C10). Words are compared in memory, never stored, logged or put into an address."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.permissions import may_read, working_seat
from complaints.services import messages
from complaints.states import ENDED, State
from investigations.selectors import cases_worked_by, people_of
from investigations.services.reading import read_report, team_keys
from people.models import User
from vault.columns import open_column
from vault.errors import VaultError
from vault.keyring import Keyring

MOST_CASES = 100
SHORTEST = 2


@dataclass(frozen=True, repr=False)
class Hit:
    """A case in which the words were found. `places`: report, messages, people, number."""

    complaint: Complaint
    places: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Found:
    """`looked_at` of at most MOST_CASES open cases; `more` when there are cases that were not looked at."""

    hits: list[Hit]
    looked_at: int
    more: bool


def search(*, words: str, keyring: Keyring, by: User, role: str, now: datetime) -> Found:
    """Look for `words` in reference numbers and, opening them, in one's own open cases. One entry in the record, without the words."""
    wanted = _folded(words)
    mine = cases_worked_by(by)
    by_ref = list(mine.exclude(state=State.PRIVATE).filter(ref__istartswith=words.strip())[:MOST_CASES]) if words.strip() else []
    hits = [Hit(complaint, ("number",)) for complaint in by_ref]
    known = {complaint.pk for complaint in by_ref}
    open_cases = list(mine.exclude(state__in=[*ENDED, State.PRIVATE, State.WITHDRAWN]).order_by("-received_at")[: MOST_CASES + 1])
    readable = [c for c in open_cases[:MOST_CASES] if len(wanted) >= SHORTEST and may_read(by, c)]
    for complaint in readable:
        places = _places(complaint, keyring, wanted)
        if places and complaint.pk not in known:
            hits.append(Hit(complaint, places))
    with transaction.atomic():
        record(
            by=staff(by, role),
            action=Action.SEARCHED,
            subject_id=None,
            facts={"cases": len(readable), "found": len(hits)},
            now=now,
        )
    return Found(hits, len(readable), len(open_cases) > MOST_CASES)


def _places(complaint: Complaint, keyring: Keyring, wanted: str) -> tuple[str, ...]:
    try:
        keys = team_keys(complaint=complaint, keyring=keyring)
        report = read_report(complaint=complaint, keys=keys)
        texts = {
            "report": [s.text for s in report.statements] + [a.get("shown", "") for a in report.without_reporter()],
            "messages": [m.text or "" for m in messages.open_thread(complaint=complaint, keys=keys.statement)],
            "people": [" ".join(open_column(row, "detail_sealed", keys.file).json().values()) for row in people_of(complaint)],
        }
    except VaultError:
        return ()
    return tuple(place for place, all_texts in texts.items() if any(wanted in _folded(text) for text in all_texts))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def role_in(user, complaint: Complaint) -> str:
    seat = working_seat(user, complaint)
    return seat.role if seat else ""
