"""What administrators must know: what is missing, expiring or broken; who holds which role; what was changed by whom."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from audit.models import Entry
from complaints.report_selectors import FEWEST_HANDLERS
from investigations.selectors_panel import warnings_of
from managing.log_kinds import Kind
from managing.models import ExitCheck
from notices.selectors import stuck
from oversight.health import health
from people.attention import Point, needs
from people.models import CASE_ROLES, Role, RoleGrant, User
from people.selectors import organisation, users_with_role
from people.separation import problems_of
from people.wording import listed
from policy.limits import Span
from policy.selectors import content_of, policy_in_force
from policy.wording import span_in_words
from vault.models import Keyholder
from vault.recovery import recovery_keyholder

# Without them nobody could take a report: it stays closed (D8).
NEEDED = ((Role.INTAKE_OFFICER, FEWEST_HANDLERS), (Role.OVERSIGHT, 1))
WANTED = (*NEEDED, (Role.INVESTIGATOR, 2), (Role.DECISION_MAKER, 1), (Role.POLICY_ADMIN, 2))


@needs(Role.SYSTEM_ADMIN)
def people_and_roles(now: datetime, today: date) -> Iterator[Point]:
    at = reverse("managing:people")
    for role, least in WANTED:
        count = users_with_role(role, now).count()
        if count < least:
            text = _("%(role)s: %(count)s of at least %(least)s.") % {"role": role.label, "count": count, "least": least}
            yield Point(text, at, urgent=(role, least) in NEEDED)
    for user in users_with_role(Role.OVERSIGHT, now):
        if problems_of(user=user, roles={Role.OVERSIGHT}):
            yield Point(_("%(name)s oversees from inside the line of HR.") % {"name": user.display_name}, at, urgent=True)
    for words in warnings_of(policy_in_force(now), now):
        yield Point(words, at)
    without = [row.user.display_name for row in accounts(now) if row.needs_key]
    if without:
        yield Point(_("Not yet able to receive reports (no vault key): %(names)s.") % {"names": listed(without)}, at)


@needs(Role.SYSTEM_ADMIN)
def machine(now: datetime, today: date) -> Iterator[Point]:
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


@needs(Role.SYSTEM_ADMIN)
def way_out(now: datetime, today: date) -> Iterator[Point]:
    """Where “Leave this site” leads must answer: somebody may need it in a hurry."""
    for check in broken_exits():
        words = _("“Leave this site” leads nowhere (%(language)s): %(url)s does not answer.")
        yield Point(words % {"language": check.get_language_display(), "url": check.url}, reverse("managing:settings"), urgent=True)


def broken_exits() -> list[ExitCheck]:
    """Exit addresses in use that did not answer when they were last tried."""
    in_use = {language: organisation().exit_url(language) for language in dict(settings.LANGUAGES)}
    return [check for check in ExitCheck.objects.filter(failing_since__isnull=False) if check.url == in_use.get(check.language)]


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
        return listed(Role(role).label for role in self.roles)


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


@dataclass(frozen=True)
class Kept:
    """How long the policy in force keeps one kind of record; "" where it sets no bound."""

    label: str
    least: str
    most: str


def how_long_kept(now: datetime) -> list[Kept]:
    """The retention rules of the policy in force, in the language of the page."""
    version, language = policy_in_force(now), get_language()
    if version is None:
        return []

    def words(span: Span | None) -> str:
        return span_in_words(span, language) if span else ""

    return [Kept(str(rule.label or rule.record), words(rule.minimum), words(rule.maximum)) for rule in content_of(version).retention]


def log_entries(kinds: Iterable[Kind]) -> QuerySet[Entry]:
    """What was changed in the portal itself, newest first: nothing about any case, and no access to one."""
    actions = [str(action) for kind in kinds for action in kind.actions]
    return Entry.objects.filter(subject_id__isnull=True, action__in=actions).select_related("user").order_by("-seq")
