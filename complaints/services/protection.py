"""Protection: asked for by the reporter, answered by a date, reviewed; never against the reporter's will (R22, R23; A12).

A measure that burdens the reporter carries its planned start in the sealed detail and has no `start_date` until they agree;
the database refuses anything else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import REPORTER, staff
from audit.services import record
from complaints.models import Complaint, Measure, MeasureDecision, ProtectionRequest, Urgency
from complaints.services.access import ChangedMeanwhile, openable
from complaints.services.changing import locked, locked_while_open, touched
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.protection_reading import OpenedMeasure, opened
from complaints.services.telling import tell_team
from complaints.states import EventKind, State
from people.models import User
from vault.columns import seal_column
from vault.errors import Changed, NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import OpeningKeys, SealingKey
from vault.services.changes import require_current, retried

NOT_WORKING = "not_working"


class NothingAsked(Exception):
    """No kind of protection was chosen and nothing was written."""


class AlreadyAnswered(Exception):
    """Somebody else answered this request first; nothing was overwritten."""


class NeedsReason(Exception):
    """A refusal or a partial answer needs a reason, which the reporter reads."""


class NeedsDates(Exception):
    """A measure needs a start and a review date after it (R23)."""


class NoConsentAsked(Exception):
    """This measure asks nothing of the reporter, or they answered already."""


class NotStarted(Exception):
    """A report kept private has nobody who could answer."""


@retried
def ask(
    *, complaint: Complaint, keyring: Keyring, wishes: Sequence[Mapping], urgency: str, token: str, now: datetime
) -> list[ProtectionRequest]:
    """Ask for protection; `wishes`: {"kind", "text", "wording"} each (`wording`: the label of the one in which the answers were offered).

    Raises NothingAsked, NotStarted, NoAccess; ValueError for an unknown urgency.
    """
    if not wishes:
        raise NothingAsked
    if urgency and urgency not in Urgency.values:
        raise ValueError("unknown urgency")
    _require_started(complaint)
    keys = openable(complaint=complaint, keyring=keyring).statement
    rows = [_wish(complaint, wish, urgency, token, keys, now) for wish in wishes]
    return _save_wishes(complaint, rows, keys.current, now)


def _wish(complaint: Complaint, wish: Mapping, urgency: str, token: str, keys: OpeningKeys, now: datetime) -> ProtectionRequest:
    row = ProtectionRequest(id=once_id(complaint.pk, f"wish-{wish['kind']}", token), complaint=complaint, at=now, urgency=urgency)
    seal_column(row, "wish_sealed", dict(wish), keys.current)
    return row


def _save_wishes(
    complaint: Complaint, rows: list[ProtectionRequest], key: SealingKey, now: datetime, measure: Measure | None = None
) -> list[ProtectionRequest]:
    ids = [row.pk for row in rows]
    if earlier := list(ProtectionRequest.objects.filter(pk__in=ids)):
        return earlier
    try:
        with transaction.atomic():
            row = locked(complaint, key)
            ProtectionRequest.objects.bulk_create(rows)
            if measure:
                Measure.objects.filter(pk=measure.pk).update(not_working_at=now)
            touched(row, now=now)
            for each in rows:
                happened(complaint=row, kind=EventKind.PROTECTION_REQUESTED, by=REPORTER, now=now, subject=str(each.pk))
            tell_team(complaint=row, about=str(ids[0]), now=now)
            record(
                by=REPORTER,
                action=Action.PROTECTION_NOT_WORKING if measure else Action.PROTECTION_REQUESTED,
                subject_id=row.pk,
                object_kind="protection_request",
                object_id=ids[0],
                facts={"wishes": len(rows), "urgency": rows[0].urgency},
                now=now,
            )
    except IntegrityError:
        return list(ProtectionRequest.objects.filter(pk__in=ids))
    return rows


@retried
def not_working(*, complaint: Complaint, keyring: Keyring, measure_id: UUID, text: str, token: str, now: datetime) -> ProtectionRequest:
    """The reporter says a measure does not help: a new request with its own answer date. Raises Measure.DoesNotExist, NoAccess."""
    measure = Measure.objects.get(pk=measure_id, complaint=complaint)
    keys = openable(complaint=complaint, keyring=keyring).statement
    wish = {"kind": NOT_WORKING, "text": text.strip(), "measure": str(measure.pk)}
    rows = [_wish(complaint, wish, Urgency.THIS_WEEK, token, keys, now)]
    return _save_wishes(complaint, rows, keys.current, now, measure=measure)[0]


@retried
def consent(*, complaint: Complaint, keyring: Keyring, measure_id: UUID, agrees: bool, now: datetime) -> Measure:
    """The reporter agrees to, or refuses, a measure that burdens them. Only agreement starts it.

    Raises NoConsentAsked, Measure.DoesNotExist, NoAccess.
    """
    keys = openable(complaint=complaint, keyring=keyring).statement
    measure_now = opened(Measure.objects.get(pk=measure_id, complaint=complaint), keys)
    if not measure_now.waits_for_consent:
        raise NoConsentAsked
    with transaction.atomic():
        row = locked(complaint)
        measure = still(measure_now.row)
        if not OpenedMeasure(measure, measure_now.detail).waits_for_consent:
            raise NoConsentAsked
        if agrees:
            measure.consent_at = now
            measure.start_date = max(measure_now.planned_start or now.date(), now.date())
        else:
            measure.consent_refused_at = now
        measure.save(update_fields=["consent_at", "start_date", "consent_refused_at"])
        touched(row, now=now)
        tell_team(complaint=row, about=f"consent:{measure.pk}", now=now)
        record(
            by=REPORTER,
            action=Action.MEASURE_CONSENT,
            subject_id=row.pk,
            object_kind="measure",
            object_id=measure.pk,
            facts={"agrees": agrees},
            now=now,
        )
    return measure


def still(measure: Measure) -> Measure:
    """The locked row of a measure that was opened before the lock. Raises Changed when its words are others by now."""
    row = Measure.objects.select_for_update().get(pk=measure.pk)
    if row.row_version != measure.row_version:
        raise Changed("the measure was reviewed in between")
    return row


@dataclass(repr=False, eq=False)
class Answer(Hidden):
    """A sealed decision that is not written yet."""

    measure: Measure
    key: SealingKey
    role: str

    def save(self, row: Complaint, now: datetime) -> Measure:
        """Write it on the locked complaint `row`. Raises AlreadyAnswered; Changed when somebody lost access since it was sealed."""
        measure, wish, actor = self.measure, self.measure.request, staff(self.measure.decided_by, self.role)
        require_current(self.key)
        if wish:
            _claim(wish, now)
        measure.save(force_insert=True)
        touched(row, now=now)
        if wish:
            happened(complaint=row, kind=EventKind.PROTECTION_ANSWERED, by=actor, now=now, subject=str(wish.pk))
        if measure.review_date:
            happened(complaint=row, kind=EventKind.MEASURE_REVIEW_SET, by=actor, now=now, subject=str(measure.pk), date=measure.review_date)
        record(
            by=actor,
            action=Action.MEASURE_DECIDED,
            subject_id=row.pk,
            object_kind="measure",
            object_id=measure.pk,
            facts={"decision": str(measure.decision), "burdens_reporter": measure.burdens_reporter},
            now=now,
        )
        return measure


@retried
def answer_request(*, complaint: Complaint, now: datetime, **answer) -> Measure:
    """Answer one wish or, while the case is open, take a measure of our own. As `prepare_answer`; raises AlreadyAnswered, CaseEnded too."""
    prepared = prepare_answer(complaint=complaint, now=now, **answer)
    lock = locked if prepared.measure.request else locked_while_open
    with transaction.atomic():
        return prepared.save(lock(complaint), now)


def prepare_answer(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    decision: str,
    now: datetime,
    wish: ProtectionRequest | None = None,
    what: str = "",
    reason: str = "",
    pay_effect: str = "",
    start_date: date | None = None,
    review_date: date | None = None,
    end_date: date | None = None,
    burdens_reporter: bool = False,
    suspends: bool = False,
) -> Answer:
    """Seal the answer to one wish (or, without `wish`, a measure of our own accord). Writes nothing.

    A refusal or partial answer needs a reason; a measure needs a start and a later review date. One that burdens the reporter waits
    for their consent; one that `suspends` somebody has its pay settled at the end. Raises NeedsReason, NeedsDates, NoAccess.
    """
    _require_sound(decision, reason, start_date, review_date)
    keys = openable(complaint=complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no grant")
    refused = decision == MeasureDecision.REFUSED
    measure = Measure(
        id=uuid4(),
        complaint=complaint,
        request=wish,
        decision=decision,
        decided_at=now,
        decided_by=by,
        start_date=None if refused or burdens_reporter else start_date,
        review_date=None if refused else review_date,
        end_date=None if refused else end_date,
        burdens_reporter=burdens_reporter and not refused,
    )
    detail = {"what": what.strip(), "reason": reason.strip(), "pay_effect": pay_effect.strip()}
    if start_date and not refused:
        detail["start"] = start_date.isoformat()
    if suspends and not refused:
        detail["suspends"] = True
    seal_column(measure, "detail_sealed", detail, keys.current)
    return Answer(measure, keys.current, role)


def _require_sound(decision: str, reason: str, start_date: date | None, review_date: date | None) -> None:
    if decision not in MeasureDecision.values:
        raise ValueError("unknown decision")
    if decision != MeasureDecision.GRANTED and not reason.strip():
        raise NeedsReason
    if decision != MeasureDecision.REFUSED and (not start_date or not review_date or review_date <= start_date):
        raise NeedsDates


def _claim(wish: ProtectionRequest, now: datetime) -> None:
    """Only one answer wins: the update counts for whoever found the request still open."""
    if not ProtectionRequest.objects.filter(pk=wish.pk, answered_at__isnull=True).update(answered_at=now):
        raise AlreadyAnswered


@retried
def review_measure(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    measure: Measure,
    version: int,
    note: str,
    now: datetime,
    next_review_date: date | None = None,
    end_date: date | None = None,
) -> Measure:
    """Look at a measure again: keep it until `next_review_date`, or end it on `end_date`, with a note the reporter reads.

    `version`: the row version the reviewer saw. Raises ChangedMeanwhile when a colleague has reviewed it since, NeedsReason without a
    note, NeedsDates unless exactly one date is given, NoAccess.
    """
    if not note.strip():
        raise NeedsReason
    if (next_review_date is None) == (end_date is None):
        raise NeedsDates
    keys = openable(complaint=complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no grant")
    actor = staff(by, role)
    seen = opened(Measure.objects.get(pk=measure.pk, complaint=complaint), keys)
    if seen.row.row_version != version:
        raise ChangedMeanwhile
    sealed = _reviewed(seen, note, keys, now)
    with transaction.atomic():
        row = locked(complaint)
        measure = still(seen.row)
        require_current(keys.current)
        measure.row_version, measure.detail_sealed = sealed.row_version, sealed.detail_sealed
        measure.reviewed_at = now
        measure.end_date = end_date
        measure.review_date = next_review_date or measure.review_date
        measure.save(update_fields=["detail_sealed", "row_version", "reviewed_at", "end_date", "review_date"])
        touched(row, now=now)
        happened(complaint=row, kind=EventKind.MEASURE_REVIEWED, by=actor, now=now, subject=str(measure.pk))
        if next_review_date:
            happened(complaint=row, kind=EventKind.MEASURE_REVIEW_SET, by=actor, now=now, subject=str(measure.pk), date=next_review_date)
        record(
            by=actor,
            action=Action.MEASURE_REVIEWED,
            subject_id=row.pk,
            object_kind="measure",
            object_id=measure.pk,
            facts={"ended": end_date is not None, "version": measure.row_version},
            now=now,
        )
    return measure


def _reviewed(seen: OpenedMeasure, note: str, keys: OpeningKeys, now: datetime) -> Measure:
    reviews = [*seen.detail.get("reviews", ()), {"at": now.isoformat(), "note": note.strip()}]
    return next_version(seen, seen.detail | {"reviews": reviews}, keys)


def next_version(seen: OpenedMeasure, detail: dict, keys: OpeningKeys) -> Measure:
    """The next version of the measure's words, sealed on a copy that is not saved."""
    sealed = Measure(id=seen.row.pk, row_version=seen.row.row_version + 1)
    seal_column(sealed, "detail_sealed", detail, keys.current)
    return sealed


def _require_started(complaint: Complaint) -> None:
    if complaint.state == State.PRIVATE:
        raise NotStarted
