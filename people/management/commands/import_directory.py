"""`manage.py import_directory FILE [--complete] [--apply]`: dry run of a directory file, or its import."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit import actors
from people import directory_words
from people.services import directory


class Command(BaseCommand):
    help = "Show what a directory file (CSV) would change; with --apply, change it. A file with a bad row changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--apply", action="store_true", help="apply the file instead of only looking at it")
        parser.add_argument("--complete", action="store_true", help="the file lists everybody: whoever isn't in it has left")

    def handle(self, *args, file: Path, apply: bool, complete: bool, **options):
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"can't read {file}: {error.strerror}") from None
        now = timezone.now()
        plan = directory.plan_import(content=content, complete=complete, now=now)
        self._show(plan)
        if not plan.may_apply:
            raise CommandError(f"{len(plan.problems)} bad rows; nothing was changed")
        if not apply:
            self.stdout.write("Nothing was changed. Run again with --apply.")
            return
        try:
            directory.apply_import(content=content, complete=complete, by=actors.SYSTEM, now=now, expected=directory.fingerprint(plan))
        except (directory.DirectoryMoved, directory.DirectoryRefused):
            raise CommandError("the directory changed in the meantime; nothing was applied") from None
        self.stdout.write("Applied.")

    def _show(self, plan) -> None:
        for problem in plan.problems:
            self.stderr.write(f"line {problem.line}: {directory_words.sentence(problem)}")
        for change in plan.changes:
            where = f"line {change.line}" if change.line else "not in the file"
            fields = "; ".join(f"{column}: {before or '–'} -> {after or '–'}" for column, before, after in change.fields)
            self.stdout.write(f"{where}: {change.kind} {change.number} {change.name}{' (' + fields + ')' if fields else ''}")
        for unit in plan.new_units:
            self.stdout.write(f"new unit: {unit}")
        counts = ", ".join(f"{plan.count(kind)} {kind}" for kind in directory_words.KIND_NAMES)
        self.stdout.write(f"{counts}, {plan.unchanged} unchanged, {len(plan.problems)} bad rows")
