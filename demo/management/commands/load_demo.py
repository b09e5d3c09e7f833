"""Load the demonstration organisation, once. `var/demo.json` lists its accounts and the codes of its reports."""

import json
import os
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from demo.cases import load_cases
from demo.drafting import load_draft, load_walls
from demo.elsewhere import load_training_from_elsewhere
from demo.handling import Told
from demo.people import Account, load_people
from demo.signing import load_signing
from demo.training import load_questions, load_training
from people.models import Organisation
from policy.demo import publish_demo_policy


class Command(BaseCommand):
    help = "Load the demonstration organisation into an empty installation."

    def handle(self, *args, **options):
        if not settings.DEMO:
            raise CommandError("Only with HEARD_DEMO=1: these passwords are known to everybody.")
        accounts_file = Path(settings.HEARD_DATA) / "demo.json"
        if Organisation.objects.exists():
            if not accounts_file.exists():
                raise CommandError("There is an organisation already, and it is not the demonstration.")
            return
        now = timezone.now()
        # The policy must have been in force before the oldest report arrived.
        start = now - timedelta(days=100)
        accounts = load_people(now=start)
        version = publish_demo_policy(now=start, by=accounts["1008"].user, approver=accounts["1009"].user)
        load_training(accounts=accounts, now=start)
        load_training_from_elsewhere(accounts=accounts, now=now)
        load_questions(accounts=accounts, now=now)
        cases = load_cases(accounts=accounts, now=now)
        load_signing(version=version, accounts=accounts, now=now)
        load_walls(version=version, accounts=accounts, now=now)
        load_draft(version=version, accounts=accounts, now=now)
        _write(accounts_file, accounts, cases)


def _write(path: Path, accounts: dict[str, Account], cases: dict[str, Told]) -> None:
    content = {
        "accounts": [
            {
                "role": ", ".join(str(role) for role in account.roles) or "employee",
                "name": account.user.display_name,
                "email": account.user.email,
                "password": account.password,
                "passphrase": account.passphrase or "-",
            }
            for account in accounts.values()
        ],
        "reports": [
            {"story": name, "ref": told.complaint.ref, "code": told.code, "invitations": list(told.parties)} for name, told in cases.items()
        ],
    }
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, indent=2)
