"""Destroying training records at the end of their retention (R10): completions with the attempts, attendances and statements they were made
from, what was due, absences, questions to experts, sessions with their sheets, what other systems sent.

How long is a part of the policy. A profile may name several rules: the longest minimum and the shortest maximum win, and nothing goes
before the minimum is over. Where the policy sets no maximum, nothing is destroyed. Evidence that still counts stays, however old it is.
"""

from bisect import bisect_left
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from audit.actions import Action
from audit.actors import SYSTEM
from audit.services import record
from people.selectors import today, working_on
from policy.parts import RetentionRule
from policy.selectors import calendar_for, content_of, last_day, policy_in_force
from training.coverage import LONGEST, AsOf, oldest_valid, rules_for
from training.models import (
    Absence,
    Assignment,
    Attempt,
    Attendance,
    Completion,
    Course,
    ExpertQuestion,
    LiveSession,
    ReceivedStatement,
    SignInSheet,
)
from training.rules import strictest
from vault.services import files

BATCH = 200
# What a policy counts the time of training records from.
COMPLETED = "training_completed"


def kept_from(now: datetime) -> date | None:
    """The earliest day whose records the policy in force lets stay; None where it sets no end."""
    version = policy_in_force(now)
    rules = [rule for rule in content_of(version).retention if is_about_training(rule)] if version else []
    most = [rule.maximum for rule in rules if rule.maximum]
    if not most:
        return None
    least = [rule.minimum for rule in rules if rule.minimum]
    day = today(now)

    def end(first: date) -> date:
        return max(min(last_day(version, span, first) for span in most), *(last_day(version, span, first) for span in least), first)

    return _first_kept(day, end)


def is_about_training(rule: RetentionRule) -> bool:
    """Whether a rule of a policy means these records. Whoever writes a policy names records as they like: a name that speaks of training
    ("training_evidence", "California_training_records", "培训记录") is enough, or that the time is counted from a completed training."""
    return rule.trigger == COMPLETED or "training" in rule.record.lower() or "培训" in rule.record


def _first_kept(day: date, end) -> date:
    """The earliest day whose records are kept on `day`. `end(day of a record)` rises with it."""
    start = day - LONGEST
    return start + timedelta(days=bisect_left(range(LONGEST.days + 1), day, key=lambda n: end(start + timedelta(days=n))))


def dispose(*, now: datetime, limit: int = BATCH) -> int:
    """Destroy what is past its last day, at most `limit` rows of each kind. Doing it twice changes nothing. Returns how many rows.

    One transaction for each kind: whoever is killed in between has destroyed whole records, never halves of one.
    """
    first = kept_from(now)
    if first is None:
        return 0
    moment = calendar_for().start_of(first)
    done = sum(_completions(course, first, now, limit) for course in Course.objects.order_by("code"))
    done += _rows(Attempt.objects.filter(finished_at=None, seen_at__lt=moment), "attempt", now, limit)
    done += _rows(Assignment.objects.filter(done_at__lt=moment), "assignment", now, limit)
    done += _rows(Assignment.objects.filter(ended_at__lt=moment), "assignment", now, limit)
    done += _rows(Absence.objects.filter(until__lt=first), "absence", now, limit)
    done += _rows(ExpertQuestion.objects.filter(answered_at__lt=moment), "expert_question", now, limit)
    # An answer is owed to whoever still works here, however late it is; nobody else can ever read it.
    gone = Q(employee__left_date__lt=first)
    done += _rows(ExpertQuestion.objects.filter(gone, answered_at=None, asked_at__lt=moment), "expert_question", now, limit)
    # What nobody settled in all these years, and what was set aside. A statement that became a completion goes with it.
    done += _rows(ReceivedStatement.objects.filter(completion=None, received_at__lt=moment), "statement", now, limit)
    return done + _sessions(moment, now, limit)


def _completions(course: Course, first: date, now: datetime, limit: int) -> int:
    """Completions past their last day that count no more, with the attempt, the attendance or the statement they were made from."""
    old = Completion.objects.filter(course=course, completed_on__lt=first)
    still = _still_counting(old.filter(revoked_at=None), course, now)
    with transaction.atomic():
        keys = list(old.exclude(pk__in=still.values("pk")).order_by("completed_on", "pk").values_list("pk", flat=True)[:limit])
        rows = Completion.objects.filter(pk__in=keys)
        attempts = list(rows.filter(attempt__isnull=False).values_list("attempt_id", flat=True))
        Attendance.objects.filter(completion__in=keys).delete()
        # Should it ever be sent again, it becomes a completion of a day that is long over, and goes the same way.
        ReceivedStatement.objects.filter(completion__in=keys).delete()
        rows.delete()
        Attempt.objects.filter(pk__in=attempts).delete()
        _note("completion", len(keys), now)
    return len(keys)


def _still_counting(rows: QuerySet[Completion], course: Course, now: datetime) -> QuerySet[Completion]:
    """Those of people who work here that a rule in force still counts. Without a rule, or where one counts for good: all of them."""
    at = AsOf(today(now), now)
    here = rows.filter(Exists(working_on(at.day).filter(pk=OuterRef("employee_id"))))
    rule = strictest(rules_for(course, at))
    oldest = oldest_valid(rule, at.day, calendar_for()) if rule else None
    return here.filter(completed_on__gte=oldest) if oldest else here


def _rows(rows: QuerySet, kind: str, now: datetime, limit: int) -> int:
    with transaction.atomic():
        keys = list(rows.order_by("pk").values_list("pk", flat=True)[:limit])
        rows.model.objects.filter(pk__in=keys).delete()
        _note(kind, len(keys), now)
    return len(keys)


def _sessions(moment: datetime, now: datetime, limit: int) -> int:
    """Sessions of which no completion is left, with who was there and the sheets; one that was corrected goes after its correction."""
    old = LiveSession.objects.filter(held_at__lt=moment, replaced_by=None)
    old = old.exclude(attendances__completion__isnull=False)
    done = 0
    for session in old.order_by("held_at", "pk")[:limit]:
        with transaction.atomic():
            Attendance.objects.filter(session=session).delete()
            sheets = list(SignInSheet.objects.filter(session=session).select_related("file"))
            SignInSheet.objects.filter(session=session).delete()
            for sheet in sheets:
                files.remove(sheet.file)
            session.delete()
            _note("live_session", 1, now)
        done += 1
    return done


def _note(kind: str, number: int, now: datetime) -> None:
    """How many, and of what; not whose."""
    if number:
        record(by=SYSTEM, action=Action.DISPOSED, subject_id=None, object_kind=kind, facts={"number": number}, now=now)
