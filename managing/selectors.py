"""What administrators must know: what is missing, expiring or broken; who holds which role; what was changed by whom."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from audit.models import Entry
from notices.selectors import stuck
from oversight.health import health
from people.models import CASE_ROLES, Role, RoleGrant, User
from people.selectors import users_with_role
from people.separation import problems_of
from policy.calendar_selectors import warnings as calendar_warnings
from policy.models import PolicyState, PolicyVersion
from policy.poster_selectors import needing_attention
from policy.selectors import content_of, policy_in_force, untranslated
from vault.models import Keyholder
from vault.recovery import recovery_keyholder

# Without them nobody could take a report: it stays closed (D8).
NEEDED = ((Role.INTAKE_OFFICER, 2), (Role.OVERSIGHT, 1))
WANTED = (*NEEDED, (Role.INVESTIGATOR, 2), (Role.DECISION_MAKER, 1), (Role.POLICY_ADMIN, 2))
SOON = timedelta(days=60)
CONTACTS_GOOD_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Point:
    """One thing that needs somebody. `urgent`: something does not work or a promise is at risk."""

    text: str
    url: str
    urgent: bool = False


def points_for(roles: frozenset[str], now: datetime, today: date) -> list[Point]:
    """What needs an administrator with these roles, urgent things first."""
    found: list[Point] = []
    if Role.POLICY_ADMIN in roles:
        found += [*_policy(now, today), *_calendars(today), *_posters(now, today)]
    if Role.SYSTEM_ADMIN in roles:
        found += [*_people(now), *_machine(now)]
    return sorted(found, key=lambda point: not point.urgent)


def _policy(now: datetime, today: date):
    current = policy_in_force(now)
    if current is None:
        yield Point(_("No policy is in force: nobody can be promised a date."), reverse("authoring:versions"), urgent=True)
    else:
        yield from _current(current, today)
    for version in PolicyVersion.objects.filter(state__in=[PolicyState.DRAFT, PolicyState.IN_REVIEW, PolicyState.APPROVED]):
        text = _("Version %(number)s is waiting: %(state)s.") % {"number": version.number, "state": version.get_state_display()}
        yield Point(text, reverse("authoring:version", args=[version.number]))


def _current(version: PolicyVersion, today: date):
    content, at = content_of(version), reverse("authoring:version", args=[version.number])
    review = content.review.next_date
    if review and review <= today + SOON:
        yield Point(_("The policy must be looked at again by %(date)s.") % {"date": review.isoformat()}, at, urgent=review < today)
    old = [each for each in content.support if each.confirmed_on and each.confirmed_on < today - CONTACTS_GOOD_FOR]
    if old:
        yield Point(_("Support contacts confirmed more than a year ago: %(count)s. Call them.") % {"count": len(old)}, at)
    if any(untranslated(version, language) for language in ("en", "zh-hans")):
        yield Point(_("A part of the policy is shown in the other language: a translation is missing."), at, urgent=True)


def _calendars(today: date):
    for calendar, year in calendar_warnings(today):
        text = _("The working calendar of %(year)s is not confirmed: dates in it are provisional.") % {"year": year}
        yield Point(text, reverse("calendars:calendar", args=[calendar.pk]) + f"?year={year}", urgent=year == today.year)


def _posters(now: datetime, today: date):
    if count := needing_attention(policy_in_force(now), today):
        yield Point(_("Posters to replace or to look at: %(count)s.") % {"count": count}, reverse("posters:register"))


def _people(now: datetime):
    at = reverse("managing:people")
    for role, least in WANTED:
        count = users_with_role(role, now).count()
        if count < least:
            text = _("%(role)s: %(count)s of at least %(least)s.") % {"role": role.label, "count": count, "least": least}
            yield Point(text, at, urgent=(role, least) in NEEDED)
    for user in users_with_role(Role.OVERSIGHT, now):
        if problems_of(user=user, roles={Role.OVERSIGHT}):
            yield Point(_("%(name)s oversees from inside the line of HR.") % {"name": user.display_name}, at, urgent=True)
    without = [row.user.display_name for row in accounts(now) if row.needs_key]
    if without:
        yield Point(_("Not yet able to receive reports (no vault key): %(names)s.") % {"names": ", ".join(without)}, at)


def _machine(now: datetime):
    state = health(now)
    if not state.ok:
        yield Point(_("Reminders are not running, or the clock of the server jumped. See /health/."), "/health/", urgent=True)
    if count := stuck().count():
        yield Point(_("Messages that could not be sent: %(count)s.") % {"count": count}, reverse("managing:settings"), urgent=True)
    if recovery_keyholder() is None:
        yield Point(
            _("There is no recovery key: a lost passphrase may cost a case. Run manage.py setup."),
            reverse("managing:settings"),
            urgent=True,
        )


def reporting_is_open(now: datetime) -> bool:
    """Whether enough people are there to take a report: two officers and one who oversees, each with a vault key."""
    return all(sum(1 for user in users_with_role(role, now) if user.pk in _with_keys()) >= least for role, least in NEEDED)


def _with_keys() -> set[int]:
    return set(Keyholder.objects.filter(kind=Keyholder.Kind.STAFF, retired_at__isnull=True).values_list("user_id", flat=True))


@dataclass(frozen=True)
class AccountRow:
    """An account with the roles it holds now. `needs_key`: holds a role in cases and has made no vault key yet."""

    user: User
    roles: tuple[str, ...]
    needs_key: bool

    @property
    def labels(self) -> str:
        return ", ".join(str(Role(role).label) for role in self.roles)


def accounts(now: datetime, *, all_of_them: bool = False) -> list[AccountRow]:
    """Accounts with a role, by name; with `all_of_them` also those without."""
    grants = RoleGrant.objects.filter(since__lte=now).filter(Q(until__isnull=True) | Q(until__gt=now))
    held: dict[int, set[str]] = {}
    for user_id, role in grants.values_list("user_id", "role"):
        held.setdefault(user_id, set()).add(role)
    users = User.objects.all() if all_of_them else User.objects.filter(pk__in=held)
    keys = _with_keys()
    return [
        AccountRow(user, tuple(sorted(held.get(user.pk, ()))), bool(CASE_ROLES & held.get(user.pk, set())) and user.pk not in keys)
        for user in users.order_by("display_name", "pk")
    ]


def account_numbered(user_id: int) -> User | None:
    return User.objects.filter(pk=user_id).first()


def log_entries() -> QuerySet[Entry]:
    """What was changed in the portal itself, newest first: nothing about any case, and no access to one."""
    return Entry.objects.filter(subject_id__isnull=True, actor_kind__in=["staff", "system"]).select_related("user").order_by("-seq")
