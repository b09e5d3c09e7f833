"""`manage.py create_keys`: the keys file and the secret-key file, if they are missing. Never replaces a key."""

import os
import secrets

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from vault.errors import KeysFileError
from vault.keysfile import generate, load


class Command(BaseCommand):
    help = "Make the server keys file and the secret-key file (both readable by their owner only) when they are missing."
    # Without keys the checks of the other apps can't pass: that is what this command is for.
    requires_system_checks = ()

    def handle(self, *args, **options):
        path = settings.HEARD_KEYS_FILE
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            try:
                load(path)
            except KeysFileError as error:
                raise CommandError(f"{path}: {error}") from None
        else:
            generate(path)
            self.stdout.write(f"Made {path}. Keep a copy offline, apart from the databases: without it nothing can be opened.")
        self._secret_key(settings.SECRET_KEY_FILE)

    def _secret_key(self, path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
        self.stdout.write(f"Made {path}.")
