"""What staff wrote down: the reporter confirms or corrects it. After a whole report they get a code only they know (R14, R26)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Action
from audit.actors import REPORTER, staff
from audit.services import record
from complaints.models import Complaint, Statement, StatementKind
from complaints.services import additions
from complaints.services.access import openable
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.telling import tell_team
from complaints.signals import talk_confirmed
from complaints.states import EventKind
from people.models import User
from vault.columns import seal_column
from vault.errors import NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import SealingKey
from vault.services.changes import require_current


class NothingToConfirm(Exception):
    """The report was not written down by staff, or was confirmed already."""


def to_confirm(complaint: Complaint) -> Statement | None:
    """The record that waits for the reporter's yes or correction."""
    return (
        Statement.objects.filter(complaint=complaint, kind=StatementKind.REPORT, taken_by__isnull=False, confirmed_at__isnull=True)
        .select_related("taken_by")
        .first()
    )


def needs_fresh_code(complaint: Complaint) -> bool:
    """Somebody else has seen the code on the slip; it stays true until the code was changed after confirming."""
    taken = Statement.objects.filter(
        complaint=complaint, kind=StatementKind.REPORT, taken_by__isnull=False, confirmed_at__isnull=False
    ).first()
    return taken is not None and complaint.receipt.created_at < taken.confirmed_at


def confirm(*, complaint: Complaint, keyring: Keyring, correction: str, token: str, now: datetime, language: str) -> Statement:
    """Confirm the record as it is, or with a `correction`, which becomes a dated addendum. Raises NothingToConfirm, NoAccess."""
    return _confirmed(to_confirm(complaint), complaint, keyring, correction, token, now, language)


def talks_to_confirm(complaint: Complaint) -> list[Statement]:
    """Records of talks with the reporter that wait for a yes or a correction."""
    rows = Statement.objects.filter(complaint=complaint, kind=StatementKind.INTERVIEW, confirmed_at__isnull=True)
    return list(rows.select_related("taken_by").order_by("at", "pk"))


def has_talk(complaint: Complaint, statement_id: UUID) -> bool:
    """Whether the report has such a record, confirmed or not."""
    return Statement.objects.filter(complaint=complaint, kind=StatementKind.INTERVIEW, pk=statement_id).exists()


def confirm_talk(
    *, complaint: Complaint, keyring: Keyring, statement_id: UUID, correction: str, token: str, now: datetime, language: str
) -> Statement:
    """Confirm the record of a talk, or correct it: the correction is kept beside it. Raises NothingToConfirm, Ended, NoAccess."""
    statement = next((each for each in talks_to_confirm(complaint) if each.pk == statement_id), None)
    return _confirmed(statement, complaint, keyring, correction, token, now, language)


@dataclass(repr=False, eq=False)
class SealedRecord(Hidden):
    """The record of a talk with the reporter that is not written yet."""

    statement: Statement
    key: SealingKey
    role: str

    def save(self, row: Complaint, now: datetime) -> Statement:
        """Write it on the locked complaint `row`. Raises Changed."""
        require_current(self.key)
        self.statement.save(force_insert=True)
        touched(row, now=now)
        record(
            by=staff(self.statement.taken_by, self.role),
            action=Action.WROTE_TO_REPORTER,
            subject_id=row.pk,
            object_kind="statement",
            object_id=self.statement.pk,
            facts={"purpose": "interview"},
            now=now,
        )
        return self.statement


def prepare_talk(*, complaint: Complaint, keyring: Keyring, by: User, role: str, text: str, token: str, now: datetime) -> SealedRecord:
    """Seal the record of a talk for the reporter to confirm. Writes nothing. Raises NoAccess."""
    keys = openable(complaint=complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no grant")
    statement = Statement(id=once_id(complaint.pk, "talk", token), complaint=complaint, kind=StatementKind.INTERVIEW, at=now, taken_by=by)
    seal_column(statement, "body_sealed", {"v": 1, "lang": complaint.language, "text": text, "fields": {}}, keys.current)
    return SealedRecord(statement, keys.current, role)


def _confirmed(statement, complaint, keyring, correction, token, now, language) -> Statement:
    if statement is None:
        raise NothingToConfirm
    corrected = bool(correction.strip())
    if corrected:
        additions.add(complaint=complaint, keyring=keyring, text=correction, token=token, now=now, language=language, about=statement.pk)
    with transaction.atomic():
        row = locked(complaint)
        if not Statement.objects.filter(pk=statement.pk, confirmed_at__isnull=True).update(confirmed_at=now):
            raise NothingToConfirm
        touched(row, now=now)
        if not corrected:
            happened(complaint=row, kind=EventKind.REPORTER_WROTE, by=REPORTER, now=now, subject=str(statement.pk))
        tell_team(complaint=row, about=f"confirmed:{statement.pk}", now=now)
        record(
            by=REPORTER,
            action=Action.CONFIRMED_BY_REPORTER,
            subject_id=row.pk,
            object_kind="statement",
            object_id=statement.pk,
            facts={"corrected": corrected},
            now=now,
        )
        if statement.kind == StatementKind.INTERVIEW:
            happened(complaint=row, kind=EventKind.INTERVIEW_CONFIRMED, by=REPORTER, now=now, subject=str(statement.pk))
            talk_confirmed.send(Statement, statement=statement, corrected=corrected, now=now)
    return statement
