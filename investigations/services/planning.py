"""The plan: what is to be found out, whom to hear, in which order, who does it by when; and the steps of the investigation itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked_while_open
from complaints.services.once import once_id
from investigations import selectors_plan as read
from investigations.models import CasePerson, Investigation, InvestigationState, PlanItem, PlanKind, PreservationRequest
from investigations.selectors import people_of
from investigations.services import investigating
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.investigating import StepNotAllowed
from investigations.services.reading import note_access, team_keys
from investigations.services.tasks import prepare_note, require_team
from people.models import User
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services.changes import retried

UP, DOWN = "up", "down"


class EmptyLine(Exception):
    """A line of the plan needs words."""


class PlanNotTold(Exception):
    """The reporter is told how it is looked into before anybody else is asked (forced order)."""


class NeedsReason(Exception):
    """Going on while something of the plan is open, or back, needs a reason for the file."""


@dataclass(frozen=True, repr=False)
class OpenedLine:
    """A line with its words. `name`: of the person it is about."""

    row: PlanItem
    text: str
    answer: str
    name: str


@dataclass(frozen=True, repr=False)
class OpenedRequest:
    """A request to keep records with its words: what, holder, period, answer."""

    row: PreservationRequest
    detail: dict


@dataclass(frozen=True, repr=False)
class Plan:
    aims: str
    lines: tuple[OpenedLine, ...]
    requests: tuple[OpenedRequest, ...]

    def of_kind(self, kind: str) -> list[OpenedLine]:
        return [line for line in self.lines if line.row.kind == kind]


def open_plan(*, complaint: Complaint, investigation: Investigation, keyring: Keyring, by: User, role: str, now: datetime) -> Plan:
    """The whole plan with its words. Recorded as an access. Raises NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    lines = tuple(_opened(row, keys) for row in read.lines_of(investigation))
    requests = tuple(OpenedRequest(row, open_column(row, "detail_sealed", keys).json()) for row in read.requests_of(investigation))
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_PLAN, now=now)
    return Plan(aims_of(investigation, keys), lines, requests)


def aims_of(investigation: Investigation, keys: OpeningKeys) -> str:
    if investigation.aims_sealed is None:
        return ""
    return open_column(investigation, "aims_sealed", keys).json()["text"]


def open_aims(*, complaint: Complaint, investigation: Investigation, keyring: Keyring) -> str:
    """What is to be found out, for the form. Raises NoAccess."""
    return aims_of(investigation, team_keys(complaint=complaint, keyring=keyring).file)


def _opened(row: PlanItem, keys: OpeningKeys) -> OpenedLine:
    words = open_column(row, "text_sealed", keys).json()
    name = open_column(row.person, "detail_sealed", keys).json().get("name", "") if row.person else ""
    return OpenedLine(row, words["text"], words.get("answer", ""), name)


def open_line(*, complaint: Complaint, investigation: Investigation, keyring: Keyring, item_id: UUID) -> OpenedLine:
    """One line for the form. Raises PlanItem.DoesNotExist, NoAccess."""
    return _opened(read.line_of(investigation, item_id), team_keys(complaint=complaint, keyring=keyring).file)


def named_people(*, complaint: Complaint, keyring: Keyring) -> list[tuple[CasePerson, str]]:
    """Who may be chosen for “Person to hear”. Raises NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    return [(row, open_column(row, "detail_sealed", keys).json().get("name", "")) for row in people_of(complaint)]


@retried
def save_aims(
    *, complaint: Complaint, investigation: Investigation, keyring: Keyring, by: User, role: str, version: int, text: str, now: datetime
) -> Investigation:
    """Write down what is to be found out. Raises SavedMeanwhile, CaseEnded, NoAccess."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = Investigation.objects.select_related("changed_by").get(pk=investigation.pk)
    if row.row_version != version:
        raise SavedMeanwhile(row, {"text": aims_of(row, keys)})
    row.changed_at, row.changed_by = now, by
    row.row_version += 1
    seal_column(row, "aims_sealed", {"text": text.strip()}, keys.current)
    with transaction.atomic():
        locked_while_open(complaint, keys.current)
        require_version(row, version)
        row.save(update_fields=["aims_sealed", "row_version", "changed_at", "changed_by"])
        _recorded(complaint, "investigation", row.pk, row.row_version, by, role, now)
    return row


@dataclass(frozen=True)
class Line:
    """What a line says: `person`, `owner` and `due_date` where there are any."""

    kind: str
    text: str
    answer: str = ""
    person: CasePerson | None = None
    owner: User | None = None
    due_date: date | None = None


