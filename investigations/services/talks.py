"""Talks: planned with a guide, held, written down, sent to whoever was heard to confirm (R26).

Two sides are not asked to the same day, so that they don't meet; somebody is heard a second time on the same facts only for a reason (T14);
a respondent is heard only after they were told what is put to them (R28).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked_while_open
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.states import EventKind
from investigations.models import CasePerson, Interview, Investigation, InvestigationState, Party, PersonKind
from investigations.selectors import person_of
from investigations.selectors_talks import talk_of, talks_of
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.investigating import step
from investigations.services.people import add_person
from investigations.services.reading import note_access, team_keys
from people.models import User
from people.selectors import organisation
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

FIELDS = ("place", "support_person", "language", "gender_wish")
# Who must not meet whom on the way to a talk.
NEAR = frozenset({PersonKind.REPORTER, PersonKind.AFFECTED})
FAR = frozenset({PersonKind.RESPONDENT})
LATE_REASON = "same_day"


class NotToldYet(Exception):
    """A respondent is heard only after what is put to them has reached them (R28)."""


class NeedsReason(Exception):
    """This person was heard already; hearing them again on the same facts needs a reason (R26)."""


class SameDay(Exception):
    """The other side has a talk on the same day. `same_place`: where the two would meet."""

    def __init__(self, same_place: bool = False):
        self.same_place = same_place
        super().__init__("both sides on one day")


class Settled(Exception):
    """The talk was cancelled, or its record was sent: it is not changed any more."""


class NotHeldYet(Exception):
    """A record tells of a talk that was held, not of one that lies ahead."""


@dataclass(frozen=True, repr=False)
class OpenedTalk:
    """A talk with its words. `record`: {"present", "text"} or empty; `again`: why a second time, or ""; `name`: whom."""

    row: Interview
    name: str
    plan: Mapping
    record: Mapping
    again: str


def open_talks(*, investigation: Investigation, keyring: Keyring, by: User, role: str, now: datetime) -> list[OpenedTalk]:
    """Every talk with its words, by number. Recorded as an access. Raises NoAccess."""
    keys = team_keys(complaint=investigation.lead, keyring=keyring).file
    found = [_opened(row, keys) for row in talks_of(investigation)]
    note_access(complaint=investigation.lead, by=by, role=role, action=Action.OPENED_INTERVIEWS, now=now)
    return found


def open_talk(*, investigation: Investigation, keyring: Keyring, by: User, role: str, talk_id: UUID, now: datetime) -> OpenedTalk:
    """One talk. Recorded as an access. Raises Interview.DoesNotExist, NoAccess."""
    keys = team_keys(complaint=investigation.lead, keyring=keyring).file
    found = _opened(talk_of(investigation, talk_id), keys)
    note_access(
        complaint=investigation.lead, by=by, role=role, action=Action.OPENED_INTERVIEWS, now=now, object_kind="interview", object_id=talk_id
    )
    return found


def _opened(row: Interview, keys: OpeningKeys) -> OpenedTalk:
    return OpenedTalk(
        row=row,
        name=open_column(row.person, "detail_sealed", keys).json().get("name", ""),
        plan=open_column(row, "plan_sealed", keys).json(),
        record=open_column(row, "record_sealed", keys).json() if row.record_sealed else {},
        again=open_column(row, "again_sealed", keys).json()["reason"] if row.again_sealed else "",
    )


def reporter_person(*, complaint: Complaint, keyring: Keyring, by: User, role: str, name: str, now: datetime) -> CasePerson:
    """The reporter among the people of the case, added under `name` (never their own) when nobody has."""
    found = CasePerson.objects.filter(complaint=complaint, kind=PersonKind.REPORTER).order_by("added_at").first()
    return found or add_person(
        complaint=complaint, keyring=keyring, by=by, role=role, kind=PersonKind.REPORTER, detail={"name": name}, now=now
    )


@retried
def plan(
    *,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    person_id: UUID,
    planned_at: datetime | None,
    words: Mapping,
    guide: list[dict],
    token: str,
    now: datetime,
    again: str = "",
    same_day: str = "",
) -> Interview:
    """Plan a talk. `words`: place, support_person, language, gender_wish; `guide`: [{"stage", "text"}]. The same form again makes one.

    `again`: why somebody who was heard is heard once more; `same_day`: why both sides have a talk on one day after all.
    Raises NotToldYet, NeedsReason, SameDay, CaseEnded, NoAccess, CasePerson.DoesNotExist.
    """
    complaint = investigation.lead
    person = person_of(complaint, person_id)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = Interview(
        id=once_id(investigation.pk, "talk", token),
        investigation=investigation,
        person=person,
        planned_at=planned_at,
        interviewer=by,
        changed_at=now,
        changed_by=by,
    )
    if found := Interview.objects.filter(pk=row.pk).first():
        return found
    _require_told(person, planned_at or now)
    _require_reason(person, again)
    _require_apart(row, words, same_day, keys)
    seal_column(row, "plan_sealed", _plan_words(words, guide, same_day), keys.current)
    if again.strip():
        seal_column(row, "again_sealed", {"reason": again.strip()}, keys.current)
    try:
        with transaction.atomic():
            locked_while_open(complaint, keys.current)
            # Asked again on the locked case: a colleague may just have planned the other side.
            _require_reason(person, again)
            _require_apart_in_time(row, same_day)
            row.number = (Interview.objects.filter(investigation=investigation).aggregate(last=Max("number"))["last"] or 0) + 1
            row.save(force_insert=True)
            _recorded(row, by, role, now)
    except IntegrityError:
        return Interview.objects.get(pk=row.pk)
    return row


@retried
def change_plan(
    *,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    talk_id: UUID,
    version: int,
    now: datetime,
    planned_at: datetime | None = None,
    words: Mapping | None = None,
    guide: list[dict] | None = None,
    same_day: str = "",
) -> Interview:
    """Save another plan (`planned_at` and `words`), or another `guide`, made on row version `version`.

    Raises SavedMeanwhile, NotToldYet, SameDay, Settled, CaseEnded, NoAccess.
    """
    keys = team_keys(complaint=investigation.lead, keyring=keyring).file
    row = talk_of(investigation, talk_id)
    stored = _opened(row, keys)
    if row.row_version != version:
        raise SavedMeanwhile(row, _shown(stored))
    if row.cancelled_at or row.held_at:
        raise Settled
    if words is not None:
        row.planned_at = planned_at
        _require_told(row.person, planned_at or now)
        _require_apart(row, words, same_day, keys)
    kept = {name: stored.plan.get(name, "") for name in FIELDS} if words is None else words
    fresh = _plan_words(kept, stored.plan["guide"] if guide is None else guide, same_day or stored.plan.get(LATE_REASON, ""))
    _reseal(row, stored, keys, by, now, plan=fresh)
    with transaction.atomic():
        locked_while_open(investigation.lead, keys.current)
        require_version(row, version)
        if words is not None:
            _require_apart_in_time(row, fresh[LATE_REASON])
        row.save()
        _recorded(row, by, role, now)
    return row


@retried
def write_record(
    *,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    talk_id: UUID,
    version: int,
    held_at: datetime,
    present: str,
    text: str,
    now: datetime,
) -> Interview:
    """Write down a talk that was held, or mend the record before it is sent to be confirmed.

    Raises SavedMeanwhile, NotHeldYet, NotToldYet, Settled, CaseEnded, NoAccess; ValueError for an empty record.
    """
    if not text.strip() or not present.strip():
        raise ValueError("a record says who was there and what was said")
    if held_at > now:
        raise NotHeldYet
    keys = team_keys(complaint=investigation.lead, keyring=keyring).file
    row = talk_of(investigation, talk_id)
    stored = _opened(row, keys)
    if row.row_version != version:
        raise SavedMeanwhile(row, _shown(stored))
    if row.cancelled_at or is_sent(row) or row.confirmation:
        raise Settled
    _require_told(row.person, held_at)
    first = row.held_at is None
    row.held_at = held_at
    _reseal(row, stored, keys, by, now, record={"present": present.strip(), "text": text.strip()})
    with transaction.atomic():
        owner = locked_while_open(investigation.lead, keys.current)
        require_version(row, version)
        row.save()
        if first:
            happened(complaint=owner, kind=EventKind.INTERVIEW_HELD, by=staff(by, role), now=now, at=held_at, subject=str(row.pk))
            if Investigation.objects.get(pk=investigation.pk).state == InvestigationState.PLANNED:
                step(investigation=investigation, to=InvestigationState.GATHERING, by=by, role=role, now=now)
        _recorded(row, by, role, now)
    return row


@retried
def cancel(*, investigation: Investigation, keyring: Keyring, by: User, role: str, talk_id: UUID, now: datetime) -> Interview:
    """Call a planned talk off. Raises Settled when it was held, NoAccess."""
    key = team_keys(complaint=investigation.lead, keyring=keyring).file.current
    with transaction.atomic():
        locked_while_open(investigation.lead, key)
        row = Interview.objects.select_for_update().get(pk=talk_of(investigation, talk_id).pk)
        if row.held_at:
            raise Settled
        if row.cancelled_at is None:
            row.cancelled_at, row.changed_at, row.changed_by = now, now, by
            row.save(update_fields=["cancelled_at", "changed_at", "changed_by"])
            _recorded(row, by, role, now)
    return row


def is_sent(row: Interview) -> bool:
    """Whether the record went to whoever was heard."""
    return row.document_id is not None or row.statement_id is not None


def has_clash(*, investigation: Investigation, talk: Interview) -> bool:
    """Whether the other side has a talk on the day of `talk`."""
    return _others_that_day(talk).exists() if talk.planned_at and talk.person.kind in NEAR | FAR else False


def _require_told(person: CasePerson, at: datetime) -> None:
    if person.kind != PersonKind.RESPONDENT:
        return
    party = Party.objects.filter(person=person).first()
    if party is None or party.served_at is None or at < party.served_at:
        raise NotToldYet


def _require_reason(person: CasePerson, again: str) -> None:
    if not again.strip() and Interview.objects.filter(person=person, cancelled_at=None).exists():
        raise NeedsReason


def _require_apart(row: Interview, words: Mapping, same_day: str, keys: OpeningKeys) -> None:
    """As `_require_apart_in_time`, and says whether it is even the same place."""
    if row.planned_at is None or same_day.strip() or row.person.kind not in NEAR | FAR:
        return
    others = list(_others_that_day(row))
    if others:
        place = str(words.get("place") or "").strip().casefold()
        places = {str(open_column(each, "plan_sealed", keys).json().get("place") or "").strip().casefold() for each in others}
        raise SameDay(same_place=bool(place) and place in places)


def _require_apart_in_time(row: Interview, same_day: str) -> None:
    if row.planned_at and not same_day.strip() and row.person.kind in NEAR | FAR and _others_that_day(row).exists():
        raise SameDay


def _others_that_day(row: Interview):
    zone = ZoneInfo(organisation().time_zone)
    start = row.planned_at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    other = FAR if row.person.kind in NEAR else NEAR
    that_day = Interview.objects.filter(planned_at__gte=start, planned_at__lt=start + timedelta(days=1), cancelled_at=None)
    return that_day.filter(investigation=row.investigation_id, person__kind__in=other).exclude(pk=row.pk)


def _plan_words(words: Mapping, guide: list[dict], same_day: str) -> dict:
    return {name: str(words.get(name) or "").strip() for name in FIELDS} | {"guide": guide, LATE_REASON: same_day.strip()}


def _reseal(row: Interview, stored: OpenedTalk, keys: OpeningKeys, by: User, now: datetime, *, plan=None, record=None) -> None:
    """Every sealed column under the next row version, so that no old value can be put back."""
    row.row_version += 1
    row.changed_at, row.changed_by = now, by
    seal_column(row, "plan_sealed", dict(plan or stored.plan), keys.current)
    if words := record or stored.record:
        seal_column(row, "record_sealed", dict(words), keys.current)
    if stored.again:
        seal_column(row, "again_sealed", {"reason": stored.again}, keys.current)


def _shown(stored: OpenedTalk) -> dict:
    """What the compare page shows of what is stored now."""
    guide = {"guide": "\n".join(line["text"] for line in stored.plan["guide"])}
    return (
        {name: stored.plan.get(name, "") for name in FIELDS}
        | guide
        | {
            "planned_at": stored.row.planned_at,
            "held_at": stored.row.held_at,
            **{k: stored.record.get(k, "") for k in ("present", "text")},
        }
    )


def _recorded(row: Interview, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.INTERVIEW_SAVED,
        subject_id=row.investigation.lead_id,
        object_kind="interview",
        object_id=row.pk,
        facts={"version": row.row_version},
        now=now,
    )
