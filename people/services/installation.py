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
from people.separation import clashes, problems_of
from people.services import accounts
from vault.recovery import PrintedRecovery, new_recovery_key, recovery_keyholder


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
    service_name_en: str = field(default_factory=lambda: settings.SERVICE_NAME["en"])
    service_name_zh: str = field(default_factory=lambda: settings.SERVICE_NAME["zh-hans"])
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
    problems = [problem for name in _JUDGED for problem in problems_of_field(answers, name)]
    for account in answers.accounts:
        problems += account_problems(account)
    if problems:
        raise BadAnswers(problems)


def problems_of_field(answers: Answers, name: str) -> list[str]:
    """What is wrong with one answer about the organisation, one sentence each."""
    value = getattr(answers, name)
    judge, sentence = _JUDGED.get(name, (bool, ""))
    return [] if judge(value) else [sentence.format(value=value, languages=", ".join(dict(settings.LANGUAGES)))]


def _fits(name: str):
    """Whether a value fits the column it goes to."""

    def judge(value: str) -> bool:
        model, field = (Site, {"site_code": "code", "site_name": "name"}.get(name, name)) if name in _OF_SITE else (Organisation, name)
        try:
            model._meta.get_field(field).clean(value, None)
        except ValidationError:
            return False
        return True

    return judge


_OF_SITE = ("country", "subdivision", "site_code", "site_name")
_JUDGED = {
    "name_en": (_fits("name_en"), "the organisation needs a name in both languages, up to 120 letters"),
    "name_zh": (_fits("name_zh"), "the organisation needs a name in both languages, up to 120 letters"),
    "service_name_en": (_fits("service_name_en"), "the service needs a name, up to 60 letters"),
    "service_name_zh": (_fits("service_name_zh"), "the service needs a name, up to 60 letters"),
    "default_language": (lambda value: value in dict(settings.LANGUAGES), "the language is one of {languages}"),
    "time_zone": (lambda value: value in available_timezones(), "unknown time zone: {value} (for instance Asia/Shanghai, Europe/Berlin)"),
    "country": (
        lambda value: len(value) == 2 and value.isalpha() and value.isascii(),
        "a country has two letters, for instance CN: {value}",
    ),
    "site_code": (_fits("site_code"), "a site code has letters, digits and dashes only: {value}"),
    "emergency_number": (_fits("emergency_number"), "an emergency number has up to 20 digits"),
}


def account_problems(account: FirstAccount) -> list[str]:
    """What is wrong with an account, one sentence each."""
    languages = dict(settings.LANGUAGES)
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
    problems += [f"{account.email}: {clash.sentence}" for clash in clashes(account.roles)]
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
    organisation = save_company(answers=answers, by=by, now=now)
    for account in answers.accounts:
        try:
            add_account(account, by=by, now=now)
        except accounts.RolesClash as clash:
            raise BadAnswers([f"{account.email}: {problem.sentence}" for problem in clash.problems]) from None
    return organisation


def save_company(*, answers: Answers, by: Actor, now: datetime) -> Organisation:
    """Write the organisation and its main site."""
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
        return accounts.save_organisation(values=values, by=by, now=now)


def add_account(account: FirstAccount, *, by: Actor, now: datetime) -> User:
    """Make an account with its roles, or give the roles to the account that is there. Raises RolesClash."""
    try:
        user = accounts.create_account(
            email=account.email, display_name=account.name, language=account.language, password=account.password, by=by, now=now
        )
    except accounts.AccountExists:
        user = User.objects.get_by_natural_key(account.email)
    with transaction.atomic():
        for role in account.roles:
            accounts.grant_role(user=user, role=Role(role), by=by, now=now)
    return user


def prepare_recovery_key(*, now: datetime) -> PrintedRecovery | None:
    """Make a recovery key that is not in force yet; None when there is one already. Its secret exists only in the result."""
    return new_recovery_key(now=now) if recovery_keyholder() is None else None


def keep_recovery_key(prepared: PrintedRecovery, *, by: Actor, now: datetime) -> None:
    """Put a prepared key in force, once it is on paper. IntegrityError when somebody else made one meanwhile."""
    with transaction.atomic():
        prepared.keyholder.save(force_insert=True)
        record(
            by=by,
            action=Action.RECOVERY_KEY_MADE,
            subject_id=None,
            object_kind="keyholder",
            object_id=prepared.keyholder.pk,
            facts=None,
            now=now,
        )


def recovery_page(made: PrintedRecovery, *, organisation: Organisation, now: datetime) -> str:
    """The printable page with the recovery key, in both languages."""
    groups = made.groups
    context = {
        "organisation": organisation,
        "rows": [list(enumerate(groups[at : at + 4], at + 1)) for at in range(0, len(groups), 4)],
        "date": now.astimezone(ZoneInfo(organisation.time_zone)).date().isoformat(),
    }
    with translation.override("en"):
        return render_to_string("people/recovery_page.html", context)


def missing_roles(now: datetime) -> list[str]:
    """What a working installation still lacks, and who oversees from inside the line of HR, one sentence each."""
    wanted = (
        (Role.SYSTEM_ADMIN, 1),
        (Role.INTAKE_OFFICER, 2),
        (Role.INVESTIGATOR, 2),
        (Role.DECISION_MAKER, 1),
        (Role.OVERSIGHT, 1),
        (Role.POLICY_ADMIN, 2),
    )
    missing = [
        f"{role.value}: {count} of at least {least}" for role, least in wanted if (count := users_with_role(role, now).count()) < least
    ]
    # The directory may have moved somebody since the role was given.
    inside = [user.email for user in users_with_role(Role.OVERSIGHT, now) if problems_of(user=user, roles={Role.OVERSIGHT})]
    return missing + [f"somebody in oversight outside the line of HR, instead of {email}" for email in inside]