@retried
def add_lines(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    lines: Sequence[Line],
    token: str,
    now: datetime,
) -> list[PlanItem]:
    """Add lines at the end of their kinds. The same `token` again gives the same lines.

    Raises EmptyLine, NotOfTheTeam, CaseEnded, NoAccess; ValueError for an unknown kind.
    """
    for line in lines:
        _require_sound(complaint, line)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    rows = []
    for place, line in enumerate(lines):
        row = PlanItem(id=once_id(complaint.pk, f"plan-{place}", token), investigation=investigation, kind=line.kind)
        _fill(row, line, by, now)
        seal_column(row, "text_sealed", {"text": line.text.strip(), "answer": line.answer.strip()}, keys.current)
        rows.append(row)
    ids = [row.pk for row in rows]
    if earlier := list(PlanItem.objects.filter(pk__in=ids)):
        return earlier
    try:
        with transaction.atomic():
            locked_while_open(complaint, keys.current)
            last = dict(PlanItem.objects.filter(investigation=investigation).order_by().values_list("kind").annotate(last=Max("position")))
            for row in rows:
                row.position = last[row.kind] = last.get(row.kind, 0) + 1
                row.save(force_insert=True)
                _recorded(complaint, "plan_item", row.pk, row.row_version, by, role, now)
    except IntegrityError:
        # The same form arrived twice at once.
        return list(PlanItem.objects.filter(pk__in=ids))
    return rows


def _require_sound(complaint: Complaint, line: Line) -> None:
    if line.kind not in PlanKind.values:
        raise ValueError("unknown kind of line")
    if not line.text.strip() and line.person is None:
        raise EmptyLine
    if line.owner is not None:
        require_team(complaint, line.owner)


def _fill(row: PlanItem, line: Line, by: User, now: datetime) -> None:
    row.person, row.owner, row.due_date = line.person, line.owner, line.due_date
    row.changed_at, row.changed_by = now, by


@retried
def change_line(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    item_id: UUID,
    version: int,
    line: Line,
    done: bool,
    now: datetime,
) -> PlanItem:
    """Save a line changed on row version `version`. Raises SavedMeanwhile, PlanItem.DoesNotExist and what `add_lines` raises."""
    _require_sound(complaint, line)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = read.line_of(investigation, item_id)
    if row.row_version != version:
        raise SavedMeanwhile(row, _stored(_opened(row, keys)))
    _fill(row, line, by, now)
    row.done_at = (row.done_at or now) if done else None
    row.row_version += 1
    seal_column(row, "text_sealed", {"text": line.text.strip(), "answer": line.answer.strip()}, keys.current)
    with transaction.atomic():
        locked_while_open(complaint, keys.current)
        require_version(row, version)
        # Its place is not among it: a colleague may have moved it meanwhile.
        row.save(update_fields=["person", "owner", "due_date", "done_at", "text_sealed", "row_version", "changed_at", "changed_by"])
        _recorded(complaint, "plan_item", row.pk, row.row_version, by, role, now)
    return row


def _stored(opened: OpenedLine) -> dict:
    row = opened.row
    return {
        "text": opened.text,
        "answer": opened.answer,
        "person": opened.name,
        "owner": row.owner.display_name if row.owner else "",
        "due_date": row.due_date,
        "done": row.done_at is not None,
    }


def move_line(*, complaint: Complaint, investigation: Investigation, by: User, role: str, item_id: UUID, way: str, now: datetime) -> None:
    """Move a line one place UP or DOWN among its kind. At the end of its kind nothing happens. Raises PlanItem.DoesNotExist, CaseEnded."""
    if way not in (UP, DOWN):
        raise ValueError("up or down")
    with transaction.atomic():
        locked_while_open(complaint)
        row = read.line_of(investigation, item_id)
        same = PlanItem.objects.filter(investigation=investigation, kind=row.kind)
        if way == UP:
            other = same.filter(position__lt=row.position).order_by("-position").first()
        else:
            other = same.filter(position__gt=row.position).order_by("position").first()
        if other is None:
            return
        # Two rows never share a place, not even for a moment.
        spare = same.aggregate(last=Max("position"))["last"] + 1
        same.filter(pk=row.pk).update(position=spare)
        same.filter(pk=other.pk).update(position=row.position)
        same.filter(pk=row.pk).update(position=other.position)
        _recorded(complaint, "plan_item", row.pk, row.row_version, by, role, now)


@retried
def go_on(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    to: str,
    reason: str,
    now: datetime,
) -> Investigation:
    """Take the next step of the investigation, or one back: to GATHERING or ANALYSING. A `reason` becomes a note of the team.

    From planning nothing is gathered before the reporter was told the plan. Raises PlanNotTold, NeedsReason, StepNotAllowed, CaseEnded.
    """
    if to not in (InvestigationState.GATHERING, InvestigationState.ANALYSING):
        raise StepNotAllowed
    note = prepare_note(complaint=complaint, keyring=keyring, by=by, text=reason, now=now) if reason.strip() else None
    with transaction.atomic():
        locked_while_open(complaint)
        row = Investigation.objects.select_for_update().get(pk=investigation.pk)
        if row.state == InvestigationState.PLANNED and not read.plan_was_told(row):
            raise PlanNotTold
        if note is None and needs_reason(row, to):
            raise NeedsReason
        row = investigating.step(investigation=row, to=to, by=by, role=role, now=now)
        if note:
            note.save(role, now)
    return row


def needs_reason(investigation: Investigation, to: str) -> bool:
    """Weighing while something is open, or gathering again."""
    if to == InvestigationState.ANALYSING:
        return any(read.still_open(investigation))
    return investigation.state != InvestigationState.PLANNED


def _recorded(complaint: Complaint, kind: str, object_id: UUID, version: int, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.PLAN_SAVED,
        subject_id=complaint.pk,
        object_kind=kind,
        object_id=object_id,
        facts={"version": version},
        now=now,
    )
