"""Requests to keep records before they are overwritten: dated, answered, late when nothing came (`workflow.md` section 5)."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked, locked_while_open
from complaints.services.once import once_id
from investigations import selectors_plan as read
from investigations.models import Investigation, PreservationOutcome, PreservationRequest, RecordKind
from investigations.services.changed import require_version
from investigations.services.planning import OpenedRequest
from investigations.services.reading import note_access, team_keys
from people.models import User
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.services.changes import retried


class NothingAsked(Exception):
    """What is to be kept, and who keeps it, must be said."""


class DueTooEarly(Exception):
    """The answer can't be due before it was asked for."""


class AnsweredMeanwhile(Exception):
    """A colleague noted an answer first; nothing was overwritten."""


@retried
def ask(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    kind: str,
    what: str,
    holder: str,
    period: str,
    asked_at: datetime,
    asked_date: date,
    due_date: date,
    token: str,
    now: datetime,
) -> PreservationRequest:
    """Note a request that went out. `asked_date` is the day of `asked_at` where the organisation is. The same `token` gives the same one.

    Raises NothingAsked, DueTooEarly, CaseEnded, NoAccess; ValueError for an unknown kind.
    """
    if kind not in RecordKind.values:
        raise ValueError("unknown kind of records")
    if not what.strip() or not holder.strip():
        raise NothingAsked
    if due_date < asked_date:
        raise DueTooEarly
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = PreservationRequest(
        id=once_id(complaint.pk, "records", token),
        investigation=investigation,
        kind=kind,
        asked_at=asked_at,
        asked_by=by,
        due_date=due_date,
    )
    if earlier := PreservationRequest.objects.filter(pk=row.pk).first():
        return earlier
    detail = {"what": what.strip(), "holder": holder.strip(), "period": period.strip(), "answer": ""}
    seal_column(row, "detail_sealed", detail, keys.current)
    try:
        with transaction.atomic():
            locked_while_open(complaint, keys.current)
            row.save(force_insert=True)
            _recorded(complaint, row, Action.RECORDS_ASKED, by, role, now)
    except IntegrityError:
        # The same form arrived twice at once.
        return PreservationRequest.objects.get(pk=row.pk)
    return row


@retried
def answer(
    *,
    complaint: Complaint,
    investigation: Investigation,
    keyring: Keyring,
    by: User,
    role: str,
    request_id: UUID,
    version: int,
    outcome: str,
    text: str,
    now: datetime,
) -> PreservationRequest:
    """Note what came back. A later answer is added below the first one. Also in a closed case: records still come in.

    Raises AnsweredMeanwhile, PreservationRequest.DoesNotExist, NoAccess; ValueError for an unknown outcome.
    """
    if outcome not in PreservationOutcome.values:
        raise ValueError("unknown outcome")
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = read.request_of(investigation, request_id)
    if row.row_version != version:
        raise AnsweredMeanwhile
    detail = open_column(row, "detail_sealed", keys).json()
    detail["answer"] = "\n".join(part for part in (detail.get("answer", ""), text.strip()) if part)
    row.outcome, row.answered_at = outcome, now
    row.row_version += 1
    seal_column(row, "detail_sealed", detail, keys.current)
    with transaction.atomic():
        locked(complaint, keys.current)
        require_version(row, version)
        row.save(update_fields=["outcome", "answered_at", "row_version", "detail_sealed"])
        _recorded(complaint, row, Action.RECORDS_ANSWERED, by, role, now)
    return row


def open_request(
    *, complaint: Complaint, investigation: Investigation, keyring: Keyring, by: User, role: str, request_id: UUID, now: datetime
) -> OpenedRequest:
    """One request with its words, for its form or its letter. Recorded as an access.

    Raises PreservationRequest.DoesNotExist, NoAccess.
    """
    keys = team_keys(complaint=complaint, keyring=keyring).file
    row = read.request_of(investigation, request_id)
    opened = OpenedRequest(row, open_column(row, "detail_sealed", keys).json())
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_PLAN, now=now, object_kind="records", object_id=row.pk)
    return opened


def _recorded(complaint: Complaint, row: PreservationRequest, action: Action, by: User, role: str, now: datetime) -> None:
    facts = {"version": row.row_version, "kind": str(row.kind), **({"outcome": str(row.outcome)} if row.outcome else {})}
    record(by=staff(by, role), action=action, subject_id=complaint.pk, object_kind="records", object_id=row.pk, facts=facts, now=now)
