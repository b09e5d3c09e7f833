"""What needs an administrator: a wording that waits, and too few officers who can be given a report (D1)."""

from collections.abc import Iterator
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.services.routing import FEWEST_OFFICERS
from complaints.wording_selectors import draft
from people.attention import Point, needs
from people.models import Role
from people.seating import bars
from people.selectors import users_with_role


@needs(Role.POLICY_ADMIN)
def wording(now: datetime, today: date) -> Iterator[Point]:
    if waiting := draft():
        text = _("A new wording of the questions is being written: reporters see nothing of it until it is published.")
        yield Point(text, reverse("wording:version", args=[waiting.number]))


@needs(Role.SYSTEM_ADMIN)
def officers(now: datetime, today: date) -> Iterator[Point]:
    """R09: whoever is kept out by a rule is given no report. With fewer than two left, oversight reads what comes in."""
    there = list(users_with_role(Role.INTAKE_OFFICER, now).select_related("employee"))
    kept_out = bars(there, now)
    if kept_out and len(there) - len(kept_out) < FEWEST_OFFICERS:
        yield Point(_("Fewer than two intake officers are trained: new reports go to oversight."), reverse("managing:people"), urgent=True)
