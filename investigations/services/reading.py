"""Opening a case's words, on purpose and on record: every page that shows something leaves one entry the reporter can see (R21)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, QuerySet, UUIDField

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint, Event, Statement, StatementKind
from complaints.services.access import Keys, openable
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.states import EventKind, Identity
from people.models import User
from vault.columns import open_column
from vault.errors import Damaged, NoAccess
from vault.kept_queries import KeptQuery
from vault.keyring import Keyring

NARRATIVE = "1"
# Where the reporter's own name and ways of contact are: masked until revealed.
ABOUT_THE_REPORTER = ("14b",)
LEAD_LENGTH = 600


@dataclass(frozen=True, repr=False)
class OpenedStatement:
    """What the reporter wrote: the row, its words and their language, and the questions with their answers when it is the report itself."""

    row: Statement
    text: str
    answers: tuple[dict, ...]
    lang: str = ""


@dataclass(frozen=True, repr=False)
class Report:
    """The report and everything that was added, oldest first; `keys` opened it and open the rest of the case."""

    statements: tuple[OpenedStatement, ...]
    keys: Keys

    @property
    def narrative(self) -> str:
        return self.statements[0].text if self.statements else ""

    @property
    def lead(self) -> str:
        return self.narrative[:LEAD_LENGTH].rstrip() + ("…" if len(self.narrative) > LEAD_LENGTH else "")

    @property
    def answers(self) -> tuple[dict, ...]:
        return self.statements[0].answers if self.statements else ()

    def value(self, question_id: str, default=""):
        """The raw value of one answer, or `default`."""
        return next((each.get("value") or default for each in self.answers if each.get("id") == question_id), default)

    def shown(self, question_id: str) -> str:
        """One answer in words, or an empty string."""
        return next((each.get("shown", "") for each in self.answers if each.get("id") == question_id), "")

    def without_reporter(self) -> list[dict]:
        """Questions and answers without what says who the reporter is."""
        return [a for a in self.answers if a.get("id", "").partition(".")[0] not in ABOUT_THE_REPORTER]


def open_report(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> Report:
    """Open the report and its additions. The first opening meets the promise that a trained person opens it.

    Raises NoAccess.
    """
    report = read_report(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring))
    opened_before = any(each.row.case_opened for each in report.statements)
    with transaction.atomic():
        if not opened_before:
            _first_opening(complaint, by, role, now)
        _record(complaint, by, role, Action.OPENED_REPORT, now)
    return report


def _first_opening(complaint: Complaint, by: User, role: str, now: datetime) -> None:
    row = locked(complaint)
    # Asked again on the locked row: two officers may open a new report in the same second.
    if not Event.objects.filter(complaint=row, kind=EventKind.OPENED).exists():
        happened(complaint=row, kind=EventKind.OPENED, by=staff(by, role), now=now)


def team_keys(*, complaint: Complaint, keyring: Keyring) -> Keys:
    """What the keyring opens of the case. Raises NoAccess unless the statement and the file are among it."""
    keys = openable(complaint=complaint, keyring=keyring)
    if keys.statement is None or keys.file is None:
        raise NoAccess("no key for this case")
    return keys


def read_report(*, complaint: Complaint, keys: Keys) -> Report:
    """Open the report without recording it; for services that record the access themselves."""
    rows = _STATEMENTS.all(complaint_id=complaint.pk)
    return Report(tuple(_opened(row, keys) for row in rows if row.kind != StatementKind.REVIEW), keys)


def _statements(complaint_id) -> QuerySet[Statement]:
    # `case_opened` comes along: whether the case was ever opened is asked with every opening.
    opening = Event.objects.filter(complaint_id=complaint_id, kind=EventKind.OPENED)
    rows = Statement.objects.filter(complaint_id=complaint_id).annotate(case_opened=Exists(opening))
    return rows.select_related("taken_by").order_by("at", "pk")


_STATEMENTS = KeptQuery(_statements, complaint_id=UUIDField())


def _opened(row: Statement, keys: Keys) -> OpenedStatement:
    try:
        body = open_column(row, "body_sealed", keys.statement).json()
    except (NoAccess, Damaged):
        return OpenedStatement(row, "", ())
    answers = tuple(body.get("answers") or ())
    text = next((a.get("shown") or "" for a in answers if a.get("id") == NARRATIVE), "") or body.get("text") or ""
    return OpenedStatement(row, text, answers, body.get("lang", ""))


def note_access(
    *, complaint: Complaint, by: User, role: str, action: Action, now: datetime, object_kind: str = "", object_id: UUID | None = None
) -> None:
    """Put one opening on record, once for a page."""
    with transaction.atomic():
        _record(complaint, by, role, action, now, object_kind, object_id)


def _record(complaint, by, role, action, now, object_kind="", object_id=None) -> None:
    record(by=staff(by, role), action=action, subject_id=complaint.pk, object_kind=object_kind, object_id=object_id, facts={}, now=now)


def reveal_reporter(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> list[dict]:
    """Show who the reporter is: question and answer each. Recorded as a reveal. Empty for an anonymous report."""
    report = read_report(complaint=complaint, keys=team_keys(complaint=complaint, keyring=keyring))
    note_access(complaint=complaint, by=by, role=role, action=Action.REVEALED_IDENTITY, now=now)
    if complaint.identity == Identity.ANONYMOUS:
        return []
    return [a for a in report.answers if a.get("id", "").partition(".")[0] in ABOUT_THE_REPORTER]
