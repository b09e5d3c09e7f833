"""The decision: by somebody who took no part, on findings that are final, with sanctions of the published schedule (R32, T16).

Everything is sealed to the file of the lead. Until the decision is made it can be changed; each change takes the votes back.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, SeatRole
from complaints.selectors import open_seats
from complaints.services import engine
from complaints.services.changing import locked
from complaints.services.once import once_id
from complaints.states import State
from investigations.models import Appeal, AppealResult, Decision, DecisionItem, Investigation, ItemKind, PanelVote
from investigations.selectors_decisions import decision_items, item_of, made_decision, newest_decision
from investigations.selectors_findings import body_of, complaints_of, is_reported, policy_of
from investigations.services.allegations import require_investigation
from investigations.services.asking import NobodyToAsk
from investigations.services.calling import called, took_part
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.findings import OpenedFinding, read_findings
from investigations.services.reading import note_access, team_keys
from investigations.services.schedule import measure_names, range_for
from people.models import User
from policy.limits import Event
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services import compartments
from vault.services.changes import retried
from vault.staff import staff_keyholders

FIELDS = ("outcome", "reasons", "now", "not_told", "heard", "not_heard_why")
# Instead of a sanction: always outside the schedule, because the schedule names one for whatever was established.
NO_SANCTION = "none"
# From these states a decision can be written: the first one, and the one after a review that changed it.
DECIDING = frozenset({State.FINDINGS_READY, State.APPEALED})


class NotCalled(Exception):
    """Only somebody who was called to decide, and took no part before, decides (R32)."""


class NothingFound(Exception):
    """Nobody decides before the findings are final."""


class Made(Exception):
    """The decision was made. It is what it is; only a review changes it."""


class HearFirst(Exception):
    """The policy wants the affected person heard before a sanction is chosen."""


class NotEstablished(Exception):
    """A sanction follows only from an allegation that was established."""


class OutsideNeedsReason(Exception):
    """A sanction outside the published schedule needs a written reason, which oversight reads (T16)."""


class LaterNeedsReason(Exception):
    """The policy names an earlier date (`latest`); a later one needs a reason the reporter reads."""

    def __init__(self, latest: date):
        self.latest = latest
        super().__init__(latest.isoformat())


class NotComplete(Exception):
    """Something is missing. `problems`: words of `problems_of`."""

    def __init__(self, problems):
        self.problems = tuple(problems)
        super().__init__(", ".join(self.problems))


@dataclass(frozen=True, repr=False)
class OpenedItem:
    row: DecisionItem
    detail: dict
    name: str
    proof: str = ""


@dataclass(frozen=True, repr=False)
class OpenedDecision:
    """The newest decision (`row` None before anybody wrote one), its words and what is to be carried out."""

    row: Decision | None
    detail: dict
    items: tuple[OpenedItem, ...]

    @property
    def made(self) -> bool:
        return self.row is not None and self.row.made_at is not None

    @property
    def heard(self) -> bool:
        return bool(self.row and self.row.heard_at) or bool(self.detail.get("not_heard_why"))


def current(investigation: Investigation) -> Decision | None:
    """The decision that is being written, or that was made. After a review that reopened it, the new one, or None before it is begun."""
    row = newest_decision(investigation)
    if row is None or row.made_at is None:
        return row
    reopened = investigation.lead.state == State.APPEALED or (investigation.reported_at and investigation.reported_at > row.made_at)
    return None if reopened else row


def open_decision(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> OpenedDecision:
    """The decision with its words. Recorded as an access. Raises NotInvestigated, NoAccess."""
    opened = read_decision(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring).file)
    if opened.row:
        note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_DECISION, now=now, object_id=opened.row.pk)
    return opened


def read_decision(*, complaint: Complaint, keys: OpeningKeys, row: Decision | None = None) -> OpenedDecision:
    """`open_decision` for services that record the access themselves; `row`: this one instead of the newest."""
    row = row or current(require_investigation(complaint))
    if row is None:
        return OpenedDecision(None, {}, ())
    detail = open_column(row, "detail_sealed", keys).json() if row.detail_sealed else {}
    names = measure_names(complaint)
    items = tuple(_opened_item(item, keys, names) for item in decision_items(row))
    return OpenedDecision(row, detail, items)


def _opened_item(item: DecisionItem, keys: OpeningKeys, names: dict[str, str]) -> OpenedItem:
    detail = open_column(item, "detail_sealed", keys).json()
    proof = open_column(item, "proof_sealed", keys).json()["text"] if item.proof_sealed else ""
    return OpenedItem(item, detail, names.get(detail.get("code", ""), ""), proof)


def require_deciding(complaint: Complaint, by: User, *keys) -> tuple[Complaint, Investigation]:
    """Lock, and require that `by` may write the decision now. Raises NothingFound, NotCalled, Changed."""
    row = locked(complaint, *keys)
    investigation = Investigation.objects.select_for_update().get(lead=row)
    investigation.lead = row
    decision = current(investigation)
    if decision and decision.made_at and row.state != State.IN_INVESTIGATION:
        raise Made
    if row.state not in DECIDING or not is_reported(investigation):
        raise NothingFound
    if row.state == State.APPEALED and not _reviewed(row, by):
        raise NotCalled
    seats = {seat.user_id for seat in called(row) if seat.conflict_declared_at and not seat.suspended_at}
    if by.pk not in seats or by.pk in took_part(investigation):
        raise NotCalled
    return row, investigation


def _reviewed(complaint: Complaint, by: User) -> bool:
    """Whether a review given to `by` changed the decision that holds: then, and only then, they write another one."""
    last = made_decision(complaint.investigation)
    rows = Appeal.objects.filter(decider=by, result=AppealResult.CHANGED, answered_at__isnull=False)
    here = rows.filter(complaint__in=complaints_of(complaint.investigation))
    return (here.filter(answered_at__gte=last.made_at) if last else here).exists()


def _begun(investigation: Investigation, by: User, now: datetime) -> Decision:
    """The decision that is being written, begun when there is none. On locked rows."""
    row = current(investigation)
    if row is None:
        last = newest_decision(investigation)
        number = (last.number if last else 0) + 1
        begun = {"begun_at": now, "changed_at": now, "changed_by": by}
        return Decision.objects.create(id=uuid4(), investigation=investigation, number=number, decider=by, **begun)
    return row


@retried
def save_words(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, version: int, detail: dict, heard_at: datetime | None, now: datetime
) -> Decision:
    """Save outcome, reasons, what the affected person said or why nobody was heard. `version`: 0 before anything was saved.

    Raises SavedMeanwhile, Made, NotCalled, NothingFound, NotInvestigated, NoAccess.
    """
    keys = team_keys(complaint=complaint, keyring=keyring).file
    words = {name: str(detail.get(name) or "").strip() for name in FIELDS}
    with transaction.atomic():
        _row, investigation = require_deciding(complaint, by, keys.current)
        decision = _begun(investigation, by, now)
        saved = decision.row_version if decision.detail_sealed else 0
    if saved != version:
        decision.changed_by = User.objects.get(pk=decision.changed_by_id)
        raise SavedMeanwhile(decision, open_column(decision, "detail_sealed", keys).json() if decision.detail_sealed else {})
    before = decision.row_version
    decision.row_version += 1
    decision.changed_at, decision.changed_by, decision.heard_at = now, by, heard_at
    seal_column(decision, "detail_sealed", words, keys.current)
    with transaction.atomic():
        require_deciding(complaint, by, keys.current)
        require_version(decision, before)
        decision.save()
        PanelVote.objects.filter(decision=decision).delete()
        _recorded(decision, complaint, by, role, now)
    return decision


def limit_date(complaint: Complaint, now: datetime) -> date | None:
    """Until when the policy wants it carried out, if it were told today."""
    rules = engine.rules_of(complaint.policy_version_id)
    limit = rules.by_id.get("implement")
    if limit is None or not limit.has_number:
        return None
    calendar = engine.calendar_of_rules(rules)
    event = Event("action_decided", now, id="0", subject="0")
    found = engine.reckon(rules, [limit], [event], (), calendar, now)
    return found[0].due_date if found else None


@retried
def add_item(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    kind: str,
    code: str,
    text: str,
    allegation_id: UUID | None,
    owner: User,
    due_date: date,
    outside_reason: str = "",
    later_reason: str = "",
    token: str,
    now: datetime,
) -> DecisionItem:
    """Decide a sanction, a remedy or an action, with an owner and a date. The same `token` again returns the same row.

    Raises HearFirst, NotEstablished, OutsideNeedsReason, LaterNeedsReason, NobodyToAsk (no oversight could read the reason), Made,
    NotCalled, NothingFound, NoAccess; ValueError for an unknown kind or measure, or neither a measure nor words.
    """
    keys = team_keys(complaint=complaint, keyring=keyring).file
    schedule = policy_of(complaint).sanctions
    item = DecisionItem(
        id=once_id(complaint.pk, "item", token), kind=kind, owner=owner, due_date=due_date, added_at=now, changed_at=now, changed_by=by
    )
    if earlier := DecisionItem.objects.filter(pk=item.pk).first():
        return earlier
    if kind not in ItemKind.values or not (code or text.strip()):
        raise ValueError("unknown kind, or nothing decided")
    latest = limit_date(complaint, now)
    if latest and due_date > latest and not later_reason.strip():
        raise LaterNeedsReason(latest)
    prepared = None
    if kind == ItemKind.SANCTION:
        finding = _established(complaint, keys, allegation_id)
        may = range_for(complaint, finding)
        if code not in {NO_SANCTION, *may.every_code}:
            raise ValueError("unknown sanction")
        item.allegation, item.respondent = finding.allegation.row, finding.allegation.row.respondent
        item.outside_schedule = code not in may.codes
        if item.outside_schedule:
            prepared = _sealed_reason(item, complaint, by, outside_reason, now)
    elif kind == ItemKind.REMEDY and code and code not in {each.code for each in schedule.remedies}:
        raise ValueError("unknown remedy")
    detail = {"code": code, "text": text.strip(), "later_reason": later_reason.strip()}
    seal_column(item, "detail_sealed", detail, keys.current)
    opened = read_decision(complaint=complaint, keys=keys)
    if kind == ItemKind.SANCTION and body_of(complaint).hear_affected_first and not opened.heard:
        raise HearFirst
    try:
        with transaction.atomic():
            _row, investigation = require_deciding(complaint, by, keys.current)
            item.decision = _begun(investigation, by, now)
            if prepared:
                prepared.save()
            item.save(force_insert=True)
            PanelVote.objects.filter(decision=item.decision).delete()
            _recorded_item(item, complaint, by, role, now)
    except IntegrityError:
        return DecisionItem.objects.get(pk=item.pk)
    return item


def _established(complaint: Complaint, keys: OpeningKeys, allegation_id: UUID | None) -> OpenedFinding:
    for each in read_findings(complaint=complaint, keys=keys):
        if each.allegation.row.pk == allegation_id and each.substantiated:
            return each
    raise NotEstablished


def _sealed_reason(item: DecisionItem, complaint: Complaint, by: User, reason: str, now: datetime):
    """Seal why this is outside the schedule, for oversight and whoever decides."""
    if not reason.strip():
        raise OutsideNeedsReason
    overseers = [seat.user for seat in open_seats(complaint, SeatRole.OVERSIGHT)]
    holders = staff_keyholders([*overseers, by])
    if not set(holders) & {user.pk for user in overseers}:
        raise NobodyToAsk
    kind = f"outside:{item.pk.hex[:20]}"
    prepared = compartments.prepare(subject_id=complaint.pk, members={kind: list(holders.values())}, now=now)
    item.outside_compartment = prepared.compartments[kind]
    seal_column(item, "outside_note_sealed", {"text": reason.strip()}, prepared.keys[kind])
    return prepared


@retried
def drop_item(*, complaint: Complaint, keyring: Keyring, by: User, role: str, item_id: UUID, now: datetime) -> None:
    """Take something back before the decision is made. Raises DecisionItem.DoesNotExist, Made, NotCalled, NothingFound, NoAccess."""
    key = team_keys(complaint=complaint, keyring=keyring).file.current
    with transaction.atomic():
        _row, investigation = require_deciding(complaint, by, key)
        decision = _begun(investigation, by, now)
        item = item_of(decision, item_id)
        item.dropped_at = now
        item.save(update_fields=["dropped_at"])
        PanelVote.objects.filter(decision=decision).delete()
        _recorded_item(item, complaint, by, role, now)


def _recorded(decision: Decision, complaint: Complaint, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.DECISION_SAVED,
        subject_id=complaint.pk,
        object_kind="decision",
        object_id=decision.pk,
        facts={"version": decision.row_version},
        now=now,
    )


def _recorded_item(item: DecisionItem, complaint: Complaint, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.ITEM_SAVED,
        subject_id=complaint.pk,
        object_kind="item",
        object_id=item.pk,
        facts={
            "kind": str(item.kind),
            "outside": item.outside_schedule,
            "taken_back": item.dropped_at is not None,
            "version": item.row_version,
        },
        now=now,
    )
