"""Tasks beside the policy's deadlines, and notes of the team. Sealed to the file compartment."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.changing import locked, locked_while_open
from investigations.models import Note, Task
from investigations.selectors import draft_of, notes_of, task_of, tasks_of, team_seats
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.reading import note_access, team_keys
from notices.services import owe
from people.models import User
from vault.columns import open_column, seal_column
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import SealingKey
from vault.services.changes import retried


class NotOfTheTeam(Exception):
    """A task can only be given to somebody who works on the case."""


@dataclass(frozen=True, repr=False)
class OpenedTask:
    row: Task
    title: str


@dataclass(frozen=True, repr=False)
class OpenedNote:
    row: Note
    text: str


def open_tasks(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> tuple[list[OpenedTask], list[OpenedNote]]:
    """Tasks and internal notes with their words. Recorded as an access."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    tasks = [OpenedTask(row, open_column(row, "title_sealed", keys).text()) for row in tasks_of(complaint)]
    notes = [OpenedNote(row, open_column(row, "body_sealed", keys).json()["text"]) for row in notes_of(complaint)]
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_NOTES, now=now, object_kind="tasks")
    return tasks, notes


@retried
def add_task(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, title: str, owner: User, due_date: date, now: datetime
) -> Task:
    """Give a task to somebody of the team, who is told without a word of it. Raises NotOfTheTeam, CaseEnded, NoAccess."""
    require_team(complaint, owner)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    task = Task(
        id=uuid4(),
        complaint=complaint,
        owner=owner,
        due_date=due_date,
        created_at=now,
        created_by=by,
        changed_at=now,
        changed_by=by,
    )
    seal_column(task, "title_sealed", title.strip(), keys.current)
    with transaction.atomic():
        locked_while_open(complaint, keys.current)
        task.save(force_insert=True)
        if owner.pk != by.pk:
            owe(key=f"task:{task.pk}", recipient=owner, template="task", about_kind="complaint", about_id=complaint.pk, now=now)
        _recorded(task, by, role, now)
    return task


def open_task(*, complaint: Complaint, keyring: Keyring, task_id: UUID) -> OpenedTask:
    """One task for the edit form. Raises Task.DoesNotExist, NoAccess."""
    row = task_of(complaint, task_id)
    return OpenedTask(row, open_column(row, "title_sealed", team_keys(complaint=complaint, keyring=keyring).file).text())


@retried
def change_task(
    *,
    complaint: Complaint,
    keyring: Keyring,
    by: User,
    role: str,
    task_id: UUID,
    version: int,
    title: str,
    owner: User,
    due_date: date,
    done: bool,
    now: datetime,
) -> Task:
    """Save a change made on row version `version`. Raises SavedMeanwhile, NotOfTheTeam, CaseEnded, NoAccess."""
    require_team(complaint, owner)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    task = task_of(complaint, task_id)
    if task.row_version != version:
        stored = {
            "title": open_column(task, "title_sealed", keys).text(),
            "owner": task.owner.display_name,
            "due_date": task.due_date,
            "done": task.done_at is not None,
        }
        raise SavedMeanwhile(task, stored)
    task.owner, task.due_date, task.changed_at, task.changed_by = owner, due_date, now, by
    task.done_at = (task.done_at or now) if done else None
    task.row_version += 1
    seal_column(task, "title_sealed", title.strip(), keys.current)
    with transaction.atomic():
        locked_while_open(complaint, keys.current)
        require_version(task, version)
        task.save()
        _recorded(task, by, role, now)
    return task


def require_team(complaint: Complaint, owner: User) -> None:
    """Raises NotOfTheTeam unless `owner` works on the case."""
    if owner.pk not in {seat.user_id for seat in team_seats(complaint)}:
        raise NotOfTheTeam


def _recorded(task: Task, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.TASK_SAVED,
        subject_id=task.complaint_id,
        object_kind="task",
        object_id=task.pk,
        facts={"done": task.done_at is not None, "version": task.row_version},
        now=now,
    )


@dataclass(repr=False, eq=False)
class SealedNote(Hidden):
    """A note that is not written yet."""

    row: Note
    key: SealingKey

    def save(self, role: str, now: datetime) -> Note:
        """Write it, inside the caller's transaction. Raises Changed when somebody lost access since it was sealed."""
        locked(self.row.complaint, self.key)
        self.row.save(force_insert=True)
        record(
            by=staff(self.row.by, role),
            action=Action.NOTE_WRITTEN,
            subject_id=self.row.complaint_id,
            object_kind="note",
            object_id=self.row.pk,
            facts={},
            now=now,
        )
        return self.row


def prepare_note(*, complaint: Complaint, keyring: Keyring, by: User, text: str, now: datetime) -> SealedNote:
    """Seal an internal note, for a service that writes it together with what it is about. Raises NoAccess; ValueError for an empty one."""
    if not text.strip():
        raise ValueError("an empty note")
    key = team_keys(complaint=complaint, keyring=keyring).file.current
    note = Note(id=uuid4(), complaint=complaint, at=now, by=by)
    seal_column(note, "body_sealed", {"text": text.strip()}, key)
    return SealedNote(note, key)


@retried
def write_note(*, complaint: Complaint, keyring: Keyring, by: User, role: str, text: str, now: datetime) -> Note:
    """Add an internal note. Notes are never changed. Raises NoAccess; ValueError for an empty one."""
    prepared = prepare_note(complaint=complaint, keyring=keyring, by=by, text=text, now=now)
    with transaction.atomic():
        return prepared.save(role, now)


def open_draft(*, complaint: Complaint, keyring: Keyring, by: User) -> str:
    """The message `by` has not sent yet, or an empty string. Nobody else can open it through the portal."""
    note = draft_of(complaint, by)
    if note is None:
        return ""
    return open_column(note, "body_sealed", team_keys(complaint=complaint, keyring=keyring).file).json()["text"]


@retried
def save_draft(*, complaint: Complaint, keyring: Keyring, by: User, text: str, now: datetime) -> None:
    """Keep a message that is being written; an empty one is removed. A private draft is no act in the case and is not recorded."""
    key = team_keys(complaint=complaint, keyring=keyring).file.current
    mine = Note.objects.filter(complaint=complaint, kind="draft", by=by)
    if not text.strip():
        mine.delete()
        return
    # A new row in the place of the old one: whatever another tab saved meanwhile gives way whole.
    note = Note(id=uuid4(), complaint=complaint, kind="draft", by=by, at=now)
    seal_column(note, "body_sealed", {"text": text}, key)
    with transaction.atomic():
        locked(complaint, key)
        mine.delete()
        note.save(force_insert=True)
