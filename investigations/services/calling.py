"""Who comes beside the team: a second reader of the findings, and whoever decides without having taken part (R32)."""

from datetime import datetime

from django.db import transaction

from complaints.models import TEAM_ROLES, Complaint, Seat, SeatRole
from complaints.selectors import open_seats, seat_of
from complaints.services.access import kept_out as kept_out_of_role
from complaints.services.access import openable, seatable
from complaints.services.calling import prepare_call
from complaints.services.changing import locked, locked_while_open
from complaints.states import State
from investigations.models import Decision, Interview, Investigation
from investigations.selectors_findings import authors_of_findings, complaints_of, respondent_parties, team_ever
from investigations.services.allegations import require_investigation
from investigations.services.declaring import declare
from investigations.services.handing_over import kept_out, possible_handlers
from people.models import Role, User
from people.seating import Bar
from vault.errors import NoAccess
from vault.keyring import Keyring
from vault.services.changes import retried

# From these states somebody can be called: to decide, or to look at a decision again once it was told.
TO_DECIDE = frozenset({State.FINDINGS_READY, State.DECIDED, State.ACTION_TAKEN, State.AFTERCARE, State.CLOSED, State.APPEALED})


class TookPart(Exception):
    """This person worked on the case, or decided it before: they don't decide it now."""


class FindingsFirst(Exception):
    """Nobody decides before the findings are ready."""


class NoFreeReader(Exception):
    """This person wrote a finding, so they are no second reader."""


def possible_readers(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[User]:
    """Colleagues free of conflict without a seat here, who could be asked to read the findings. Raises NoAccess."""
    seated = {seat.user_id for seat in open_seats(complaint)}
    return [user for user in possible_handlers(complaint=complaint, keyring=keyring, now=now) if user.pk not in seated]


def kept_out_readers(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[tuple[User, Bar]]:
    """Who of them can't be asked now, and what is missing (R09). Raises NoAccess."""
    seated = {seat.user_id for seat in open_seats(complaint)}
    return [(user, bar) for user, bar in kept_out(complaint=complaint, keyring=keyring, now=now) if user.pk not in seated]


@retried
def call_reader(*, complaint: Complaint, keyring: Keyring, by: User, role: str, to: User, now: datetime) -> Seat:
    """Give `to` a seat to read the findings; nobody loses theirs.

    Raises NoFreeReader, NotFreeOfConflict, NoVaultKeys, CaseEnded, NoAccess.
    """
    if to.pk in authors_of_findings(require_investigation(complaint)):
        raise NoFreeReader
    call = prepare_call(complaint=complaint, keyring=keyring, to=to, seat_role=SeatRole.HANDLER, now=now)
    with transaction.atomic():
        return call.save(locked_while_open(complaint), by=by, role=role, now=now)


def took_part(investigation: Investigation) -> set[int]:
    """Ids of everybody who worked on one of the complaints, heard somebody, found something or decided before."""
    complaints = complaints_of(investigation)
    found = team_ever(complaints, TEAM_ROLES) | authors_of_findings(investigation)
    if any(each.oversight_handles for each in complaints):
        found |= team_ever(complaints, [SeatRole.OVERSIGHT])
    found |= set(Interview.objects.filter(investigation=investigation).values_list("interviewer_id", flat=True))
    found |= set(Decision.objects.filter(investigation=investigation, made_at__isnull=False).values_list("decider_id", flat=True))
    return found | ({investigation.second_reader_id} if investigation.second_reader_id else set())


def called(complaint: Complaint) -> list[Seat]:
    """Whoever was called to decide and still may."""
    return list(open_seats(complaint, SeatRole.DECISION_MAKER).filter(called_at__isnull=False))


def possible_deciders(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[User]:
    """Decision-makers free of conflict in every complaint of the investigation who took no part.

    Those drawn at filing first. Raises NoAccess.
    """
    investigation = require_investigation(complaint)
    barred = took_part(investigation) | {seat.user_id for seat in called(complaint)}
    free: dict[int, User] | None = None
    for each in complaints_of(investigation):
        keys = openable(complaint=each, keyring=keyring)
        if keys.statement is None:
            raise NoAccess("no key for a joined report")
        here = {user.pk: user for user in seatable(complaint=each, keys=keys, role=Role.DECISION_MAKER, now=now)}
        free = here if free is None else {pk: user for pk, user in free.items() if pk in here}
    drawn = {seat.user_id for seat in open_seats(complaint, SeatRole.DECISION_MAKER)}
    people = [user for pk, user in (free or {}).items() if pk not in barred]
    return sorted(people, key=lambda user: (user.pk not in drawn, user.display_name))


def kept_out_deciders(*, complaint: Complaint, keyring: Keyring, now: datetime) -> list[tuple[User, Bar]]:
    """Decision-makers who took no part and can't be called now, and what is missing (R09). Raises NoAccess."""
    took = took_part(require_investigation(complaint))
    keys = openable(complaint=complaint, keyring=keyring)
    found = kept_out_of_role(complaint=complaint, keys=keys, role=Role.DECISION_MAKER, now=now)
    return [(user, bar) for user, bar in found if user.pk not in took]


@retried
def call_decider(*, complaint: Complaint, keyring: Keyring, by: User, role: str, to: User, now: datetime) -> Seat:
    """Call somebody who took no part to decide: seat and keys in every complaint of the investigation.

    Raises TookPart, FindingsFirst, NotFreeOfConflict, NoVaultKeys, NotInvestigated, NoAccess.
    """
    investigation = require_investigation(complaint)
    if to.pk in took_part(investigation):
        raise TookPart
    rooms = [party.compartment for party in respondent_parties(investigation)]
    calls = [
        (each, prepare_call(complaint=each, keyring=keyring, to=to, seat_role=SeatRole.DECISION_MAKER, more=rooms, now=now))
        if each.pk == complaint.pk
        else (each, prepare_call(complaint=each, keyring=keyring, to=to, seat_role=SeatRole.DECISION_MAKER, now=now))
        for each in complaints_of(investigation)
    ]
    seats = []
    with transaction.atomic():
        if locked(complaint).state not in TO_DECIDE:
            raise FindingsFirst
        if to.pk in took_part(investigation):
            raise TookPart
        for each, call in calls:
            seats.append(call.save(locked(each), by=by, role=role, now=now))
    return seats[0]


def declare_called(*, complaint: Complaint, keyring: Keyring, by: User, has_conflict: bool, now: datetime) -> None:
    """The conflict question, answered for every complaint of the investigation at once (R20). With a conflict seats and keys end."""
    for each in complaints_of(require_investigation(complaint)):
        seat = seat_of(by, each, SeatRole.DECISION_MAKER)
        if seat is not None and seat.called_at:
            declare(complaint=each, keyring=keyring, seat=seat, by=by, has_conflict=has_conflict, now=now)
