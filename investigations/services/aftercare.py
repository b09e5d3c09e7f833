"""Looking after people once it is decided: checks at the policy's dates, and a watch over what changes for them at work (R34).

What a reporter answers is sealed to the statement compartment, so that both sides read the same; what the team enters in the watch is
sealed to the file compartment.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import REPORTER, Actor, staff
from audit.services import record
from complaints.checkin_selectors import CheckIn, check_ins
from complaints.models import Complaint
from complaints.services import messages
from complaints.services.access import openable
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.telling import tell_team
from complaints.states import EventKind, Identity
from investigations import selectors_aftercare as read
from investigations.models import AftercareCheck, CasePerson, DetrimentKind, WatchConsent, WatchEntry
from investigations.services.reading import note_access, team_keys
from people.models import User
from vault.columns import open_column, seal_column
from vault.errors import Damaged, NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys, SealingKey
from vault.services.changes import retried

PURPOSE = "aftercare"
BY_CODE, TALK, NO_ANSWER = "code", "talk", "no_answer"
# Somebody who was asked gets this long before it may be noted that no answer came.
PATIENCE = timedelta(days=7)
ANSWERS = ("stopped", "punished", "needs", "text")


class NotYet(Exception):
    """The check's time has not come, or the policy promises no such check."""


class AlreadyDone(Exception):
    """This check was made; what was said then stands."""


class AlreadyAsked(Exception):
    """The question is on the reporter's page already."""


class NothingSaid(Exception):
    """Not one of the questions was answered."""


class AskFirst(Exception):
    """That no answer came can be noted only some days after the question was sent."""


class NoConsent(Exception):
    """Nobody is watched over who did not agree to it."""


class NotOfItsTime(Exception):
    """The watch is about what happened since the report, and not about what lies ahead."""


class NotNamed(Exception):
    """Only somebody who gave their name can be watched over."""


@dataclass(frozen=True, repr=False)
class OpenedCheck:
    """A promised check with what is known of it. `result`: what was answered, and how."""

    check: CheckIn
    row: AftercareCheck | None
    result: dict

    @property
    def is_done(self) -> bool:
        return self.row is not None and self.row.done_at is not None


@dataclass(frozen=True, repr=False)
class OpenedEntry:
    row: WatchEntry
    detail: dict
    name: str


@dataclass(frozen=True, repr=False)
class Aftercare:
    checks: tuple[OpenedCheck, ...]
    watch: tuple[OpenedEntry, ...]


