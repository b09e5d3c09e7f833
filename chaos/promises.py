"""Everything that was promised, looked at afterwards with the portal's own code: what is found is a list of sentences."""

import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

from django.db import OperationalError, close_old_connections, connections
from django.db.models import Count
from django.utils import timezone

from chaos.mail import MailServer
from chaos.people import Report
from chaos.portal import BASE, Portal

QUIET_SECONDS = 150


def file_in_the_past(count: int, days: int) -> None:
    """File `count` reports as if it had been `days` ago and nobody had looked since: everything in them is late at once."""
    from tests.factories.filing import file_story

    # A connection of ours may have been cut with the portal's.
    connections.close_all()
    for _ in range(count):
        file_story(now=timezone.now() - timedelta(days=days))
    connections.close_all()


def wait_until_quiet(portal: Portal) -> list[str]:
    """Wait until no reminder and no mail is due; the sentence says what is still waiting after two and a half minutes."""
    from complaints.models import Deadline
    from notices.models import Notice

    until, waiting = time.monotonic() + QUIET_SECONDS, {}
    while time.monotonic() < until:
        close_old_connections()
        now = timezone.now()
        try:
            waiting = {
                "reminders": Deadline.objects.filter(met_at=None, ended_at=None, next_at__lte=now).count(),
                "mails": Notice.objects.filter(sent_at=None, dropped_at=None, next_try_at__lte=now).count(),
            }
        except OperationalError as error:
            waiting = {"database": type(error).__name__}
        if not any(waiting.values()) and portal.health()[0] == 200:
            return []
        time.sleep(1)
    status, told = portal.health()
    return [f"not quiet: {waiting}, health {status} {'' if told.get('ok') else told}"]


def lapse_leases() -> int:
    """As if five minutes had passed for whoever took a mail in hand and died: returns how many such mails there are."""
    from notices.models import Notice

    taken = Notice.objects.filter(sent_at=None, dropped_at=None, leased_until__isnull=False)
    return taken.update(next_try_at=timezone.now())


def broken(
    portal: Portal, reports: list[Report], answers: list[tuple[str, str]], filed_before: int, mail: MailServer, repeats: int
) -> list[str]:
    """Every promise that does not hold.

    `answers`: (reference, words) that a handler was told are sent. `repeats`: how many mails may have gone out twice, because their
    sender died in between.
    """
    connections.close_all()
    try:
        return [*_reports(reports, answers, filed_before), *_late(), *_mails(mail, repeats), *_record(portal)]
    finally:
        connections.close_all()


def _reports(reports: list[Report], answers: list[tuple[str, str]], filed_before: int):
    from complaints.models import Complaint

    for report in reports:
        yield from _report(report, answers)
    there = Complaint.objects.count() - filed_before
    if there != len(reports):
        yield f"{len(reports)} receipts were shown, and {there} reports are there"


def _report(report: Report, answers: list[tuple[str, str]]):
    """The code opens it; words, files and messages are there, each once."""
    from complaints.models import Attachment, Complaint
    from complaints.services.access import openable
    from complaints.services.additions import open_statements
    from complaints.services.entering import EnteredReport, enter
    from complaints.services.messages import open_thread
    from vault.errors import VaultError
    from vault.services import files

    entered = enter(text=report.code, now=timezone.now())
    if not isinstance(entered, EnteredReport):
        yield "a receipt was shown whose code opens nothing"
        return
    complaint = Complaint.objects.get(pk=entered.complaint_id)
    keys = openable(complaint=complaint, keyring=entered.keyring).statement
    told = [str(each.body) for each in open_statements(complaint=complaint, keys=keys)]
    if sum(report.story in each for each in told) != 1:
        yield "the words of a report are not there once"
    written = Counter(each.text for each in open_thread(complaint=complaint, keys=keys))
    for words in [*report.messages, *(words for ref, words in answers if ref == complaint.ref)]:
        if written[words] != 1:
            yield f"a message that was confirmed is there {written[words]} times"
    bodies = []
    for attachment in Attachment.objects.filter(complaint=complaint).select_related("file"):
        try:
            bodies.append(b"".join(files.stream(attachment.file, keys)))
        except VaultError as error:
            yield f"a file can't be read: {type(error).__name__}"
    if report.evidence and report.evidence not in bodies:
        yield "a file that was taken is not there as it was sent"


def _late():
    """Whatever is late was noted, once, and somebody above was told."""
    from complaints.models import Deadline, Event, Inaction

    now = timezone.now()
    missed = Deadline.objects.filter(due_at__lte=now - timedelta(minutes=5), met_at=None, ended_at=None)
    for name, count in (
        ("are late and nobody noted it", missed.filter(late_noted_at=None).count()),
        ("are late and nobody above was told", missed.filter(escalated_at=None, oversight_told_at=None).count()),
    ):
        if count:
            yield f"{count} promises {name}"
    twice = Event.objects.filter(kind="late").values("complaint", "subject").annotate(n=Count("pk")).filter(n__gt=1).count()
    if twice:
        yield f"{twice} promises were noted as late more than once"
    unregistered = missed.exclude(late_noted_at=None).exclude(pk__in=Inaction.objects.values("deadline")).count()
    if unregistered:
        yield f"{unregistered} late promises are missing from the register"


def _mails(mail: MailServer, repeats: int):
    """What is marked as sent arrived; nothing arrived twice but what a dead sender could not mark."""
    from notices.emails import message_id
    from notices.models import Notice

    sent = {message_id(key) for key in Notice.objects.filter(sent_at__isnull=False).values_list("key", flat=True)}
    lost = [each for each in sent if not mail.taken[each]]
    if lost:
        yield f"{len(lost)} mails are marked as sent and never arrived"
    twice = [each for each, count in mail.taken.items() if count > 1]
    if len(twice) > repeats or any(mail.taken[each] > 2 for each in twice):
        yield f"{len(twice)} mails arrived more than once, {repeats} may have"
    stuck = Notice.objects.filter(sent_at=None, dropped_at=None, next_try_at=None).count()
    if stuck:
        yield f"{stuck} mails were given up"


def _record(portal: Portal):
    """The record, the vault and the outbox hold together."""
    done = subprocess.run(
        [sys.executable, "manage.py", "verify"], cwd=BASE, env=portal.environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        yield from done.stdout.splitlines() or [f"manage.py verify failed: {done.stderr[-200:]}"]
