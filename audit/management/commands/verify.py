"""`manage.py verify`: does the record hold, and is everything sealed as the vault wrote it?"""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.module_loading import import_string

from audit import noted
from audit.verify import Noted, problems, problems_since
from audit.verify import head as newest_head

# Named, not imported: the record knows nothing of them. Each yields one line per problem; the last ones take the time of the run.
VERIFIERS = ("vault.verify.problems",)
VERIFIERS_AT = ("complaints.verify.problems", "investigations.verify.problems")


class Command(BaseCommand):
    help = "Check the audit chain, the vault, row versions and the outbox without anybody's key. Status 1 when something does not hold."

    def add_arguments(self, parser):
        parser.add_argument("--head", metavar="SEQ:DIGEST", help="an earlier head, noted elsewhere, that must still be there")
        parser.add_argument("--no-note", action="store_true", help="do not note the verified head for the next run")

    def handle(self, *args, head=None, no_note=False, **options):
        found = list(self._all(head))
        for problem in found:
            self.stdout.write(f"PROBLEM  {problem}")
        if found:
            raise CommandError(f"{len(found)} problem(s) found.")
        self._report(no_note)

    def _all(self, given):
        for earlier in self._earlier(given):
            if isinstance(earlier, str):
                yield earlier
            else:
                yield from problems_since(earlier)
        yield from problems()
        for name in getattr(settings, "VERIFIERS", VERIFIERS):
            yield from import_string(name)()
        for name in VERIFIERS_AT:
            yield from import_string(name)(now=timezone.now())

    def _earlier(self, given):
        if given:
            try:
                yield Noted.parse(given)
            except ValueError:
                raise CommandError("--head takes SEQ:DIGEST as printed by an earlier run.") from None
        try:
            last = noted.read()
        except ValueError:
            yield f"audit: the note in {noted.path()} can't be read"
            return
        if last:
            yield last

    def _report(self, no_note):
        newest = newest_head()
        if newest is None:
            self.stdout.write("Everything holds. The record is empty.")
            return
        if not no_note:
            noted.write(newest)
        self.stdout.write(f"Everything holds. Head {newest}")
