"""Reading a new report in the forced order of C4. Each function is one step and refuses to run before the steps ahead of it."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.selectors import accesses, entries_about
from audit.services import record
from complaints.models import Complaint, ProtectionRequest, Urgency
from complaints.permissions import may_read
from complaints.services import access, messages, protection
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.once import new_token
from complaints.services.state import move
from complaints.states import EventKind, State
from investigations.models import Triage
from investigations.selectors import open_wishes, triage_of
from investigations.services import wishes
from investigations.steps import TriageStep, is_done, next_triage_step
from people.models import User
from vault.keyring import Keyring
from vault.services.changes import retried

# What a template leaves open for the writer.
_BLANK = re.compile(r"_{2,}|\[[^\]\n]{0,60}\]|【[^】\n]{0,60}】")


class NotYet(Exception):
    """A step of the forced order before this one is not done. `step`: the one that is next."""

    def __init__(self, step: TriageStep | None):
        self.step = step
        super().__init__("not yet")


class WishesOpen(Exception):
    """Not every wish for protection has an answer."""


class BlanksLeft(Exception):
    """The acknowledgement still holds blanks of its template."""


class DatePassed(Exception):
    """A promised date must lie ahead."""


class ChosenMeanwhile(Exception):
    """A colleague `by` chose another urgency since the writer's page was made; theirs stands. `urgency`: which."""

    def __init__(self, urgency: Urgency, by: User):
        self.urgency = urgency
        self.by = by
        super().__init__("chosen meanwhile")


def begin(*, complaint: Complaint, by: User, now: datetime) -> Triage:
    """The triage of this report, begun if nobody has."""
    if found := triage_of(complaint):
        return found
    try:
        with transaction.atomic():
            return Triage.objects.create(complaint=complaint, officer=by, started_at=now)
    except IntegrityError:
        return triage_of(complaint)


def _at_step(complaint: Complaint, by: User, step: TriageStep) -> Triage:
    """The locked triage, when `step` may be taken; the complaint is locked before it, as everywhere. Raises NotYet."""
    locked(complaint)
    triage = Triage.objects.select_for_update().filter(complaint=complaint).first()
    allowed = may_read(by, complaint) and all(is_done(triage, earlier) for earlier in TriageStep.before(step))
    if triage is None or not allowed:
        raise NotYet(next_triage_step(triage))
    return triage


def _done(triage: Triage, by: User, role: str, now: datetime, step: TriageStep, **changes) -> None:
    for name, value in changes.items():
        setattr(triage, name, value)
    triage.save(update_fields=list(changes))
    record(
        by=staff(by, role), action=Action.TRIAGED, subject_id=triage.complaint_id, object_kind="triage", facts={"step": str(step)}, now=now
    )


def mark_read(*, complaint: Complaint, by: User, role: str, now: datetime) -> None:
    """The narrative was read in full. Raises NotYet without a conflict declaration, or when it was never opened by this person."""
    with transaction.atomic():
        triage = _at_step(complaint, by, TriageStep.READ)
        if not accesses(complaint.pk).filter(user_id=by.pk, action=Action.OPENED_REPORT).exists():
            raise NotYet(TriageStep.READ)
        if not triage.read_at:
            _done(triage, by, role, now, TriageStep.READ, read_at=now)


@retried
def answer_safety(*, complaint: Complaint, keyring: Keyring, by: User, role: str, text: str, token: str, now: datetime) -> None:
    """Answer about the reporter's safety, as a message. Raises NotYet, EmptyMessage.

    The promise “answer about safety” is kept when every wish for protection has its answer too; what is coming up is answered here.
    """
    message = messages.prepare_to_reporter(
        complaint=complaint, keyring=keyring, by=by, role=role, text=text, purpose="protection", token=token, now=now
    )
    with transaction.atomic():
        triage = _at_step(complaint, by, TriageStep.SAFETY)
        row = locked(complaint)
        message.save(row, now)
        if triage.safety_answered_at:
            return
        if row.ahead_date:
            happened(complaint=row, kind=EventKind.AHEAD_ANSWERED, by=staff(by, role), now=now)
        _done(triage, by, role, now, TriageStep.SAFETY, safety_answered_at=now)


@dataclass(frozen=True, repr=False)
class WishAnswer:
    """The answer to one wish: `decision` granted, partly or refused, with reason and dates."""

    wish: ProtectionRequest
    decision: str
    reason: str = ""
    what: str = ""
    pay_effect: str = ""
    start_date: date | None = None
    review_date: date | None = None
    burdens_reporter: bool = False
    suspends: bool = False


