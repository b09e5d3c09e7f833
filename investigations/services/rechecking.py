"""Somebody new is named: everybody who handles the case is judged again, and whoever stands too near loses access in the same moment (R20).

Every way of naming somebody comes through here: a person of the case, a directory entry, a name that was settled. Where an investigation
looks into several complaints, each of them is judged. Prepared first, written afterwards, like every change of access.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from audit.actions import Action
from audit.actors import Actor
from audit.services import record
from complaints.models import Complaint, Seat
from complaints.services import leaving
from complaints.services.access import openable
from complaints.services.changing import locked
from complaints.services.events import happened
from complaints.services.keeping_out import Exclusion, open_exclusions, prepare_exclusion
from complaints.services.naming import TEAM_OWNER, TEAM_RESPONDENT
from complaints.services.telling import tell_team
from complaints.states import EventKind
from investigations.models import PersonKind
from investigations.services.joining import complaints_of, investigation_of
from people.lines import reporting_line_conflicts
from people.matching import employees_named_in
from vault.errors import NoAccess
from vault.hidden import Hidden
from vault.keyring import Keyring
from vault.keys import SealingKey
from vault.models import Compartment
from vault.services import compartments


@dataclass(frozen=True, repr=False)
class Naming:
    """Who was named. `people`: directory ids kept out; `respondents`: those whose line is kept out too; `names`: (words, source)."""

    people: frozenset[UUID] = frozenset()
    respondents: frozenset[UUID] = frozenset()
    names: tuple[tuple[str, str], ...] = ()


@dataclass(repr=False, eq=False)
class Recheck(Hidden):
    """What follows from a naming, not written yet. `exclusions`: (complaint, sealed change); `by_rows`: where no key opens the list."""

    complaints: list[Complaint]
    exclusions: list[tuple[Complaint, Exclusion]] = field(default_factory=list)
    by_rows: list[tuple[Complaint, set[UUID]]] = field(default_factory=list)

    def lock(self) -> None:
        """Lock every complaint that is judged, in the one order. Before anything is written."""
        for complaint in self.complaints:
            locked(complaint)

    def key_after(self, compartment: Compartment) -> SealingKey | None:
        """What to seal to `compartment` with, when somebody leaves it by this; None when nobody does."""
        for _complaint, exclusion in self.exclusions:
            change = exclusion.change.change_of(compartment)
            if change is not None and (key := compartments.key_after(change)):
                return key
        return None

    def save(self, *, by: Actor, now: datetime) -> None:
        """Write it, after `lock`, inside the caller's transaction. Raises Changed."""
        written = []
        for complaint, exclusion in self.exclusions:
            row = Complaint.objects.get(pk=complaint.pk)
            exclusion.save(row, now)
            written.append((row, len(exclusion.lost)))
        for complaint, blocked in self.by_rows:
            row = Complaint.objects.get(pk=complaint.pk)
            seats = list(Seat.objects.filter(complaint=row, until__isnull=True, user__employee__in=blocked).select_related("user"))
            leaving.end_seats(complaint=row, seats=seats, now=now)
        for row, lost in written:
            if lost:
                event = happened(complaint=row, kind=EventKind.ACCESS_ENDED, by=by, now=now)
                tell_team(complaint=row, about=f"near:{event.pk}", now=now)
        for row, lost in written:
            record(by=by, action=Action.EXCLUDED_SOMEBODY, subject_id=row.pk, facts={"lost_access": lost}, now=now)


def naming_of(*, kind: str, name: str, owner: str = "", entry: UUID | None = None) -> Naming:
    """Who a person of the case may be: `entry` when it was found in the directory, else whoever the name may mean."""
    named = frozenset({entry}) if entry else frozenset(employees_named_in(name))
    owners = frozenset(employees_named_in(owner))
    names = []
    if kind == PersonKind.RESPONDENT and name and not entry:
        names.append((name, TEAM_RESPONDENT))
    if owner:
        names.append((owner, TEAM_OWNER))
    respondents = named if kind == PersonKind.RESPONDENT else frozenset()
    return Naming(named | owners, respondents, tuple(names))


def prepare(*, complaint: Complaint, keyring: Keyring, naming: Naming, now: datetime) -> Recheck:
    """Judge every seat of every complaint that is looked into together. Writes nothing. Raises NoAccess for `complaint` itself."""
    investigation = investigation_of(complaint)
    complaints = complaints_of(investigation) if investigation else [complaint]
    found = Recheck(complaints)
    # The lead first: whoever leaves a joined complaint leaves the lead by that, and would be gone before the lead's change is written.
    for each in reversed(complaints):
        if not _opens(each, keyring):
            if each.pk == complaint.pk:
                raise NoAccess("no grant")
            found.by_rows.append((each, _blocked(each, naming)))
        elif exclusion := _exclusion(each, keyring, naming, now):
            found.exclusions.append((each, exclusion))
    return found


def _opens(complaint: Complaint, keyring: Keyring) -> bool:
    try:
        return openable(complaint=complaint, keyring=keyring).statement is not None
    except NoAccess:
        return False


def _exclusion(complaint: Complaint, keyring: Keyring, naming: Naming, now: datetime) -> Exclusion | None:
    """The change of one complaint, or None when its list and its seats stay as they are."""
    opened = open_exclusions(complaint=complaint, keyring=keyring)
    listed = opened.listed
    blocked = _blocked(complaint, naming)
    known = {each["name"].casefold() for each in listed.get("names", ())}
    fresh = [(name, source) for name, source in naming.names if name.casefold() not in known]
    respondents = {str(i) for i in naming.respondents}
    if not fresh and respondents <= set(listed.get("respondents", ())) and {str(i) for i in blocked} <= set(listed.get("employees", ())):
        return None
    for name, source in fresh:
        recognised = sorted(employees_named_in(name), key=str)
        listed.setdefault("names", []).append({"name": name, "source": source, "employee": str(recognised[0]) if recognised else None})
    listed["respondents"] = sorted({*listed.get("respondents", ()), *respondents})
    return prepare_exclusion(opened, blocked=blocked, keyring=keyring, now=now)


def _blocked(complaint: Complaint, naming: Naming) -> set[UUID]:
    seats = Seat.objects.filter(complaint=complaint, until__isnull=True, user__employee__isnull=False)
    return set(naming.people) | _near(naming.respondents, seats.values_list("user__employee__pk", flat=True))


def _near(respondents: Iterable[UUID], seated: Iterable[UUID]) -> set[UUID]:
    return set(reporting_line_conflicts(respondents, seated)) if respondents else set()
