"""`manage.py setup`: walk an administrator through an empty installation, or take the answers from a file."""

import getpass
import os
import tomllib
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import actors
from people.models import Role
from people.selectors import organisation
from people.services import installation
from people.services.installation import Answers, BadAnswers, FirstAccount


class Command(BaseCommand):
    help = "Set up the organisation, its languages and time zone, the first accounts and the recovery key."

    def add_arguments(self, parser):
        parser.add_argument("--answers", type=Path, help="a TOML file with [organisation] and [[account]] tables instead of questions")
        parser.add_argument("--recovery-file", type=Path, help="write the recovery key to this new file (mode 0600), not to the terminal")

    def handle(self, *args, answers: Path | None, recovery_file: Path | None, **options):
        if recovery_file is not None and recovery_file.exists():
            raise CommandError(f"{recovery_file} exists already; nothing was changed")
        given = self._from_file(answers) if answers else self._ask()
        now = timezone.now()
        try:
            made = installation.set_up(answers=given, by=actors.SYSTEM, now=now)
        except BadAnswers as error:
            raise CommandError("\n".join(error.problems)) from None
        self.stdout.write(f"{made.name_en} ({made.name_zh}) is set up.")
        self._recovery(made, recovery_file, now)
        for sentence in installation.missing_roles(now):
            self.stdout.write(f"Still missing: {sentence}")
        self.stdout.write("Accounts without a password set one through “I forgot my password” on the sign-in page.")

    def _from_file(self, path: Path) -> Answers:
        try:
            return installation.answers_from(tomllib.loads(path.read_text()))
        except OSError as error:
            raise CommandError(f"can't read {path}: {error.strerror}") from None
        except tomllib.TOMLDecodeError as error:
            raise CommandError(f"{path}: {error}") from None
        except BadAnswers as error:
            raise CommandError("\n".join(error.problems)) from None

    def _ask(self) -> Answers:
        """Ask at the terminal. What stands there already is the answer to an empty line."""
        known = organisation()
        self.stdout.write("This sets up the portal. An empty line takes the answer in brackets; you can run it again later.\n")
        ask = self._line
        name_en = ask("Name of the organisation in English", known.name_en if known.site_id else "")
        values = {
            "name_en": name_en,
            "name_zh": ask("Name of the organisation in Chinese", known.name_zh if known.site_id else name_en),
            "service_name_en": ask("Neutral name of the service in English", known.service_name_en),
            "service_name_zh": ask("Neutral name of the service in Chinese", known.service_name_zh),
            "default_language": ask("Language when nothing else is known (en, zh-hans)", known.default_language),
            "time_zone": ask("Time zone", known.time_zone),
            "country": ask("Country of the main site (two letters)", known.site.country if known.site_id else "CN").upper(),
            "site_code": ask("Short code of the main site", known.site.code if known.site_id else "main"),
            "site_name": ask("Name of the main site", known.site.name if known.site_id else name_en),
            "emergency_number": ask("Emergency number", known.emergency_number),
        }
        return Answers(**values, accounts=tuple(self._accounts(values["default_language"])))

    def _accounts(self, language: str):
        self.stdout.write("\nFirst accounts. Roles: " + ", ".join(Role.values))
        self.stdout.write("At least two intake officers, one decision-maker and one person in oversight should not report to each other.")
        while email := self._line("E-mail address (empty line: no more accounts)", ""):
            name = self._line("  Name as colleagues and reporters see it", "")
            roles = self._line("  Roles, parted by spaces", "").replace(",", " ").split()
            spoken = self._line("  Language (en, zh-hans)", language)
            password = getpass.getpass("  Password (empty: set later by e-mail): ") or None
            yield FirstAccount(email=email, name=name, roles=tuple(roles), language=spoken, password=password)

    def _line(self, question: str, default: str) -> str:
        try:
            return input(f"{question}{f' [{default}]' if default else ''}: ").strip() or default
        except EOFError:
            raise CommandError("stopped; nothing was changed") from None

    def _recovery(self, made, path: Path | None, now) -> None:
        printed = installation.make_recovery_key(by=actors.SYSTEM, now=now)
        if printed is None:
            self.stdout.write("The recovery key was made earlier and can't be shown again.")
        elif path is not None:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(installation.recovery_page(printed, organisation=made, now=now))
            self.stdout.write(f"Recovery key: open {path}, print it, put it into a safe, delete the file.")
        else:
            self.stdout.write("\nRecovery key. It is shown only now. Write it down or print it, and put it into a safe:\n")
            for at in range(0, len(printed.groups), 4):
                self.stdout.write("    " + "  ".join(printed.groups[at : at + 4]))
            self.stdout.write("")
