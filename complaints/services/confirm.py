"""A report that staff wrote down: the reporter confirms or corrects it, then gets a code only they know (R14)."""

from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import REPORTER
from audit.services import record
from complaints.models import Complaint, Statement, StatementKind
from complaints.services import additions
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.telling import tell_team
from complaints.states import EventKind
from vault.keyring import Keyring


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
    statement = to_confirm(complaint)
    if statement is None:
        raise NothingToConfirm
    if correction.strip():
        additions.add(complaint=complaint, keyring=keyring, text=correction, token=token, now=now, language=language)
    with transaction.atomic():
        row = locked(complaint)
        if not Statement.objects.filter(pk=statement.pk, confirmed_at__isnull=True).update(confirmed_at=now):
            raise NothingToConfirm
        touched(row, now=now)
        if not correction.strip():
            happened(complaint=row, kind=EventKind.REPORTER_WROTE, by=REPORTER, now=now, subject=str(statement.pk))
        tell_team(complaint=row, about=f"confirmed:{statement.pk}", now=now)
        record(
            by=REPORTER,
            action=Action.CONFIRMED_BY_REPORTER,
            subject_id=row.pk,
            object_kind="statement",
            object_id=statement.pk,
            facts={"corrected": bool(correction.strip())},
            now=now,
        )
    return statement
