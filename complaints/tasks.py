"""Beat says "look now"; the rows say what there is to do. A task carries nothing, and a lost one is made up by the next."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from complaints.services import clockwork, drafts, forgetting, leaving, leaving_soon, redating, wording
from people.services import directory
from vault import sessions
from vault.services import files, shred

# A form with a large upload may still be open.
LEFTOVERS_AFTER = timedelta(hours=24)
# As long as backups are kept (docs/operations.md): until then a key without a matter may belong to one in a newer backup.
SHRED_LEFTOVERS_AFTER = timedelta(days=35)


@shared_task(ignore_result=True)
def look_at_deadlines() -> int:
    """Send every reminder that is due and pass on what is late. Returns the number of batches."""
    return clockwork.look(now=timezone.now())


@shared_task(ignore_result=True)
def erase_expired_drafts() -> int:
    """Erase drafts past their 72 hours with their files. Returns how many."""
    now = timezone.now()
    if clockwork.clock_jumped(now):
        return 0
    return drafts.erase_expired(now=now)


@shared_task(ignore_result=True)
def end_seats_without_right() -> int:
    """End seats whose holder's role ended without anybody saying so: a grant with an end, a leaving date. Returns how many."""
    now = timezone.now()
    return 0 if clockwork.clock_jumped(now) else leaving.end_seats_without_right(now=now)


@shared_task(ignore_result=True)
def warn_of_leaving() -> int:
    """Tell whoever leaves soon, and oversight, that there is something to hand over. Returns how many messages."""
    now = timezone.now()
    return 0 if clockwork.clock_jumped(now) else leaving_soon.warn(now=now)


@shared_task(ignore_result=True)
def count_dates_anew() -> int:
    """Count every open date anew after a calendar changed. Returns the number of batches."""
    batches = 0
    while redating.do_next(now=timezone.now()):
        batches += 1
    return batches


@shared_task(ignore_result=True)
def collect_leftovers() -> int:
    """Remove what a process that died left behind: sealed files no row refers to, keys no matter uses, sessions past their end.

    Returns how many files and keys.
    """
    now = timezone.now()
    if clockwork.clock_jumped(now):
        return 0
    sessions.collect_expired(now=now)
    keys = shred.collect_orphans(older_than=now - SHRED_LEFTOVERS_AFTER)
    return keys + files.collect_orphans(older_than=now - LEFTOVERS_AFTER)


@shared_task(ignore_result=True)
def erase_private_reports() -> int:
    """Erase reports kept private longer than their policy says. Returns how many."""
    now = timezone.now()
    if clockwork.clock_jumped(now):
        return 0
    return forgetting.erase_kept_too_long(now=now)


@shared_task(ignore_result=True)
def keep_shipped_wording() -> bool:
    """Store the words of the questions that a new release brought. Returns whether they were new."""
    return wording.keep_shipped(now=timezone.now())


@shared_task(ignore_result=True)
def close_leavers() -> int:
    """Close the accounts of people who have left, and forget directory files nobody applied. Returns how many accounts.

    Here and not with `people`, because only here it is known whether the clock can be believed (Q13).
    """
    now = timezone.now()
    if clockwork.clock_jumped(now):
        return 0
    directory.forget_expired(now=now)
    return directory.close_leavers(now=now)
