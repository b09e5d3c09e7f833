"""By when somebody should sign, and when they are reminded. One answer for everybody of a site, however many they are."""

from dataclasses import dataclass
from datetime import date, datetime

from people.models import Site
from policy import ladder
from policy.calendars import WorkCalendar
from policy.deadlines import Event, deadlines
from policy.limits import Deadline, Limit
from policy.models import Acknowledgement, Campaign
from policy.selectors import calendar_of

_LIMIT, _ANCHOR = "sign", "asked"


@dataclass(frozen=True)
class Dates:
    """`due_at`: the first moment at which it is late; `position`, `next_at`: where the reminder ladder starts."""

    starts_at: datetime
    due_at: datetime
    due_date: date
    position: str
    next_at: datetime


class SiteDates:
    """The dates of one campaign by site, each worked out once."""

    def __init__(self, campaign: Campaign):
        self.campaign = campaign
        self._sites = {site.pk: site for site in Site.objects.all()}
        self._calendars: dict[int | None, WorkCalendar] = {}
        self._dates: dict[tuple, Dates] = {}

    def calendar(self, site_id: int | None) -> WorkCalendar:
        if site_id not in self._calendars:
            self._calendars[site_id] = calendar_of(self.campaign.version, self._sites.get(site_id))
        return self._calendars[site_id]

    def of(self, site_id: int | None, starts_at: datetime, now: datetime) -> Dates:
        """The dates of whoever works at this site and is asked from `starts_at` on."""
        key = (site_id, starts_at, now)
        if key not in self._dates:
            self._dates[key] = _dates(self.campaign, self.calendar(site_id), starts_at, now)
        return self._dates[key]


def _dates(campaign: Campaign, calendar: WorkCalendar, starts_at: datetime, now: datetime) -> Dates:
    limit = Limit(_LIMIT, "hard", campaign.due_value, campaign.due_unit, _ANCHOR)
    found = deadlines([limit], [Event(_ANCHOR, starts_at, id="1")], calendar, now)[0]
    step = ladder.step(found, calendar, "", now)
    # The first message is sent by itself: a reminder whose moment lies behind us would come on top of it.
    return Dates(starts_at, found.due_at, found.due_date, step.position, step.next_at)


def deadline_of(row: Acknowledgement) -> Deadline:
    """A person's date as the reminder ladder reads it. `row.campaign` should be loaded."""
    return Deadline(
        limit_id=_LIMIT,
        occurrence="1",
        kind="hard",
        unit=row.campaign.due_unit,
        anchor=_ANCHOR,
        anchor_id="1",
        subject="",
        starts_at=row.starts_at,
        due_at=row.due_at,
        due_date=row.due_date,
        met_at=row.signed_at,
        ended_at=row.ended_at,
    )
