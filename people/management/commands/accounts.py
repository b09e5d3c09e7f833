"""`manage.py accounts`: who has an account and which roles, and every change to that after set-up."""

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import actors
from people.models import Role, User
from people.selectors import organisation, roles_of
from people.services import accounts, installation
from people.services.installation import FirstAccount


class Command(BaseCommand):
    help = "List accounts; add one; grant or end a role; close an account or open it again. Seats in cases end with the role, at once."

    def add_arguments(self, parser):
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="every account with its roles")
        add = acts.add_parser("add", help="make an account; the person sets a password by e-mail")
        add.add_argument("email")
        add.add_argument("--name", required=True, help="as colleagues and reporters see it")
        add.add_argument("--language", default=None, help="en or zh-hans")
        for act, text in (("grant", "give a role"), ("end", "end a role and the seats that need it")):
            one = acts.add_parser(act, help=text)
            one.add_argument("email")
            one.add_argument("role", help=", ".join(Role.values))
        for act, text in (("close", "no sign-in, no role, no seat from now on"), ("open", "undo close; roles are given anew")):
            acts.add_parser(act, help=text).add_argument("email")

    def handle(self, *args, act: str, **options):
        getattr(self, f"_{act}")(**{name: options[name] for name in ("email", "role", "name", "language") if name in options})

    def _list(self) -> None:
        now = timezone.now()
        for user in User.objects.order_by("email"):
            closed = "" if user.is_active else "  (closed)"
            self.stdout.write(f"{user.email}  {user.display_name}  {' '.join(sorted(roles_of(user, now))) or '–'}{closed}")
        for sentence in installation.missing_roles(now):
            self.stdout.write(f"Still missing: {sentence}")

    def _add(self, email: str, name: str, language: str | None) -> None:
        given = FirstAccount(email=email, name=name, roles=(), language=language or organisation().default_language)
        if problems := installation.account_problems(given):
            raise CommandError("\n".join(problems))
        try:
            accounts.create_account(
                email=given.email, display_name=given.name, language=given.language, by=actors.SYSTEM, now=timezone.now()
            )
        except accounts.AccountExists:
            raise CommandError(f"{email} has an account already") from None
        self.stdout.write(f"{email} is made.")

    def _grant(self, email: str, role: str) -> None:
        user, role = self._user(email), self._role(role)
        try:
            accounts.grant_role(user=user, role=role, by=actors.SYSTEM, now=timezone.now())
        except accounts.RolesClash as clash:
            raise CommandError("\n".join(problem.sentence for problem in clash.problems)) from None
        self.stdout.write(f"{user.email} is {role.value} now.")

    def _end(self, email: str, role: str) -> None:
        user, role = self._user(email), self._role(role)
        if not accounts.end_role(user=user, role=role, by=actors.SYSTEM, now=timezone.now()):
            raise CommandError(f"{user.email} was not {role.value}")
        self.stdout.write(f"{user.email} is no longer {role.value}. Cases without anybody else went to oversight.")

    def _close(self, email: str) -> None:
        user = self._user(email)
        if not accounts.close_account(user=user, by=actors.SYSTEM, now=timezone.now()):
            raise CommandError(f"{user.email} is closed already")
        self.stdout.write(f"{user.email} is closed. Cases without anybody else went to oversight.")

    def _open(self, email: str) -> None:
        user = self._user(email)
        if not accounts.open_account(user=user, by=actors.SYSTEM, now=timezone.now()):
            raise CommandError(f"{user.email} is not closed")
        self.stdout.write(f"{user.email} is open again, without roles.")

    def _user(self, email: str) -> User:
        try:
            return User.objects.get_by_natural_key(email)
        except User.DoesNotExist:
            raise CommandError(f"no account: {email}") from None

    def _role(self, role: str) -> Role:
        if role not in Role.values:
            raise CommandError(f"no such role: {role}; there are {', '.join(Role.values)}")
        return Role(role)
