"""Copy both databases and the sealed files while the portal works on. Keys are copied by hand, to a third place."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from managing import backups


class Command(BaseCommand):
    help = (
        "Back up the main database and the sealed files below one folder and the shred keys below another. Copies of shred keys older than "
        "35 days are deleted there. The keys file and the secret key are not in it."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--main", type=Path, required=True, help="folder for the main database and the sealed files")
        parser.add_argument("--shred-keys", type=Path, required=True, help="folder for the shred keys, on another machine or volume")

    def handle(self, *args, main: Path, shred_keys: Path, **options):
        if main.resolve() == shred_keys.resolve() or main.resolve() in shred_keys.resolve().parents:
            raise CommandError(
                "Shred keys need a place of their own: kept beside the main database, destroying a report would never be final."
            )
        try:
            copies = backups.save(main=main, shred=shred_keys, now=timezone.now())
        except (backups.Failed, OSError) as error:
            raise CommandError(f"Not backed up: {error}") from None
        for path in copies:
            self.stdout.write(str(path))
