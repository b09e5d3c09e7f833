"""Owing messages and paying the debt: rows in, e-mails out.

A notice is owed inside the transaction of what it tells about. It is sent later, outside any transaction: claimed with a lease, sent,
marked. Whoever dies between sending and marking causes one repeat with the same Message-ID, never a loss. A send that fails is tried again
ever more slowly, eight times in all; then it stays visible (`notices.selectors.stuck`).
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NotRequired, TypedDict
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Q

from notices import emails
from notices.bulk import insert_new
from notices.models import Notice
from people.selectors import has_left

logger = logging.getLogger(__name__)

# Longer than the slowest conversation with a mail server, each step of which gives up after EMAIL_TIMEOUT.
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60, 180, 360))
# Far longer than any reminder repeats itself: a key must not come free while its debt could be owed again.
KEPT_FOR = timedelta(days=180)

RightToKnow = Callable[[object, UUID | None, datetime], bool]
_right_to_know: dict[str, RightToKnow] = {}


class Outcome(StrEnum):
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "failed"


class Owed(TypedDict):
    """One message for `owe_many`: see `owe` for the fields."""

    key: str
    recipient: object
    template: str
    about_kind: NotRequired[str]
    about_id: NotRequired[UUID | None]
    not_before: NotRequired[datetime | None]


def register_right_to_know(about_kind: str, judge: RightToKnow) -> None:
    """Have `judge(recipient, about_id, now) -> bool` decide at delivery whether the recipient may still be told about such things."""
    _right_to_know[about_kind] = judge


def owe(
    *, key: str, recipient, template: str, about_kind: str, about_id: UUID | None, now: datetime, not_before: datetime | None = None
) -> None:
    """Owe `recipient` (a user) the message `template`, to be sent from `not_before` on (default: now).

    `key` (up to 160 characters) names this debt: owing it twice changes nothing, whatever runs in parallel. Call it inside the transaction
    of the fact it tells about. Raises ValueError for a template that `notices.emails` does not know.
    """
    owed = Owed(key=key, recipient=recipient, template=template, about_kind=about_kind, about_id=about_id, not_before=not_before)
    owe_many([owed], now=now)


def owe_many(owed: Iterable[Owed], *, now: datetime) -> None:
    """Owe several messages at once (see `owe`)."""
    rows = [_row(item, now) for item in owed]
    # By key, so that two transactions owing the same messages wait for each other instead of blocking each other.
    rows.sort(key=lambda row: row.key)
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def owe_alike(*, template: str, about_kind: str, owed: Iterable[tuple[str, int, UUID | None, datetime | None]], now: datetime) -> None:
    """Owe many people the same message (see `owe`): (key, id of the account, what it is about, not before) for each.

    Raises ValueError for a template that `notices.emails` does not know.
    """
    if template not in emails.TEMPLATES:
        raise ValueError(f"unknown notice template {template}")
    same = {
        "template": template, "about_kind": about_kind, "created_at": now, "attempts": 0, "leased_until": None, "leased_by": "",
        "sent_at": None, "dropped_at": None,
    }  # fmt: skip
    # By key, as `owe_many` does.
    rows = [(uuid4(), key, user_id, about_id, max(now, not_before or now)) for key, user_id, about_id, not_before in sorted(owed)]
    insert_new(Notice, same=same, names=("id", "key", "recipient", "about_id", "next_try_at"), rows=rows)


def _row(item: Owed, now: datetime) -> Notice:
    if item["template"] not in emails.TEMPLATES:
        raise ValueError(f"unknown notice template {item['template']}")
    return Notice(
        key=item["key"],
        recipient=item["recipient"],
        template=item["template"],
        about_kind=item.get("about_kind", ""),
        about_id=item.get("about_id"),
        created_at=now,
        next_try_at=max(now, item.get("not_before") or now),
    )


def deliver_next(*, now: datetime, worker_id: str) -> bool:
    """Deliver the notice that has waited longest. Returns False when nothing is due at `now`. `worker_id`: up to 64 characters."""
    return deliver_one(now=now, worker_id=worker_id) is not None


def deliver_one(*, now: datetime, worker_id: str) -> Outcome | None:
    """Like `deliver_next`, and say how it went; None when nothing is due. Must be called outside any transaction."""
    notice = _claim(now=now, worker_id=worker_id)
    if notice is None:
        return None
    if notice.attempts > MAX_ATTEMPTS:
        # Earlier tries died with their worker. It stays visible as stuck.
        _finish(notice, next_try_at=None)
        return Outcome.FAILED
    try:
        if not _may_still_know(notice, now):
            _finish(notice, next_try_at=None, dropped_at=now)
            return Outcome.DROPPED
        emails.message(notice).send()
    except Exception as error:
        # Only the kind of error: a mail server's answer may quote an address.
        logger.warning("notice not sent, try %d: %s", notice.attempts, type(error).__name__)
        _finish(notice, next_try_at=_next_try(notice.attempts, now))
        return Outcome.FAILED
    _finish(notice, next_try_at=None, sent_at=now)
    return Outcome.SENT


def retry_stuck(*, now: datetime) -> int:
    """Give every stuck notice eight new tries (the mail server works again). Returns how many."""
    stuck = Notice.objects.filter(sent_at__isnull=True, dropped_at__isnull=True, next_try_at__isnull=True)
    return stuck.update(next_try_at=now, attempts=0)


def drop_waiting(*, now: datetime) -> int:
    """Send nothing of what waits: after an older database was put back, nearly all of it went out long ago. Returns how many."""
    waiting = Notice.objects.filter(sent_at__isnull=True, dropped_at__isnull=True)
    return waiting.update(dropped_at=now, next_try_at=None, leased_until=None, leased_by="")


def forget_sent(*, now: datetime) -> int:
    """Delete what was sent or dropped half a year ago: nothing asks for it any more. Returns how many."""
    over = Q(sent_at__lt=now - KEPT_FOR) | Q(dropped_at__lt=now - KEPT_FOR)
    deleted, _ = Notice.objects.filter(over).delete()
    return deleted


def _claim(*, now: datetime, worker_id: str) -> Notice | None:
    """Take one due row and put its next try behind the lease, so that nobody else sees it as due meanwhile."""
    with transaction.atomic():
        due = Notice.objects.filter(next_try_at__lte=now).order_by("next_try_at", "pk")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        notice = due.first()
        if notice is None:
            return None
        notice.attempts += 1
        notice.leased_until = notice.next_try_at = now + LEASE
        notice.leased_by = worker_id[:64]
        notice.save(update_fields=["attempts", "leased_until", "next_try_at", "leased_by"])
    return notice


def _may_still_know(notice: Notice, now: datetime) -> bool:
    if not notice.recipient.is_active or has_left(notice.recipient, now):
        return False
    judge = _right_to_know.get(notice.about_kind)
    return judge is None or judge(notice.recipient, notice.about_id, now)


def _next_try(attempts: int, now: datetime) -> datetime | None:
    return None if attempts >= MAX_ATTEMPTS else now + BACK_OFF[attempts - 1]


def _finish(notice: Notice, **values) -> None:
    """Write what came of it, unless another worker took over after our lease ran out and finished first.

    A message that went out is marked whoever holds the lease by now; a failure is noted only by the holder.
    """
    mine = Notice.objects.filter(pk=notice.pk, sent_at__isnull=True, dropped_at__isnull=True)
    if "sent_at" not in values:
        mine = mine.filter(attempts=notice.attempts, leased_by=notice.leased_by)
    mine.update(leased_until=None, leased_by="", **values)
