"""After triage: how it is looked into, with the reason the reporter reads (C5)."""

from datetime import date, datetime

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from audit.actors import staff
from complaints.models import Complaint, SeatRole
from complaints.services import messages
from complaints.services.access import ChangedMeanwhile
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.state import move
from complaints.services.taking_on import take_on_now
from complaints.states import EventKind, State
from investigations.services.investigating import begin
from people.models import User
from vault.keyring import Keyring
from vault.services.changes import retried


class Way(TextChoices):
    INVESTIGATE = "investigate", _("Start an investigation")
    REFER = "refer", _("Refer it to somebody outside")
    NO_CASE = "no_case", _("Close as no case, with reasons and a right to review")


_STATE = {Way.INVESTIGATE: State.IN_INVESTIGATION, Way.REFER: State.REFERRED_OUT, Way.NO_CASE: State.NO_CASE}
_PURPOSE = {Way.INVESTIGATE: "plan", Way.REFER: "plan", Way.NO_CASE: "notice"}


class NeedsWords(Exception):
    """The reporter must be told what happens now and why."""


@retried
def decide_way(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    way: str,
    reason: str,
    token: str,
    version: int,
    now: datetime,
    promised_date: date | None = None,
) -> None:
    """Decide how the report is looked into and tell the reporter why. `version`: the row version the decider saw.

    Raises ChangedMeanwhile when somebody changed the case since, NeedsWords, StepNotAllowed; ValueError for an unknown way.
    """
    if way not in Way.values:
        raise ValueError("unknown way")
    if not reason.strip():
        raise NeedsWords
    actor = staff(by, role)
    message = messages.prepare_to_reporter(
        complaint=complaint,
        keyring=keyring,
        by=by,
        role=role,
        text=reason,
        purpose=_PURPOSE[Way(way)],
        promised_date=promised_date,
        token=token,
        now=now,
    )
    with transaction.atomic():
        row = locked(complaint)
        if row.row_version != version:
            raise ChangedMeanwhile
        if role == SeatRole.HANDLER:
            # Whoever decides how it is looked into has taken it on.
            take_on_now(row, by=by, now=now)
        row = move(complaint=row, to=_STATE[Way(way)], by=actor, now=now)
        happened(complaint=row, kind=EventKind.ASSESSED, by=actor, now=now, subject=way)
        if way == Way.INVESTIGATE:
            happened(complaint=row, kind=EventKind.INVESTIGATION_STARTED, by=actor, now=now)
            begin(complaint=row, by=by, now=now)
        if way == Way.NO_CASE:
            happened(complaint=row, kind=EventKind.DECISION_NOTIFIED, by=actor, now=now)
        message.save(row, now)
