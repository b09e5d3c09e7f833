"""Put a backup into an empty place, so that nothing comes back to life that had ended."""

from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from managing import backups
from managing.services import settle_restored


class Command(BaseCommand):
    help = (
        "Restore the main database, the sealed files and the NEWEST copy of the shred keys into empty databases and an empty folder. Every "
        "sign-in ends, and messages that waited at the time of the backup are not sent."
    )
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument("--main", type=Path, required=True, help="copy of the main database")
        parser.add_argument("--shred-keys", type=Path, required=True, help="the newest copy of the shred keys, however old the other is")
        parser.add_argument("--files", type=Path, required=True, help="folder “sealed” of the backup")

    def handle(self, *args, main: Path, shred_keys: Path, files: Path, **options):
        for path in (main, shred_keys, files):
            if not path.exists():
                raise CommandError(f"There is no {path}.")
        newer = [each.name for each in shred_keys.parent.glob("shred-keys-*.backup") if each.name > shred_keys.name]
        if newer:
            raise CommandError(f"{max(newer)} is newer: an older copy of the shred keys would revive what was destroyed since.")
        try:
            backups.load(main=main, shred=shred_keys, sealed=files)
        except backups.NotEmpty as error:
            raise CommandError(f"The {error.what} is not empty. Nothing was changed.") from None
        except (backups.Failed, OSError) as error:
            raise CommandError(f"Not restored: {error}") from None
        call_command("migrate", interactive=False, verbosity=0)
        call_command("migrate", database="shred_keys", interactive=False, verbosity=0)
        ended, dropped = settle_restored(now=timezone.now())
        self.stdout.write(f"Restored. {ended} sign-in(s) ended, {dropped} waiting message(s) will not be sent.")
        self.stdout.write(
            "Now: manage.py verify; end again what ended since the backup (manage.py accounts); then start web, worker and beat."
        )
