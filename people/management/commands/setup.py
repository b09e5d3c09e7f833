"""`manage.py setup`: walk an administrator through an empty installation, or take the answers from a file."""

import getpass
import os
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import actors
from people.models import Organisation, Role, User
from people.selectors import organisation, roles_of
from people.services import accounts, installation
from people.services.installation import Answers, BadAnswers, FirstAccount

STOPPED = "\nStopped. What was answered up to here is kept; run setup again to go on."


class Command(BaseCommand):
    help = "Set up the organisation, its languages and time zone, the first accounts and the recovery key. Can be run again at any time."

    def add_arguments(self, parser):
        parser.add_argument("--answers", type=Path, help="a TOML file with [organisation] and [[account]] tables instead of questions")
        parser.add_argument("--recovery-file", type=Path, help="write the recovery key to this new file (mode 0600) as a printable page")

    def handle(self, *args, answers: Path | None, recovery_file: Path | None, **options):
        if recovery_file is not None and recovery_file.exists():
            raise CommandError(f"{recovery_file} exists already; nothing was changed")
        if answers is None and not sys.stdin.isatty():
            raise CommandError("there is no terminal to ask at; give the answers in a file: --answers FILE (see docs/operations.md)")
        try:
            self._from_file(answers) if answers else self._walk()
            self._recovery(recovery_file, asks=answers is None)
        except (KeyboardInterrupt, EOFError):
            raise CommandError(STOPPED) from None
        self._what_is_next()

    # from a file

    def _from_file(self, path: Path) -> None:
        try:
            given = installation.answers_from(tomllib.loads(path.read_text(encoding="utf-8")))
            made = installation.set_up(answers=given, by=actors.SYSTEM, now=timezone.now())
        except OSError as error:
            raise CommandError(f"can't read {path}: {error.strerror}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CommandError(f"{path}: {error}") from None
        except BadAnswers as error:
            raise CommandError("\n".join([*error.problems, "Nothing was changed."])) from None
        self.stdout.write(f"{made.name_en} ({made.name_zh}) is set up.")

    # at the terminal

    def _walk(self) -> None:
        """Three steps. Each is kept as soon as it is answered, so that an interruption costs only the question it came in."""
        self.stdout.write(
            "This sets up the portal in three steps. An empty line takes the answer in brackets. Ctrl-C stops; nothing is lost.\n"
        )
        self.stdout.write("\n1 of 3  The organisation\n")
        given = self._organisation(organisation())
        made = installation.save_company(answers=given, by=actors.SYSTEM, now=timezone.now())
        self.stdout.write(f"  Kept: {made.name_en} ({made.name_zh}).\n")
        self.stdout.write("\n2 of 3  First accounts\n")
        self._accounts(made.default_language)
        self.stdout.write("\n3 of 3  The recovery key\n")

    def _organisation(self, known: Organisation) -> Answers:
        there = known.site_id is not None
        answers = Answers(name_en=known.name_en if there else "", name_zh=known.name_zh if there else "")
        questions = (
            ("name_en", "Name of the organisation in English", answers.name_en),
            ("name_zh", "Name of the organisation in Chinese", answers.name_zh),
            ("service_name_en", "Neutral name of the service in English", known.service_name_en),
            ("service_name_zh", "Neutral name of the service in Chinese", known.service_name_zh),
            ("default_language", "Language when nothing else is known (en, zh-hans)", known.default_language),
            ("time_zone", "Time zone", known.time_zone),
            ("country", "Country of the main site (two letters)", known.site.country if there else "CN"),
            ("site_code", "Short code of the main site", known.site.code if there else "main"),
            ("site_name", "Name of the main site", known.site.name if there else None),
            ("emergency_number", "Emergency number", known.emergency_number),
        )
        for name, question, default in questions:
            default = answers.name_en if default is None else default
            answers = self._ask(
                question,
                default,
                lambda text, name=name, so_far=answers: replace(so_far, **{name: text.upper() if name == "country" else text}),
                lambda given, name=name: installation.problems_of_field(given, name),
            )
        return answers

    def _accounts(self, language: str) -> None:
        self.stdout.write("  Roles: " + ", ".join(Role.values))
        self.stdout.write("  Needed: a system administrator, two policy administrators, two intake officers, two investigators,")
        self.stdout.write("  a decision-maker, oversight.")
        self.stdout.write("  Kept apart: whoever administers or oversees does not handle reports.\n")
        for user in User.objects.order_by("pk"):
            self.stdout.write(f"  There already: {user.email}  {' '.join(sorted(roles_of(user, timezone.now())))}")
        while email := self._line("E-mail address (empty line: no more accounts)", ""):
            given = FirstAccount(email=email, name="-", roles=(), language=language)
            if problems := installation.account_problems(given):
                self._say(problems)
                continue
            self._account(given)

    def _account(self, given: FirstAccount) -> None:
        known = User.objects.filter(email__iexact=given.email).first()
        if known is None:
            given = self._field(given, "name", "  Name as colleagues and reporters see it")
        given = self._field(given, "roles", "  Roles, parted by spaces", read=lambda text: tuple(text.replace(",", " ").split()))
        if known is None:
            given = self._field(given, "language", "  Language (en, zh-hans)", given.language)
            given = self._password(given)
        now = timezone.now()
        try:
            installation.add_account(given, by=actors.SYSTEM, now=now)
        except accounts.RolesClash as clash:
            self._say([problem.sentence for problem in clash.problems])
            return
        self.stdout.write(f"  Kept: {given.email}.")
        self._say(installation.missing_roles(now), "still missing: ")

    def _password(self, given: FirstAccount) -> FirstAccount:
        while password := getpass.getpass("  Password (empty: the person sets one by e-mail): "):
            again = replace(given, password=password)
            if problems := installation.account_problems(again):
                self._say(problems)
            elif getpass.getpass("  The same once more: ") != password:
                self._say(["the two are not the same"])
            else:
                return again
        return given

    def _field(self, given: FirstAccount, name: str, question: str, default: str = "", read: Callable = str) -> FirstAccount:
        return self._ask(question, default, lambda text: replace(given, **{name: read(text)}), installation.account_problems)

    def _ask(self, question: str, default: str, take: Callable, judge: Callable):
        """Ask until the answer can be used."""
        while problems := judge(given := take(self._line(question, default))):
            self._say(problems)
        return given

    def _line(self, question: str, default: str) -> str:
        shown = f"{question} [{default}]: " if default else f"{question}: "
        return input(shown).strip() or default

    def _say(self, sentences: Sequence[str], before: str = "") -> None:
        for sentence in sentences:
            self.stdout.write(f"    {before}{sentence}")

    # the recovery key

    def _recovery(self, path: Path | None, *, asks: bool) -> None:
        now = timezone.now()
        prepared = installation.prepare_recovery_key(now=now)
        if prepared is None:
            self.stdout.write(
                "The recovery key was made earlier and can't be shown again. `manage.py recover --check` tries the one in the safe."
            )
            return
        if asks and path is None:
            path = self._page_path()
        if path is not None:
            self._write_page(path, prepared, now)
        else:
            self.stdout.write("Recovery key. It is shown only now. Write it down or print it, and put it into a safe:\n")
            for at in range(0, len(prepared.groups), 4):
                numbered = [f"{at + n:>2} {group}" for n, group in enumerate(prepared.groups[at : at + 4], 1)]
                self.stdout.write("    " + "   ".join(numbered))
            self.stdout.write("")
        if asks:
            self._must_be_on_paper(prepared)
        # Kept only now: whoever was interrupted before has lost nothing and gets a new one next time.
        installation.keep_recovery_key(prepared, by=actors.SYSTEM, now=now)
        self.stdout.write("The recovery key is in force: it can open whatever is filed from now on.")

    def _page_path(self) -> Path | None:
        while text := self._line("File for a page to print (empty line: show it here)", ""):
            path = Path(text).expanduser()
            if not path.exists() and path.parent.is_dir() and os.access(path.parent, os.W_OK):
                return path
            self._say(["there is such a file already" if path.exists() else "this folder is not there or can't be written to"])
        return None

    def _write_page(self, path: Path, prepared, now) -> None:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"can't write {path}: {error.strerror}; no recovery key was made") from None
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(installation.recovery_page(prepared, organisation=organisation(), now=now))
            file.flush()
            os.fsync(file.fileno())
        self.stdout.write(f"Recovery key: open {path}, print it, put it into a safe, delete the file.")

    def _must_be_on_paper(self, prepared) -> None:
        last = prepared.groups[-1]
        while self._line("When you have it on paper, type its last group from there", "").upper() != last:
            self._say(["that is not the last group"])

    def _what_is_next(self) -> None:
        self._say(installation.missing_roles(timezone.now()), "Still missing: ")
        self.stdout.write(
            "\nNext: everybody signs in once at /a/login/, sets up a second factor, and whoever meets reports makes a vault key."
        )
        self.stdout.write("Accounts without a password set one through “I forgot my password” there.")
        self.stdout.write("A policy administrator writes the policy, another one approves it.")
        self.stdout.write(
            "Reporting opens by itself when two intake officers and one person in oversight have vault keys and a policy is in force."
        )
