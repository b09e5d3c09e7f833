"""The conflict question, before any content is shown (R20)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from audit.actions import Action
from audit.actors import staff
from audit.services import record
from complaints.models import TEAM_ROLES, Complaint, Seat
from complaints.services.access import exclusions, finish_step_back, prepare_step_back
from complaints.services.changing import locked
from complaints.services.routing import GROUPS
from investigations.models import ConflictDeclaration
from investigations.services.reading import note_access, read_report, team_keys
from people.matching import employees_named_in
from people.models import Employee, User
from vault.keyring import Keyring
from vault.services.changes import retried

# Questions whose blocks name somebody, and the field of the name. Free text of other questions is not shown here: only names of the
# directory that it mentions.
_NAMED_IN_BLOCKS = ("6", "9b")
_NAMED_IN_LINES = ("6b.owner", "6b.company")
_FREE_TEXT = ("8",)


@dataclass(frozen=True, repr=False)
class NamesToCheck:
    """The names that appear in a report, without saying who did what, and the groups that were kept out."""

    names: tuple[str, ...]
    groups: tuple[str, ...]


def names_to_check(*, complaint: Complaint, keyring: Keyring, by: User, role: str, now: datetime) -> NamesToCheck:
    """Open only what the conflict question needs, in the order of the alphabet so that no role shows. Recorded as an access."""
    keys = team_keys(complaint=complaint, keyring=keyring)
    listed = exclusions(complaint=complaint, keys=keys)
    report = read_report(complaint=complaint, keys=keys)
    names = {each.get("name", "").strip() for each in listed.get("names", ())}
    for question in _NAMED_IN_BLOCKS:
        blocks = report.value(question, [])
        names |= {str(block.get("name", "")).strip() for block in blocks if isinstance(block, dict)} if isinstance(blocks, list) else set()
    names |= {str(report.value(question)).strip() for question in _NAMED_IN_LINES}
    mentioned = {i for question in _FREE_TEXT for i in employees_named_in(str(report.value(question)))}
    names |= set(Employee.objects.filter(pk__in=mentioned).values_list("name", flat=True))
    note_access(complaint=complaint, by=by, role=role, action=Action.OPENED_EXCLUSIONS, now=now)
    groups = tuple(group for group in GROUPS if group in listed.get("groups", ()))
    return NamesToCheck(tuple(sorted(name for name in names if name)), groups)


@retried
def declare(*, complaint: Complaint, keyring: Keyring, seat: Seat, by: User, has_conflict: bool, now: datetime) -> bool:
    """Record the answer. With a conflict the seat and its keys end at once; returns whether colleagues of the team remain.

    Saying “no” twice changes nothing.
    """
    stepping_back = prepare_step_back(complaint=complaint, keyring=keyring, seat=seat, now=now) if has_conflict else None
    with transaction.atomic():
        row = locked(complaint)
        mine = Seat.objects.select_for_update().get(pk=seat.pk)
        if mine.until is not None or (mine.conflict_declared_at and not has_conflict):
            return True
        ConflictDeclaration.objects.create(complaint=row, user=by, has_conflict=has_conflict, at=now)
        if stepping_back:
            finish_step_back(stepping_back, row=row, by=by, now=now)
        else:
            # Somebody who sits twice (intake, then handler) is asked once.
            Seat.objects.filter(complaint=complaint, user=by, until__isnull=True).update(conflict_declared_at=now)
        action = Action.CONFLICT_DECLARED if has_conflict else Action.NO_CONFLICT_DECLARED
        record(by=staff(by, seat.role), action=action, subject_id=complaint.pk, facts={}, now=now)
        return Seat.objects.filter(complaint=complaint, until__isnull=True, role__in=TEAM_ROLES).exclude(user=by).exists()
