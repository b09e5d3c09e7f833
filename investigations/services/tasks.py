"""Tasks beside the policy's deadlines, and notes of the team. Sealed to the file compartment."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from investigations.models import Note, Task
from investigations.selectors import draft_of, notes_of, task_of, tasks_of, team_seats
from investigations.services.changed import SavedMeanwhile
from investigations.services.reading import note_access, team_keys
from notices.services import owe
from people.models import User
from vault.columns import open_column, seal_column
from vault.keyring import Keyring


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


def add_task(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, title: str, owner: User, due_date: date, now: datetime
) -> Task:
    """Give a task to somebody of the team, who is told without a word of it. Raises NotOfTheTeam, NoAccess."""
    _require_team(complaint, owner)
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
        task.save(force_insert=True)
        if owner.pk != by.pk:
            owe(key=f"task:{task.pk}", recipient=owner, template="task", about_kind="complaint", about_id=complaint.pk, now=now)
        _recorded(task, by, role, now)
    return task


def open_task(*, complaint: Complaint, keyring: Keyring, task_id: UUID) -> OpenedTask:
    """One task for the edit form. Raises Task.DoesNotExist, NoAccess."""
    row = task_of(complaint, task_id)
    return OpenedTask(row, open_column(row, "title_sealed", team_keys(complaint=complaint, keyring=keyring).file).text())


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
    """Save a change made on row version `version`. Raises SavedMeanwhile, NotOfTheTeam, NoAccess."""
    _require_team(complaint, owner)
    keys = team_keys(complaint=complaint, keyring=keyring).file
    with transaction.atomic():
        task = Task.objects.select_for_update().select_related("changed_by", "owner").get(complaint=complaint, pk=task_id)
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
        task.save()
        _recorded(task, by, role, now)
    return task


def _require_team(complaint: Complaint, owner: User) -> None:
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


def write_note(*, complaint: Complaint, keyring: Keyring, by: User, role: str, text: str, now: datetime) -> Note:
    """Add an internal note. Notes are never changed. Raises NoAccess; ValueError for an empty one."""
    if not text.strip():
        raise ValueError("an empty note")
    keys = team_keys(complaint=complaint, keyring=keyring).file
    note = Note(id=uuid4(), complaint=complaint, at=now, by=by)
    seal_column(note, "body_sealed", {"text": text.strip()}, keys.current)
    with transaction.atomic():
        note.save(force_insert=True)
        record(
            by=staff(by, role),
            action=Action.NOTE_WRITTEN,
            subject_id=complaint.pk,
            object_kind="note",
            object_id=note.pk,
            facts={},
            now=now,
        )
    return note


def open_draft(*, complaint: Complaint, keyring: Keyring, by: User) -> str:
    """The message `by` has not sent yet, or an empty string. Nobody else can open it through the portal."""
    note = draft_of(complaint, by)
    if note is None:
        return ""
    return open_column(note, "body_sealed", team_keys(complaint=complaint, keyring=keyring).file).json()["text"]


def save_draft(*, complaint: Complaint, keyring: Keyring, by: User, text: str, now: datetime) -> None:
    """Keep a message that is being written; an empty one is removed. A private draft is no act in the case and is not recorded."""
    keys = team_keys(complaint=complaint, keyring=keyring).file
    with transaction.atomic():
        note = Note.objects.select_for_update().filter(complaint=complaint, kind="draft", by=by).first()
        if not text.strip():
            if note:
                note.delete()
            return
        is_new = note is None
        note = note or Note(id=uuid4(), complaint=complaint, kind="draft", by=by)
        note.at = now
        note.row_version += 0 if is_new else 1
        seal_column(note, "body_sealed", {"text": text}, keys.current)
        note.save(force_insert=is_new)