def open_aftercare(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> Aftercare:
    """Checks and watch with their words. Recorded as an access. Raises NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring)
    watch = tuple(
        OpenedEntry(row, open_column(row, "detail_sealed", keys.file).json(), _name(row.person, keys.file))
        for row in read.watch_of(complaint)
    )
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_NOTES, now=now, object_kind="aftercare")
    return Aftercare(opened_checks(complaint=complaint, keys=keys.statement), watch)


def opened_checks(*, complaint: Complaint, keys: OpeningKeys) -> tuple[OpenedCheck, ...]:
    """Every promised check; for the team and for the reporter, who read the same."""
    rows = {row.number: row for row in read.checks_of(complaint)}
    return tuple(OpenedCheck(each, rows.get(each.number), _result(rows.get(each.number), keys)) for each in check_ins(complaint))


def _result(row: AftercareCheck | None, keys: OpeningKeys) -> dict:
    if row is None or row.result_sealed is None:
        return {}
    try:
        return open_column(row, "result_sealed", keys).json()
    except (NoAccess, Damaged):
        return {}


def _name(person: CasePerson | None, keys: OpeningKeys) -> str:
    return open_column(person, "detail_sealed", keys).json().get("name", "") if person else ""


# the checks


def _open_check(complaint: Complaint, number: str, now: datetime) -> CheckIn:
    check = next((each for each in check_ins(complaint) if each.number == number), None)
    if check is None:
        raise NotYet
    if check.is_done:
        raise AlreadyDone
    if not check.is_open(now):
        raise NotYet
    return check


@retried
def ask(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, number: str, text: str, token: str, now: datetime
) -> AftercareCheck:
    """Send the reporter the question of check `number`; they answer it on a page of their own.

    Raises NotYet, AlreadyDone, AlreadyAsked, EmptyMessage, NoAccess.
    """
    _open_check(complaint, number, now)
    message = messages.prepare_to_reporter(
        complaint=complaint, keyring=keyring, by=by, role=role, text=text, purpose=PURPOSE, token=token, now=now
    )
    with transaction.atomic():
        row = locked(complaint)
        check = _row_of(row, number)
        if check.done_at:
            raise AlreadyDone
        if check.asked_at:
            if check.message_id == message.message.pk:
                return check
            raise AlreadyAsked
        check.message = message.save(row, now)
        check.asked_at = now
        check.save()
        _recorded(row, check, staff(by, role), "asked", now)
    return check


def _row_of(complaint: Complaint, number: str) -> AftercareCheck:
    """The check's row, made if need be; the complaint's lock lets nobody else make it at the same time."""
    pk = check_id(complaint, number)
    return AftercareCheck.objects.filter(pk=pk).first() or AftercareCheck(id=pk, complaint=complaint, number=number)


def check_id(complaint: Complaint, number: str) -> UUID:
    """One identifier for each check, known before there is a row: its answer is sealed to it."""
    return once_id(complaint.pk, "aftercare", number)


@retried
def answer(*, complaint: Complaint, keyring: Keyring, number: str, answers: dict, now: datetime) -> AftercareCheck:
    """The reporter answers check `number` with their code. `answers`: of ANSWERS. It meets the promised date.

    Raises NotYet, AlreadyDone, NothingSaid, NoAccess.
    """
    if not any(str(answers.get(name) or "").strip() for name in ANSWERS):
        raise NothingSaid
    keys = openable(complaint=complaint, keyring=keyring).statement
    return _done(complaint, number, {**_said(answers), "how": BY_CODE}, keys.current, REPORTER, None, now)


@retried
def note_check(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, number: str, how: str, answers: dict, now: datetime
) -> AftercareCheck:
    """The team notes check `number`: what was said in a talk, or that no answer came. The reporter reads it.

    Raises NotYet, AlreadyDone, NothingSaid, AskFirst, NoAccess; ValueError for another `how`.
    """
    if how not in (TALK, NO_ANSWER):
        raise ValueError("a talk, or no answer")
    if how == TALK and not any(str(answers.get(name) or "").strip() for name in ANSWERS):
        raise NothingSaid
    if how == NO_ANSWER:
        asked = AftercareCheck.objects.filter(pk=check_id(complaint, number)).values_list("asked_at", flat=True).first()
        if asked is None or now < asked + PATIENCE:
            raise AskFirst
    key = team_keys(complaint=complaint, keyring=keyring).statement.current
    return _done(complaint, number, {**_said(answers), "how": how}, key, staff(by, role), by, now)


def _said(answers: dict) -> dict:
    return {name: str(answers.get(name) or "").strip() for name in ANSWERS}


def _done(complaint: Complaint, number: str, result: dict, key: SealingKey, actor: Actor, by: User | None, now: datetime) -> AftercareCheck:
    _open_check(complaint, number, now)
    # Sealed to the row's first version: a result is written once and never changed.
    sealed = AftercareCheck(id=check_id(complaint, number), complaint=complaint, number=number)
    seal_column(sealed, "result_sealed", result, key)
    with transaction.atomic():
        row = locked(complaint, key)
        check = _row_of(row, number)
        if check.done_at:
            raise AlreadyDone
        check.result_sealed, check.done_at, check.done_by = sealed.result_sealed, now, by
        check.save()
        if check.message:
            check.message.question_state = "answered"
            check.message.save(update_fields=["question_state"])
        touched(row, now=now)
        happened(complaint=row, kind=EventKind.AFTERCARE_CHECKED, by=actor, now=now, subject=number)
        if by is None:
            tell_team(complaint=row, about=str(check.pk), now=now)
        _recorded(row, check, actor, result["how"], now)
    return check


def _recorded(complaint: Complaint, check: AftercareCheck, actor: Actor, how: str, now: datetime) -> None:
    record(
        by=actor,
        action=Action.AFTERCARE_SAVED,
        subject_id=complaint.pk,
        object_kind="check",
        object_id=check.pk,
        facts={"number": check.number, "how": how},
        now=now,
    )


# the watch


def set_own_watch(*, complaint: Complaint, agrees: bool, now: datetime) -> WatchConsent | None:
    """The reporter agrees to the watch, or takes it back, at any time. Twice the same changes nothing. Raises NotNamed."""
    if complaint.identity != Identity.NAMED:
        raise NotNamed
    with transaction.atomic():
        row = locked(complaint)
        consent = WatchConsent.objects.filter(complaint=row, person=None).first()
        if (consent is not None and consent.withdrawn_at is None) == agrees:
            return consent
        if agrees:
            consent, _made = WatchConsent.objects.update_or_create(
                complaint=row, person=None, defaults={"given_at": now, "withdrawn_at": None}
            )
        else:
            consent.withdrawn_at = now
            consent.save(update_fields=["withdrawn_at"])
        touched(row, now=now)
        tell_team(complaint=row, about=f"watch:{now.isoformat()}", now=now)
        _watched(row, REPORTER, "consent", None, {"agrees": agrees}, now)
    return consent


def note_consent(*, complaint: Complaint, by: User, role: str, person: CasePerson, agrees: bool, now: datetime) -> WatchConsent:
    """The team notes that somebody who helped agreed to the watch, or took it back. A reporter only does so with their own code.

    Raises NoConsent for a respondent and the reporter, and when there was none to take back.
    """
    if person.kind not in read.HELPED:
        raise NoConsent
    with transaction.atomic():
        row = locked(complaint)
        consent = WatchConsent.objects.filter(complaint=row, person=person).first()
        if agrees:
            consent, _made = WatchConsent.objects.update_or_create(
                complaint=row, person=person, defaults={"given_at": now, "withdrawn_at": None}
            )
        elif consent is None:
            raise NoConsent
        else:
            consent.withdrawn_at = now
            consent.save(update_fields=["withdrawn_at"])
        _watched(row, staff(by, role), "consent", None, {"agrees": agrees}, now)
    return consent


@retried
def add_entry(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    kind: str,
    happened_date: date,
    today: date,
    text: str,
    explained: str,
    token: str,
    now: datetime,
    person: CasePerson | None = None,
) -> WatchEntry:
    """Enter a change at work since the report: for the reporter, or for a witness (`person`). The same `token` gives the same entry.

    `explained`: why it has nothing to do with the report, as far as that is known. Raises NoConsent, NotOfItsTime, NothingSaid, NoAccess;
    ValueError for an unknown kind.
    """
    if kind not in DetrimentKind.values:
        raise ValueError("unknown kind of change")
    if not text.strip():
        raise NothingSaid
    if not read.received_date(complaint) <= happened_date <= today:
        raise NotOfItsTime
    key = team_keys(complaint=complaint, keyring=keyring).file.current
    entry = WatchEntry(
        id=once_id(complaint.pk, "watch", token),
        complaint=complaint,
        person=person,
        kind=kind,
        happened_date=happened_date,
        at=now,
        by=by,
    )
    if earlier := WatchEntry.objects.filter(pk=entry.pk).first():
        return earlier
    seal_column(entry, "detail_sealed", {"text": text.strip(), "explained": explained.strip()}, key)
    try:
        with transaction.atomic():
            row = locked(complaint, key)
            # Judged on the locked complaint: consent may have been taken back while the form was open.
            if not read.is_watched(row, person):
                raise NoConsent
            entry.save(force_insert=True)
            _watched(row, staff(by, role), "watch", entry.pk, {"kind": kind}, now)
    except IntegrityError:
        # The same form arrived twice at once.
        return WatchEntry.objects.get(pk=entry.pk)
    return entry


def _watched(complaint: Complaint, actor: Actor, object_kind: str, object_id: UUID | None, facts: dict, now: datetime) -> None:
    record(
        by=actor,
        action=Action.WATCH_SAVED,
        subject_id=complaint.pk,
        object_kind=object_kind,
        object_id=object_id,
        facts=facts,
        now=now,
    )
