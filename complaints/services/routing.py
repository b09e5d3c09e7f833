"""Who will read a new report: trained people on the rota who are not named in it and not in a named person's line.

Only a small group is chosen (about three), never "everyone but one": a missing seat must say little to whoever copies the database.
Rules: R15, R21; `vault.md` section 5.2.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from complaints.models import SeatRole
from people.lines import ancestors, reporting_line_conflicts
from people.matching import employees_named_in, employees_named_in_each
from people.models import Employee, Role, User
from people.seating import ROLES_JUDGED, bars
from people.selectors import holders_of_roles
from vault.models import Keyholder
from vault.staff import staff_keyholders

ROTA_SIZE = 3
STANDBY_SIZE = 2
# With fewer than two unconflicted officers one person would hold the report alone: it goes to oversight instead.
FEWEST_OFFICERS = 2

ROLES = (Role.INTAKE_OFFICER, Role.DECISION_MAKER, Role.OVERSIGHT)
GROUPS = ("hr_contact", "managers_manager", "local_management")


@dataclass(frozen=True)
class NamedPeople:
    """What routing needs of a report. `respondents` are blocked with their reporting lines, `excluded` are blocked themselves,
    `others` (witnesses, people told earlier) are merely not chosen. `groups`: values of GROUPS. `reporter`: the name, if given."""

    respondents: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    reporter: str = ""
    # Of an earlier report by the same person: directory ids that were blocked there, whatever their names look like.
    respondent_ids: frozenset[UUID] = frozenset()
    excluded_ids: frozenset[UUID] = frozenset()
    # The reporter said that the respondent is HR or handles complaints, without a name that the directory knows.
    respondent_handles_complaints: bool = False

    def __repr__(self) -> str:
        return "NamedPeople(hidden)"


@dataclass(frozen=True)
class Route:
    """`readers`: (account, seat role) of everyone who will be able to open the report.
    `standby`: seats that the clock may call (decision-maker, oversight). `blocked`: directory ids that must never get a seat.
    `recognised`: {name as typed: directory id}. `outside_first`: the top person is named, so the outside route is shown first.
    `keyholders`: the key of everybody with a seat, by account."""

    readers: tuple[tuple[User, str], ...]
    standby: tuple[tuple[User, str], ...]
    blocked: frozenset[UUID]
    recognised: Mapping[str, UUID] = field(default_factory=dict)
    to_oversight: bool = False
    outside_first: bool = False
    keyholders: Mapping[int, Keyholder] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Route(to_oversight={self.to_oversight})"

    @property
    def seats(self) -> tuple[tuple[User, str], ...]:
        return self.readers + self.standby

    @property
    def reading_keys(self) -> list[Keyholder]:
        """To whom statement and file are sealed."""
        return [self.keyholders[user.pk] for user, _ in self.readers]

    @property
    def overseeing_keys(self) -> list[Keyholder]:
        """To whom the oversight thread is sealed."""
        return [self.keyholders[user.pk] for user, role in self.seats if role == SeatRole.OVERSIGHT]


def route(named: NamedPeople, *, now: datetime) -> Route:
    """Choose the readers of a report at `now`. The choice is random among those free of conflict."""
    names = (*named.respondents, *named.excluded)
    *by_name, elsewhere = employees_named_in_each([*names, "\n".join(named.others)])
    recognised = {name: set(ids) for name, ids in zip(names, by_name, strict=True) if ids}
    respondents = _ids(recognised, named.respondents) | named.respondent_ids
    people = holders_of_roles(ROLES, now)
    keyholders = staff_keyholders({user.pk for users in people.values() for user in users})
    # Nothing can be sealed to those who made no vault key pair yet; and whoever has no valid training is given no report (R09). Oversight
    # is not asked: somebody must read it.
    barred = bars([user for role in ROLES if role in ROLES_JUDGED for user in people[role]], now)
    officers, decision_makers, overseers = (
        [user for user in people[role] if user.pk in keyholders and (user.pk not in barred or role not in ROLES_JUDGED)] for role in ROLES
    )
    candidates = [_employee_id(user) for user in (*officers, *decision_makers, *overseers)]
    blocked = set(reporting_line_conflicts(respondents, [c for c in candidates if c])) | respondents
    blocked |= named.excluded_ids | _ids(recognised, named.excluded) | _group_members(named, candidates, now)
    avoided = blocked | set(elsewhere)

    free = [user for user in officers if _employee_id(user) not in avoided]
    # Somebody unnamed who handles complaints could be any officer.
    to_oversight = len(free) < FEWEST_OFFICERS or (named.respondent_handles_complaints and not respondents)
    overseeing = draw([user for user in overseers if _employee_id(user) not in blocked], STANDBY_SIZE)
    if to_oversight:
        readers = tuple((user, SeatRole.OVERSIGHT) for user in overseeing)
        standby = ()
    else:
        readers = tuple((user, SeatRole.INTAKE) for user in draw(free, ROTA_SIZE))
        deciding = draw([user for user in decision_makers if _employee_id(user) not in blocked], STANDBY_SIZE)
        standby = tuple((u, SeatRole.DECISION_MAKER) for u in deciding) + tuple((u, SeatRole.OVERSIGHT) for u in overseeing)
    return Route(
        readers=readers,
        standby=standby,
        blocked=frozenset(blocked),
        recognised={name: min(ids) for name, ids in recognised.items()},
        to_oversight=to_oversight,
        outside_first=not readers or _names_top_person(respondents),
        keyholders={user.pk: keyholders[user.pk] for user, _ in (*readers, *standby)},
    )


def may_be_seated(*, user: User, blocked: Iterable[UUID]) -> bool:
    """Whether `user` is free of the exclusions of a complaint (directory ids)."""
    return _employee_id(user) not in set(blocked)


def _employee_id(user: User) -> UUID | None:
    employee = getattr(user, "employee", None)
    return employee.pk if employee else None


def _ids(recognised: Mapping[str, set[UUID]], names: Iterable[str]) -> set[UUID]:
    return {i for name in names for i in recognised.get(name, ())}


def draw(users: list[User], count: int) -> list[User]:
    """Up to `count` of `users`, at random."""
    return secrets.SystemRandom().sample(users, min(count, len(users)))


def _names_top_person(respondents: set[UUID]) -> bool:
    return bool(respondents) and Employee.objects.filter(pk__in=respondents, manager__isnull=True, left_date__isnull=True).exists()


def _group_members(named: NamedPeople, candidates: list[UUID | None], now: datetime) -> set[UUID]:
    """Return the candidates that belong to the groups the reporter ticked. When we can't know which one is meant, all are."""
    if not named.groups:
        return set()
    known = {i for i in candidates if i}
    reporter = Employee.objects.filter(pk__in=employees_named_in(named.reporter)).first() if named.reporter else None
    members: set[UUID] = set()
    if "hr_contact" in named.groups:
        contacts = {reporter.hr_contact_id} if reporter else _existing(known, looks_after__isnull=False)
        members |= contacts - {None}
    if "managers_manager" in named.groups:
        members |= ancestors([reporter.pk])[reporter.pk] if reporter else _existing(known, reports__reports__isnull=False)
    if "local_management" in named.groups:
        managers = _existing(known, reports__isnull=False)
        members |= {i for i in managers if not reporter or _same_site(i, reporter)}
    return members


def _existing(known: set[UUID], **having) -> set[UUID]:
    return set(Employee.objects.filter(pk__in=known, **having).values_list("pk", flat=True))


def _same_site(employee_id: UUID, reporter: Employee) -> bool:
    return Employee.objects.filter(pk=employee_id, site_id=reporter.site_id).exists()
