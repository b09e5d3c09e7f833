"""The cast: people with roles, a reporting line and vault keys, so that tests read as sentences."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from people.matching import fold_name
from people.models import Employee, Organisation, Role, RoleGrant, Site, Unit, User
from vault.keyholders import new_keyholder
from vault.keyring import Keyring
from vault.models import Keyholder
from vault.staff import create_staff_keys

# A Monday morning in Shanghai, with no public holiday near.
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SINCE = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"
PASSPHRASE = "seven quiet rivers run north"


@dataclass(frozen=True)
class Person:
    user: User
    employee: Employee
    keyring: Keyring | None = None
    passphrase: str = PASSPHRASE


def make_organisation() -> Organisation:
    site = Site.objects.create(code="hangzhou", name="Hangzhou", country="CN", time_zone="Asia/Shanghai")
    return Organisation.objects.create(
        name_en="Linden Retail", name_zh="菩提零售", default_language="zh-hans", time_zone="Asia/Shanghai", site=site
    )


def make_person(number: str, name: str, *roles: str, manager: Employee | None = None, language: str = "en", keys: bool = True) -> Person:
    """Create an employee with an account; with roles, also the grants and (unless `keys` is off) a vault key pair."""
    email = f"person{number}@example.test"
    user = User.objects.create_user(email, PASSWORD, display_name=name, language=language)
    unit, _ = Unit.objects.get_or_create(code="unit", defaults={"name": "Unit"})
    employee = Employee.objects.create(
        number=number,
        name=name,
        name_key=fold_name(name),
        email=email,
        user=user,
        manager=manager,
        unit=unit,
        site=Site.objects.first(),
        joined_date=date(2024, 3, 1),
    )
    for role in roles:
        RoleGrant.objects.create(user=user, role=Role(role), since=SINCE)
    keyring = _keys(user, number) if roles and keys else None
    return Person(user=user, employee=employee, keyring=keyring)


# By number of the person: the same key each time, because sealing it under the passphrase is slow on purpose.
_made: dict[str, tuple[Keyring, Keyholder]] = {}


def _keys(user: User, number: str) -> Keyring:
    if number not in _made:
        keyring = create_staff_keys(user=user, passphrase=PASSPHRASE, now=SINCE)
        _made[number] = keyring, Keyholder.objects.get(pk=keyring.keyholder_id)
        return keyring
    keyring, earlier = _made[number]
    again = new_keyholder(kind=earlier.kind, private_key=keyring.private_key, now=SINCE, user=user, keyholder_id=earlier.pk)
    again.sealed_seed, again.pepper_id = earlier.sealed_seed, earlier.pepper_id
    again.save(force_insert=True)
    return keyring
