"""After a jump of the machine's clock or a very long pause: say that the clock is right, so that reminders go on."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from complaints.services import clockwork


class Command(BaseCommand):
    help = "Reminders stopped because the clock jumped or the portal was off for over 30 days. If the date below is right, let them go on."

    def add_arguments(self, parser):
        parser.add_argument("--yes", action="store_true", help="the clock is right")

    def handle(self, *args, yes: bool, **options):
        now = timezone.now()
        self.stdout.write(f"This machine believes it is {now:%Y-%m-%d %H:%M} UTC.")
        if not clockwork.clock_jumped(now):
            self.stdout.write("Reminders are not held back; there is nothing to do.")
        elif not yes:
            self.stdout.write("If that is right, run it again with --yes. Everybody gets one message for all that became due meanwhile.")
        else:
            clockwork.accept_clock(now=now)
            self.stdout.write("Reminders go on with the next look.")
