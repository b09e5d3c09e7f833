"""The reporter's comment on what was found, before it is final (R28). The words are a statement of their own and never edited."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.actions import Action
from audit.actors import REPORTER
from audit.services import record
from complaints.models import Complaint, Event, Statement, StatementKind
from complaints.services.access import openable
from complaints.services.changing import locked, touched
from complaints.services.events import happened
from complaints.services.once import once_id
from complaints.services.telling import tell_team
from complaints.states import EventKind, State
from vault.columns import seal_column
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.services.changes import retried

# Stands for the reporter among those who are asked: the subject of the facts.
REPORTER_SIDE = "reporter"


class NothingToComment(Exception):
    """No findings were shown to the reporter, or they are final by now."""


class NoWords(Exception):
    """A comment without words."""


def asked(complaint: Complaint) -> Event | None:
    """The last time the reporter was asked, while their comment can still change something."""
    if complaint.state != State.IN_INVESTIGATION:
        return None
    return complaint.events.filter(kind=EventKind.COMMENTS_ASKED, subject=REPORTER_SIDE).order_by("-at", "-pk").first()


def given(complaint: Complaint, since: datetime) -> bool:
    """Whether the reporter commented since."""
    return Statement.objects.filter(complaint=complaint, kind=StatementKind.COMMENT, at__gte=since).exists()


@retried
def comment(*, complaint: Complaint, keyring: Keyring, text: str, token: str, now: datetime, language: str) -> Statement:
    """Keep what the reporter says to the findings; more than one comment is taken. The same `token` again returns the same row.

    Raises NoWords, NothingToComment, NoAccess.
    """
    if not text.strip():
        raise NoWords
    keys = openable(complaint=complaint, keyring=keyring).statement
    if keys is None:
        raise NoAccess("no grant")
    row = Statement(id=once_id(complaint.pk, "comment", token), complaint=complaint, kind=StatementKind.COMMENT, at=now)
    if earlier := Statement.objects.filter(pk=row.pk).first():
        return earlier
    seal_column(row, "body_sealed", {"v": 1, "lang": language, "text": text.strip(), "fields": {}}, keys.current)
    try:
        with transaction.atomic():
            owner = locked(complaint, keys.current)
            if asked(owner) is None:
                raise NothingToComment
            row.save(force_insert=True)
            touched(owner, now=now)
            happened(complaint=owner, kind=EventKind.COMMENTS_GIVEN, by=REPORTER, now=now, subject=REPORTER_SIDE)
            tell_team(complaint=owner, about=str(row.pk), now=now)
            record(
                by=REPORTER,
                action=Action.ADDED_SOMETHING,
                subject_id=owner.pk,
                object_kind="statement",
                object_id=row.pk,
                facts={"files": 0},
                now=now,
            )
    except IntegrityError:
        return Statement.objects.get(pk=row.pk)
    return row
