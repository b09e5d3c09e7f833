"""Who holds which role now, and the organisation's own row."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import BigIntegerField, DateField, DateTimeField, F, Q, QuerySet

from people.matching import fold_name
from people.models import Employee, Organisation, Role, RoleGrant, User
from vault.kept_queries import KeptQuery
from vault.outages import DATABASE_ERRORS, forget, remembered

ORGANISATION_CACHE_KEY = "organisation"
_of_this_request: ContextVar[Organisation | None] = ContextVar("organisation", default=None)


def organisation() -> Organisation:
    """Return the organisation, or an unsaved default one while the installation is still empty."""
    kept = _of_this_request.get()
    if kept is not None:
        return kept
    return remembered(ORGANISATION_CACHE_KEY, 60, _organisation)


def _organisation() -> Organisation:
    return _STORED.first() or Organisation(
        name_en="Our organisation", name_zh="本单位", exit_url_en=settings.EXIT_URL["en"], exit_url_zh=settings.EXIT_URL["zh-hans"]
    )


_STORED = KeptQuery(lambda: Organisation.objects.select_related("site").filter(pk=1))


def chosen_upload_mb() -> int | None:
    """The most one file may have, in MB, if an administrator chose it. None in an outage too: what was typed must still be given back."""
    try:
        return organisation().max_upload_mb
    except DATABASE_ERRORS:
        return None


@contextmanager
def one_organisation() -> Iterator[Organisation]:
    """Look the organisation up once for everything inside: a request asks for it many times."""
    found = organisation()
    token = _of_this_request.set(found)
    try:
        yield found
    finally:
        _of_this_request.reset(token)


def forget_organisation() -> None:
    """Read the organisation's row anew next time: it was changed."""
    forget(ORGANISATION_CACHE_KEY)
    _of_this_request.set(None)


def _open_at(now) -> Q:
    return Q(since__lte=now) & (Q(until__isnull=True) | Q(until__gt=now))


def roles_of(user, now: datetime) -> frozenset[str]:
    """Return the role values `user` holds at `now`; nothing for anonymous or closed accounts, nor from the leaving date on."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return frozenset()
    return frozenset(_ROLES_HELD.all(user_id=user.pk, now=now, today=today(now)))


def _roles_held(user_id, now, today) -> QuerySet:
    # With the leaving date in it: this is asked at every page.
    held = RoleGrant.objects.filter(_open_at(now), user_id=user_id).exclude(user__employee__left_date__lte=today)
    return held.values_list("role", flat=True)


_ROLES_HELD = KeptQuery(_roles_held, user_id=BigIntegerField(), now=DateTimeField(), today=DateField())


def today(now: datetime) -> date:
    """The organisation's date at `now`: leaving dates are dates of its own calendar."""
    return now.astimezone(ZoneInfo(organisation().time_zone)).date()


def has_left(user, now: datetime) -> bool:
    """Whether the leaving date of `user` has come, even if nothing has closed the account yet."""
    return Employee.objects.filter(user_id=user.pk, left_date__lte=today(now)).exists()


def _here(now: datetime) -> QuerySet[User]:
    gone = Employee.objects.filter(user__isnull=False, left_date__lte=today(now)).values("user_id")
    return User.objects.filter(is_active=True).exclude(pk__in=gone)


def has_role(user, role: Role, now: datetime) -> bool:
    return role in roles_of(user, now)


def users_with_role(role: Role, now: datetime) -> QuerySet[User]:
    """Return the active accounts holding `role` at `now`, in a stable order."""
    holders = RoleGrant.objects.filter(_open_at(now), role=role).values("user_id")
    return _here(now).filter(pk__in=holders).order_by("pk")


def holders_of_roles(roles: Iterable[str], now: datetime) -> dict[str, list[User]]:
    """Return the active accounts holding each of `roles` at `now`, with their employees, in a stable order, in one query.

    Nobody from their leaving date on, even if nothing has closed the account yet.
    """
    wanted = [str(role) for role in roles]
    stays = Q(user__employee__left_date__isnull=True) | Q(user__employee__left_date__gt=today(now))
    grants = RoleGrant.objects.filter(_open_at(now), stays, role__in=wanted, user__is_active=True).select_related("user__employee")
    found: dict[str, dict[int, User]] = {role: {} for role in wanted}
    for grant in grants.order_by("user_id"):
        found[grant.role].setdefault(grant.user_id, grant.user)
    return {role: list(users.values()) for role, users in found.items()}


def users_with_any_role(roles: Iterable[str], now: datetime) -> QuerySet[User]:
    """Return the active accounts holding at least one of `roles` at `now`, in a stable order."""
    holders = RoleGrant.objects.filter(_open_at(now), role__in=list(roles)).values("user_id")
    return _here(now).filter(pk__in=holders).order_by("pk")


def directory_users(user_ids: Iterable[int]) -> set[int]:
    """Return those of these accounts that belong to somebody in the directory."""
    return set(Employee.objects.filter(user_id__in=list(user_ids)).values_list("user_id", flat=True))


def outsiders(user_ids: Iterable[int]) -> set[int]:
    """Return those of these accounts that are or were investigators from outside."""
    grants = RoleGrant.objects.filter(user_id__in=list(user_ids), role=Role.EXTERNAL_INVESTIGATOR)
    return set(grants.values_list("user_id", flat=True))


def find_employees(words: str, most: int = 20) -> QuerySet[Employee]:
    """Return directory entries that `words` may mean: part of a name, a number, an address, a unit. Those who have left come last."""
    words = words.strip()
    if not words:
        return Employee.objects.none()
    key = fold_name(words)
    wanted = Q(name__icontains=words) | Q(other_name__icontains=words) | Q(number__iexact=words) | Q(email__iexact=words)
    wanted |= Q(name_key=key) | Q(other_name_key=key) | Q(unit__name__icontains=words)
    # "Boss Zhou" and "周总" say the family name at least.
    for word in words.split():
        if len(word) >= 2 and word.isascii():
            wanted |= Q(name__icontains=word) | Q(other_name__icontains=word)
    if not words[0].isascii():
        wanted |= Q(name__startswith=words[0]) | Q(other_name__startswith=words[0])
    return Employee.objects.filter(wanted).select_related("unit").order_by(F("left_date").asc(nulls_first=True), "name", "pk")[:most]


def employee_of(user) -> Employee | None:
    """Return the directory's entry of an account, or None."""
    if not getattr(user, "is_authenticated", False):
        return None
    return Employee.objects.select_related("unit", "site").filter(user=user).first()


def leads_people(employee: Employee, today: date) -> bool:
    """Whether somebody who works here on `today` reports to `employee`."""
    return working_on(today).filter(manager=employee).exists()


def working_on(today: date) -> QuerySet[Employee]:
    """Return everybody who works here on a day: has begun and has not left. The last day is the first one without."""
    return Employee.objects.filter(Q(left_date__isnull=True) | Q(left_date__gt=today), joined_date__lte=today)


def directory_counts() -> dict[str, int]:
    """Return how many employees work here and how many have left: {"working": n, "left": n}."""
    working = Employee.objects.filter(left_date__isnull=True).count()
    return {"working": working, "left": Employee.objects.count() - working}
