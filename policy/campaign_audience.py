"""Who belongs to the audience of a campaign, on a day."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from people.lines import units_below
from people.models import CASE_ROLES, Employee
from people.selectors import users_with_any_role, working_on
from policy.models import Acknowledgement, Audience, Campaign


def audience_of(campaign: Campaign, *, today: date, now: datetime) -> QuerySet[Employee]:
    """Everybody who works here on `today` and whom the campaign is for, whether taken in already or not."""
    people = working_on(today)
    match campaign.audience:
        case Audience.UNIT:
            return people.filter(unit_id__in=units_below(campaign.unit_id))
        case Audience.MANAGERS:
            return people.filter(Exists(working_on(today).filter(manager=OuterRef("pk"))))
        case Audience.HANDLERS:
            return people.filter(user__in=users_with_any_role(CASE_ROLES, now).values("pk"))
        case Audience.JOINERS:
            return people.filter(joined_date__gte=campaign.starts_on)
    return people


def not_yet_in(campaign: Campaign, *, today: date, now: datetime) -> QuerySet[Employee]:
    """Those of the audience who were never taken in."""
    taken = Acknowledgement.objects.filter(campaign=campaign, employee=OuterRef("pk"))
    return audience_of(campaign, today=today, now=now).filter(~Exists(taken))
