"""What needs an administrator about training (D1, R09): who can't be given a case, what runs out, which rules can't be carried out."""

from collections.abc import Iterator
from datetime import date, datetime

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from people.attention import Point, needs
from people.models import Role
from people.wording import listed
from policy.selectors import policy_in_force
from training.rules import HANDLERS, rules_of, unknown_audiences
from training.selectors_xapi import how_many_wait
from training.validity import handler_courses, handlers_standing, handling_rule


@needs(Role.TRAINING_ADMIN)
def handlers(now: datetime, today: date) -> Iterator[Point]:
    """Leads to the list of whoever handles reports, with how each of them stands; from there to their records."""
    course = next(iter(handler_courses()), None)
    where = f"{reverse('teaching:people', args=[course.code])}?state=all" if course else reverse("teaching:courses")
    yield from _handlers(now, where)


@needs(Role.SYSTEM_ADMIN)
def handlers_for_others(now: datetime, today: date) -> Iterator[Point]:
    """The same; who gives the roles sees no training."""
    yield from _handlers(now, reverse("managing:people"))


def _handlers(now: datetime, where: str) -> Iterator[Point]:
    rule = rules_of(policy_in_force(now)).get(HANDLERS)
    if rule and not handling_rule(now):
        yield Point(_("The policy asks handlers for training, but no course for them is published."), where, urgent=True)
    standings = handlers_standing(now)
    if untrained := sorted({name for name, _role, standing in standings if not standing.is_valid}):
        text = _("Without valid training for handling, so nothing can be given to them: %(names)s.")
        yield Point(text % {"names": listed(untrained)}, where, urgent=True)
    soon = {name: standing.until for name, _role, standing in standings if standing.ends_soon(now)}
    for name, until in sorted(soon.items()):
        day = date_format(until, pgettext("date format: short", "j M Y"))
        yield Point(_("%(name)s: the training for handling runs out after %(date)s.") % {"name": name, "date": day}, where)


@needs(Role.TRAINING_ADMIN)
def rules(now: datetime, today: date) -> Iterator[Point]:
    current = policy_in_force(now)
    if current and (odd := unknown_audiences(current)):
        text = _("Training rules of the policy that the portal can’t carry out by itself: %(names)s.")
        yield Point(text % {"names": listed(odd)}, reverse("teaching:courses"))


@needs(Role.TRAINING_ADMIN)
def waiting(now: datetime, today: date) -> Iterator[Point]:
    if number := how_many_wait():
        words = ngettext(
            "%(number)d completion from another learning system waits: person or course is not known.",
            "%(number)d completions from other learning systems wait: person or course is not known.",
            number,
        )
        yield Point(words % {"number": number}, reverse("records:systems"))
