"""Setting up an empty installation: the organisation, its first site, the first accounts, the recovery key."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from audit.actions import Action
from audit.actors import Actor
from audit.services import record
from people.models import Organisation, Role, Site, User
from people.selectors import users_with_role
from people.services import accounts
from vault.recovery import PrintedRecovery, create_recovery_key, recovery_keyholder


class BadAnswers(Exception):
    """What was answered can't be used. `problems`: one sentence each."""

    def __init__(self, problems: list[str]):
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class FirstAccount:
    email: str
    name: str
    roles: tuple[str, ...]
    language: str = "zh-hans"
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Answers:
    """What the administrator says about the organisation. `country` is an ISO 3166 code, `site_code` a short lower-case word."""

    name_en: str
    name_zh: str
    default_language: str = "zh-hans"
    time_zone: str = "Asia/Shanghai"
    country: str = "CN"
    subdivision: str = ""
    site_code: str = "main"
    site_name: str = ""
    service_name_en: str = "Work Support"
    service_name_zh: str = "职场支持"
    emergency_number: str = "110"
    accounts: tuple[FirstAccount, ...] = ()


def answers_from(document: dict) -> Answers:
    """Read answers from a parsed TOML file: [organisation] and [[account]] tables. Raises BadAnswers for unknown or missing names."""
    unknown = set(document) - {"organisation", "account"}
    try:
        given = [FirstAccount(**{**entry, "roles": tuple(entry.get("roles", ()))}) for entry in document.get("account", [])]
        answers = Answers(**document.get("organisation", {}), accounts=tuple(given))
    except TypeError as error:
        raise BadAnswers([str(error).partition("__init__() ")[2] or "a name in the answers is wrong"]) from None
    if unknown:
        raise BadAnswers([f"unknown table: {name}" for name in sorted(unknown)])
    return answers


def check(answers: Answers) -> None:
    """Raises BadAnswers with everything that is wrong."""
    problems = []
    if not answers.name_en.strip() or not answers.name_zh.strip():
        problems.append("the organisation needs a name in both languages")
    languages = dict(settings.LANGUAGES)
    if answers.default_language not in languages:
        problems.append(f"default_language is one of {', '.join(languages)}")
    if answers.time_zone not in available_timezones():
        problems.append(f"unknown time zone: {answers.time_zone}")
    for account in answers.accounts:
        problems += _account_problems(account, languages)
    if problems:
        raise BadAnswers(problems)


def _account_problems(account: FirstAccount, languages: dict) -> list[str]:
    problems = []
    try:
        validate_email(account.email)
    except ValidationError:
        problems.append(f"not an e-mail address: {account.email}")
    if not account.name.strip():
        problems.append(f"{account.email}: needs a name")
    if account.language not in languages:
        problems.append(f"{account.email}: language is one of {', '.join(languages)}")
    problems += [f"{account.email}: unknown role {role}" for role in account.roles if role not in Role.values]
    if account.password is not None:
        try:
            validate_password(account.password, User(email=account.email, display_name=account.name))
        except ValidationError as error:
            problems += [f"{account.email}: {text}" for text in error.messages]
    return problems


def set_up(*, answers: Answers, by: Actor, now: datetime) -> Organisation:
    """Write the organisation, its site and the accounts. Running it again changes the organisation and adds what is missing.

    Raises BadAnswers before anything is written.
    """
    check(answers)
    with transaction.atomic():
        site, _ = Site.objects.update_or_create(
            code=answers.site_code,
            defaults={
                "name": answers.site_name or answers.name_en,
                "country": answers.country,
                "subdivision": answers.subdivision,
                "time_zone": answers.time_zone,
            },
        )
        names = ("name_en", "name_zh", "default_language", "time_zone", "service_name_en", "service_name_zh", "emergency_number")
        values = {name: getattr(answers, name) for name in names} | {"site": site}
        organisation = accounts.save_organisation(values=values, by=by, now=now)
    for account in answers.accounts:
        _add(account, by=by, now=now)
    return organisation


def _add(account: FirstAccount, *, by: Actor, now: datetime) -> None:
    try:
        user = accounts.create_account(
            email=account.email, display_name=account.name, language=account.language, password=account.password, by=by, now=now
        )
    except accounts.AccountExists:
        user = User.objects.get_by_natural_key(account.email)
    for role in account.roles:
        accounts.grant_role(user=user, role=Role(role), by=by, now=now)


def make_recovery_key(*, by: Actor, now: datetime) -> PrintedRecovery | None:
    """Make the recovery key, or return None when there is one already. Its secret exists only in the result."""
    if recovery_keyholder() is not None:
        return None
    made = create_recovery_key(now=now)
    with transaction.atomic():
        record(
            by=by,
            action=Action.RECOVERY_KEY_MADE,
            subject_id=None,
            object_kind="keyholder",
            object_id=made.keyholder.pk,
            facts=None,
            now=now,
        )
    return made


def recovery_page(made: PrintedRecovery, *, organisation: Organisation, now: datetime) -> str:
    """The printable page with the recovery key, in both languages."""
    groups = made.groups
    context = {
        "organisation": organisation,
        "rows": [groups[at : at + 4] for at in range(0, len(groups), 4)],
        "date": now.astimezone(ZoneInfo(organisation.time_zone)).date().isoformat(),
    }
    with translation.override("en"):
        return render_to_string("people/recovery_page.html", context)


def missing_roles(now: datetime) -> list[str]:
    """What a working installation still lacks, one sentence each."""
    wanted = ((Role.INTAKE_OFFICER, 2), (Role.INVESTIGATOR, 2), (Role.DECISION_MAKER, 1), (Role.OVERSIGHT, 1), (Role.POLICY_ADMIN, 2))
    return [f"{role.value}: {count} of at least {least}" for role, least in wanted if (count := users_with_role(role, now).count()) < least]
