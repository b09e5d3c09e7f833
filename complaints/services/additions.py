"""What the reporter adds later: dated addenda, and telling us who they are. The first report is never edited (A11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import REPORTER
from audit.services import record
from complaints.models import Attachment, Complaint, Statement, StatementKind
from complaints.services.access import openable
from complaints.services.attaching import attach, seal_uploads
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.telling import tell_team
from complaints.states import ENDED, EventKind, Identity, State
from vault.columns import open_column, seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.keys import OpeningKeys
from vault.services import files as sealed_files
from vault.services.changes import retried


class NothingToAdd(Exception):
    """Neither words nor a file."""


class Ended(Exception):
    """The case is closed; the reporter can still write a message or report again."""


class NotBackToAnonymous(Exception):
    """What the team already knows can't be made unknown, so the page does not pretend it can."""


@dataclass(frozen=True, repr=False)
class OpenedStatement:
    """Something the reporter sent, with its words. `body` is the sealed JSON as it was written."""

    row: Statement
    body: dict
    files: tuple[Attachment, ...]


def add(
    *,
    complaint: Complaint,
    keyring: Keyring,
    text: str,
    token: str,
    now: datetime,
    language: str,
    uploads: Sequence = (),
    about: UUID | None = None,
) -> Statement:
    """Add words or files to the report. The same `token` again returns the same addition. `about`: the record that it corrects.

    Raises NothingToAdd, Ended, NoAccess.
    """
    if not text.strip() and not uploads:
        raise NothingToAdd
    body = {"v": 1, "lang": language, "text": text.strip(), "fields": {}} | ({"about": str(about)} if about else {})
    return _append(complaint=complaint, keyring=keyring, body=body, token=token, now=now, uploads=uploads)


def tell_identity(
    *, complaint: Complaint, keyring: Keyring, identity: str, fields: Mapping[str, str], token: str, now: datetime, language: str
) -> Statement:
    """The reporter tells us later who they are, or asks for more confidentiality. `fields`: name, contact, details, safe_time, voice.

    Raises NotBackToAnonymous, Ended, NoAccess.
    """
    if identity not in {Identity.NAMED, Identity.CONFIDENTIAL}:
        raise NotBackToAnonymous
    body = {"v": 1, "lang": language, "text": "", "fields": {"identity": identity, **fields}}
    return _append(complaint=complaint, keyring=keyring, body=body, token=token, now=now, changes={"identity": identity})


@retried
def _append(
    *,
    complaint: Complaint,
    keyring: Keyring,
    body: dict,
    token: str,
    now: datetime,
    uploads: Sequence = (),
    changes: Mapping | None = None,
    kind: str = StatementKind.ADDITION,
) -> Statement:
    if complaint.state in ENDED:
        raise Ended
    keys = openable(complaint=complaint, keyring=keyring).statement
    statement = Statement(id=once_id(complaint.pk, "statement", token), complaint=complaint, kind=kind, at=now)
    if earlier := Statement.objects.filter(pk=statement.pk).first():
        return earlier
    seal_column(statement, "body_sealed", body, keys.current)
    files = seal_uploads(uploads, key=keys.current, given_by="reporter", now=now)
    try:
        with transaction.atomic():
            row = locked(complaint, keys.current)
            statement.save(force_insert=True)
            attach(files, complaint=row, statement=statement, now=now)
            touched(row, now=now, **(changes or {}))
            if row.state != State.PRIVATE:
                happened(complaint=row, kind=EventKind.REPORTER_WROTE, by=REPORTER, now=now, subject=str(statement.pk))
                tell_team(complaint=row, about=str(statement.pk), now=now)
            record(
                by=REPORTER,
                action=Action.IDENTITY_GIVEN if changes else Action.ADDED_SOMETHING,
                subject_id=row.pk,
                object_kind="statement",
                object_id=statement.pk,
                facts={"files": len(files), **{name: str(value) for name, value in (changes or {}).items()}},
                now=now,
            )
    except IntegrityError:
        return Statement.objects.get(pk=statement.pk)
    return statement


def open_statements(*, complaint: Complaint, keys: OpeningKeys) -> list[OpenedStatement]:
    """Everything the reporter sent, oldest first, with its words."""
    rows = Statement.objects.filter(complaint=complaint).select_related("taken_by").prefetch_related("attachments__file")
    return [
        OpenedStatement(row=row, body=open_column(row, "body_sealed", keys).json(), files=tuple(row.attachments.all()))
        for row in rows.order_by("at", "pk")
    ]


def file_of_reporter(*, complaint: Complaint, number: int) -> Attachment:
    """The attachment `number` of this complaint. Raises Attachment.DoesNotExist."""
    return Attachment.objects.select_related("file", "message").get(complaint=complaint, number=number)


def open_names(*, attachments: Sequence[Attachment], keys: OpeningKeys) -> dict[UUID, dict]:
    """{attachment's file id: manifest} for a list of files; a file this reader can't open is left out."""
    opened = {}
    for attachment in attachments:
        try:
            opened[attachment.file_id] = sealed_files.open_manifest(attachment.file, keys)
        except NoAccess:
            continue
    return opened
