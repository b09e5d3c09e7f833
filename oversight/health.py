"""Whether the portal still does its work by itself. Numbers and truth values only, so that anybody may ask."""

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min

from complaints.models import Complaint, Deadline
from complaints.services import reminders
from complaints.services.clockwork import JUMPED, LOOKING
from notices import selectors as notices
from notices.models import Heartbeat
from vault import scanner
from vault.outages import DATABASE_ERRORS, remembered

SILENT_KEY = "scheduler-silent"
SCANNER_KEY = "scanner-silent"
SECONDS_KEPT = 15


@dataclass(frozen=True)
class Health:
    """What `/health/` tells. Ages in whole seconds; None means there is none (or, for the scheduler, that it never looked)."""

    ok: bool
    database: bool
    scheduler_silent: bool = True
    scheduler_last_look_seconds: int | None = None
    clock_jumped: bool = False
    oldest_due_reminder_seconds: int | None = None
    oldest_unsent_notice_seconds: int | None = None
    stuck_notices: int = 0
    failing_deadlines: int = 0
    late_without_anybody_to_tell: int = 0
    cases_waiting_for_keys: int = 0
    jobs_last_run_seconds: dict[str, int | None] = field(default_factory=dict)
    jobs_overdue: int = 0
    scanner_silent: bool = False

    def as_dict(self) -> dict:
        return asdict(self)


def health(now: datetime) -> Health:
    """Look at everything that must keep going. Never raises: a database that doesn't answer is an answer."""
    try:
        return _look(now)
    except DATABASE_ERRORS:
        return Health(ok=False, database=False)


def _look(now: datetime) -> Health:
    last_look = notices.silent_for(LOOKING, now)
    silent = _is_silent(last_look)
    jumped = Heartbeat.objects.filter(pk=JUMPED).exists()
    jobs = jobs_last_run(now)
    return Health(
        ok=not silent and not jumped,
        database=True,
        scheduler_silent=silent,
        scheduler_last_look_seconds=_seconds(last_look),
        clock_jumped=jumped,
        oldest_due_reminder_seconds=_seconds(oldest_due_reminder(now)),
        oldest_unsent_notice_seconds=_seconds(notices.oldest_unsent_age(now)),
        stuck_notices=notices.stuck().count(),
        failing_deadlines=Deadline.objects.filter(failures__gt=0, met_at__isnull=True, ended_at__isnull=True).count(),
        late_without_anybody_to_tell=reminders.unreachable(),
        cases_waiting_for_keys=Complaint.objects.filter(keys_due=True).count(),
        jobs_last_run_seconds={name: _seconds(age) for name, age in jobs.items()},
        jobs_overdue=sum(_is_overdue(name, age) for name, age in jobs.items()),
        scanner_silent=scanner_silent(),
    )


def jobs_last_run(now: datetime) -> dict[str, timedelta | None]:
    """How long ago each scheduled job got through, by its short name; None when it never did."""
    last = dict(Heartbeat.objects.filter(pk__in=_intervals()).values_list("name", "at"))
    return {name: max(now - last[name], timedelta(0)) if name in last else None for name in _intervals()}


def _intervals() -> dict[str, float]:
    return {each["task"].rpartition(".")[2]: each["schedule"] for each in settings.CELERY_BEAT_SCHEDULE.values()}


def _is_overdue(name: str, age: timedelta | None) -> bool:
    """Three rounds missed, and ten minutes at least. A job that never ran has not had its first round, or the scheduler is silent too."""
    return age is not None and age > timedelta(seconds=max(3 * _intervals()[name], settings.SCHEDULER_SILENT_AFTER_SECONDS))


def oldest_due_reminder(now: datetime) -> timedelta | None:
    """How long the oldest reminder that should have gone out has been waiting; None when none waits."""
    oldest = Deadline.objects.filter(met_at__isnull=True, next_at__lte=now).aggregate(oldest=Min("next_at"))["oldest"]
    return now - oldest if oldest else None


def scheduler_silent(now: datetime) -> bool:
    """Whether nothing has looked at the deadlines for ten minutes (Q5); the banner of the staff pages. Kept for 15 seconds."""
    return remembered(SILENT_KEY, SECONDS_KEPT, lambda: _is_silent(notices.silent_for(LOOKING, now)))


def scanner_silent() -> bool:
    """Whether there should be a virus scanner and it does not answer: files then come in unchecked. Kept for 15 seconds."""
    if not settings.CLAMD_SOCKET:
        return False
    return remembered(SCANNER_KEY, SECONDS_KEPT, lambda: not scanner.answers())


def _is_silent(last_look: timedelta | None) -> bool:
    return last_look is None or last_look > timedelta(seconds=settings.SCHEDULER_SILENT_AFTER_SECONDS)


def _seconds(age: timedelta | None) -> int | None:
    return int(age.total_seconds()) if age is not None else None
