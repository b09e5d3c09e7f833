"""`migrate`, which knows that one table lives in the database of shred keys."""

from django.core.management.commands import migrate

from vault.routers import SHRED


class Command(migrate.Command):
    """On the database of shred keys only the migrations that can make anything there: all others would be thought through for nothing."""

    def handle(self, *args, **options):
        if options["database"] == SHRED and not options["app_label"]:
            options |= {"app_label": "vault", "run_syncdb": False}
        return super().handle(*args, **options)
