"""One form sent twice is one act.

A form of staff carries a one-time token. The first change of state that its request records claims the form, in the same transaction: the
unique key lets no second request get past that point, whatever the two do at the same time and wherever a process dies. Opening something
is no change and claims nothing, so a form that comes back with errors is sent again under the same token.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction

from audit.models import SentForm

KEPT_FOR = timedelta(days=2)
_now_sent: ContextVar["Sending | None"] = ContextVar("sent_form", default=None)


class SentBefore(Exception):
    """This form has done its work already, in another request; nothing was written a second time."""


class Sending:
    """A form that is being worked on."""

    def __init__(self, key: str):
        self.key = key
        self._claimed = False

    def claim(self, now: datetime) -> None:
        """Inside the transaction of a change of state. Raises SentBefore."""
        if self.did_something:
            return
        try:
            with transaction.atomic():
                SentForm.objects.create(key=self.key, at=now)
        except IntegrityError:
            raise SentBefore from None
        self._claimed = True

    @property
    def did_something(self) -> bool:
        """Whether a change that it made stands. A service that began again has lost its claim with its first transaction."""
        return self._claimed and SentForm.objects.filter(pk=self.key).exists()


def form_key(*parts: object) -> str:
    """The key of a form: who sent it, where to, its token and what was in it. Whoever edits what was sent and sends it again means it."""
    return sha256(json.dumps(parts).encode()).hexdigest()


@contextmanager
def sending(key: str) -> Iterator[Sending]:
    """Everything inside is done for the form `key`."""
    form = Sending(key)
    token = _now_sent.set(form)
    try:
        yield form
    finally:
        _now_sent.reset(token)


def claim(now: datetime) -> None:
    """A change of state is being recorded. Raises SentBefore when the form it is for has done its work."""
    form = _now_sent.get()
    if form is not None:
        form.claim(now)


def led_to(key: str) -> str | None:
    """Where the form led; "" when that is not known (yet); None when it has not been sent."""
    return SentForm.objects.filter(pk=key).values_list("location", flat=True).first()


def note_where(key: str, location: str) -> None:
    if len(location) <= SentForm._meta.get_field("location").max_length:
        SentForm.objects.filter(pk=key).update(location=location)


def release(key: str) -> None:
    """The page was shown once more instead of leading on: the form may be sent again."""
    SentForm.objects.filter(pk=key).delete()


def forget(*, now: datetime) -> int:
    """Delete what nobody will send again. Returns how many."""
    return SentForm.objects.filter(at__lt=now - KEPT_FOR).delete()[0]
