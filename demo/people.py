"""The demonstration's organisation, directory and accounts."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audit.actors import SYSTEM
from people.models import Employee, Gender, Organisation, Role, Site, User
from people.services.accounts import create_account, describe, grant_role, save_organisation
from people.services.directory import apply_import
from vault.keyring import Keyring
from vault.recovery import create_recovery_key, recovery_keyholder
from vault.staff import create_staff_keys

DIRECTORY = Path(__file__).with_name("directory.csv")
SITES = (("hangzhou", "杭州", ""), ("jinan", "济南", ""), ("shanghai", "上海", ""))
# Employee number -> roles. Everybody else only has an entry in the directory, as in life.
ROLES = {
    "1003": (Role.INTAKE_OFFICER,),
    "1004": (Role.INTAKE_OFFICER,),
    "1005": (Role.INVESTIGATOR,),
    "1006": (Role.INVESTIGATOR,),
    "1007": (Role.DECISION_MAKER,),
    "1008": (Role.POLICY_ADMIN,),
    "1009": (Role.POLICY_ADMIN,),
    "1010": (Role.TRAINING_ADMIN,),
    "1011": (Role.OVERSIGHT,),
    "1012": (Role.OVERSIGHT,),
    "1013": (Role.SYSTEM_ADMIN,),
    "1017": (),
}
# Who has said how they describe themselves: reporters may ask to speak to a woman or a man.
GENDERS = {"1003": Gender.WOMAN, "1004": Gender.MAN, "1005": Gender.MAN, "1006": Gender.WOMAN}
VAULT_ROLES = frozenset({Role.INTAKE_OFFICER, Role.INVESTIGATOR, Role.DECISION_MAKER, Role.OVERSIGHT})


@dataclass(frozen=True)
class Account:
    """One demonstration account with the secrets that var/demo.json shows."""

    number: str
    user: User
    roles: tuple[str, ...]
    password: str
    passphrase: str = ""
    keyring: Keyring | None = None

    def __repr__(self) -> str:
        return f"Account({self.number})"


def load_people(*, now: datetime) -> dict[str, Account]:
    """Create organisation, directory and accounts; return the accounts by employee number."""
    for code, name, subdivision in SITES:
        Site.objects.get_or_create(code=code, defaults={"name": name, "country": "CN", "subdivision": subdivision})
    if not Organisation.objects.exists():
        save_organisation(
            values={
                "name_en": "Qinghe Fresh Retail",
                "name_zh": "清禾生鲜零售",
                "default_language": "zh-hans",
                "time_zone": "Asia/Shanghai",
                "site": Site.objects.get(code="hangzhou"),
            },
            by=SYSTEM,
            now=now,
        )
    apply_import(content=DIRECTORY.read_bytes(), complete=False, by=SYSTEM, now=now)
    if recovery_keyholder() is None:
        create_recovery_key(now=now)
    return {number: _account(number, roles, now) for number, roles in ROLES.items()}


def _account(number: str, roles: tuple[str, ...], now: datetime) -> Account:
    employee = Employee.objects.get(number=number)
    password, passphrase = f"demo-{number}-sign-in", f"demo {number} vault passphrase"
    user = create_account(
        email=employee.email, display_name=employee.name, language=employee.language, by=SYSTEM, now=now, password=password
    )
    for role in roles:
        grant_role(user=user, role=role, by=SYSTEM, now=now)
    describe(user=user, gender=GENDERS.get(number, Gender.UNSAID), by=SYSTEM, now=now)
    if not set(roles) & VAULT_ROLES:
        return Account(number, user, roles, password)
    keyring = create_staff_keys(user=user, passphrase=passphrase, now=now)
    return Account(number, user, roles, password, passphrase, keyring)