@retried
def answer_wishes(*, complaint: Complaint, keyring: Keyring, by: User, role: str, answers: Sequence[WishAnswer], now: datetime) -> None:
    """Answer every open wish. One that a colleague answered meanwhile keeps the colleague's answer.

    Raises NotYet, NeedsReason, NeedsDates; WishesOpen when one is left without an answer.
    """
    sealed = [
        protection.prepare_answer(complaint=complaint, keyring=keyring, by=by, role=role, now=now, **vars(answer)) for answer in answers
    ]
    with transaction.atomic():
        triage = _at_step(complaint, by, TriageStep.PROTECTION)
        for answer in sealed:
            with suppress(protection.AlreadyAnswered):
                answer.save(locked(complaint), now)
        if open_wishes(complaint.pk).exists():
            raise WishesOpen
        if not triage.protection_answered_at:
            happened(complaint=locked(complaint), kind=EventKind.SAFETY_ANSWERED, by=staff(by, role), now=now)
            _done(triage, by, role, now, TriageStep.PROTECTION, protection_answered_at=now)


def set_urgency(*, complaint: Complaint, by: User, role: str, urgency: str, seen: str, now: datetime) -> None:
    """Say how urgent the report is. `seen`: what it said when the writer's page was made.

    Raises NotYet, ChosenMeanwhile; ValueError for an unknown urgency.
    """
    if urgency not in Urgency.values:
        raise ValueError("unknown urgency")
    with transaction.atomic():
        triage = _at_step(complaint, by, TriageStep.URGENCY)
        if triage.urgency != urgency:
            if triage.urgency != seen:
                raise ChosenMeanwhile(Urgency(triage.urgency), _urgency_by(complaint))
            _done(triage, by, role, now, TriageStep.URGENCY, urgency=urgency)


def _urgency_by(complaint: Complaint) -> User:
    chosen = entries_about(complaint.pk).filter(action=Action.TRIAGED, facts__step=TriageStep.URGENCY.value)
    return chosen.select_related("user").last().user


@retried
def acknowledge(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    text: str,
    promised_date: date | None,
    today: date,
    token: str,
    now: datetime,
) -> None:
    """Send the acknowledgement, which names the date of the next news. `today`: the organisation's.

    Raises NotYet, BlanksLeft, DatePassed, EmptyMessage, NeedsDate.
    """
    if _BLANK.search(text):
        raise BlanksLeft
    if promised_date and promised_date < today:
        raise DatePassed
    message = messages.prepare_to_reporter(
        complaint=complaint,
        keyring=keyring,
        by=by,
        role=role,
        text=text,
        purpose="acknowledgement",
        promised_date=promised_date,
        token=token,
        now=now,
    )
    with transaction.atomic():
        triage = _at_step(complaint, by, TriageStep.ACKNOWLEDGE)
        if triage.acknowledged_at:
            return
        row = locked(complaint)
        message.save(row, now)
        if row.state == State.RECEIVED:
            move(complaint=row, to=State.ACKNOWLEDGED, by=staff(by, role), now=now)
        _done(triage, by, role, now, TriageStep.ACKNOWLEDGE, acknowledged_at=now)


@retried
def assign(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    to: User | None,
    now: datetime,
    why_not_wished: str = "",
    token: str | None = None,
) -> None:
    """Give the case to a handler; the intake rota's access ends. `to` None keeps it with oversight, where oversight handles it.

    `why_not_wished`: what the reporter reads when `to` is not whom they asked to speak to.
    Raises NotYet, NotFreeOfConflict, NoVaultKeys, NoAccess, NeedsExplanation.
    """
    if to is None and not complaint.oversight_handles:
        raise ValueError("somebody must be named")
    told = (
        wishes.explained(
            complaint=complaint, keyring=keyring, by=by, role=role, to=to, reason=why_not_wished, token=token or new_token(), now=now
        )
        if to
        else None
    )
    change = access.prepare_hand_over(complaint=complaint, keyring=keyring, to=to, now=now) if to else None
    with transaction.atomic():
        triage = _at_step(complaint, by, TriageStep.ASSIGN)
        if triage.assigned_at:
            return
        row = locked(complaint)
        if row.state == State.ACKNOWLEDGED:
            row = move(complaint=row, to=State.ASSESSED, by=staff(by, role), now=now)
        _done(triage, by, role, now, TriageStep.ASSIGN, assigned_at=now)
        if told:
            # Before the keys change: it is sealed to the epoch that ends here, and whoever takes over reads it.
            told.save(locked(complaint), now)
        if change:
            access.finish_hand_over(change, row=row, by=by, now=now)
        touched(locked(complaint), now=now)
