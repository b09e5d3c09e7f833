"""Whether the outbox holds what the clock owed, and wordings say what their hash says. `manage.py verify` calls `problems()`."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from audit.actions import Action
from audit.models import Entry
from complaints.models import WordingState, WordingVersion
from complaints.questions.wording import SHIPPED_NUMBER, digest_of
from notices.models import Notice
from notices.services import KEPT_FOR

# What was sent is deleted after KEPT_FOR; a day earlier nothing may be missing.
LOOKED_AT = KEPT_FOR - timedelta(days=1)
TEMPLATES = ("escalated", "oversight")
CHUNK = 500


def problems(*, now: datetime) -> Iterator[str]:
    """One line for each wording that was changed, and for each message that is gone."""
    yield from _wordings()
    yield from _outbox(now)


def _wordings() -> Iterator[str]:
    for version in WordingVersion.objects.filter(published_at__isnull=False).order_by("number").iterator(CHUNK):
        number = SHIPPED_NUMBER if version.state == WordingState.SHIPPED else version.number
        if digest_of(number, version.texts) != version.content_hash:
            yield f"wording {version.number} of the questions does not say what was published"


def _outbox(now: datetime) -> Iterator[str]:
    """One line for each moment at which the record says that more people were told than messages are left."""
    told = Entry.objects.filter(action__in=(Action.ESCALATED, Action.OVERSIGHT_TOLD), actor_kind="system", at__gt=now - LOOKED_AT)
    rows = told.order_by("at", "seq").values_list("at", "subject_id", "facts").iterator(CHUNK)
    for at, entries in groupby(rows, key=lambda row: row[0]):
        recorded = Counter()
        for _at, subject_id, facts in entries:
            recorded[subject_id] += facts.get("told", 0)
        owed = Notice.objects.filter(created_at=at, about_kind="complaint", key__startswith="clock:", template__in=TEMPLATES)
        left = Counter(owed.values_list("about_id", flat=True))
        for subject_id, count in recorded.items():
            if left[subject_id] < count:
                yield f"complaint {subject_id}: {count - left[subject_id]} message(s) of {at:%Y-%m-%d %H:%M} were taken out of the outbox"
