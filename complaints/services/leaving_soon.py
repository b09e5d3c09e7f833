"""Before somebody's last day: they and oversight are told in time for the cases to be handed over."""

from datetime import date, datetime, timedelta

from django.db import transaction

from complaints.models import Seat, SeatRole
from complaints.selectors import working_seats_of_leavers
from notices.services import owe_many
from people.models import User
from people.selectors import today

# Two weeks: long enough to hand over with a talk, short enough not to be forgotten.
NOTICE = timedelta(days=14)


def warn(*, now: datetime) -> int:
    """Tell everybody whose last day is near and who still works on open cases, and the oversight seats of those cases.

    Each is told once for each last day, however often this runs. Returns how many messages are owed.
    """
    owed = []
    for user, last_day, complaints in working_seats_of_leavers(today=today(now), until=today(now) + NOTICE):
        owed.append(_told(user, user, last_day, "leaving"))
        overseers = Seat.objects.filter(complaint__in=complaints, role=SeatRole.OVERSIGHT, until__isnull=True).select_related("user")
        owed += [_told(overseer, user, last_day, "leaving_oversight") for overseer in {seat.user for seat in overseers} - {user}]
    with transaction.atomic():
        owe_many(owed, now=now)
    return len(owed)


def own_warning(*, user: User, now: datetime) -> tuple[date, int] | None:
    """When `user` leaves and in how many open cases they still work, if that is within the notice; else None."""
    found = working_seats_of_leavers(today=today(now), until=today(now) + NOTICE, user=user)
    return (found[0][1], len(found[0][2])) if found else None


def leaving_from(*, complaints, now: datetime) -> list[tuple[str, date]]:
    """(reference, last day) for each of `complaints` (a queryset) whose worker leaves soon. No name: oversight acts on the reference."""
    soon = working_seats_of_leavers(today=today(now), until=today(now) + NOTICE)
    days = {pk: last_day for _, last_day, cases in soon for pk in cases}
    return sorted((ref, days[pk]) for pk, ref in complaints.filter(pk__in=days).values_list("pk", "ref"))


def _told(recipient: User, leaver: User, last_day: date, template: str) -> dict:
    return {"key": f"{template}:{leaver.pk}:{last_day.isoformat()}:{recipient.pk}", "recipient": recipient, "template": template}
