"""People in a case: kept in sealed rows; two editors never overwrite each other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import Complaint
from complaints.services.access import exclusions
from complaints.services.changing import locked_while_open
from investigations.models import CasePerson, PersonKind
from investigations.selectors import people_of, person_of
from investigations.services import rechecking
from investigations.services.changed import SavedMeanwhile, require_version
from investigations.services.reading import note_access, read_report, team_keys
from investigations.services.respondents import Respondent, known_respondents
from people.lines import reporting_line_conflicts
from people.matching import employees_named_in_each
from people.models import User
from vault.columns import open_column, seal_column
from vault.keyring import Keyring
from vault.services.changes import require_current, retried

FIELDS = ("name", "company", "owner", "note", "outcome")


@dataclass(frozen=True, repr=False)
class OpenedPerson:
    row: CasePerson
    detail: dict


@dataclass(frozen=True, repr=False)
class Named:
    """Somebody the report itself names, with the words given about them."""

    name: str
    about: str


@dataclass(frozen=True, repr=False)
class Everybody:
    """Who is in a case. `excluded`: (name, source). `in_line`: names of case staff who stand in a respondent's reporting line.

    `known`: respondents with an entry in the directory, with what they signed of the policy.
    """

    respondents: tuple[Named, ...]
    outside: tuple[tuple[str, str], ...]
    told: tuple[Named, ...]
    witnesses: str
    excluded: tuple[tuple[str, str], ...]
    groups: tuple[str, ...]
    power: str
    added: tuple[OpenedPerson, ...]
    in_line: tuple[str, ...]
    known: tuple[Respondent, ...]


def everybody(*, complaint: Complaint, keyring: Keyring, by: User, role: str, team: list[User], now: datetime) -> Everybody:
    """Open who is in the case. Recorded as an access. The reporter is not among them: see `reading.reveal_reporter`."""
    keys = team_keys(complaint=complaint, keyring=keyring)
    report = read_report(complaint=complaint, keys=keys)
    listed = exclusions(complaint=complaint, keys=keys)
    added = tuple(OpenedPerson(row, open_column(row, "detail_sealed", keys.file).json()) for row in people_of(complaint))
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_NOTES, now=now, object_kind="people")
    outside = tuple((a["question"], a["shown"]) for a in report.answers if a.get("id", "").startswith("6b"))
    return Everybody(
        respondents=_blocks(report, "6"),
        outside=outside,
        told=_blocks(report, "9b"),
        witnesses=report.shown("8"),
        excluded=tuple((each.get("name", ""), each.get("source", "")) for each in listed.get("names", ())),
        groups=tuple(listed.get("groups", ())),
        power=report.shown("7"),
        added=added,
        in_line=_in_line(listed, added, team),
        known=known_respondents(listed=listed, named_by_team=_names_of_respondents(added), now=now),
    )


def _blocks(report, question: str) -> tuple[Named, ...]:
    """Name and words of each block. The words were sealed line by line in the order of the blocks."""
    blocks = report.value(question, [])
    if not isinstance(blocks, list):
        return ()
    filled = [block for block in blocks if isinstance(block, dict) and any(str(v).strip() for v in block.values())]
    lines = report.shown(question).splitlines()
    if len(lines) != len(filled):
        return tuple(Named(str(block.get("name", "")), "") for block in filled)
    return tuple(Named(str(b.get("name", "")), line.partition(" – ")[2]) for b, line in zip(filled, lines, strict=True))


def _names_of_respondents(added: tuple[OpenedPerson, ...]) -> list[str]:
    return [person.detail.get("name", "") for person in added if person.row.kind == PersonKind.RESPONDENT]


def _in_line(listed: dict, added: tuple[OpenedPerson, ...], team: list[User]) -> tuple[str, ...]:
    respondents = {UUID(i) for i in listed.get("respondents", ())}
    for found in employees_named_in_each(_names_of_respondents(added)):
        respondents |= set(found)
    by_employee = {user.employee.pk: user.display_name for user in team if getattr(user, "employee", None)}
    conflicted = set(reporting_line_conflicts(respondents, list(by_employee))) | (respondents & set(by_employee))
    return tuple(sorted(by_employee[i] for i in conflicted if i in by_employee))


def open_person(*, complaint: Complaint, keyring: Keyring, person_id: UUID) -> OpenedPerson:
    """One person for the edit form. Raises CasePerson.DoesNotExist, NoAccess."""
    row = person_of(complaint, person_id)
    keys = team_keys(complaint=complaint, keyring=keyring)
    return OpenedPerson(row, open_column(row, "detail_sealed", keys.file).json())


@retried
def add_person(*, complaint: Complaint, keyring: Keyring, by: User, role: str, kind: str, detail: dict, now: datetime) -> CasePerson:
    """Add somebody. Whoever of the team stands too near loses access in the same moment; that may be `by`.

    Raises CaseEnded, NoAccess; ValueError for an unknown kind.
    """
    if kind not in PersonKind.values:
        raise ValueError("unknown kind of person")
    keys, words = team_keys(complaint=complaint, keyring=keyring), _words(detail)
    again = _judged_again(complaint, keyring, kind, words, now)
    row = CasePerson(id=uuid4(), complaint=complaint, kind=kind, added_at=now, added_by=by, changed_at=now, changed_by=by)
    key = again.key_after(complaint.file_compartment) or keys.file.current
    seal_column(row, "detail_sealed", words, key)
    with transaction.atomic():
        again.lock()
        locked_while_open(complaint, keys.file.current)
        again.save(by=staff(by, role), now=now)
        require_current(key)
        row.save(force_insert=True)
        recorded(row, by, role, now)
    return row


def _judged_again(complaint: Complaint, keyring: Keyring, kind: str, words: dict, now: datetime) -> rechecking.Recheck:
    """Whoever is named must not sit in the case, nor, for a respondent, anybody in their line."""
    entry = UUID(words["employee"]) if words.get("employee") else None
    naming = rechecking.naming_of(kind=kind, name=words["name"], owner=words["owner"], entry=entry)
    return rechecking.prepare(complaint=complaint, keyring=keyring, naming=naming, now=now)


@retried
def change_person(
    *, complaint: Complaint, keyring: Keyring, by: User, role: str, person_id: UUID, version: int, kind: str, detail: dict, now: datetime
) -> CasePerson:
    """Save a change made on row version `version`. Raises SavedMeanwhile with what is stored now, and writes nothing then; CaseEnded."""
    if kind not in PersonKind.values:
        raise ValueError("unknown kind of person")
    keys = team_keys(complaint=complaint, keyring=keyring)
    row = person_of(complaint, person_id)
    if row.row_version != version:
        raise SavedMeanwhile(row, open_column(row, "detail_sealed", keys.file).json() | {"kind": row.kind})
    stored = open_column(row, "detail_sealed", keys.file).json()
    row.kind, row.changed_at, row.changed_by = kind, now, by
    row.row_version += 1
    words = _words(detail)
    if stored.get("employee") and stored.get("name") == words["name"]:
        # The directory entry was chosen for this name; another name has to be looked up again.
        words["employee"] = stored["employee"]
    again = _judged_again(complaint, keyring, kind, words, now)
    key = again.key_after(complaint.file_compartment) or keys.file.current
    seal_column(row, "detail_sealed", words, key)
    with transaction.atomic():
        again.lock()
        locked_while_open(complaint, keys.file.current)
        require_version(row, version)
        again.save(by=staff(by, role), now=now)
        require_current(key)
        row.save()
        recorded(row, by, role, now)
    return row


def _words(detail: dict) -> dict:
    return {name: str(detail.get(name) or "").strip() for name in FIELDS}


def recorded(row: CasePerson, by: User, role: str, now: datetime) -> None:
    record(
        by=staff(by, role),
        action=Action.PERSON_SAVED,
        subject_id=row.complaint_id,
        object_kind="person",
        object_id=row.pk,
        facts={"version": row.row_version},
        now=now,
    )
