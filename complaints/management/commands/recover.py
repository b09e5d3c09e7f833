"""`manage.py recover`: the ceremony with the recovery key from the safe."""

import sys

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from complaints.models import Complaint
from complaints.services import recovering
from complaints.services.recovering import Refusal
from people.models import User
from vault.errors import InvalidRecoveryKey
from vault.keyring import Keyring
from vault.recovery import GROUPS, group_fits, keyring_from_printed

REASONS = {
    Refusal.NO_ROLE: "holds no role that handles or oversees reports",
    Refusal.NO_KEYS: "has not made a vault key yet (first sign-in, vault passphrase)",
    Refusal.CONFLICT: "must not see this case: kept out by the reporter, named in it, or in the line of somebody who is",
}


class Command(BaseCommand):
    help = (
        "Let named people into cases to which nobody at work holds a key any more, with the recovery key from the safe. "
        "Whoever is kept out of a case is refused; the use is recorded and the reporter sees who was let in."
    )

    def add_arguments(self, parser):
        parser.add_argument("refs", nargs="*", metavar="REFERENCE", help="the cases; see --list")
        parser.add_argument("--to", action="append", default=[], metavar="EMAIL", help="whom to let in; may be given several times")
        parser.add_argument("--list", action="store_true", help="list the cases that nobody at work can open, and stop")
        parser.add_argument("--check", action="store_true", help="only check that the key from the safe is the right one (a drill)")

    def handle(self, *args, refs: list[str], to: list[str], list: bool, check: bool, **options):
        if list:
            for complaint in recovering.cases_nobody_opens():
                self.stdout.write(f"{complaint.ref}  received {complaint.received_at.date()}  {complaint.state}")
            return
        cases, people = ([], []) if check else (self._cases(refs), self._people(to))
        keyring = self._key()
        if check:
            self.stdout.write("This is the recovery key of this installation.")
        for complaint in cases:
            self._recover(complaint, keyring, people)

    def _cases(self, refs: list[str]) -> list[Complaint]:
        found = {complaint.ref: complaint for complaint in Complaint.objects.filter(ref__in=[ref.upper() for ref in refs])}
        missing = [ref for ref in refs if ref.upper() not in found]
        if missing or not refs:
            raise CommandError(f"no such case: {', '.join(missing)}" if refs else "name at least one case (see --list)")
        return [found[ref.upper()] for ref in refs]

    def _people(self, emails: list[str]) -> list[User]:
        if not emails:
            raise CommandError("say whom to let in: --to EMAIL")
        found = []
        for email in emails:
            try:
                found.append(User.objects.get_by_natural_key(email))
            except User.DoesNotExist:
                raise CommandError(f"no account: {email}") from None
        return found

    def _key(self) -> Keyring:
        """Ask group by group at a terminal, so that a slip is found at once; otherwise read all of it from standard input."""
        text = " ".join(self._group(number) for number in range(1, GROUPS + 1)) if sys.stdin.isatty() else sys.stdin.read()
        try:
            return keyring_from_printed(text)
        except InvalidRecoveryKey as error:
            which = f" Look at group {' and '.join(map(str, error.groups))}." if error.groups else ""
            raise CommandError(f"{error}.{which} Nothing was changed.") from None

    def _group(self, number: int) -> str:
        while not group_fits(number, text := input(f"Group {number:>2} of {GROUPS}: ")):
            self.stdout.write("  Not quite: five letters and digits. Compare this group with the paper.")
        return text

    def _recover(self, complaint: Complaint, keyring: Keyring, people: list[User]) -> None:
        try:
            done = recovering.recover(complaint=complaint, keyring=keyring, users=people, now=timezone.now())
        except recovering.Refused as refused:
            raise CommandError(f"{complaint.ref}: {refused.user.email} {REASONS[refused.reason]}. This case was not changed.") from None
        except recovering.NotSealedToIt:
            raise CommandError(
                f"{complaint.ref}: this key does not open it. A report that is kept private opens with its code alone."
            ) from None
        for each in done:
            self.stdout.write(f"{complaint.ref}: {each.user.email} is let in ({each.role}). The reporter sees this.")
